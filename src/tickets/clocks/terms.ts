import { type Calendar, unlessYearMissing } from '../../calendar/calendar.ts'
import { dayMs, hourMs, minuteMs } from '../../calendar/days.ts'
import type { Limit } from '../../calendar/limit.ts'
import type { Instant } from '../../platform/types.ts'
import { unreachable } from '../../platform/types.ts'
import type { Terms } from '../life/facts.ts'
import { type Run, slots, type Timing } from './deadlines.ts'
import { limitsFor, type Matter } from './limits.ts'

/** What the profile of a ticket allows it, counted. Pure. @param timing that of this ticket, see `timingUnder` */
export function termsOf(matter: Matter, runs: readonly Run[], { calendar, limits }: Timing): Terms {
  const handle = runs.find(({ clock, slot }) => clock === 'HANDLE' && slot === slots.running)
  const handleDueAt = handle?.dueAt ?? null
  return {
    returns: limits.returns,
    extension: limitsFor(matter, limits).extension,
    extendBy:
      handleDueAt === null
        ? null
        : unlessYearMissing(() => latestBefore(handleDueAt, limits.extensionNotice, calendar)).dueAt,
    handleDueAt,
    suspensionDays: limits.suspension.count,
    promiseDays: limits.promise.count,
  }
}

/** The last instant from which a limit ends no later than at `dueAt`. @throws CalendarYearMissing */
export function latestBefore(dueAt: Instant, { count, unit }: Limit, calendar: Calendar): Instant {
  switch (unit) {
    case 'MINUTE':
      return dueAt - count * minuteMs
    case 'HOUR':
      return dueAt - count * hourMs
    case 'DAY':
      return dueAt - count * dayMs
    case 'WORKING_DAY':
      return calendar.subtractWorkingDays(dueAt, Math.ceil(count))
    case 'WORKING_HOUR':
      return latestWith(dueAt, count * 60, calendar)
    default:
      return unreachable(unit)
  }
}

/** By halving: so many minutes of office time lie behind it. */
function latestWith(dueAt: Instant, minutes: number, calendar: Calendar): Instant {
  let early = dueAt
  while (calendar.workingMinutesBetween(early, dueAt) < minutes) early -= dayMs
  let late = Math.min(dueAt, early + dayMs)
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (calendar.workingMinutesBetween(middle, dueAt) >= minutes) early = middle
    else late = middle
  }
  return early
}
