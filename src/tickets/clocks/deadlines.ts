import { type Calendar, CalendarYearMissing, type Counted, unlessYearMissing } from '../../calendar/calendar.ts'
import { dayMs } from '../../calendar/days.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { type ClockEffect, type ClockKind, clocks, type Pause, type Running } from '../life/clocks.ts'
import type { Task } from '../life/tasks.ts'
import type { ticketDeadlines } from '../records/schema.ts'
import { type Allowance, dueOf, limitOfAllowance, readAllowance, stoodDays, writeAllowance } from './allowance.ts'
import { keyOf, type LimitTable, limitOf, limitsFor, type Matter, returnDueAt, yellowAt } from './limits.ts'
import { fromTop, isPartClock, parentClock, partDueAt } from './part-limits.ts'

/** The rows of a ticket's clocks. Pure. An alarm of a job queue only wakes somebody who reads these rows. */

/** What due times are counted with, as of now. */
export interface Timing {
  calendar: Calendar
  /** In force: what is dispatched now is dispatched under it. */
  limits: LimitTable
  /** Other profiles and versions, for tickets that were dispatched under them. */
  others?: readonly LimitTable[]
}

/** The limits that a ticket keeps; those in force while it has none, or one that no file has any more. */
export function limitsUnder({ limits, others = [] }: Timing, key: string | null): LimitTable {
  return [limits, ...others].find((table) => keyOf(table) === key) ?? limits
}

