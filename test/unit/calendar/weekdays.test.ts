import { expect, it } from 'vitest'
import { calendarOf, yearOfNotice } from '../../../src/calendar/calendar.ts'
import { isWorkedOrWeekday, valueUnlessYearMissing, weekdaysBefore } from '../../../src/calendar/weekdays.ts'

const hours = [{ from: 480, to: 720 }]
const calendar = calendarOf(
  [
    yearOfNotice({
      ...{ year: 2026, version: 1, source: 'test', makeUpDays: [{ date: '2026-12-26', for: '元旦' }] },
      holidays: [{ name: '测试', from: '2026-12-30', to: '2026-12-31' }],
    }),
  ],
  { policy: 'END_OF_DAY', officeHours: [{ from: '01-01', hours }] },
)
const at = (wall: string) => Date.parse(`${wall}+08:00`)

it('counts by the notice where there is one, and by the week where there is none', () => {
  const days = ['2026-12-26', '2026-12-27', '2026-12-30', '2027-01-01', '2027-01-02', '2027-01-04']
  expect(days.map((day) => isWorkedOrWeekday(calendar, day))).toEqual([true, false, false, true, false, true])
})

it('steps back over the turn of the year without its notice, and like the calendar within a year', () => {
  expect(weekdaysBefore(calendar, at('2027-01-05T10:00'), 3)).toBe(at('2026-12-29T10:00'))
  for (const n of [1, 3, 5]) {
    const from = at('2026-12-29T10:00')
    expect(weekdaysBefore(calendar, from, n)).toBe(calendar.subtractWorkingDays(from, n))
  }
})

it('says nothing instead of a guess, and hides no other fault', () => {
  expect(
    valueUnlessYearMissing(() => calendar.workingDaysBetween(at('2026-12-29T10:00'), at('2027-01-05T10:00'))),
  ).toBeNull()
  expect(() => valueUnlessYearMissing(() => calendar.subtractWorkingDays(0, -1))).toThrow(RangeError)
})
