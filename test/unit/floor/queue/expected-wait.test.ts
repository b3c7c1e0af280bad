import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectedWaitMs, type Pace, paceWindowMs } from '../../../../src/floor/queue/queue.ts'

const now = Date.UTC(2026, 10, 23, 6, 0, 0)

function aPace(parts: Partial<Pace> = {}): Pace {
  return { serving: 3, taken: [], handled: [], ...parts }
}
const taken = (intervals: (number | null)[], at = now) => intervals.map((intervalMs) => ({ at, intervalMs }))
const handled = (times: number[], at = now) => times.map((ms) => ({ at, ms }))

test('too little is known at the start of the day: nothing is promised', () => {
  expect(expectedWaitMs(1, aPace(), now)).toBeNull()
  expect(expectedWaitMs(1, aPace({ taken: taken([10, 10, 10, 10]), handled: handled([1, 1, 1, 1]) }), now)).toBeNull()
})

test('nobody is there to serve: nothing is promised, however fast it went before', () => {
  const pace = aPace({ serving: 0, taken: taken([1, 1, 1, 1, 1]), handled: handled([1, 1, 1, 1, 1]) })
  expect(expectedWaitMs(1, pace, now)).toBeNull()
})

test('the pace of the line itself counts first', () => {
  const pace = aPace({ taken: taken([10_000, 20_000, 30_000, 20_000, 20_000]), handled: handled([1, 1, 1, 1, 1]) })
  expect(expectedWaitMs(3, pace, now)).toBe(60_000)
})

test('times in which nobody waited do not make the line look slow', () => {
  const pace = aPace({ taken: taken([null, 20_000, null, 20_000, 20_000, null, 20_000, 20_000]) })
  expect(expectedWaitMs(1, pace, now)).toBe(20_000)
})

test('without a pace, the work is divided among those who do it', () => {
  expect(
    expectedWaitMs(2, aPace({ serving: 3, handled: handled([180_000, 180_000, 180_000, 180_000, 180_000]) }), now),
  ).toBe(120_000)
})

test('what is older than half an hour says nothing about now', () => {
  const old = now - paceWindowMs - 1
  const pace = aPace({ taken: taken([1, 1, 1, 1, 1], old), handled: handled([1, 1, 1, 1, 1], old) })
  expect(expectedWaitMs(1, pace, now)).toBeNull()
})

test('whoever stands further back never waits less', () => {
  const samples = fc.array(fc.nat({ max: 600_000 }), { minLength: 5, maxLength: 50 })
  fc.assert(
    fc.property(
      samples,
      samples,
      fc.integer({ min: 1, max: 100 }),
      fc.nat({ max: 500 }),
      (intervals, times, serving, ahead) => {
        for (const pace of [aPace({ serving, taken: taken(intervals) }), aPace({ serving, handled: handled(times) })]) {
          const [next, later] = [expectedWaitMs(ahead + 1, pace, now), expectedWaitMs(ahead + 2, pace, now)]
          expect(next).not.toBeNull()
          expect(later ?? -1).toBeGreaterThanOrEqual(next ?? 0)
        }
      },
    ),
  )
})
