import type { Calendar } from '../../calendar/calendar.ts'
import { dayMs, dayNumberOf, hourMs, minuteMs } from '../../calendar/days.ts'
import { type Limit, type LimitUnit, readLimit, writeLimit } from '../../calendar/limit.ts'
import type { Instant } from '../../platform/types.ts'
import { unreachable } from '../../platform/types.ts'
import type { Pause } from '../life/clocks.ts'

/**
 * How much time a clock has: the limit that it began with, what extended it, and when it stood still. Pure. A due time
 * is always counted anew from these facts, so it is the same in whatever order they came, and a pause that is cut in two
 * changes nothing.
 */

/**
 * Either limits, each counted from where the one before ends (the first is the clock's own, the others are extensions),
 * or a fixed instant, as of a milestone.
 */
export type Allowance = { limits: readonly [Limit, ...Limit[]] } | { until: Instant }

/** As a row keeps it: `5 wd+3 wd`, or `@1767225600000`. */
export function writeAllowance(allowance: Allowance): string {
  return 'until' in allowance ? `@${allowance.until}` : allowance.limits.map(writeLimit).join('+')
}

/** @returns null for what is no allowance, as a row that an older version wrote has it */
export function readAllowance(text: string | null): Allowance | null {
  if (text === null) return null
  if (/^@\d{1,15}$/.test(text)) return { until: Number(text.slice(1)) }
  const limits = text.split('+').map(readLimit)
  const [first, ...rest] = limits.filter((limit) => limit !== null)
  return first && limits.every((limit) => limit !== null) ? { limits: [first, ...rest] } : null
}

/**
 * The due time of a clock that started then.
 * @param pauses that have ended; one that lasts has no end to count with
 * @throws CalendarYearMissing
 */
export function dueOf(startedAt: Instant, allowance: Allowance, pauses: readonly Pause[], calendar: Calendar): Instant {
  if ('until' in allowance) return allowance.until + stoodDays(pauses) * dayMs
  const [first, ...more] = allowance.limits
  const own = calendar.addWorkingTime(startedAt, longerBy(first, stood(first.unit, pauses, calendar)))
  return more.reduce((dueAt, limit) => calendar.addWorkingTime(dueAt, limit), Math.round(own))
}

/** The unit that a clock is counted and its lamp is changed in. */
export function limitOfAllowance(allowance: Allowance): Limit {
  return 'until' in allowance ? { count: 1, unit: 'WORKING_DAY' } : allowance.limits[0]
}

/** Half a minute counts: the limit itself may only be written in whole ones. */
function longerBy({ count, unit }: Limit, by: number): Limit {
  return { count: count + by, unit }
}

/**
 * How long a clock stood still, in its own unit: days that it would not have counted are not given to it. Summed in
 * whole numbers: with hundredths lost on the way, a pause in two parts could end on the other side of an evening.
 */
function stood(unit: LimitUnit, pauses: readonly Pause[], calendar: Calendar): number {
  const sum = pauses.reduce((so, { from, to }) => so + (to === null ? 0 : lengthOf(unit, from, to, calendar)), 0)
  return sum / partsOf[unit]
}

/** How many days a clock with a date stood still: none of a pause that lasts. */
export const stoodDays = (pauses: readonly Pause[]): number =>
  pauses.reduce((so, { from, to }) => so + (to === null ? 0 : dayNumberOf(to) - dayNumberOf(from)), 0)

/** How many of what `lengthOf` counts make one of the unit: milliseconds, or whole days. */
const partsOf: Record<LimitUnit, number> = {
  MINUTE: minuteMs,
  HOUR: hourMs,
  DAY: 1,
  WORKING_HOUR: hourMs,
  WORKING_DAY: 1,
}

function lengthOf(unit: LimitUnit, from: Instant, to: Instant, calendar: Calendar): number {
  switch (unit) {
    case 'MINUTE':
    case 'HOUR':
      return to - from
    case 'DAY':
      return dayNumberOf(to) - dayNumberOf(from)
    case 'WORKING_HOUR':
      return Math.round(calendar.workingMinutesBetween(from, to) * minuteMs)
    case 'WORKING_DAY':
      return calendar.workingDaysBetween(from, to)
    default:
      return unreachable(unit)
  }
}
