import { and, asc, count, eq, gt, gte, inArray, isNull, max, or, sql } from 'drizzle-orm'
import { dayMs, hourMs } from '../../calendar/days.ts'
import type { Db } from '../../platform/database/database.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import type { TicketState } from '../../tickets/life/words.ts'
import { ticketDeadlines, ticketRequests, tickets } from '../../tickets/records/schema.ts'
import { complaintsMs, timesSaid } from '../../tickets/rounds/complaints.ts'
import { complaintsOf } from '../../tickets/rounds/store.ts'
import { oversightSignals } from './schema.ts'
import type { SettledTicket } from './store.ts'
import type { TicketFacts, TriggerRules } from './trigger.ts'

/** What the triggers have to know of tickets, a page at a time: each statement reads the rows of one page. */

const columns = {
  ...{ id: tickets.id, number: tickets.number, unit: tickets.leadUnit, urgency: tickets.urgency, tags: tickets.tags },
  ...{ redoCount: tickets.redoCount, problem: tickets.problem, changedAt: tickets.changedAt, type: tickets.type },
  ...{ registeredAt: tickets.registeredAt, callerPhone: tickets.callerPhone, categoryCode: tickets.categoryCode },
  ...{ isConfidential: tickets.isConfidential, isAnonymous: tickets.isAnonymous },
}
export type OpenTicket = Awaited<ReturnType<typeof readOpen>>[number]

/** Tickets in one state, in the order of their ids. */
export function readOpen(db: Db, state: TicketState, after: TicketId, limit: number) {
  return db
    .select(columns)
    .from(tickets)
    .where(and(eq(tickets.state, state), gt(tickets.id, after)))
    .orderBy(asc(tickets.id))
    .limit(limit)
}

/** In the order of `rows`. @param isRepeated of those whose caller was found to have said it often before */
export async function factsOf(
  db: Db,
  rows: readonly OpenTicket[],
  { triggers: { T09 } }: TriggerRules,
  { now, isRepeated }: { now: Instant; isRepeated(id: TicketId): boolean },
): Promise<TicketFacts[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const [clocks, returns, followers, signals, said] = await Promise.all([
    readClocks(db, ids),
    readReturns(db, ids),
    readFollowers(db, ids, now - T09.hours * hourMs, now - T09.daysLong * dayMs),
    readSignals(db, ids),
    readSaid(db, rows, now),
  ])
  return rows.map(({ id, unit, urgency, tags, redoCount, problem, changedAt, registeredAt }) => {
    const ofUnit = (clock: string) =>
      clocks.get(id)?.find((one) => one.clock === clock && (one.unit === unit || unit === null))
    const own = (span: number) => (registeredAt >= now - span ? 1 : 0)
    const back = returns.get(id)
    return {
      ...{ urgency, tags, redoCount, problem, changedAt, registeredAt, signals: signals.get(id) ?? [] },
      warnAt: ofUnit('HANDLE')?.warnAt ?? null,
      handleDueAt: ofUnit('HANDLE')?.dueAt ?? null,
      signDueAt: ofUnit('SIGN')?.dueAt ?? null,
      milestoneDueAt: ofUnit('MILESTONE')?.dueAt ?? null,
      returns: back?.returns ?? 0,
      lastReturnAt: back?.lastAt ?? null,
      callers: (followers.get(id)?.near ?? 0) + own(T09.hours * hourMs),
      callersLong: (followers.get(id)?.long ?? 0) + own(T09.daysLong * dayMs),
      timesSaid: isRepeated(id) ? mostTimes : (said.get(id) ?? 0),
    }
  })
}
/** It was found to be so before, and stays so. */
const mostTimes = 99

/** Those that run, the first one to be due before the others. */
async function readClocks(db: Db, ids: TicketId[]) {
  const rows = await db
    .select({
      ...{ id: ticketDeadlines.ticketId, clock: ticketDeadlines.clock, unit: ticketDeadlines.unitCode },
      ...{ warnAt: ticketDeadlines.warnAt, dueAt: ticketDeadlines.dueAt },
    })
    .from(ticketDeadlines)
    .where(
      and(
        inArray(ticketDeadlines.ticketId, ids),
        inArray(ticketDeadlines.clock, ['HANDLE', 'SIGN', 'MILESTONE']),
        eq(ticketDeadlines.slot, 1),
      ),
    )
  rows.sort((one, other) => (one.dueAt ?? Number.MAX_VALUE) - (other.dueAt ?? Number.MAX_VALUE))
  return Map.groupBy(rows, ({ id }) => id)
}

