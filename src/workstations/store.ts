import { and, asc, between, count, desc, eq, gte, inArray, isNull, lt, max, min, sql } from 'drizzle-orm'
import { sessions, users } from '../people/schema.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import { tickets, ticketTasks } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'
import {
  type Cover,
  type Duty,
  type DutyShift,
  type Month,
  monthAfter,
  monthOf,
  type Posts,
  posts,
  type Turn,
} from './roster.ts'
import { workstationAlarms, workstationConfirmations, workstationDuties, workstations } from './schema.ts'

/** County workstations in the database: their record, who has which shift, what was confirmed. */

export interface Station {
  code: UnitCode
  name: string
  shortName: string
}

/** In the order of the file. */
export function readStations(db: Db | Tx): Promise<Station[]> {
  return db
    .select({ code: units.code, name: units.name, shortName: units.shortName })
    .from(units)
    .where(and(eq(units.kind, 'WORKSTATION'), isNull(units.withdrawnAt)))
    .orderBy(asc(units.sortOrder), asc(units.code))
}

export interface StationRecord {
  posts: Posts
  dutyPhone: string
  funding: string
  cover: Cover
  version: number
}

const nothing: StationRecord = {
  posts: Object.fromEntries(posts.map((post) => [post, { name: '', phone: '' }])) as Posts,
  ...{ dutyPhone: '', funding: '', cover: 'ALL', version: 0 },
}

export async function readRecords(db: Db | Tx, codes: readonly UnitCode[]): Promise<Map<UnitCode, StationRecord>> {
  const found = new Map<UnitCode, StationRecord>(codes.map((code) => [code, nothing]))
  if (codes.length === 0) return found
  const rows = await db
    .select()
    .from(workstations)
    .where(inArray(workstations.unitCode, [...codes]))
  for (const row of rows) {
    const { unitCode, dutyPhone, funding, cover, version } = row
    const filled: Posts = {
      leader: { name: row.leaderName, phone: row.leaderPhone },
      handler: { name: row.handlerName, phone: row.handlerPhone },
      backup: { name: row.backupName, phone: row.backupPhone },
      feedback: { name: row.feedbackName, phone: row.feedbackPhone },
    }
    found.set(unitCode, { posts: filled, dutyPhone, funding, cover, version })
  }
  return found
}

/** @param given with the version that was seen @throws Refusal when another person was faster */
export async function writeRecord(tx: Tx, unitCode: UnitCode, given: StationRecord, now: Instant): Promise<void> {
  const { posts: filled, dutyPhone, funding, cover, version } = given
  const columns = {
    ...{ leaderName: filled.leader.name, leaderPhone: filled.leader.phone },
    ...{ handlerName: filled.handler.name, handlerPhone: filled.handler.phone },
    ...{ backupName: filled.backup.name, backupPhone: filled.backup.phone },
    ...{ feedbackName: filled.feedback.name, feedbackPhone: filled.feedback.phone },
    ...{ dutyPhone, funding, cover, version: version + 1, changedAt: now },
  }
  if (version === 0) {
    const [made] = await tx
      .insert(workstations)
      .ignore()
      .values({ unitCode, ...columns })
    if (made.affectedRows === 0) throw new Refusal('workstation.stale')
    return
  }
  const [changed] = await tx
    .update(workstations)
    .set(columns)
    .where(and(eq(workstations.unitCode, unitCode), eq(workstations.version, version)))
  if (changed.affectedRows === 0) throw new Refusal('workstation.stale')
}

const dutyColumns = {
  day: workstationDuties.day,
  shift: workstationDuties.shift,
  leader: workstationDuties.leader,
  name: workstationDuties.name,
  phone: workstationDuties.phone,
}

/** Of one station, these days included, in order. */
export function readDuties(db: Db | Tx, unit: UnitCode, from: string, to: string): Promise<Duty[]> {
  return db
    .select(dutyColumns)
    .from(workstationDuties)
    .where(and(eq(workstationDuties.unitCode, unit), between(workstationDuties.day, from, to)))
    .orderBy(asc(workstationDuties.day), asc(workstationDuties.shift))
}

