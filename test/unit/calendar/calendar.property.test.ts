import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Calendar, CalendarYearMissing, calendarOf } from '../../../src/calendar/calendar.ts'
import { dayOf } from '../../../src/calendar/days.ts'
import type { Limit } from '../../../src/calendar/limit.ts'
import { at, calendar, workingTime, year2025, year2026 } from './world.ts'

const closing = calendarOf([year2025, year2026], workingTime('CLOSE_OF_BUSINESS'))
const calendars = fc.constantFrom(calendar, closing)
/** Early enough that what follows stays in 2026. */
const start = fc.integer({ min: at('2025-01-01', '00:00'), max: at('2026-10-31', '23:59') })
const halves = fc.integer({ min: 1, max: 60 }).map((n) => n / 2)
const limit: fc.Arbitrary<Limit> = fc.oneof(
  fc.record({ count: halves, unit: fc.constant('WORKING_DAY' as const) }),
  fc.record({ count: halves, unit: fc.constant('WORKING_HOUR' as const) }),
  fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    unit: fc.constantFrom('MINUTE' as const, 'HOUR' as const, 'DAY' as const),
  }),
)

describe('every due date', () => {
  it('is later than its start and never earlier than that of an earlier start', () => {
    fc.assert(
      fc.property(calendars, start, start, limit, (days, one, other, taken) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)]
        expect(days.addWorkingTime(early, taken)).toBeGreaterThan(early)
        expect(days.addWorkingTime(late, taken)).toBeGreaterThanOrEqual(days.addWorkingTime(early, taken))
      }),
    )
  })

  it('is the later the longer the limit', () => {
    fc.assert(
      fc.property(calendars, start, limit, (days, from, taken) => {
        const longer = { ...taken, count: taken.count + 1 }
        const [due, laterDue] = [days.addWorkingTime(from, taken), days.addWorkingTime(from, longer)]
        // Natural days that end on the same holiday all move to the day after it.
        if (taken.unit === 'DAY') expect(laterDue).toBeGreaterThanOrEqual(due)
        else expect(laterDue).toBeGreaterThan(due)
      }),
    )
  })

  it('of the working clocks is on a working day, and so is that of natural days', () => {
    fc.assert(
      fc.property(calendars, start, limit, (days, from, taken) => {
        fc.pre(taken.unit !== 'MINUTE' && taken.unit !== 'HOUR')
        expect(days.isWorkingDay(dayOf(days.addWorkingTime(from, taken)))).toBe(true)
      }),
    )
  })

  it('is as many working days away as it was to be', () => {
    fc.assert(
      fc.property(calendars, start, halves, (days, from, n) => {
        const due = days.addWorkingDays(from, n)
        expect(days.workingDaysBetween(from, due)).toBe(Math.ceil(n))
        expect(days.workingDaysBetween(due, from)).toBe(-Math.ceil(n))
        expect(naively(days, from, due)).toBe(Math.ceil(n))
      }),
    )
  })

  it('is as many office minutes away as it was to be', () => {
    fc.assert(
      fc.property(calendars, start, fc.integer({ min: 1, max: 4_000 }), (days, from, minutes) => {
        const due = days.addWorkingMinutes(from, minutes)
        expect(days.workingMinutesBetween(from, due)).toBeCloseTo(minutes, 6)
      }),
    )
  })

  it('is found again a number of working days before', () => {
    fc.assert(
      fc.property(calendars, start, fc.integer({ min: 2, max: 20 }), (days, from, n) => {
        expect(days.subtractWorkingDays(days.addWorkingDays(from, n), n - 1)).toBe(days.addWorkingDays(from, 1))
      }),
    )
  })
})

it('never counts into a year that is not loaded: what it gives lies in one that is', () => {
  fc.assert(
    fc.property(fc.integer({ min: at('2026-11-01'), max: at('2027-12-31') }), halves, (from, n) => {
      try {
        expect(dayOf(calendar.addWorkingDays(from, n)).slice(0, 4)).toBe('2026')
      } catch (error) {
        if (!(error instanceof CalendarYearMissing)) throw error
        expect(error.year).toBeGreaterThanOrEqual(2027)
      }
    }),
  )
})

/** The same count, day by day on the list of the year. */
function naively(days: Calendar, from: number, to: number): number {
  const all = [...year2025.days, ...year2026.days]
  return all.filter(({ date }) => dayOf(from) < date && date <= dayOf(to) && days.isWorkingDay(date)).length
}