async function readReturns(db: Db, ids: TicketId[]) {
  const rows = await db
    .select({ id: ticketRequests.ticketId, returns: count(), lastAt: max(ticketRequests.askedAt) })
    .from(ticketRequests)
    .where(and(inArray(ticketRequests.ticketId, ids), eq(ticketRequests.kind, 'RETURN')))
    .groupBy(ticketRequests.ticketId)
  return new Map(rows.map((row) => [row.id, row]))
}

async function readFollowers(db: Db, ids: TicketId[], near: Instant, long: Instant) {
  const rows = await db
    .select({
      ...{ lead: tickets.mergedInto, long: count() },
      near: sql<string>`SUM(${gte(tickets.id, firstUlidAt(near) as TicketId)})`,
    })
    .from(tickets)
    .where(and(inArray(tickets.mergedInto, ids), gte(tickets.id, firstUlidAt(Math.min(near, long)) as TicketId)))
    .groupBy(tickets.mergedInto)
  return new Map(rows.map((row) => [row.lead, { near: Number(row.near), long: row.long }]))
}

/** Of a ticket that is not open: its signals, and nothing else. */
export async function signalsOnly(db: Db, rows: readonly SettledTicket[]): Promise<TicketFacts[]> {
  const signals = await readSignals(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map(({ id, urgency }) => ({
    ...{ urgency, tags: [], redoCount: 0, problem: null, changedAt: 0, registeredAt: 0 },
    ...{ warnAt: null, handleDueAt: null, signDueAt: null, milestoneDueAt: null },
    ...{ returns: 0, lastReturnAt: null, callers: 0, callersLong: 0, timesSaid: 0 },
    signals: signals.get(id) ?? [],
  }))
}

async function readSignals(db: Db, ids: TicketId[]) {
  const { ticketId, kind, at, level, endedAt } = oversightSignals
  const rows = await db
    .select({ ticketId, kind, at, level })
    .from(oversightSignals)
    .where(and(inArray(ticketId, ids), isNull(endedAt)))
  return Map.groupBy(rows, (row) => row.ticketId)
}

/** A ticket's repetition shows when it comes, or when an earlier one is answered soon after. */
const freshMs = 2 * dayMs

/** How often the caller of a fresh ticket said the same before; only those are read whose callers have several. */
async function readSaid(db: Db, rows: readonly OpenTicket[], now: Instant): Promise<Map<TicketId, number>> {
  const fresh = rows.filter(({ callerPhone, registeredAt }) => callerPhone !== null && registeredAt > now - freshMs)
  if (fresh.length === 0) return new Map()
  const phones = [...new Set(fresh.flatMap(({ callerPhone }) => callerPhone ?? []))]
  const rounds = sql<string>`SUM(${tickets.round})`
  const often = await db
    .select({ phone: tickets.callerPhone, category: tickets.categoryCode })
    .from(tickets)
    .where(
      and(
        inArray(tickets.callerPhone, phones),
        gte(tickets.id, firstUlidAt(now - freshMs - complaintsMs) as TicketId),
        or(inArray(tickets.state, ['CLOSED', 'ARCHIVED', 'DIRECT_CLOSED']), gt(tickets.round, 1)),
      ),
    )
    .groupBy(tickets.callerPhone, tickets.categoryCode)
    .having(gte(rounds, 2))
  const keys = new Set(often.map(({ phone, category }) => `${phone} ${category}`))
  const found = new Map<TicketId, number>()
  for (const row of fresh.filter(({ callerPhone, categoryCode }) => keys.has(`${callerPhone} ${categoryCode}`))) {
    const [ticket] = await db.select().from(tickets).where(eq(tickets.id, row.id))
    if (ticket) found.set(row.id, timesSaid(await complaintsOf(db, ticket)))
  }
  return found
}
