import type { CalendarDay } from '../../calendar/calendar.ts'
import { dayMs, dayOfNumber, hourMs, startOfDayNumber } from '../../calendar/days.ts'
import type { Instant } from '../../platform/types.ts'
import type { Channel, TicketType } from '../../tickets/life/ticket.ts'
import { drawing, type Random } from './random.ts'

/** How many requests come, when, and of what kind. Pure. */

/** Shares of all requests. Source: domain model 3.3, between the two cities that publish theirs. */
export const drawType = drawing<TicketType>([
  ['CONSULT', 60],
  ['HELP', 28],
  ['COMPLAINT', 6.5],
  ['SUGGEST', 2.5],
  ['REPORT', 1.2],
  ['PRAISE', 0.8],
  ['OTHER', 1],
])

export const drawChannel = drawing<Channel>([
  ['PHONE', 88],
  ['WECHAT', 5],
  ['WEB', 2.5],
  ['APP', 1.5],
  ['PROVINCE', 1],
  ['MAILBOX', 0.8],
  ['WALK_IN', 0.5],
  ['POLICE_110', 0.4],
  ['NATIONAL', 0.3],
])

/** A day's calls by hour; the busiest hour has 12 % of the day. Source: domain model 10.1. */
const byHour = [4, 3, 2, 2, 3, 5, 14, 32, 88, 120, 112, 84, 48, 52, 78, 98, 92, 74, 48, 38, 30, 22, 14, 8]
const drawHour = drawing(byHour.map((weight, hour) => [hour, weight] as const))

/** Trial heating begins in the middle of October, heating ends with March. Source: domain model 9.2. */
export function isHeatingSeason(dayNumber: number): boolean {
  const date = dayOfNumber(dayNumber).slice(5)
  return date >= '10-17' || date <= '03-31'
}

/**
 * A day's demand relative to an ordinary working day: lower when the offices are closed, higher when heating begins.
 */
function weightOf(dayNumber: number, day: Pick<CalendarDay, 'isWorkingDay'>): number {
  const date = dayOfNumber(dayNumber).slice(5)
  const isStart = date >= '10-25' && date <= '11-20'
  const season = isStart ? 1.9 : isHeatingSeason(dayNumber) ? 1.25 : 1
  return (day.isWorkingDay ? 1 : 0.55) * season
}

/** Tickets that are written together: those of a day from `first` on. */
export interface Batch {
  dayNumber: number
  /** Tickets of the whole day. */
  ofDay: number
  first: number
  count: number
}

/**
 * Distributes the tickets over the days up to and including that of `until`.
 * @param dayAt the kind of that day
 * @param mostInBatch limits the rows held in memory
 */
export function planOf(
  tickets: number,
  days: { from: number; to: number },
  dayAt: (dayNumber: number) => Pick<CalendarDay, 'isWorkingDay'>,
  mostInBatch: number,
): Batch[] {
  const numbers = Array.from({ length: days.to - days.from + 1 }, (_, at) => days.from + at)
  const weights = numbers.map((dayNumber) => weightOf(dayNumber, dayAt(dayNumber)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const batches: Batch[] = []
  let [weighed, given] = [0, 0]
  for (const [at, dayNumber] of numbers.entries()) {
    weighed += weights[at] ?? 0
    // Rounded on the running total, so that the days add up to what was asked for.
    const ofDay = Math.round((tickets * weighed) / sum) - given
    given += ofDay
    for (let first = 0; first < ofDay; first += mostInBatch) {
      batches.push({ dayNumber, ofDay, first, count: Math.min(mostInBatch, ofDay - first) })
    }
  }
  return batches
}

/** When each of a day's tickets is submitted, in order, all before `until`. */
export function timesOf({ dayNumber, ofDay }: Batch, until: Instant, random: Random): Instant[] {
  const start = startOfDayNumber(dayNumber)
  const times = Array.from({ length: ofDay }, () => start + drawHour(random) * hourMs + random.below(hourMs))
  // A day that has not ended yet is as busy, only shorter.
  const share = Math.min(1, (until - start) / dayMs)
  return times.map((at) => Math.floor(start + (at - start) * share)).sort((one, other) => one - other)
}
