import type { Calendar } from '../../calendar/calendar.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { ClockKind } from '../life/clocks.ts'
import { countClock, countRun, type Run, type Timing, timingUnder } from './deadlines.ts'
import type { LimitTable, Matter } from './limits.ts'

/**
 * Which due times of open tickets would move with another calendar or another profile of limits, shown before anybody
 * confirms it. Pure. What has ended never moves, and neither does what has a date of its own.
 */

/** An open ticket with the runs of its clocks. */
export interface OpenTicket {
  number: string
  matter: Matter
  /** The profile that it keeps. */
  limitsKey: string | null
  runs: readonly Run[]
}

export interface Move {
  number: string
  runId: Run['id']
  clock: ClockKind
  unit: UnitCode | null
  /** Null: it could not be counted before, or could not be now. */
  from: Instant | null
  to: Instant | null
}

/**
 * Each ticket under the limits that it keeps, on another calendar.
 * @param timing of now
 */
export function movesOnCalendar(tickets: readonly OpenTicket[], calendar: Calendar, timing: Timing): Move[] {
  return movesOf(tickets, (run, { matter, limitsKey }) =>
    countRun(run, matter, { ...timingUnder(timing, limitsKey), calendar }),
  )
}

/**
 * Each ticket as if it had been dispatched under this table. What was extended keeps its extensions, and what stood still
 * its pauses: only the limit that the clock began with is another one.
 */
export function movesUnder(tickets: readonly OpenTicket[], limits: LimitTable, timing: Timing): Move[] {
  const under = { ...timing, limits }
  return movesOf(tickets, (run, { matter }) => {
    if (run.allowed?.startsWith('@')) return null
    const anew = countClock(run.clock, matter, under, run.startedAt)
    if (anew === null) return null
    const [, ...extensions] = (run.allowed ?? '').split('+')
    return countRun({ ...run, allowed: [anew.allowed, ...extensions].join('+') }, matter, under)
  })
}

function movesOf(
  tickets: readonly OpenTicket[],
  count: (run: Run, ticket: OpenTicket) => { dueAt: Instant | null } | null,
): Move[] {
  return tickets.flatMap((ticket) =>
    ticket.runs.flatMap((run): Move[] => {
      if (run.slot === null) return []
      const counted = count(run, ticket)
      if (counted === null || counted.dueAt === run.dueAt) return []
      const { id: runId, clock, unitCode, dueAt: from } = run
      return [{ number: ticket.number, runId, clock, unit: unitCode || null, from, to: counted.dueAt }]
    }),
  )
}
