import { and, eq, gt, inArray, isNull, notInArray } from 'drizzle-orm'
import { dayOf } from '../../calendar/days.ts'
import type { Db } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { openStates, type Urgency } from '../../tickets/life/ticket.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { oversightAlerts, oversightSignals } from './schema.ts'
import type { Difference, Standing, TriggerId } from './trigger.ts'

/** Alerts in the database. What a sweep writes may be written twice, by two processes, and stands once. */

const isStanding = eq(oversightAlerts.slot, 1)
const standingColumns = {
  ...{ id: oversightAlerts.id, trigger: oversightAlerts.trigger, subject: oversightAlerts.subject },
  ...{ unit: oversightAlerts.unitCode, level: oversightAlerts.level, since: oversightAlerts.since },
  ticketId: oversightAlerts.ticketId,
}

export async function standingOfTickets(
  db: Db,
  ids: TicketId[],
): Promise<(Standing & { ticketId: TicketId | null })[]> {
  if (ids.length === 0) return []
  return db
    .select(standingColumns)
    .from(oversightAlerts)
    .where(and(inArray(oversightAlerts.ticketId, ids), isStanding))
}

export function standingOf(db: Db, trigger: TriggerId): Promise<(Standing & { ticketId: TicketId | null })[]> {
  return db
    .select(standingColumns)
    .from(oversightAlerts)
    .where(and(eq(oversightAlerts.trigger, trigger), isStanding))
}

/** Tickets with an alert or a signal that are not open: of these only signals count. In the order of their ids. */
export async function readSettled(db: Db, after: TicketId, limit: number): Promise<SettledTicket[]> {
  const isAsked = and(notInArray(tickets.state, [...openStates]), gt(tickets.id, after))
  const columns = { id: tickets.id, number: tickets.number, unit: tickets.leadUnit, urgency: tickets.urgency }
  const alerted = await db
    .selectDistinct(columns)
    .from(oversightAlerts)
    .innerJoin(tickets, eq(tickets.id, oversightAlerts.ticketId))
    .where(and(isStanding, isAsked))
    .orderBy(tickets.id)
    .limit(limit)
  const signalled = await db
    .selectDistinct(columns)
    .from(oversightSignals)
    .innerJoin(tickets, eq(tickets.id, oversightSignals.ticketId))
    .where(and(isNull(oversightSignals.endedAt), isAsked))
    .orderBy(tickets.id)
    .limit(limit)
  const all = new Map([...alerted, ...signalled].map((row) => [row.id, row]))
  return [...all.values()].sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, limit)
}
export interface SettledTicket {
  id: TicketId
  number: string
  unit: UnitCode | null
  urgency: Urgency
}

export interface Writing {
  now: Instant
  rulesVersion: number
  /** Of the tickets that the subjects are. */
  idOf(subject: string): TicketId | null
}

const batch = 500

/** @returns how many rows it wrote */
export async function writeDifference(db: Db, { raised, ended, moved }: Difference, writing: Writing): Promise<number> {
  const { now, rulesVersion, idOf } = writing
  const day = dayOf(now)
  for (let from = 0; from < raised.length; from += batch) {
    const rows = raised.slice(from, from + batch).map(({ trigger, subject, unit, level, since }) => ({
      ...{ id: newId(now), trigger, subject, ticketId: idOf(subject), unitCode: unit, level, day, since },
      ...{ raisedAt: now, endedAt: null, slot: 1, rulesVersion },
    }))
    // Its cause ended and began again on the same day: the same alert stands again.
    await db
      .insert(oversightAlerts)
      .values(rows)
      .onDuplicateKeyUpdate({ set: { slot: 1, endedAt: null } })
  }
  for (let from = 0; from < ended.length; from += batch) {
    const ids = ended.slice(from, from + batch).map(({ id }) => id)
    await db
      .update(oversightAlerts)
      .set({ slot: null, endedAt: now })
      .where(and(inArray(oversightAlerts.id, ids), isStanding))
  }
  for (const { id, unit, level } of moved) {
    await db.update(oversightAlerts).set({ unitCode: unit, level }).where(eq(oversightAlerts.id, id))
  }
  return raised.length + ended.length + moved.length
}
