import type { Calendar } from '../../calendar/calendar.ts'
import { dayNumberOf, dayOfNumber, hourMs, startOfDayNumber, weekdayOfNumber } from '../../calendar/days.ts'
import { isWorkedOrWeekday } from '../../calendar/weekdays.ts'
import type { Instant } from '../../platform/types.ts'

/** When batches are cut. Pure. */

const cutHour = 9

export interface PlannedCut {
  /** One cut a week, however many processes look: `weekly:2026-11-30`, by the Monday. */
  key: string
  at: Instant
}

/**
 * The cut of this week, once it is due: Monday at nine; where Monday is a holiday, the first working day after it. A week
 * without a working day has none: the next one takes all. A make-up day at its end counts. No batch waits for a notice.
 * @returns null before it is due
 */
export function weeklyCut(calendar: Calendar, now: Instant): PlannedCut | null {
  const today = dayNumberOf(now)
  const monday = today - ((weekdayOfNumber(today) + 6) % 7)
  const day = Array.from({ length: 7 }, (_, n) => monday + n).find((n) => isWorkedOrWeekday(calendar, dayOfNumber(n)))
  if (day === undefined) return null
  const at = startOfDayNumber(day) + cutHour * hourMs
  return now < at ? null : { key: `weekly:${dayOfNumber(monday)}`, at }
}