/** Of several stations from a day on. */
export function readDutiesFrom(
  db: Db | Tx,
  codes: readonly UnitCode[],
  from: string,
): Promise<(Duty & { unit: UnitCode })[]> {
  return db
    .select({ unit: workstationDuties.unitCode, ...dutyColumns })
    .from(workstationDuties)
    .where(and(inArray(workstationDuties.unitCode, [...codes]), gte(workstationDuties.day, from)))
    .orderBy(asc(workstationDuties.unitCode), asc(workstationDuties.day), asc(workstationDuties.shift))
}

/** Who has this turn, by station. */
export async function readTurn(db: Db | Tx, { day, shift }: Turn): Promise<Map<UnitCode, Duty>> {
  const rows = await db
    .select({ unit: workstationDuties.unitCode, ...dutyColumns })
    .from(workstationDuties)
    .where(and(eq(workstationDuties.day, day), eq(workstationDuties.shift, shift)))
  return new Map(rows.map(({ unit, ...duty }) => [unit, duty]))
}

export async function writeDuties(
  tx: Tx,
  duties: readonly (Duty & { unit: UnitCode })[],
  changedAt: Instant,
): Promise<void> {
  if (duties.length === 0) return
  const { leader, name, phone, changedAt: changed } = workstationDuties
  await tx
    .insert(workstationDuties)
    .values(
      duties.map(({ unit: unitCode, day, shift, ...who }) => ({
        ...{ unitCode, day, shift, changedAt },
        ...facts(who),
      })),
    )
    .onDuplicateKeyUpdate({
      set: {
        ...{ leader: sql`VALUES(${leader})`, name: sql`VALUES(${name})` },
        ...{ phone: sql`VALUES(${phone})`, changedAt: sql`VALUES(${changed})` },
      },
    })
}
const facts = ({ leader, name, phone }: Pick<Duty, 'leader' | 'name' | 'phone'>) => ({ leader, name, phone })

/**
 * A list with turns taken out is not the one that was confirmed: the confirmation of its months goes with them.
 * @returns how many turns have nobody now that had somebody
 */
export async function clearDuties(
  tx: Tx,
  unit: UnitCode,
  { from, to, shifts }: { from: string; to: string; shifts: readonly DutyShift[] },
): Promise<number> {
  const { unitCode, day, shift } = workstationDuties
  const [gone] = await tx
    .delete(workstationDuties)
    .where(and(eq(unitCode, unit), between(day, from, to), inArray(shift, [...shifts])))
  if (gone.affectedRows > 0) {
    const { unitCode: station, month } = workstationConfirmations
    await tx.delete(workstationConfirmations).where(and(eq(station, unit), between(month, monthOf(from), monthOf(to))))
  }
  return gone.affectedRows
}

export interface Confirmed {
  at: Instant
  by: string
  /** A shift of the month was changed afterwards. */
  isChangedSince: boolean
}

/** Of a month, by station. */
export async function readConfirmed(
  db: Db | Tx,
  codes: readonly UnitCode[],
  month: Month,
): Promise<Map<UnitCode, Confirmed>> {
  const { unitCode, month: ofMonth, at, byName } = workstationConfirmations
  const { changedAt, day } = workstationDuties
  const [rows, changes] = await Promise.all([
    db
      .select({ unit: unitCode, at, by: byName })
      .from(workstationConfirmations)
      .where(and(inArray(unitCode, [...codes]), eq(ofMonth, month))),
    db
      .select({ unit: workstationDuties.unitCode, last: max(changedAt) })
      .from(workstationDuties)
      .where(
        and(
          inArray(workstationDuties.unitCode, [...codes]),
          gte(day, `${month}-01`),
          lt(day, `${monthAfter(month)}-01`),
        ),
      )
      .groupBy(workstationDuties.unitCode),
  ])
  const lastOf = new Map(changes.map(({ unit, last }) => [unit, last]))
  return new Map(
    rows.map(({ unit, at: when, by }) => [unit, { at: when, by, isChangedSince: (lastOf.get(unit) ?? 0) > when }]),
  )
}

