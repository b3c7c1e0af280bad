import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLimit } from '../../../src/calendar/limit.ts'
import { timeLeft, timeLeftInWords, yearMissingInWords } from '../../../src/calendar/time-left.ts'
import { at, calendar, endOf } from './world.ts'

const words = (now: number, dueAt: number) => timeLeftInWords(timeLeft(now, dueAt, calendar))
const natural = (now: number, dueAt: number) => timeLeftInWords(timeLeft(now, dueAt, calendar, 'NATURAL_DAYS'))

describe('the time that is left', () => {
  it.each([
    ['an hour and more', at('2026-03-02', '05:30'), at('2026-03-02', '11:30'), '剩 6 小时 (今天 11:30)'],
    ['over midnight', at('2026-03-02', '17:45'), at('2026-03-03', '12:00'), '剩 18 小时 (明天 12:00)'],
    ['less than an hour', at('2026-03-02', '11:05'), at('2026-03-02', '11:30'), '剩 25 分钟 (今天 11:30)'],
    ['less than a minute', at('2026-03-02', '11:29:30'), at('2026-03-02', '11:30'), '剩 1 分钟 (今天 11:30)'],
    ['less than half a minute', at('2026-03-02', '11:29:40'), at('2026-03-02', '11:30'), '即将到期 (今天 11:30)'],
    ['nothing', at('2026-03-02', '11:30'), at('2026-03-02', '11:30'), '即将到期 (今天 11:30)'],
    ['to the end of the day', at('2026-03-02', '18:00'), endOf('2026-03-02'), '剩 6 小时 (今天 23:59)'],
    ['working days', at('2026-03-02'), endOf('2026-03-09'), '剩 5 个工作日 (3月9日 23:59)'],
    ['working days over the holidays', at('2026-02-13'), endOf('2026-02-24'), '剩 2 个工作日 (2月24日 23:59)'],
    ['working days over New Year', at('2025-12-31'), endOf('2026-01-05'), '剩 2 个工作日 (2026年1月5日 23:59)'],
  ])('%s', (_, now, due, said) => expect(words(now, due)).toBe(said))
})

describe('a limit that has just begun', () => {
  it('is said as it is written, although the clock of a page is some seconds behind', () => {
    const begun = at('2026-03-02', '11:00')
    for (const behindMs of [0, 1, 999, 10_000, 11_000]) {
      expect(words(begun - behindMs, at('2026-03-02', '11:30'))).toBe('剩 30 分钟 (今天 11:30)')
      expect(words(begun - behindMs, at('2026-03-02', '13:00'))).toBe('剩 2 小时 (今天 13:00)')
    }
  })

  it('never has more minutes left than it has, and never more than half a minute less', () => {
    const limits = fc.integer({ min: 1, max: 59 })
    fc.assert(
      fc.property(limits, fc.integer({ min: -12_000, max: 59 * 60_000 }), (minutes, sinceMs) => {
        fc.pre(sinceMs <= minutes * 60_000)
        const left = timeLeft(at('2026-03-02') + sinceMs, at('2026-03-02') + minutes * 60_000, calendar)
        expect(left.amount).toBeLessThanOrEqual(minutes)
        expect(Math.abs(left.amount * 60_000 - (minutes * 60_000 - sinceMs))).toBeLessThanOrEqual(30_000)
      }),
    )
  })
})

describe('the time that it is over', () => {
  it.each([
    ['this minute', endOf('2026-03-02') + 1, endOf('2026-03-02'), '超 1 个工作日'],
    ['this minute, in the same day', at('2026-03-02', '11:30:20'), at('2026-03-02', '11:30'), '刚刚超时'],
    ['the same day', at('2026-03-02', '13:40'), at('2026-03-02', '11:30'), '超 2 小时'],
    ['the weekend', at('2026-03-07', '09:00'), endOf('2026-03-06'), '超 9 小时'],
    ['working days', at('2026-03-10', '09:00'), endOf('2026-03-06'), '超 2 个工作日'],
    ['holidays, which do not count', at('2026-02-24', '09:00'), endOf('2026-02-14'), '超 1 个工作日'],
  ])('%s', (_, now, due, said) => expect(words(now, due)).toBe(said))
})

describe('a clock that runs day and night', () => {
  it('is said in hours, then in days', () => {
    expect(natural(at('2026-03-06'), at('2026-03-07', '16:00'))).toBe('剩 30 小时 (明天 16:00)')
    expect(natural(at('2026-03-06'), at('2026-03-09', '16:00'))).toBe('剩 3 天 (3月9日 16:00)')
    expect(natural(at('2026-03-09'), at('2026-03-07', '16:00'))).toBe('超 42 小时')
  })
})

describe('a year that is not loaded', () => {
  it('leaves natural days, which are true all the same', () => {
    expect(words(at('2027-01-05'), endOf('2026-12-31'))).toBe('超 4 天')
  })
  it('has a mark of its own', () => {
    expect(yearMissingInWords(2027)).toBe('期限待定:2027 年工作日历尚未载入')
  })
})

describe('a limit', () => {
  it.each([
    ['15 min', { count: 15, unit: 'MINUTE' }],
    ['24 h', { count: 24, unit: 'HOUR' }],
    ['3 d', { count: 3, unit: 'DAY' }],
    ['4 wh', { count: 4, unit: 'WORKING_HOUR' }],
    ['0.5 wd', { count: 0.5, unit: 'WORKING_DAY' }],
    ['1.5wd', { count: 1.5, unit: 'WORKING_DAY' }],
  ])('is read from %s', (text, limit) => {
    expect(readLimit(text)).toEqual(limit)
  })

  it.each(['', '5', 'wd', '0 wd', '-1 wd', '0.5 h', '0.25 wd', '1 week', '5 wd 3 h', '99999 wd', '5 constructor'])(
    'is not what says %j',
    (text) => expect(readLimit(text)).toBeNull(),
  )
})
