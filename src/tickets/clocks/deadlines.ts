import { eq, inArray, sql } from 'drizzle-orm'
import { type Calendar, CalendarYearMissing, unlessYearMissing } from '../../calendar/calendar.ts'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import { insertInto, prepared } from '../../platform/database/prepared.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import type { ClockEffect, ClockKind } from '../life/ticket.ts'
import { ticketDeadlines } from '../records/schema.ts'
import { type LimitTable, limitOf, limitsFor, type Matter, returnDueAt, yellowAt } from './limits.ts'

/** The clocks of a ticket in the database. An alarm of a job queue only triggers a check of these rows. */

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

const runsOf = prepared((db) =>
  db
    .select()
    .from(ticketDeadlines)
    .where(eq(ticketDeadlines.ticketId, sql.placeholder('ticketId')))
    .prepare(),
)
const addRuns = insertInto(ticketDeadlines)

/** Every run of a ticket's clocks, also those that have ended: a handful. */
export async function readRuns(tx: Tx, ticketId: TicketId): Promise<Run[]> {
  return runsOf(tx).execute({ ticketId })
}

export function runningOf(runs: readonly Run[]): ClockKind[] {
  return runs.filter(isRunning).map((run) => run.clock)
}

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
  for (const { do: what, clock } of effects) {
    const running = after.find((run) => run.clock === clock && isRunning(run))
    if (what === 'start') after.push(...started(ticketId, clock, matter, timing, now, idOf))
    else if (what === 'meet') change(running, { slot: null, metAt: now })
    else if (what === 'cancel') change(running, { slot: null, cancelledAt: now })
    else {
      // The last run goes on, with the due time that it had.
      const met = after.filter((run) => run.clock === clock && run.metAt !== null)
      const last = met.toSorted((one, other) => other.startedAt - one.startedAt)[0]
      change(last, { slot: 1, metAt: null })
    }
  }
  return after
}

/** @returns one run, or none where this kind of matter has no such limit */
function started(
  ticketId: TicketId,
  clock: ClockKind,
  matter: Matter,
  timing: Timing,
  now: Instant,
  idOf: (at: Instant) => string,
): Run[] {
  const counted = countClock(clock, matter, timing, now)
  if (counted === null) return []
  const open = { metAt: null, cancelledAt: null, warnedAt: null, overdueAt: null }
  const { missingYear: _year, ...due } = counted
  return [{ id: idOf(now), ticketId, clock, slot: 1, startedAt: now, ...due, ...open }]
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
    const dueAt = calendar.addWorkingTime(startedAt, limit)
    const warnAt = yellowAt(startedAt, dueAt, limit, calendar)
    const calendarVersion = calendar.versionBetween(startedAt, dueAt)
    return { dueAt, warnAt, calendarVersion, limitsVersion, missingYear: null }
  } catch (error) {
    if (!(error instanceof CalendarYearMissing)) throw error
    return { dueAt: null, warnAt: null, calendarVersion: null, limitsVersion, missingYear: error.year }
  }
}

/** Writes what `carryClocks` changed: what ends first, so that its slot is free before it is taken again. */
export async function writeRuns(tx: Tx, before: readonly Run[], after: readonly Run[]): Promise<void> {
  const known = new Set(before.map((run) => run.id))
  const changed = after.filter((run) => known.has(run.id) && !before.includes(run))
  const kinds = new Map<string, Run[]>()
  for (const run of changed) {
    const kind = `${run.slot} ${run.metAt} ${run.cancelledAt}`
    kinds.set(kind, [...(kinds.get(kind) ?? []), run])
  }
  for (const alike of kinds.values()) {
    const [{ slot, metAt, cancelledAt }] = alike as [Run, ...Run[]]
    const ids = alike.map((run) => run.id)
    await tx.update(ticketDeadlines).set({ slot, metAt, cancelledAt }).where(inArray(ticketDeadlines.id, ids))
  }
  const come = after.filter((run) => !known.has(run.id))
  if (come.length > 0) await addRuns(tx, ...come)
}

/** What the ticket's row has to say of its clocks. */
export function dueColumnsOf(runs: readonly Run[]): DueColumns {
  const rows = runs.filter(isRunning)
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
  return unlessYearMissing(() => returnDueAt(now, limitsFor(matter, limits), calendar) ?? now).dueAt
}
