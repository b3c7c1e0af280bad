import type { Instant } from '../platform/types.ts'
import { unreachable } from '../platform/types.ts'
import {
  boundsOfYear,
  type Day,
  dayMs,
  dayNumberOf,
  dayOfNumber,
  minuteMs,
  numberOfDay,
  startOfDayNumber,
  weekdayOfNumber,
  yearOfNumber,
} from './days.ts'
import type { Limit } from './limit.ts'

/**
 * Working days of the hotline, by the yearly notice of the State Council's General Office (国务院办公厅). Pure: the web page
 * imports this file too. Why it counts this way: docs/decisions/004-working-days.md.
 */

/** Why a day is worked or not. A make-up day is a Saturday or Sunday that is worked in exchange for a holiday (调休). */
export const dayKinds = ['WEEKDAY', 'WEEKEND', 'HOLIDAY', 'MAKE_UP'] as const
export type DayKind = (typeof dayKinds)[number]

export interface CalendarDay {
  date: Day
  isWorkingDay: boolean
  kind: DayKind
  /** Of the holiday, or of the one that a make-up day is worked for. */
  name: string | null
}

/** A year by one notice, every day of it. */
export interface CalendarYear {
  year: number
  version: number
  source: string
  days: readonly CalendarDay[]
}

/** A notice's days of a year; all other days follow from the week. */
export interface YearNotice {
  year: number
  version: number
  source: string
  holidays: readonly { name: string; from: Day; to: Day }[]
  makeUpDays: readonly { date: Day; for: string }[]
}

/** When the last day of a limit ends: at midnight, or when the offices close (Civil Code art. 203). */
export const duePolicies = ['END_OF_DAY', 'CLOSE_OF_BUSINESS'] as const
export type DuePolicy = (typeof duePolicies)[number]

/** Minutes since midnight, `from` included, `to` not. */
export interface OfficeStretch {
  from: number
  to: number
}

/** Office hours from a day of the year (`05-01`) until the next season begins; the last one continues over New Year. */
export interface OfficeSeason {
  from: string
  hours: readonly OfficeStretch[]
}

export interface WorkingTime {
  policy: DuePolicy
  /** In the order of the year; at least one, each with at least one stretch. */
  officeHours: readonly OfficeSeason[]
}

/** A date would have to be counted in a year whose notice is not loaded. It must not be guessed. */
export class CalendarYearMissing extends Error {
  readonly code = 'calendar.year-missing'
  readonly year: number
  constructor(year: number) {
    super(`the working days of ${year} are not loaded`)
    this.name = 'CalendarYearMissing'
    this.year = year
  }
}

/** A due date, or the year that must be loaded before it can be computed. */
export type Counted = { dueAt: Instant; missingYear: null } | { dueAt: null; missingYear: number }

/** For rows that must be stored although their due date cannot be computed yet. */
export function unlessYearMissing(count: () => Instant): Counted {
  try {
    return { dueAt: count(), missingYear: null }
  } catch (error) {
    if (error instanceof CalendarYearMissing) return { dueAt: null, missingYear: error.year }
    throw error
  }
}

/** Each function throws CalendarYearMissing when a day that it needs is in a year that is not loaded. */
export interface Calendar {
  /** Years whose days are known, in order. */
  readonly years: readonly number[]
  isWorkingDay(day: Day): boolean
  dayAt(day: Day): CalendarDay
  /**
   * The end of the n-th working day after the day of `start`, which is not counted (Civil Code art. 201).
   * Half a day ends with the morning's office hours.
   * @param n a positive multiple of 0.5
   */
  addWorkingDays(start: Instant, n: number): Instant
  /** The same time of day, n working days earlier. @param n a whole number */
  subtractWorkingDays(at: Instant, n: number): Instant
  /** Counts office hours of working days only, from `start` on. */
  addWorkingMinutes(start: Instant, minutes: number): Instant
  /** The instant itself when it lies in office hours of a working day, else the next opening. */
  officeTimeFrom(at: Instant): Instant
  /** Any limit, on the clock named by its unit. */
  addWorkingTime(start: Instant, limit: Limit): Instant
  /** Working days after the day of `from`, up to and including the day of `to`; negative when `to` is earlier. */
  workingDaysBetween(from: Instant, to: Instant): number
  /** Office time between two instants, zero when `to` is not later. */
  workingMinutesBetween(from: Instant, to: Instant): number
  /** The versions of the years from `from` to `to` behind a due date, e.g. `2026.1+2027.1`. */
  versionBetween(from: Instant, to: Instant): string
}