/** The same timing, as this ticket keeps it. */
export function timingUnder(timing: Timing, key: string | null): Timing {
  return { ...timing, limits: limitsUnder(timing, key) }
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

/** Values of `slot`; null: it has ended. */
export const slots = { running: 1, paused: 2 } as const

/** A year that is not loaded gives no date and a visible mark, never a guess. */
const noCalendar = 'NO_CALENDAR'

const isRunning = (run: Run) => run.slot === slots.running

/** What the machine asked for. @returns the runs after it; those that it changed are new objects */
export function carryClocks(
  ticketId: TicketId,
  runs: readonly Run[],
  effects: readonly ClockEffect[],
  matter: Matter,
  timing: Timing,
  now: Instant,
  idOf: (at: Instant) => string = newId,
  tasks: readonly Task[] = [],
): Run[] {
  let after = [...runs]
  const change = (run: Run | undefined, by: Partial<Run>) => {
    after = after.map((one) => (one === run ? { ...one, ...by } : one))
  }
  for (const effect of effects) {
    const { do: what, clock, unit, item = 0 } = effect
    const owned = after.filter((run) => run.clock === clock && run.unitCode === (unit ?? '') && run.item === item)
    const held = owned.find((run) => run.slot !== null)
    if (what === 'start') {
      const until = effect.until ?? partUntil(effect, { tasks, runs: after }, matter, timing, now)
      after.push(...started(ticketId, { ...effect, until }, matter, timing, now, idOf))
    } else if (what === 'resume') {
      // The last run goes on, with the due time that it had.
      const met = owned.filter((run) => run.metAt !== null)
      const last = met.toSorted((one, other) => other.startedAt - one.startedAt)[0]
      change(last, { slot: slots.running, metAt: null })
    } else if (held) change(held, changed(held, effect, matter, timing, now))
  }
  return effects.some(movesParts) ? withParts(after, tasks, matter, timing, now) : after
}

/** More time for the whole is more time for its parts, and less is less. */
const movesParts = ({ clock, do: what }: ClockEffect): boolean =>
  clock === 'HANDLE' && (what === 'extend' || what === 'move' || what === 'unpause')

/** Parts whose clocks run are due before their sender again: those of the unit in charge first, then those below. */
function withParts(runs: Run[], tasks: readonly Task[], matter: Matter, timing: Timing, now: Instant): Run[] {
  return fromTop(tasks).reduce((so, { unit }) => {
    const run = so.find((one) => one.clock === 'PART' && one.unitCode === unit && isRunning(one))
    const until = run && partUntil({ clock: 'PART', unit }, { tasks, runs: so }, matter, timing, now)
    if (!run || until === undefined) return so
    const moved = { ...run, ...changed(run, { do: 'move', clock: 'PART', unit, until }, matter, timing, now) }
    return so.map((one) => (one === run ? moved : one))
  }, runs)
}

/**
 * Until when a part has to be signed or answered: it hangs on the clock of its sender. Undefined for other clocks, and
 * while the sender's cannot be counted: then it has as long as the whole.
 */
function partUntil(
  { clock, unit }: Running,
  { tasks, runs }: { tasks: readonly Task[]; runs: readonly Run[] },
  matter: Matter,
  { calendar, limits }: Timing,
  now: Instant,
): Instant | undefined {
  if (!isPartClock(clock) || unit === null) return undefined
  const parent = parentClock(unit, tasks)
  const dueAt = runs.find((run) => isRunning(run) && run.clock === parent.clock && run.unitCode === parent.unit)?.dueAt
  const { sign, handle } = limitsFor(matter, limits)
  const ends: Counted = unlessYearMissing(() => {
    const whole = partDueAt(now, dueAt ?? calendar.addWorkingTime(now, handle), handle.unit, calendar)
    return clock === 'PART' || sign === null ? whole : Math.min(whole, calendar.addWorkingTime(now, sign))
  })
  return ends.dueAt ?? undefined
}

/** What an effect changes of a run that has not ended. */
function changed(run: Run, effect: ClockEffect, matter: Matter, timing: Timing, now: Instant): Partial<Run> {
  const pauses = endedPauses(run, now)
  switch (effect.do) {
    case 'pause':
      return { slot: slots.paused, pauses: [...(run.pauses ?? []), { from: now, to: null }] }
    case 'unpause':
      return { slot: slots.running, pauses, ...recounted({ ...run, pauses }, matter, timing, now) }
    case 'extend':
    case 'move': {
      const allowed = writeAllowance(longer(allowanceOf(run, matter, timing), effect, run.pauses ?? []))
      return { allowed, ...recounted({ ...run, allowed }, matter, timing, now) }
    }
    case 'meet':
      // What stood still until now has its whole time when it is resumed.
      return {
        ...{ slot: null, metAt: now, pauses },
        ...(run.slot === slots.paused && recounted({ ...run, pauses }, matter, timing, now)),
      }
    case 'cancel':
      return { slot: null, cancelledAt: now, pauses }
    // The machine starts and resumes nothing that is held.
    case 'start':
    case 'resume':
      return {}
  }
}

/** Null: it never stood still. */
function endedPauses({ pauses }: Run, now: Instant): Pause[] | null {
  return pauses?.map((pause) => ({ ...pause, to: pause.to ?? now })) ?? null
}

/** A date that is set now holds whatever stood still before; what stands still later is added to it. */
function longer(allowance: Allowance, { by, until }: ClockEffect, pauses: readonly Pause[]): Allowance {
  if (until !== undefined) return { until: until - stoodDays(pauses) * dayMs }
  if (by === undefined || 'until' in allowance) return allowance
  const [first, ...more] = allowance.limits
  return { limits: [first, ...more, by] }
}

/** Of a row that an older version wrote: what its clock has by the table. */
function allowanceOf(run: Pick<Run, 'allowed' | 'clock'>, matter: Matter, { limits }: Timing): Allowance {
  const limit = limitOf(run.clock, limitsFor(matter, limits), limits)
  const known = readAllowance(run.allowed) ?? (limit && { limits: [limit] as const })
  if (!known) throw new Error(`clock ${run.clock} has neither a limit nor a date`)
  return known
}

/** The instants of a clock whose facts have changed; what is not over any more may fire again. */
function recounted(run: Run, matter: Matter, timing: Timing, now: Instant): Partial<Run> {
  const { missingYear: _year, ...due } = countRun(run, matter, timing)
  const isAhead = due.dueAt !== null && due.dueAt >= now
  return {
    ...due,
    ...(isAhead && { overdueAt: null }),
    ...(isAhead && (due.warnAt ?? now) > now && { warnedAt: null }),
  }
}

/** @returns one run, or none where this kind of matter has no such limit */
function started(
  ticketId: TicketId,
  { clock, unit, item = 0, until }: Omit<ClockEffect, 'until'> & { until: Instant | undefined },
  matter: Matter,
  timing: Timing,
  now: Instant,
  idOf: (at: Instant) => string,
): Run[] {
  const counted =
    until === undefined
      ? countClock(clock, matter, timing, now)
      : countAllowance({ until }, { clock, startedAt: now, pauses: null }, matter, timing)
  if (counted === null) return []
  const open = { metAt: null, cancelledAt: null, warnedAt: null, overdueAt: null, pauses: null }
  const { missingYear: _year, ...due } = counted
  return [{ id: idOf(now), ticketId, clock, unitCode: unit ?? '', item, slot: 1, startedAt: now, ...due, ...open }]
}

/**
 * The instants of a clock that started then, or the year that must be loaded before they can be counted.
 * @returns null: this kind of matter has no such limit
 */
export function countClock(clock: ClockKind, matter: Matter, timing: Timing, startedAt: Instant) {
  const { limits } = timing
  const limit = limitOf(clock, limitsFor(matter, limits), limits)
  return limit && countAllowance({ limits: [limit] }, { clock, startedAt, pauses: null }, matter, timing)
}

/** The instants of a clock that is there, from its own facts. */
export function countRun(run: Pick<Run, 'allowed' | 'clock' | 'startedAt' | 'pauses'>, matter: Matter, timing: Timing) {
  return countAllowance(allowanceOf(run, matter, timing), run, matter, timing)
}

function countAllowance(
  allowance: Allowance,
  { clock, startedAt, pauses }: Pick<Run, 'clock' | 'startedAt' | 'pauses'>,
  matter: Matter,
  { calendar, limits }: Timing,
) {
  const facts = { limitsVersion: keyOf(limits), allowed: writeAllowance(allowance) }
  try {
    const dueAt = orEarlier(dueOf(startedAt, allowance, pauses ?? [], calendar), clock, matter)
    // What is over as it begins has nothing left to warn of.
    const warnAt = dueAt <= startedAt ? dueAt : yellowAt(startedAt, dueAt, limitOfAllowance(allowance), calendar)
    const calendarVersion = calendar.versionBetween(startedAt, dueAt)
    return { dueAt, warnAt, calendarVersion, ...facts, missingYear: null }
  } catch (error) {
    if (!(error instanceof CalendarYearMissing)) throw error
    if ('until' in allowance) {
      // A date needs no counting; only how many working days before it the lamp changes is not known.
      const dueAt = orEarlier(dueOf(startedAt, allowance, pauses ?? [], calendar), clock, matter)
      const warnAt = Math.max(startedAt, dueAt - dayMs)
      return { dueAt, warnAt, calendarVersion: null, ...facts, missingYear: null }
    }
    return { dueAt: null, warnAt: null, calendarVersion: null, ...facts, missingYear: error.year }
  }
}

/** The limit that came with a ticket is for its handling. Source: domain model 4.2, it wins if it is the shorter one. */
function orEarlier(dueAt: Instant, clock: ClockKind, { upstreamDueAt }: Matter): Instant {
  return clock === 'HANDLE' && upstreamDueAt != null ? Math.min(dueAt, upstreamDueAt) : dueAt
}

/** A decision has its own place and lamp, in the list of requests. */
const isShown = (run: Run, lead: UnitCode | null) =>
  isRunning(run) && clocks[run.clock].isDecision !== true && (run.unitCode === '' || run.unitCode === lead)

/**
 * What the ticket's row has to say of its clocks: those of the hotline and of the unit that it is with. What one that
 * gave it back has still to keep makes nobody else's lamp red, and neither does what a dispatcher has to decide.
 */
export function dueColumnsOf(runs: readonly Run[], lead: UnitCode | null): DueColumns {
  const rows = runs.filter((run) => isShown(run, lead))
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

/** Which clocks run, and which stand still, for the machine. */
export function heldIn(runs: readonly Pick<Run, 'clock' | 'unitCode' | 'item' | 'slot'>[], slot: number): Running[] {
  return runs
    .filter((run) => run.slot === slot)
    .map(({ clock, unitCode, item }) => ({ clock, unit: unitCode || null, ...(item > 0 && { item }) }))
}

/** Until when a unit may give the ticket back. Null while that cannot be counted: then it may. */
export function returnByOf(matter: Matter, { calendar, limits }: Timing, now: Instant): Instant | null {
  // No window at all means that it may not be given back: it closes as it opens.
  return unlessYearMissing(() => returnDueAt(now, limitsFor(matter, limits), calendar) ?? now).dueAt
}
