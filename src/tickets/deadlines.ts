import { and, desc, eq, isNotNull } from 'drizzle-orm'
import { ulid } from 'ulid'
import { type Calendar, CalendarYearMissing } from '../calendar/calendar.ts'
import type { Tx } from '../platform/database.ts'
import type { Instant, TicketId } from '../platform/types.ts'
import { type LimitTable, limitOf, limitsFor, type Matter, returnDueAt, yellowAt } from './limits.ts'
import { ticketDeadlines } from './schema.ts'
import type { ClockEffect, ClockKind } from './ticket.ts'

/** The clocks of a ticket in the database. An alarm of a job queue only wakes somebody who reads these rows. */

/** What due times are counted with, as of now. */
export interface Timing {
  calendar: Calendar
  limits: LimitTable
}

/** Columns of the ticket's row that lists show and sort by. */
export interface DueColumns {
  signDueAt: Instant | null
  handleDueAt: Instant | null
  nextDueAt: Instant | null
  warnAt: Instant | null
  calendarVersion: string | null
  clockMark: string | null
}

/** A year that is not loaded gives no date, and a mark that everybody sees, never a guess. */
const noCalendar = 'NO_CALENDAR'

export async function runningClocks(tx: Tx, ticketId: TicketId): Promise<ClockKind[]> {
  const rows = await tx
    .select({ clock: ticketDeadlines.clock })
    .from(ticketDeadlines)
    .where(and(eq(ticketDeadlines.ticketId, ticketId), eq(ticketDeadlines.slot, 1)))
  return rows.map((row) => row.clock)
}

/** Writes what the machine asked for. @returns what the ticket's row now has to say */
export async function applyClocks(
  tx: Tx,
  ticketId: TicketId,
  effects: ClockEffect[],
  matter: Matter,
  timing: Timing,
  now: Instant,
): Promise<DueColumns> {
  for (const { do: what, clock } of effects) {
    if (what === 'start') await start(tx, ticketId, clock, matter, timing, now)
    else if (what === 'resume') await resume(tx, ticketId, clock)
    else await stop(tx, ticketId, clock, what === 'meet' ? { metAt: now } : { cancelledAt: now })
  }
  return dueColumns(tx, ticketId)
}

async function start(tx: Tx, ticketId: TicketId, clock: ClockKind, matter: Matter, timing: Timing, now: Instant) {
  const limit = limitOf(clock, limitsFor(matter, timing.limits), timing.limits)
  if (limit === null) return
  const counted = orNull(() => {
    const dueAt = timing.calendar.addWorkingTime(now, limit)
    return {
      dueAt,
      warnAt: yellowAt(now, dueAt, limit, timing.calendar),
      calendarVersion: timing.calendar.versionBetween(now, dueAt),
    }
  })
  await tx.insert(ticketDeadlines).values({
    id: ulid(now),
    ticketId,
    clock,
    slot: 1,
    startedAt: now,
    limitsVersion: String(timing.limits.version),
    ...counted,
  })
}

async function stop(
  tx: Tx,
  ticketId: TicketId,
  clock: ClockKind,
  end: { metAt: Instant } | { cancelledAt: Instant },
): Promise<void> {
  await tx
    .update(ticketDeadlines)
    .set({ ...end, slot: null })
    .where(and(eq(ticketDeadlines.ticketId, ticketId), eq(ticketDeadlines.clock, clock), eq(ticketDeadlines.slot, 1)))
}

/** The last run goes on, with the due time that it had. */
async function resume(tx: Tx, ticketId: TicketId, clock: ClockKind): Promise<void> {
  const [last] = await tx
    .select({ id: ticketDeadlines.id })
    .from(ticketDeadlines)
    .where(
      and(eq(ticketDeadlines.ticketId, ticketId), eq(ticketDeadlines.clock, clock), isNotNull(ticketDeadlines.metAt)),
    )
    .orderBy(desc(ticketDeadlines.startedAt))
    .limit(1)
  if (last) await tx.update(ticketDeadlines).set({ slot: 1, metAt: null }).where(eq(ticketDeadlines.id, last.id))
}

async function dueColumns(tx: Tx, ticketId: TicketId): Promise<DueColumns> {
  const rows = await tx
    .select()
    .from(ticketDeadlines)
    .where(and(eq(ticketDeadlines.ticketId, ticketId), eq(ticketDeadlines.slot, 1)))
  const dueOf = (clock: ClockKind) => rows.find((row) => row.clock === clock)?.dueAt ?? null
  const nearest = rows.filter((row) => row.dueAt !== null).sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))[0]
  const warnings = rows.flatMap((row) => row.warnAt ?? [])
  return {
    signDueAt: dueOf('SIGN'),
    handleDueAt: dueOf('HANDLE'),
    nextDueAt: nearest?.dueAt ?? null,
    warnAt: warnings.length === 0 ? null : Math.min(...warnings),
    calendarVersion: nearest?.calendarVersion ?? null,
    clockMark: rows.some((row) => row.dueAt === null) ? noCalendar : null,
  }
}

/** Until when a unit may give the ticket back. Null while that cannot be counted: then it may. */
export function returnByOf(matter: Matter, { calendar, limits }: Timing, now: Instant): Instant | null {
  // No window at all means that it may not be given back: it closes as it opens.
  return orNull(() => ({ at: returnDueAt(now, limitsFor(matter, limits), calendar) ?? now }))?.at ?? null
}

function orNull<T>(count: () => T): T | null {
  try {
    return count()
  } catch (error) {
    if (error instanceof CalendarYearMissing) return null
    throw error
  }
}
