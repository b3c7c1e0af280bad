import { and, asc, count, desc, eq, gte, inArray, isNotNull, lt, sql } from 'drizzle-orm'
import { dayMs, dayNumberOf, startOfDayNumber, weekdayOfNumber } from '../calendar/days.ts'
import { countCalls } from '../floor/day.ts'
import { type Tally, together } from '../floor/figures.ts'
import type { Db } from '../platform/database/database.ts'
import { firstUlidAt } from '../platform/text/ulid-time.ts'
import type { Instant, TicketId } from '../platform/types.ts'
import { openStates, type TicketState } from '../tickets/life/ticket.ts'
import { countTickets } from '../tickets/lists/worklist.ts'
import { ticketDeadlines, tickets } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'
import type { Overview, Week } from './api.ts'

/**
 * This week beside the last one, until the same weekday and time of day: a Tuesday morning is not compared with a whole
 * week.
 */

const weekMs = 7 * dayMs

/** Midnight in Shanghai of this week's Monday. */
export function weekStartOf(at: Instant): Instant {
  const day = dayNumberOf(at)
  return startOfDayNumber(day - ((weekdayOfNumber(day) + 6) % 7))
}

export async function readOverview(db: Db, now: Instant): Promise<Overview> {
  const weekStart = weekStartOf(now)
  const here: Span = { from: weekStart, to: now + 1 }
  const before: Span = { from: weekStart - weekMs, to: now + 1 - weekMs }
  const [calls, thisTickets, lastTickets, counts, open, overdueUnits] = await Promise.all([
    readCalls(db, weekStart, now),
    readTickets(db, here),
    readTickets(db, before),
    countTickets(db, null, now),
    countOpen(db),
    readOverdueUnits(db, now),
  ])
  return {
    at: now,
    weekStart,
    thisWeek: { calls: calls.thisWeek, ...thisTickets },
    lastWeek: { calls: calls.lastWeek, ...lastTickets },
    days: calls.days,
    open,
    soon: counts.soon,
    overdue: counts.overdue,
    overdueUnits,
  }
}

interface Span {
  from: Instant
  to: Instant
}

async function readCalls(
  db: Db,
  weekStart: Instant,
  now: Instant,
): Promise<{ thisWeek: Tally; lastWeek: Tally; days: Overview['days'] }> {
  const days = Array.from({ length: 15 }, (_, n) => weekStart - weekMs + n * dayMs).filter((day) => day <= now)
  const bounds = [...new Set([...days, now + 1 - weekMs, now + 1])].sort((a, b) => a - b)
  const tallies = await countCalls(db, bounds, now)
  const between = (from: Instant, to: Instant): Tally =>
    together(...tallies.filter((_, n) => (bounds[n] ?? 0) >= from && (bounds[n] ?? 0) < to))
  return {
    thisWeek: between(weekStart, now + 1),
    lastWeek: between(weekStart - weekMs, now + 1 - weekMs),
    days: Array.from({ length: 7 }, (_, n) => {
      const day = weekStart + n * dayMs
      const last = day - weekMs
      return { day, calls: between(day, day + dayMs).arrived, lastWeek: between(last, last + dayMs).arrived }
    }),
  }
}

/**
 * Submitted tickets by their id, as in lists; closed ones along the index of closings. Late by the clock of the unit
 * that closed the ticket, not of one that returned it before; older rows have no unit.
 */
async function readTickets(db: Db, { from, to }: Span): Promise<Omit<Week, 'calls'>> {
  const ended = sql`COALESCE(${ticketDeadlines.metAt}, ${ticketDeadlines.cancelledAt}, ${tickets.closedAt})`
  const wasLate = sql`EXISTS (SELECT 1 FROM ${ticketDeadlines} WHERE ${ticketDeadlines.ticketId} = ${tickets.id}
    AND ${ticketDeadlines.clock} = 'HANDLE' AND ${ticketDeadlines.unitCode} IN ('', ${tickets.leadUnit}) AND ${ended} > ${ticketDeadlines.dueAt})`
  const [[handedIn], closings] = await Promise.all([
    db
      .select({ count: count() })
      .from(tickets)
      .where(and(gte(tickets.id, firstUlidAt(from) as TicketId), lt(tickets.id, firstUlidAt(to) as TicketId))),
    db
      .select({
        state: tickets.state,
        closeKind: tickets.closeKind,
        count: count(),
        late: sql<string | null>`SUM(${wasLate})`,
      })
      .from(tickets, { forceIndex: 'tickets_closed' })
      .where(and(gte(tickets.closedAt, from), lt(tickets.closedAt, to), inArray(tickets.state, over)))
      .groupBy(tickets.state, tickets.closeKind),
  ])
  const of = (isMeant: (row: (typeof closings)[number]) => boolean) => {
    const rows = closings.filter(isMeant)
    return {
      count: rows.reduce((sum, row) => sum + row.count, 0),
      late: rows.reduce((sum, row) => sum + Number(row.late ?? 0), 0),
    }
  }
  const isElsewhere = ({ closeKind }: (typeof closings)[number]) => closeKind === 'PROVINCE' || closeKind === 'MERGED'
  const closed = of((row) => (row.state === 'CLOSED' || row.state === 'ARCHIVED') && !isElsewhere(row))
  return {
    registered: handedIn?.count ?? 0,
    directClosed: of(({ state }) => state === 'DIRECT_CLOSED').count,
    closed: closed.count,
    closedOnTime: closed.count - closed.late,
    elsewhere: {
      classified: of(({ state }) => state === 'CLASSIFIED').count,
      handedOver: of(({ state }) => state === 'HANDED_OVER').count,
      province: of(({ closeKind }) => closeKind === 'PROVINCE').count,
      merged: of(({ closeKind }) => closeKind === 'MERGED').count,
    },
  }
}

/** What is over, by whichever door it left. */
const over = ['CLOSED', 'ARCHIVED', 'DIRECT_CLOSED', 'CLASSIFIED', 'HANDED_OVER'] as const satisfies TicketState[]

async function countOpen(db: Db): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(tickets)
    .where(inArray(tickets.state, [...openStates]))
  return row?.count ?? 0
}

const mostUnits = 5

async function readOverdueUnits(db: Db, now: Instant): Promise<Overview['overdueUnits']> {
  const overdue = count()
  const rows = await db
    .select({ code: tickets.leadUnit, name: units.shortName, overdue })
    .from(tickets)
    .innerJoin(units, eq(units.code, tickets.leadUnit))
    .where(and(lt(tickets.nextDueAt, now), isNotNull(tickets.leadUnit)))
    .groupBy(tickets.leadUnit, units.shortName)
    .orderBy(desc(overdue), asc(tickets.leadUnit))
    .limit(mostUnits)
  return rows.map((row) => ({ ...row, code: row.code ?? '' }))
}
