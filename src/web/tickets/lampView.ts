import type { Calendar } from '../../calendar/calendar.ts'
import { timeLeft, timeLeftInWords } from '../../calendar/time-left.ts'
import type { Instant } from '../../platform/types.ts'
import type { TicketSummary } from '../../tickets/api.ts'
import { type Lamp, lampAt } from '../../tickets/clocks/limits.ts'

/** What a list shows of a ticket's clock. Pure. */

export type Clocked = Pick<TicketSummary, 'nextDueAt' | 'warnAt' | 'clockMark' | 'urgency'>

export interface LampView {
  /** Null: no due time runs, or none could be computed. */
  lamp: Lamp | null
  /** `剩 6 小时 (明天 11:30)`; empty without a lamp. */
  left: string
  /** A due date is missing because a year is not loaded. */
  isMarked: boolean
}

export function lampView(
  { nextDueAt, warnAt, clockMark, urgency }: Clocked,
  now: Instant,
  calendar: Calendar,
): LampView {
  const isMarked = clockMark !== null
  if (nextDueAt === null) return { lamp: null, left: '', isMarked }
  // Urgent tickets run day and night.
  const left = timeLeft(now, nextDueAt, calendar, urgency === 'P3' ? 'WORKING_DAYS' : 'NATURAL_DAYS')
  return { lamp: lampAt(now, [{ warnAt, dueAt: nextDueAt }]), left: timeLeftInWords(left), isMarked }
}
