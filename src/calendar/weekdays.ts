import type { Instant } from '../platform/types.ts'
import { type Calendar, CalendarYearMissing } from './calendar.ts'
import { type Day, dayMs, dayNumberOf, dayOfNumber, numberOfDay, weekdayOfNumber } from './days.ts'

/**
 * Working days for what must not wait for a notice: days of a year that is not loaded are counted by the week. Never for a limit,
 * which is not guessed. Pure.
 */

export function isWorkedOrWeekday(calendar: Calendar, day: Day): boolean {
  return valueUnlessYearMissing(() => calendar.isWorkingDay(day)) ?? ![0, 6].includes(weekdayOfNumber(numberOfDay(day)))
}

/** The same time of day, n of these days earlier. */
export function weekdaysBefore(calendar: Calendar, at: Instant, n: number): Instant {
  const today = dayNumberOf(at)
  let day = today
  for (let left = n; left > 0; ) {
    day -= 1
    if (isWorkedOrWeekday(calendar, dayOfNumber(day))) left -= 1
  }
  return at - (today - day) * dayMs
}

/** @returns null where a day of a year that is not loaded would have to be counted */
export function valueUnlessYearMissing<Value>(count: () => Value): Value | null {
  try {
    return count()
  } catch (error) {
    if (error instanceof CalendarYearMissing) return null
    throw error
  }
}
