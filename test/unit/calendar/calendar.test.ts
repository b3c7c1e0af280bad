import { describe, expect, it } from 'vitest'
import { CalendarYearMissing, calendarOf, unlessYearMissing } from '../../../src/calendar/calendar.ts'
import { dayOf } from '../../../src/calendar/days.ts'
import { at, calendar, endOf, plainYear, workingTime, year2025, year2026 } from './world.ts'

const missing = (year: number) => expect.objectContaining({ code: 'calendar.year-missing', year })
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('the years of the notices', () => {
  it.each([year2025, year2026])('$year has 248 working days', ({ days }) => {
    expect(days).toHaveLength(365)
    expect(days.filter((day) => day.isWorkingDay)).toHaveLength(248)
  })

  it('work on a make-up Saturday, rest on the weekday that it is worked for', () => {
    expect(calendar.isWorkingDay('2026-02-14')).toBe(true)
    expect(calendar.dayAt('2026-02-14')).toMatchObject({ kind: 'MAKE_UP', name: '春节' })
    expect(calendar.isWorkingDay('2026-02-16')).toBe(false)
    expect(calendar.dayAt('2026-02-16')).toMatchObject({ kind: 'HOLIDAY', name: '春节' })
    expect(calendar.dayAt('2026-03-07')).toMatchObject({ kind: 'WEEKEND', name: null })
    expect(calendar.dayAt('2026-03-09')).toMatchObject({ kind: 'WEEKDAY', isWorkingDay: true })
  })
})

describe('a limit in working days ends', () => {
  // Domain model 4.3.
  it.each([
    ['2026-02-13', 1, '2026-02-14'],
    ['2026-02-13', 2, '2026-02-24'],
    ['2026-02-13', 5, '2026-02-27'],
    ['2026-02-14', 5, '2026-02-28'],
    ['2026-09-19', 1, '2026-09-20'],
    ['2026-09-30', 1, '2026-10-08'],
    ['2026-09-30', 5, '2026-10-13'],
    ['2026-10-01', 15, '2026-10-27'],
    ['2026-04-30', 5, '2026-05-11'],
    ['2026-01-01', 1, '2026-01-04'],
    ['2026-06-18', 1, '2026-06-22'],
  ])('%s + %i on %s', (from, n, due) => {
    for (const time of ['00:00', '10:00', '23:59:59']) {
      expect(calendar.addWorkingDays(at(from, time), n)).toBe(endOf(due))
    }
  })

  it('at 18:00 where the office hours end it', () => {
    const closing = calendarOf([year2026], workingTime('CLOSE_OF_BUSINESS'))
    expect(closing.addWorkingDays(at('2026-02-13'), 5)).toBe(at('2026-02-27', '18:00'))
  })

  it('at noon when it ends with half a day', () => {
    expect(calendar.addWorkingDays(at('2026-02-13', '17:30'), 0.5)).toBe(at('2026-02-14', '12:00'))
    expect(calendar.addWorkingDays(at('2026-02-13', '17:30'), 1.5)).toBe(at('2026-02-24', '12:00'))
  })

  it('half way through a day without a break', () => {
    const hours = [{ from: 9 * 60, to: 17 * 60 }]
    const straight = calendarOf([year2026], { policy: 'END_OF_DAY', officeHours: [{ from: '01-01', hours }] })
    expect(straight.addWorkingDays(at('2026-03-02'), 0.5)).toBe(at('2026-03-03', '13:00'))
  })

  it('by the day in Shanghai, not by that of UTC', () => {
    // 2026-03-02 07:30 in Shanghai is still 2026-03-01 in UTC; 23:30 is 15:30.
    expect(dayOf(at('2026-03-02', '07:30'))).toBe('2026-03-02')
    expect(dayOf(at('2026-03-02', '00:00') - 1)).toBe('2026-03-01')
    expect(calendar.addWorkingDays(at('2026-03-02', '00:00') - 1, 1)).toBe(endOf('2026-03-02'))
    expect(calendar.addWorkingDays(at('2026-03-02', '00:00'), 1)).toBe(endOf('2026-03-03'))
  })

  it('across New Year, and over a leap day', () => {
    expect(calendar.addWorkingDays(at('2025-12-31'), 1)).toBe(endOf('2026-01-04'))
    const leap = calendarOf([plainYear(2028)], workingTime())
    expect(leap.dayAt('2028-02-29').kind).toBe('WEEKDAY')
    expect(leap.addWorkingDays(at('2028-02-28'), 1)).toBe(endOf('2028-02-29'))
    expect(leap.addWorkingDays(at('2028-02-28'), 2)).toBe(endOf('2028-03-01'))
    expect(plainYear(2028).days).toHaveLength(366)
  })

  it.each([0, -1, 0.3, Number.NaN, Number.POSITIVE_INFINITY])('never for %d days', (n) => {
    expect(() => calendar.addWorkingDays(at('2026-03-02'), n)).toThrow(RangeError)
  })
})

