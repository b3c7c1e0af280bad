import { expect, test } from 'vitest'
import { openBudget } from '../../../../src/platform/web/budget.ts'
import { isTooDeep } from '../../../../src/platform/web/depth.ts'

test('each spends for itself, and anew in the next window, also when the clock was set back', () => {
  let at = 1_000_000
  const budget = openBudget(10_000, () => at)
  expect([budget.spend('a'), budget.spend('a'), budget.spend('b')]).toEqual([1, 2, 1])
  at += 9_999
  expect(budget.waitMs()).toBe(1)
  expect(budget.spend('a')).toBe(3)
  at += 1
  expect(budget.spend('a')).toBe(1)
  at -= 3_600_000
  expect(budget.spend('a')).toBe(1)
})

test('what is nested deeper than any form is found without recursion', () => {
  const nested = (levels: number): unknown => {
    let value: unknown = 'x'
    for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value }
    return value
  }
  for (const value of [null, undefined, 'x', 1, {}, [], nested(32)]) expect(isTooDeep(value)).toBe(false)
  for (const levels of [33, 1_000, 200_000]) expect(isTooDeep(nested(levels))).toBe(true)
  expect(isTooDeep({ wide: Array.from({ length: 100_000 }, (_, i) => ({ i })) })).toBe(false)
})
