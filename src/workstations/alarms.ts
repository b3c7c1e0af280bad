import { and, eq, isNotNull, type SQL } from 'drizzle-orm'
import type { Bus } from '../bus.ts'
import type { Calendar } from '../calendar/calendar.ts'
import { dayMs, dayOf } from '../calendar/days.ts'
import { keepNotice, type Recipient, recipientsOf, settleByKey } from '../notifications/store.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Duty } from '../platform/jobs/ticker.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { type Alarm, alarmsOf, awaySince, type DutyRules, monthOf, turnAt } from './roster.ts'
import { workstationAlarms } from './schema.ts'
import { type AlarmRow, confirmedMonths, readAlarms, readRecords, readSeen, readStations, readTurn } from './store.ts'

/** The jobs role's part: what is wrong at a workstation is told to it and to the centre, once, and settled by itself. */

export interface AlarmParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  calendar(): Promise<Calendar>
  rules: DutyRules
  now(): Instant
  log: Log
}

export const workstationDuty = (parts: AlarmParts): Duty => ({
  ...{ everyMs: 60_000, name: 'duty lists of workstations' },
  work: () => sweepAlarms(parts),
})

/** One round; several processes may run it at once. @returns how many alarms are new and how many have ended */
export async function sweepAlarms(parts: AlarmParts): Promise<{ raised: number; settled: number }> {
  const { db, bus, now, log } = parts
  const at = now()
  const wanted = await alarmsNow(parts, at)
  const { raised, ended, told } = await db.transaction(async (tx) => {
    const standing = await readAlarms(tx, null)
    const isStill = (row: AlarmRow) => wanted.some((one) => one.unit === row.unitCode && isSame(one, row))
    const over = standing.filter((row) => !isStill(row))
    for (const row of over) await settle(tx, row, at)
    const found: (Alarm & { unit: UnitCode; name: string })[] = []
    for (const one of wanted) {
      const isKnown = standing.some((row) => row.unitCode === one.unit && isSame(one, row))
      if (!isKnown && (await raise(tx, one, at))) found.push(one)
    }
    return { raised: found, ended: over, told: await tell(tx, found, at) }
  })
  if (told.length > 0) {
    bus.publish('notices.kept', {
      ...{ topic: 'workstation.alarm' as const, number: null, at },
      units: told.flatMap(({ unitCode }) => unitCode ?? []),
      users: told.flatMap(({ userId }) => userId ?? []),
    })
  }
  if (ended.length > 0) {
    bus.publish('notices.settled', { units: [...new Set(ended.map(({ unitCode }) => unitCode))], users: [] })
  }
  if (raised.length > 0) {
    log.info({ alarms: raised.map(({ unit, kind, key }) => `${unit} ${kind} ${key}`) }, 'workstations: new alarms')
  }
  return { raised: raised.length, settled: ended.length }
}

const isSame = (one: Alarm, row: AlarmRow) => one.kind === row.kind && one.key === row.key

async function alarmsNow(parts: AlarmParts, at: Instant): Promise<(Alarm & { unit: UnitCode; name: string })[]> {
  const { db, rules } = parts
  const stations = await readStations(db)
  const codes = stations.map(({ code }) => code)
  const turn = turnAt(at, rules)
  const [records, onDuty, seen, confirmed, since] = await Promise.all([
    readRecords(db, codes),
    readTurn(db, turn),
    readSeen(db, codes),
    confirmedMonths(db, monthOf(dayOf(at))),
    awayBefore(parts, at),
  ])
  return stations.flatMap(({ code: unit, shortName: name }) => {
    const record = records.get(unit)
    if (!record) return []
    const { lastLogInAt = null, firstAccountAt = null } = seen.get(unit) ?? {}
    const facts = {
      ...{ posts: record.posts, cover: record.cover, isOnDuty: onDuty.has(unit), awayBefore: since },
      ...{ confirmed: confirmed.get(unit) ?? [], lastSeenAt: lastLogInAt ?? firstAccountAt },
    }
    return alarmsOf(facts, at, rules).map((alarm) => ({ ...alarm, unit, name }))
  })
}

/** Where the year's days are not known, two days of the week: nobody is called away for a missing calendar. */
async function awayBefore({ calendar }: AlarmParts, at: Instant): Promise<Instant> {
  try {
    return awaySince(await calendar(), at)
  } catch {
    return at - 4 * dayMs
  }
}

/** @returns false when another process was faster */
async function raise(tx: Tx, { unit: unitCode, kind, key, words }: Alarm & { unit: UnitCode }, at: Instant) {
  const [made] = await tx.insert(workstationAlarms).ignore().values({ unitCode, kind, key, words, raisedAt: at })
  if (made.affectedRows > 0) return true
  // It ended before, and is back.
  const { settledAt } = workstationAlarms
  const isEnded = and(keyed({ unitCode, kind, key }), isNotNull(settledAt))
  const [again] = await tx.update(workstationAlarms).set({ words, raisedAt: at, settledAt: null }).where(isEnded)
  return again.affectedRows > 0
}

async function settle(tx: Tx, row: AlarmRow, at: Instant): Promise<void> {
  await tx.update(workstationAlarms).set({ settledAt: at }).where(keyed(row))
  await settleByKey(tx, { eventKey: keyOf(row), unitCode: row.unitCode }, at)
}

function keyed({ unitCode, kind, key }: Pick<AlarmRow, 'unitCode' | 'kind' | 'key'>): SQL | undefined {
  return and(
    eq(workstationAlarms.unitCode, unitCode),
    ...[eq(workstationAlarms.kind, kind), eq(workstationAlarms.key, key)],
  )
}

const keyOf = (row: Pick<AlarmRow, 'kind' | 'key' | 'raisedAt'>) => `workstation:${row.kind}:${row.key}:${row.raisedAt}`

/** The station of each of its own; the centre of all of a round in one line. @returns who has something new to read */
async function tell(tx: Tx, found: readonly (Alarm & { unit: UnitCode; name: string })[], at: Instant) {
  const told: Recipient[] = []
  const rest = { channel: 'IN_APP' as const, ticketId: null }
  for (const { unit: unitCode, kind, key, words } of found) {
    const eventKey = keyOf({ kind, key, raisedAt: at })
    const to = { unitCode, userId: null }
    const notice = { ...rest, ...to, eventKey, topic: 'workstation.wanting' as const, facts: { title: words } }
    if ((await keepNotice(tx, notice, at)) !== null) told.push(to)
  }
  const ofCentre = found.filter(({ kind }) => kind !== 'REMIND')
  if (ofCentre.length === 0) return told
  const title = [...summaryOf(ofCentre)].slice(0, 120).join('')
  for (const to of await recipientsOf(tx, { units: [], roles: ['DISPATCHER', 'SUPERVISOR'] })) {
    const notice = { ...rest, ...to, topic: 'workstation.alarm' as const, facts: { title } }
    if ((await keepNotice(tx, { ...notice, eventKey: `workstations:${at}` }, at)) !== null) told.push(to)
  }
  return told
}

/** `12月1日白班无人值班：潞州区工作站、沁县工作站；…` */
function summaryOf(found: readonly (Alarm & { name: string })[]): string {
  const byWords = Map.groupBy(found, ({ words }) => words)
  return [...byWords].map(([words, all]) => `${words}：${all.map(({ name }) => name).join('、')}`).join('；')
}