describe('a year that is not loaded', () => {
  it('gives no due date, not the next weekday', () => {
    expect(thrownBy(() => calendar.addWorkingDays(at('2026-12-31'), 1))).toEqual(missing(2027))
    expect(thrownBy(() => calendar.addWorkingDays(at('2026-12-29'), 3))).toEqual(missing(2027))
    expect(calendar.addWorkingDays(at('2026-12-29'), 2)).toBe(endOf('2026-12-31'))
  })

  it('is named by every function that would need it', () => {
    const [start, end] = [at('2026-12-30'), at('2027-01-05')]
    const asked = [
      () => calendar.isWorkingDay('2027-01-04'),
      () => calendar.dayAt('2027-01-04'),
      () => calendar.addWorkingMinutes(start, 24 * 60),
      () => calendar.addWorkingTime(start, { count: 5, unit: 'DAY' }),
      () => calendar.workingDaysBetween(start, end),
      () => calendar.workingDaysBetween(end, start),
      () => calendar.workingMinutesBetween(start, end),
    ]
    for (const ask of asked) expect(thrownBy(ask)).toEqual(missing(2027))
    expect(thrownBy(() => calendar.subtractWorkingDays(at('2025-01-02'), 1))).toEqual(missing(2024))
  })

  it('does not stop clocks that run day and night', () => {
    expect(calendar.addWorkingTime(at('2026-12-31'), { count: 24, unit: 'HOUR' })).toBe(at('2027-01-01'))
    expect(calendar.addWorkingTime(at('2026-12-31'), { count: 15, unit: 'MINUTE' })).toBe(at('2026-12-31', '10:15'))
  })

  it('is told where a row must be kept all the same', () => {
    expect(unlessYearMissing(() => calendar.addWorkingDays(at('2026-12-31'), 1))).toEqual({
      dueAt: null,
      missingYear: 2027,
    })
    expect(unlessYearMissing(() => endOf('2026-12-31'))).toEqual({ dueAt: endOf('2026-12-31'), missingYear: null })
    expect(() =>
      unlessYearMissing(() => {
        throw new RangeError('another fault')
      }),
    ).toThrow(RangeError)
    expect(new CalendarYearMissing(2027)).toBeInstanceOf(Error)
  })

  it('cannot be loaded by half', () => {
    const half = { ...year2026, days: year2026.days.slice(0, 180) }
    expect(() => calendarOf([half], workingTime())).toThrow('calendar 2026.1: 2026-06-30 is missing')
  })
})

describe('other clocks', () => {
  it('count office hours from the minute on, over lunch, night and holiday', () => {
    expect(calendar.addWorkingMinutes(at('2026-03-02', '10:00'), 60)).toBe(at('2026-03-02', '11:00'))
    expect(calendar.addWorkingMinutes(at('2026-03-02', '11:00'), 60)).toBe(at('2026-03-02', '12:00'))
    expect(calendar.addWorkingMinutes(at('2026-03-02', '11:00'), 61)).toBe(at('2026-03-02', '14:31'))
    expect(calendar.addWorkingMinutes(at('2026-03-02', '13:00'), 60)).toBe(at('2026-03-02', '15:30'))
    expect(calendar.addWorkingMinutes(at('2026-02-14', '17:00'), 120)).toBe(at('2026-02-24', '09:30'))
    expect(calendar.addWorkingMinutes(at('2026-02-17', '03:00'), 30)).toBe(at('2026-02-24', '09:00'))
  })

  it('take the office hours of the season, also before the first one of the year', () => {
    const morning = { from: 8 * 60, to: 12 * 60 }
    const seasonal = calendarOf([year2026], {
      policy: 'CLOSE_OF_BUSINESS',
      officeHours: [
        { from: '05-01', hours: [morning, { from: 15 * 60, to: 18 * 60 + 30 }] },
        { from: '10-01', hours: [morning, { from: 14 * 60, to: 17 * 60 + 30 }] },
      ],
    })
    expect(seasonal.addWorkingDays(at('2026-01-06'), 1)).toBe(at('2026-01-07', '17:30'))
    expect(seasonal.addWorkingDays(at('2026-04-29'), 1)).toBe(at('2026-04-30', '17:30'))
    expect(seasonal.addWorkingDays(at('2026-04-30'), 1)).toBe(at('2026-05-06', '18:30'))
    expect(seasonal.addWorkingDays(at('2026-10-07'), 1)).toBe(at('2026-10-08', '17:30'))
  })

  it('end natural days with a day, and never on a holiday', () => {
    expect(calendar.addWorkingTime(at('2026-03-02'), { count: 3, unit: 'DAY' })).toBe(endOf('2026-03-05'))
    expect(calendar.addWorkingTime(at('2026-03-02'), { count: 5, unit: 'DAY' })).toBe(endOf('2026-03-09'))
    expect(calendar.addWorkingTime(at('2026-02-13'), { count: 7, unit: 'DAY' })).toBe(endOf('2026-02-24'))
    expect(calendar.addWorkingTime(at('2026-02-13'), { count: 1, unit: 'DAY' })).toBe(endOf('2026-02-14'))
  })

  it('say on which versions a date was counted', () => {
    expect(calendar.versionBetween(at('2026-03-02'), at('2026-03-09'))).toBe('2026.1')
    expect(calendar.versionBetween(at('2025-12-31'), at('2026-01-04'))).toBe('2025.1+2026.1')
  })
})
