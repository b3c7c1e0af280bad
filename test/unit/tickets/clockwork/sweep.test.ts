import { expect, test } from 'vitest'
import { urgencyOf } from '../../../../src/tickets/clockwork/sweep.ts'

test.each([
  ['2026-11-30T23:59:59+08:00', 'info'],
  ['2026-12-01T00:00:00+08:00', 'warn'],
  ['2026-12-31T23:59:59+08:00', 'warn'],
  ['2027-01-01T00:00:00+08:00', 'error'],
  ['2028-06-01T00:00:00+08:00', 'error'],
])('a year without working days is told as what it is: at %s as %s', (now, level) => {
  expect(urgencyOf(2027, Date.parse(now))).toBe(level)
})
