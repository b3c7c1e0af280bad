import { type Calendar, CalendarYearMissing, unlessYearMissing } from '../../calendar/calendar.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, TicketId, UnitCode } from '../../platform/types.ts'
import type { ClockEffect, ClockKind, Running } from '../life/ticket.ts'
import type { ticketDeadlines } from '../records/schema.ts'
import { type LimitTable, limitOf, limitsFor, type Matter, returnDueAt, yellowAt } from './limits.ts'

/** The rows of a ticket's clocks. Pure. An alarm of a job queue only wakes somebody who reads these rows. */

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
  clockMark: 'NO_CALENDAR' | null
}

/** One run of a clock: a row. */
export type Run = typeof ticketDeadlines.$inferSelect

/** A year that is not loaded gives no date and a visible mark, never a guess. */
const noCalendar = 'NO_CALENDAR'

const isRunning = (run: Run) => run.slot === 1

/** What the machine asked for. @returns the runs after it; those that it changed are new objects */
export function carryClocks(
  ticketId: TicketId,
  runs: readonly Run[],
  effects: readonly ClockEffect[],
  matter: Matter,
  timing: Timing,
  now: Instant,
  idOf: (at: Instant) => string = newId,
): Run[] {
  let after = [...runs]
  const change = (run: Run | undefined, by: Partial<Run>) => {
    after = after.map((one) => (one === run ? { ...one, ...by } : one))
  }
  for (const { do: what, clock, unit } of effects) {
    const owned = after.filter((run) => run.clock === clock && run.unitCode === (unit ?? ''))
    const running = owned.find(isRunning)
    if (what === 'start') after.push(...started(ticketId, { clock, unit }, matter, timing, now, idOf))
    else if (what === 'meet') change(running, { slot: null, metAt: now })
    else if (what === 'cancel') change(running, { slot: null, cancelledAt: now })
    else {
      // The last run goes on, with the due time that it had.
      const met = owned.filter((run) => run.metAt !== null)
      const last = met.toSorted((one, other) => other.startedAt - one.startedAt)[0]
      change(last, { slot: 1, metAt: null })
    }
  }
  return after
}

/** @returns one run, or none where this kind of matter has no such limit */
function started(
  ticketId: TicketId,
  { clock, unit }: Running,
  matter: Matter,
  timing: Timing,
  now: Instant,
  idOf: (at: Instant) => string,
): Run[] {
  const counted = countClock(clock, matter, timing, now)
  if (counted === null) return []
  const open = { metAt: null, cancelledAt: null, warnedAt: null, overdueAt: null }
  const { missingYear: _year, ...due } = counted
  return [{ id: idOf(now), ticketId, clock, unitCode: unit ?? '', slot: 1, startedAt: now, ...due, ...open }]
}

/**
 * The instants of a clock that started then, or the year that must be loaded before they can be counted.
 * @returns null: this kind of matter has no such limit
 */
export function countClock(clock: ClockKind, matter: Matter, { calendar, limits }: Timing, startedAt: Instant) {
  const limit = limitOf(clock, limitsFor(matter, limits), limits)
  if (limit === null) return null
  const limitsVersion = String(limits.version)
  try {
    const dueAt = orEarlier(calendar.addWorkingTime(startedAt, limit), clock, matter)
    // What is over as it begins has nothing left to warn of.
    const warnAt = dueAt <= startedAt ? dueAt : yellowAt(startedAt, dueAt, limit, calendar)
    const calendarVersion = calendar.versionBetween(startedAt, dueAt)
    return { dueAt, warnAt, calendarVersion, limitsVersion, missingYear: null }
  } catch (error) {
    if (!(error instanceof CalendarYearMissing)) throw error
    return { dueAt: null, warnAt: null, calendarVersion: null, limitsVersion, missingYear: error.year }
  }
}

/** The limit that came with a ticket is for its handling. Source: domain model 4.2, it wins if it is the shorter one. */
function orEarlier(dueAt: Instant, clock: ClockKind, { upstreamDueAt }: Matter): Instant {
  return clock === 'HANDLE' && upstreamDueAt != null ? Math.min(dueAt, upstreamDueAt) : dueAt
}

/**
 * What the ticket's row has to say of its clocks: those of the hotline and of the unit that it is with. What one that
 * gave it back has still to keep makes nobody else's lamp red.
 */
export function dueColumnsOf(runs: readonly Run[], lead: UnitCode | null): DueColumns {
  const rows = runs.filter((run) => isRunning(run) && (run.unitCode === '' || run.unitCode === lead))
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

/** Until when what is closed now may be redone or reopened. Null while that cannot be counted: then it may. */
export function reopenByOf({ calendar, limits }: Timing, now: Instant): Instant | null {
  return unlessYearMissing(() => calendar.addWorkingTime(now, limits.reopen)).dueAt
}

/** Until when a unit may give the ticket back. Null while that cannot be counted: then it may. */
export function returnByOf(matter: Matter, { calendar, limits }: Timing, now: Instant): Instant | null {
  // No window at all means that it may not be given back: it closes as it opens.
  return unlessYearMissing(() => returnDueAt(now, limitsFor(matter, limits), calendar) ?? now).dueAt
}
