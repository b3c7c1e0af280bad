import type { Calendar } from '../../calendar/calendar.ts'
import type { LimitUnit } from '../../calendar/limit.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { ClockKind, Running } from '../life/clocks.ts'
import { isPart, partOf } from '../life/parts.ts'
import { leadOf, type PartTask, type Task } from '../life/tasks.ts'

/** When a part of a ticket is due: before the clock that its sender has to keep. Pure. */

export const isPartClock = (clock: ClockKind): clock is 'PART_SIGN' | 'PART' =>
  clock === 'PART_SIGN' || clock === 'PART'

/**
 * A working day before the sender has to answer; three quarters of the time that is left where the clock counts minutes
 * and hours, or where that day would be over. A sender who is late has no time to give.
 * @param unit of the limit that the sender's clock has
 * Source: domain model 4.2, co-unit and station limits; domain model 2, section 7.
 */
export function partDueAt(startedAt: Instant, parentDueAt: Instant, unit: LimitUnit, calendar: Calendar): Instant {
  if (parentDueAt <= startedAt) return startedAt
  const isInDays = unit === 'WORKING_DAY' || unit === 'DAY'
  const dayBefore = isInDays ? calendar.subtractWorkingDays(parentDueAt, 1) : startedAt
  if (dayBefore > startedAt) return dayBefore
  const minutes = isInDays ? calendar.workingMinutesBetween(startedAt, parentDueAt) * 0.75 : 0
  return minutes > 0
    ? calendar.addWorkingMinutes(startedAt, minutes)
    : startedAt + Math.floor((parentDueAt - startedAt) * 0.75)
}

/** The clock that the sender of a unit's part has to keep; a co-unit's part counts back from the unit in charge. */
export function parentClock(unit: UnitCode, tasks: readonly Task[]): Running {
  const from = partOf({ tasks }, unit)?.part.from ?? leadOf({ tasks })
  return { clock: from !== null && partOf({ tasks }, from) ? 'PART' : 'HANDLE', unit: from }
}

/** The parts, each after the one that its sender has. */
export function fromTop(tasks: readonly Task[]): PartTask[] {
  const depthOf = (task: PartTask): number => {
    const above = partOf({ tasks }, task.part.from)
    return above === undefined ? 0 : 1 + depthOf(above)
  }
  return tasks
    .filter(isPart)
    .map((task) => ({ task, depth: depthOf(task) }))
    .toSorted((one, other) => one.depth - other.depth)
    .map(({ task }) => task)
}
