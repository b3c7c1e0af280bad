import { expect, test } from 'vitest'
import { noCalls } from '../../../../src/floor/figures.ts'
import { formatConnected, formatRate, formatWait } from '../../../../src/web/ui/figures.ts'

test('a rate is never rounded up to a goal that was not reached', () => {
  expect(formatRate(0.94999)).toBe('94.9%')
  expect(formatRate(0.95)).toBe('95.0%')
  expect(formatRate(1)).toBe('100.0%')
  expect(formatRate(0)).toBe('0.0%')
  expect(formatRate(null)).toBe('—')
})

test('before the first caller there is a dash, not a zero', () => {
  expect([formatConnected(noCalls), formatWait(noCalls)]).toEqual(['—', '—'])
  expect(formatWait({ ...noCalls, answered: 4, waitedMs: 50_000 })).toBe('00:12')
})
