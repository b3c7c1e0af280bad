import { expect, test } from 'vitest'
import { openSteadiness } from '../../../src/calls/floor-care.ts'

const graceMs = 15_000

/** Looks every 2 s, as the floor is looked after. @returns what each look believes */
function looks(isSteady: ReturnType<typeof openSteadiness>, count: number, from = 0, wallOffset = 0): boolean[] {
  return Array.from({ length: count }, (_, n) => isSteady(from + n * 2_000 + wallOffset, from + n * 2_000))
}

test('silence of the desks is believed after a whole grace of normal running', () => {
  expect(looks(openSteadiness(graceMs), 10)).toEqual([...Array(8).fill(false), true, true])
})

test('an outage of Redis takes nobody off the floor', () => {
  const isSteady = openSteadiness(graceMs)
  looks(isSteady, 10)
  expect(looks(isSteady, 9, 60_000)).toEqual([...Array(8).fill(false), true])
})

test('a step of the clock takes nobody off the floor', () => {
  const isSteady = openSteadiness(graceMs)
  looks(isSteady, 10)
  expect(looks(isSteady, 2, 20_000, 3_600_000)).toEqual([false, false])
})
