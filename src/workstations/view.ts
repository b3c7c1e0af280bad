import { eq } from 'drizzle-orm'
import { dayOf } from '../calendar/days.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { units } from '../units/schema.ts'
import type { StationAbove, StationDetail, StationList, TurnNow } from './api.ts'
import {
  barToConfirm,
  type Cover,
  type Duty,
  type DutyRules,
  daysOf,
  endOf,
  gapsIn,
  type Month,
  monthOf,
  turnAt,
} from './roster.ts'
import {
  type AlarmRow,
  readAlarms,
  readConfirmed,
  readDuties,
  readLoad,
  readPartsBelow,
  readRecords,
  readSeen,
  readStations,
  readTurn,
  type Station,
} from './store.ts'

/** Workstations as people read them. */

interface Parts {
  db: Db
  rules: DutyRules
  now(): Instant
}

const named = ({ code, shortName: name }: Station) => ({ code, name })
const alarmIn = ({ kind, words, raisedAt: at }: AlarmRow) => ({ kind, words, at })

function turnNow(cover: Cover, duty: Duty | undefined, at: Instant, rules: DutyRules): TurnNow {
  const turn = turnAt(at, rules)
  const isExpected = turn.shift === 'DAY' || cover === 'ALL'
  return { shift: turn.shift, until: endOf(turn, rules), isExpected, duty: duty ?? null }
}

export async function listOf({ db, rules, now }: Parts, stations: readonly Station[]): Promise<StationList> {
  const at = now()
  const codes = stations.map(({ code }) => code)
  const month = monthOf(dayOf(at))
  const [records, onDuty, load, below, seen, confirmed, alarms] = await Promise.all([
    readRecords(db, codes),
    readTurn(db, turnAt(at, rules)),
    readLoad(db, codes, at),
    readPartsBelow(db, codes),
    readSeen(db, codes),
    readConfirmed(db, codes, month),
    readAlarms(db, null),
  ])
  return {
    month,
    stations: stations.map((station) => {
      const { code } = station
      const { dutyPhone = '', cover = 'ALL' as const } = records.get(code) ?? {}
      return {
        ...{ unit: named(station), dutyPhone, now: turnNow(cover, onDuty.get(code), at, rules) },
        ...(load.get(code) ?? { open: 0, overdue: 0, soon: 0 }),
        partsBelow: below.get(code) ?? 0,
        accounts: seen.get(code)?.accounts ?? 0,
        lastSeenAt: seen.get(code)?.lastLogInAt ?? null,
        confirmed: confirmed.get(code) ?? null,
        alarms: alarms.filter(({ unitCode, kind }) => unitCode === code && kind !== 'REMIND').map(alarmIn),
      }
    }),
  }
}

export async function detailOf(
  { db, rules, now }: Parts,
  station: Station,
  month: Month,
  may: StationDetail['may'],
): Promise<StationDetail> {
  const at = now()
  const today = dayOf(at)
  const days = daysOf(month)
  const { code } = station
  const [records, onDuty, duties, confirmed, alarms] = await Promise.all([
    readRecords(db, [code]),
    readTurn(db, turnAt(at, rules)),
    readDuties(db, code, days[0] ?? '', days.at(-1) ?? ''),
    readConfirmed(db, [code], month),
    readAlarms(db, code),
  ])
  const record = records.get(code)
  if (!record) throw new Error(`no record of ${code}`)
  const coming = days.filter((day) => day >= today)
  return {
    ...{ unit: named(station), ...record, month, today, duties, may },
    now: turnNow(record.cover, onDuty.get(code), at, rules),
    gaps: gapsIn(duties, coming, record.cover),
    confirmed: confirmed.get(code) ?? null,
    barToConfirm: barToConfirm({ ...record, duties }, month, at),
    alarms: alarms.map(alarmIn),
  }
}

/** The workstation that a unit belongs to: itself, or the nearest one above. */
export async function aboveOf({ db, rules, now }: Parts, unit: UnitCode | null): Promise<StationAbove> {
  const code = unit === null ? null : await stationOver(db, unit)
  const station = code === null ? undefined : (await readStations(db)).find((one) => one.code === code)
  if (!station) return { station: null }
  const at = now()
  const [records, onDuty] = await Promise.all([readRecords(db, [station.code]), readTurn(db, turnAt(at, rules))])
  const { dutyPhone = '', cover = 'ALL' as const } = records.get(station.code) ?? {}
  const turn = turnNow(cover, onDuty.get(station.code), at, rules)
  return { station: { unit: named(station), isOwn: station.code === unit, dutyPhone, now: turn } }
}

/** Deeper trees there are none. */
const mostSteps = 4

async function stationOver(db: Db, unit: UnitCode): Promise<UnitCode | null> {
  let at: UnitCode | null = unit
  for (let steps = 0; at !== null && steps < mostSteps; steps += 1) {
    const [row] = await db
      .select({ code: units.code, kind: units.kind, parent: units.parentCode })
      .from(units)
      .where(eq(units.code, at))
    if (row?.kind === 'WORKSTATION') return row.code
    at = row?.parent ?? null
  }
  return null
}
