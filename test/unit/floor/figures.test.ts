import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  averageWaitMs,
  connectRate,
  fates,
  noCalls,
  type Tally,
  together,
  within15sRate,
} from '../../../src/floor/figures.ts'

const tally = (change: Partial<Tally>): Tally => ({ ...noCalls, ...change })

test('rates are counted of callers who waited, and of nobody there is none', () => {
  const day = tally({ offered: 100, answered: 90, answeredWithin15s: 72, waitedMs: 900_000, leftShort: 4, gaveUp: 6 })
  expect(connectRate(day)).toBe(90 / 96)
  expect(within15sRate(day)).toBe(72 / 96)
  expect(averageWaitMs(day)).toBe(10_000)
  expect([connectRate(noCalls), within15sRate(noCalls), averageWaitMs(noCalls)]).toEqual([null, null, null])
  expect(connectRate(tally({ offered: 2, leftShort: 2 }))).toBeNull()
})

test('who still waits lowers no rate, except that 15 s are over for whoever waits longer', () => {
  const day = tally({ offered: 10, answered: 6, answeredWithin15s: 6, waiting: 4, waitingLong: 2 })
  expect(connectRate(day)).toBe(1)
  expect(within15sRate(day)).toBe(6 / 8)
})

const counts = fc.nat({ max: 1_000 })
const anyTally = fc
  .record({
    fast: counts,
    slow: counts,
    leftShort: counts,
    gaveUp: counts,
    notAnswered: counts,
    fresh: counts,
    long: counts,
  })
  .map(({ fast, slow, fresh, long, ...rest }) =>
    tally({
      ...rest,
      answered: fast + slow,
      answeredWithin15s: fast,
      waiting: fresh + long,
      waitingLong: long,
      offered: fast + slow + rest.leftShort + rest.gaveUp + rest.notAnswered + fresh + long,
    }),
  )

test('every rate lies between none and all, and whoever gives up lowers it', () => {
  fc.assert(
    fc.property(anyTally, (day) => {
      for (const rate of [connectRate, within15sRate]) {
        const now = rate(day)
        if (now !== null) expect(now).toBeGreaterThanOrEqual(0)
        if (now !== null) expect(now).toBeLessThanOrEqual(1)
        const after = rate({ ...day, offered: day.offered + 1, gaveUp: day.gaveUp + 1 })
        expect(after ?? 0).toBeLessThanOrEqual(now ?? 1)
      }
    }),
  )
})

test('stretches add up to the day', () => {
  fc.assert(
    fc.property(anyTally, anyTally, (one, other) => {
      expect(together(one, other).offered).toBe(one.offered + other.offered)
      expect(together(one, noCalls)).toEqual(one)
    }),
  )
})

test('every outcome of a call is one of three fates', () => {
  expect(new Set(Object.values(fates))).toEqual(new Set(['answered', 'caller-left', 'not-answered']))
})
