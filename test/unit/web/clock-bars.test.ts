import { expect, it } from 'vitest'
import type { ClockRun } from '../../../src/tickets/timeline/api.ts'
import { barOf, spanOf } from '../../../src/web/tickets/timeline/clockBars.ts'

const run = (change: Partial<ClockRun>): ClockRun => ({
  ...{ clock: 'HANDLE', unit: '市城管局', startedAt: 0, warnAt: 60, dueAt: 80, endedAt: null, end: null, pauses: [] },
  ...change,
})
const tones = (of: ClockRun, now: number) => {
  const span = spanOf([of], now)
  return barOf(of, span, now).stretches.map(({ tone, from, width }) => [tone, Math.round(from), Math.round(width)])
}

it('a clock in time is green so far, and what is ahead of it is grey up to its due time', () => {
  expect(tones(run({}), 40)).toEqual([
    ['green', 0, 50],
    ['ahead', 50, 50],
  ])
  expect(barOf(run({}), { from: 0, to: 80 }, 40)).toMatchObject({ due: 100, words: '进行中' })
})

it('a clock that is overdue was green, then yellow, and is red', () => {
  expect(tones(run({}), 100)).toEqual([
    ['green', 0, 60],
    ['yellow', 60, 20],
    ['red', 80, 20],
  ])
  expect(barOf(run({}), { from: 0, to: 100 }, 100).words).toBe('已超期')
})

it('a clock that has ended says how, and goes on no longer', () => {
  expect(barOf(run({ endedAt: 70, end: 'MET' }), { from: 0, to: 100 }, 100)).toMatchObject({ words: '按时完成' })
  expect(barOf(run({ endedAt: 90, end: 'MET' }), { from: 0, to: 100 }, 100)).toMatchObject({ words: '超期完成' })
  expect(barOf(run({ endedAt: 20, end: 'CANCELLED' }), { from: 0, to: 100 }, 100)).toMatchObject({ words: '已取消' })
  expect(tones(run({ endedAt: 40, end: 'MET' }), 100)).toEqual([['green', 0, 100]])
})

it('a pause lies over the bar, also one that lasts', () => {
  expect(tones(run({ pauses: [{ from: 20, to: 40 }] }), 60)).toContainEqual(['pause', 25, 25])
  expect(barOf(run({ pauses: [{ from: 20, to: null }] }), { from: 0, to: 80 }, 60).words).toBe('挂起中')
})

it('a clock whose year is not loaded has a bar without an end', () => {
  expect(barOf(run({ dueAt: null, warnAt: null }), { from: 0, to: 40 }, 40)).toMatchObject({
    due: null,
    words: '期限待定',
  })
})