/** Months from this one on that a station has confirmed. */
export async function confirmedMonths(db: Db | Tx, from: Month): Promise<Map<UnitCode, Month[]>> {
  const rows = await db
    .select({ unit: workstationConfirmations.unitCode, month: workstationConfirmations.month })
    .from(workstationConfirmations)
    .where(gte(workstationConfirmations.month, from))
  return new Map([...Map.groupBy(rows, ({ unit }) => unit)].map(([unit, all]) => [unit, all.map(({ month }) => month)]))
}

/** A second one stands for the first: after changes a list is confirmed again. */
export async function confirmMonth(
  tx: Tx,
  unitCode: UnitCode,
  month: Month,
  by: { id: number | null; name: string },
  at: Instant,
): Promise<void> {
  const row = { at, byId: by.id, byName: by.name }
  await tx
    .insert(workstationConfirmations)
    .values({ unitCode, month, ...row })
    .onDuplicateKeyUpdate({ set: row })
}

export interface Seen {
  accounts: number
  lastLogInAt: Instant | null
  firstAccountAt: Instant | null
}

/** Accounts of each station, and its last log-in. */
export async function readSeen(db: Db | Tx, codes: readonly UnitCode[]): Promise<Map<UnitCode, Seen>> {
  if (codes.length === 0) return new Map()
  const rows = await db
    .select({
      unit: users.unitCode,
      accounts: sql<number>`COUNT(DISTINCT ${users.id})`.mapWith(Number),
      lastLogInAt: max(sessions.createdAt),
      firstAccountAt: min(users.createdAt),
    })
    .from(users)
    .leftJoin(sessions, eq(sessions.userId, users.id))
    .where(and(inArray(users.unitCode, [...codes]), eq(users.isActive, true)))
    .groupBy(users.unitCode)
  return new Map(rows.flatMap(({ unit, ...seen }) => (unit === null ? [] : [[unit, seen] as const])))
}

export interface Load {
  open: number
  overdue: number
  soon: number
}

/** What each station has to sign or to handle: one range of `tickets_unit_due` a station. */
export async function readLoad(db: Db, codes: readonly UnitCode[], now: Instant): Promise<Map<UnitCode, Load>> {
  if (codes.length === 0) return new Map()
  const at = new Date(now).toISOString().slice(0, 23).replace('T', ' ')
  const { leadUnit, state, nextDueAt, warnAt } = tickets
  const rows = await db
    .select({
      unit: leadUnit,
      open: count(),
      overdue: sql<number>`COALESCE(SUM(${nextDueAt} < ${at}), 0)`.mapWith(Number),
      soon: sql<number>`COALESCE(SUM(${nextDueAt} >= ${at} AND ${warnAt} <= ${at}), 0)`.mapWith(Number),
    })
    .from(tickets)
    .where(and(inArray(leadUnit, [...codes]), inArray(state, ['DISPATCHED', 'SIGNED'])))
    .groupBy(leadUnit)
  return new Map(rows.flatMap(({ unit, ...load }) => (unit === null ? [] : [[unit, load] as const])))
}

/** Parts that each station has sent and that are not answered. */
export async function readPartsBelow(db: Db, codes: readonly UnitCode[]): Promise<Map<UnitCode, number>> {
  if (codes.length === 0) return new Map()
  const { sentBy, partStep, slot } = ticketTasks
  const rows = await db
    .select({ unit: sentBy, parts: count() })
    .from(ticketTasks)
    .where(and(inArray(sentBy, [...codes]), inArray(partStep, ['SENT', 'SIGNED', 'DECLINED']), eq(slot, 1)))
    .groupBy(sentBy)
  return new Map(rows.flatMap(({ unit, parts }) => (unit === null ? [] : [[unit, parts] as const])))
}

export type AlarmRow = typeof workstationAlarms.$inferSelect

/** Those that stand, the newest first. */
export function readAlarms(db: Db | Tx, unit: UnitCode | null): Promise<AlarmRow[]> {
  return db
    .select()
    .from(workstationAlarms)
    .where(and(isNull(workstationAlarms.settledAt), unit === null ? undefined : eq(workstationAlarms.unitCode, unit)))
    .orderBy(desc(workstationAlarms.raisedAt), asc(workstationAlarms.unitCode))
}