/** Every day named in a notice. Holidays take precedence over the week: those on a weekend keep their name. */
export function daysOfNotice(notice: YearNotice): CalendarDay[] {
  const { first, end } = boundsOfYear(notice.year)
  return Array.from({ length: end - first }, (_, index): CalendarDay => {
    const date = dayOfNumber(first + index)
    const makeUp = notice.makeUpDays.find((day) => day.date === date)
    if (makeUp) return { date, isWorkingDay: true, kind: 'MAKE_UP', name: makeUp.for }
    const holiday = notice.holidays.find(({ from, to }) => from <= date && date <= to)
    if (holiday) return { date, isWorkingDay: false, kind: 'HOLIDAY', name: holiday.name }
    const isWeekend = [0, 6].includes(weekdayOfNumber(first + index))
    return { date, isWorkingDay: !isWeekend, kind: isWeekend ? 'WEEKEND' : 'WEEKDAY', name: null }
  })
}

export function yearOfNotice(notice: YearNotice): CalendarYear {
  return { year: notice.year, version: notice.version, source: notice.source, days: daysOfNotice(notice) }
}

/** @throws Error when a year lacks a day: half a year is not a loaded year */
export function calendarOf(years: readonly CalendarYear[], workingTime: WorkingTime): Calendar {
  const versions = new Map<number, number>()
  const days = new Map<number, CalendarDay>()
  for (const { year, version, days: ofYear } of years) {
    for (const day of ofYear) days.set(numberOfDay(day.date), day)
    const { first, end } = boundsOfYear(year)
    for (let n = first; n < end; n += 1) {
      if (!days.has(n)) throw new Error(`calendar ${year}.${version}: ${dayOfNumber(n)} is missing`)
    }
    versions.set(year, version)
  }

  const known = (n: number): CalendarDay => {
    const day = days.get(n)
    if (!day) throw new CalendarYearMissing(yearOfNumber(n))
    return day
  }
  const isWorked = (n: number): boolean => known(n).isWorkingDay

  /** Number of the n-th working day before (-1) or after (1) a day. */
  const stepTo = (from: number, n: number, step: 1 | -1): number => {
    let at = from
    for (let left = n; left > 0; ) {
      at += step
      if (isWorked(at)) left -= 1
    }
    return at
  }

  const hoursOf = (n: number): readonly OfficeStretch[] => officeHoursOn(dayOfNumber(n), workingTime)
  const atMinute = (n: number, minute: number): Instant => startOfDayNumber(n) + minute * minuteMs
  const endOf = (n: number): Instant =>
    workingTime.policy === 'END_OF_DAY' ? startOfDayNumber(n + 1) - 1 : atMinute(n, hoursOf(n).at(-1)?.to ?? 24 * 60)

  /** Office stretches of working days from the day of `from` on. */
  function* stretchesFrom(from: Instant): Generator<{ from: Instant; to: Instant }> {
    for (let n = dayNumberOf(from); ; n += 1) {
      if (!isWorked(n)) continue
      for (const stretch of hoursOf(n)) yield { from: atMinute(n, stretch.from), to: atMinute(n, stretch.to) }
    }
  }

  const addWorkingDays = (start: Instant, n: number): Instant => {
    if (!(n > 0) || !Number.isInteger(n * 2)) throw new RangeError(`${n} working days: not a positive multiple of 0.5`)
    const last = stepTo(dayNumberOf(start), Math.ceil(n), 1)
    return Number.isInteger(n) ? endOf(last) : atMinute(last, noonOf(hoursOf(last)))
  }

  const addWorkingMinutes = (start: Instant, minutes: number): Instant => {
    if (!(minutes > 0)) throw new RangeError(`${minutes} working minutes: must be more than 0`)
    let leftMs = Math.round(minutes * minuteMs)
    for (const stretch of stretchesFrom(start)) {
      const from = Math.max(stretch.from, start)
      const lengthMs = Math.max(0, stretch.to - from)
      if (leftMs <= lengthMs) return from + leftMs
      leftMs -= lengthMs
    }
    throw new Error('no office hours found: config/calendar/working-time.yaml')
  }

  const addDays = (start: Instant, count: number): Instant => {
    if (!(count > 0) || !Number.isInteger(count)) throw new RangeError(`${count} days: not a positive whole number`)
    const last = dayNumberOf(start) + count
    // Civil Code art. 203: a limit that would end on a holiday ends on the next working day.
    return endOf(isWorked(last) ? last : stepTo(last, 1, 1))
  }

  const countBetween = (from: number, to: number): number => {
    let count = 0
    for (let n = from + 1; n <= to; n += 1) if (isWorked(n)) count += 1
    return count
  }

  return {
    years: [...versions.keys()].sort((one, other) => one - other),
    isWorkingDay: (day) => isWorked(numberOfDay(day)),
    dayAt: (day) => known(numberOfDay(day)),
    addWorkingDays,
    subtractWorkingDays: (at, n) => {
      if (!(n > 0) || !Number.isInteger(n)) throw new RangeError(`${n} working days: not a positive whole number`)
      const day = dayNumberOf(at)
      return at - (day - stepTo(day, n, -1)) * dayMs
    },
    addWorkingMinutes,
    officeTimeFrom: (at) => {
      for (const stretch of stretchesFrom(at)) if (at < stretch.to) return Math.max(at, stretch.from)
      throw new Error('no office hours found: config/calendar/working-time.yaml')
    },
    addWorkingTime: (start, limit) => {
      switch (limit.unit) {
        case 'MINUTE':
          return start + limit.count * minuteMs
        case 'HOUR':
          return start + limit.count * 60 * minuteMs
        case 'DAY':
          return addDays(start, limit.count)
        case 'WORKING_HOUR':
          return addWorkingMinutes(start, limit.count * 60)
        case 'WORKING_DAY':
          return addWorkingDays(start, limit.count)
        default:
          return unreachable(limit.unit)
      }
    },
    workingDaysBetween: (from, to) => {
      const [first, last] = [dayNumberOf(from), dayNumberOf(to)]
      // `|| 0`: minus zero equals zero, except in test comparisons and JSON.
      return first <= last ? countBetween(first, last) : -countBetween(last, first) || 0
    },
    workingMinutesBetween: (from, to) => {
      let sumMs = 0
      if (to <= from) return 0
      for (const stretch of stretchesFrom(from)) {
        if (stretch.from >= to) break
        sumMs += Math.max(0, Math.min(stretch.to, to) - Math.max(stretch.from, from))
      }
      return sumMs / minuteMs
    },
    versionBetween: (from, to) => {
      const [first, last] = [yearOfNumber(dayNumberOf(from)), yearOfNumber(dayNumberOf(to))]
      const among = [...versions].filter(([year]) => first <= year && year <= last)
      return among
        .sort(([one], [other]) => one - other)
        .map(([year, version]) => `${year}.${version}`)
        .join('+')
    },
  }
}

function officeHoursOn(day: Day, { officeHours }: WorkingTime): readonly OfficeStretch[] {
  const monthAndDay = day.slice(5)
  // Before the year's first season the last one of the year before still runs.
  const season = officeHours.findLast((each) => each.from <= monthAndDay) ?? officeHours.at(-1)
  if (!season) throw new Error('the calendar has no office hours')
  return season.hours
}

/** The minute at which half a working day is over: when the morning ends, or half way where there is no break. */
function noonOf(hours: readonly OfficeStretch[]): number {
  const [morning, afternoon] = hours
  if (!morning) throw new Error('the season has no office hours')
  return afternoon ? morning.to : (morning.from + morning.to) / 2
}
