import { describe, expect, test } from 'vitest'
import { maskNumber } from '../../../../src/lines/mask.ts'
import {
  dayStart,
  formatClock,
  formatFull,
  formatNumber,
  formatSpan,
  formatWhen,
  spanInWords,
  toDay,
} from '../../../../src/web/ui/format.ts'

const at = (text: string) => Date.parse(text)

describe('an instant is told as people say it', () => {
  const now = at('2026-11-23T14:05:22+08:00')

  test.each([
    ['2026-11-23T00:00:00+08:00', '今天 00:00'],
    ['2026-11-22T23:59:59+08:00', '昨天 23:59'],
    ['2026-11-21T08:03:00+08:00', '11月21日 08:03'],
    ['2025-12-31T08:03:00+08:00', '2025年12月31日 08:03'],
  ])('%s is %s', (instant, words) => {
    expect(formatWhen(at(instant), now)).toBe(words)
  })

  test('the day changes at midnight in Shanghai, wherever the machine stands', () => {
    expect(formatWhen(at('2026-11-22T15:59:00Z'), at('2026-11-22T16:01:00Z'))).toBe('昨天 23:59')
  })

  test('to the second, for a saved draft and on hover', () => {
    expect(formatClock(now)).toBe('14:05:22')
    expect(formatFull(now)).toBe('2026年11月23日 14:05:22')
  })
})

describe('a span of time', () => {
  test.each([
    [0, '00:00'],
    [-900, '00:00'],
    [192_000, '03:12'],
    [3_792_999, '1:03:12'],
  ])('%i ms is %s', (ms, shown) => {
    expect(formatSpan(ms)).toBe(shown)
  })

  test.each([
    [18_400, '18 秒'],
    [60_000, '1 分钟'],
    [192_000, '3 分 12 秒'],
    [3_600_000, '1 小时'],
    [3_792_000, '1 小时 3 分'],
  ])('%i ms in words is %s', (ms, words) => {
    expect(spanInWords(ms)).toBe(words)
  })
})

test.each([
  ['+8613900001234', '13900001234'],
  ['+863555550123', '03555550123'],
  ['12345', '12345'],
  ['+864001234567', '4001234567'],
  ['anonymous', 'anonymous'],
])('%s is dialled here as %s', (e164, number) => {
  expect(formatNumber(e164)).toBe(number)
})

test.each(['+99913903557001', '+447911123456', '+8613903557001', '+862112345678', '+863551234567'])(
  '%s is written alike whole and masked, so that the shown one is known again',
  (e164) => {
    const masked = maskNumber(e164) ?? ''
    const whole = formatNumber(e164)
    expect(whole).toHaveLength(masked.length)
    expect([...masked].every((letter, at) => letter === '*' || letter === whole[at])).toBe(true)
  },
)

describe('a day in the address', () => {
  test('begins at midnight in Shanghai and comes back as written', () => {
    const start = dayStart('2026-11-23')
    expect(start).toBe(at('2026-11-22T16:00:00Z'))
    expect(start !== null && toDay(start)).toBe('2026-11-23')
  })

  test.each(['', '23.11.2026', '2026-13-45', '2026-11-23T00:00'])('%j is no day', (text) => {
    expect(dayStart(text)).toBeNull()
  })
})
