import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangeOf } from '../../../../src/platform/web/range.ts'

test('a range names bytes that are there, or is said to be beyond them', () => {
  expect(rangeOf(undefined, 10)).toBe('whole')
  expect(rangeOf('bytes=0-', 10)).toEqual({ start: 0, end: 9 })
  expect(rangeOf('bytes=-3', 10)).toEqual({ start: 7, end: 9 })
  expect(rangeOf('bytes=-30', 10)).toEqual({ start: 0, end: 9 })
  expect(rangeOf('bytes=9-9', 10)).toEqual({ start: 9, end: 9 })
  for (const strange of ['bytes=-', 'bytes=1-2,4-5', 'items=0-1', 'bytes=a-b', 'bytes=5-4', '🐎']) {
    expect(rangeOf(strange, 10), strange).toBe('whole')
  }
  for (const beyond of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) expect(rangeOf(beyond, 10)).toBe('unsatisfiable')
  expect(rangeOf('bytes=0-', 0)).toBe('unsatisfiable')
})

test('whatever is asked for, no byte outside of the file is read', () => {
  const bound = fc.option(fc.nat(2_000), { nil: '' })
  fc.assert(
    fc.property(bound, bound, fc.nat(1_000), (from, to, size) => {
      const range = rangeOf(`bytes=${from}-${to}`, size)
      if (typeof range === 'string') return
      expect(range.start).toBeGreaterThanOrEqual(0)
      expect(range.end).toBeLessThan(size)
      expect(range.start).toBeLessThanOrEqual(range.end)
    }),
  )
})
