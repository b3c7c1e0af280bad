import { calendarOf, type DuePolicy, type WorkingTime, yearOfNotice } from '../../../src/calendar/calendar.ts'

/** Builders for tests about working days. Dates are Shanghai's; the notices are those of the State Council. */

export const workingTime = (policy: DuePolicy = 'END_OF_DAY'): WorkingTime => ({
  policy,
  officeHours: [
    {
      from: '01-01',
      hours: [
        { from: 8 * 60 + 30, to: 12 * 60 },
        { from: 14 * 60 + 30, to: 18 * 60 },
      ],
    },
  ],
})

const holiday = (name: string, from: string, to: string = from) => ({ name, from, to })
const makeUp = (date: string, of: string) => ({ date, for: of })

export const year2025 = yearOfNotice({
  year: 2025,
  version: 1,
  source: 'notice of 2024-11-12',
  holidays: [
    holiday('元旦', '2025-01-01'),
    holiday('春节', '2025-01-28', '2025-02-04'),
    holiday('清明节', '2025-04-04', '2025-04-06'),
    holiday('劳动节', '2025-05-01', '2025-05-05'),
    holiday('端午节', '2025-05-31', '2025-06-02'),
    holiday('国庆节、中秋节', '2025-10-01', '2025-10-08'),
  ],
  makeUpDays: [
    makeUp('2025-01-26', '春节'),
    makeUp('2025-02-08', '春节'),
    makeUp('2025-04-27', '劳动节'),
    makeUp('2025-09-28', '国庆节、中秋节'),
    makeUp('2025-10-11', '国庆节、中秋节'),
  ],
})

export const year2026 = yearOfNotice({
  year: 2026,
  version: 1,
  source: 'notice of 2025-11-04',
  holidays: [
    holiday('元旦', '2026-01-01', '2026-01-03'),
    holiday('春节', '2026-02-15', '2026-02-23'),
    holiday('清明节', '2026-04-04', '2026-04-06'),
    holiday('劳动节', '2026-05-01', '2026-05-05'),
    holiday('端午节', '2026-06-19', '2026-06-21'),
    holiday('中秋节', '2026-09-25', '2026-09-27'),
    holiday('国庆节', '2026-10-01', '2026-10-07'),
  ],
  makeUpDays: [
    makeUp('2026-01-04', '元旦'),
    makeUp('2026-02-14', '春节'),
    makeUp('2026-02-28', '春节'),
    makeUp('2026-05-09', '劳动节'),
    makeUp('2026-09-20', '国庆节'),
    makeUp('2026-10-10', '国庆节'),
  ],
})

/** A year that no notice speaks of: only the week counts. */
export const plainYear = (year: number) =>
  yearOfNotice({ year, version: 1, source: 'made up', holidays: [], makeUpDays: [] })

export const calendar = calendarOf([year2025, year2026], workingTime())

/** `at('2026-02-13', '15:04')` in Shanghai. */
export const at = (day: string, time = '10:00'): number => Date.parse(`${day}T${time.padEnd(8, ':00')}+08:00`)
/** The last millisecond of a day. */
export const endOf = (day: string): number => at(day, '00:00') + 86_400_000 - 1
