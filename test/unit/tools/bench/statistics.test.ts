import { describe, expect, test } from 'vitest'
import { abba, findKnee, median, percentile, rangeOf } from '../../../../src/tools/bench/statistics.ts'

describe('percentiles', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)

  test('are values that were seen, by nearest rank', () => {
    expect(percentile(hundred, 0.5)).toBe(50)
    expect(percentile(hundred, 0.99)).toBe(99)
    expect(percentile(hundred, 1)).toBe(100)
    expect(percentile([7], 0.99)).toBe(7)
  })

  test('of nothing are no number', () => {
    expect(percentile([], 0.5)).toBeNaN()
    expect(median([])).toBeNaN()
  })

  test('the median of an even number lies between the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([3, 1, 2])).toBe(2)
    expect(rangeOf([3, 1, 2])).toEqual([1, 3])
  })
})

test('arms take turns there and back, so that whatever drifts meets all of them alike', () => {
  expect(abba(['N', 'F', 'P'], 2).join(' ')).toBe('N F P P F N')
  expect(abba(['N', 'F', 'P'], 3).join(' ')).toBe('N F P P F N N F P')
})

describe('the knee', () => {
  const search = { first: 20, highest: 400, precision: 0.05 }
  const tried = async (knee: number, options = search) => {
    const rates: number[] = []
    const found = await findKnee(async (rate) => {
      rates.push(rate)
      return rate <= knee
    }, options)
    return { found, rates }
  }

  test('is found from below by doubling, then by halving the gap', async () => {
    const { found, rates } = await tried(130)
    expect(rates.slice(0, 4)).toEqual([20, 40, 80, 160])
    expect(found).toBeGreaterThan(122)
    expect(found).toBeLessThanOrEqual(130)
  })

  test('is not looked for above the highest rate that is allowed', async () => {
    expect(await tried(1_000)).toEqual({ found: 400, rates: [20, 40, 80, 160, 320, 400] })
  })

  test('is looked for below the first rate when that does not hold, and is 0 where none does', async () => {
    expect((await tried(7)).found).toBe(7)
    expect((await tried(0)).found).toBe(0)
  })
})
