import { expect, test, vi } from 'vitest'
import type { Agents } from '../../../src/agents/store.ts'
import { careForFloor, openSteadiness } from '../../../src/calls/floor-care.ts'
import { timings } from './world.ts'

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

test('while no web role is there, no agent is taken off the floor: none of their desks could be heard', async () => {
  const works = new Map<string, () => Promise<unknown>>()
  const taken: number[] = []
  let isWebHere = true
  let at = 0
  const queue = { isEmpty: async () => false, missing: async (now: number) => void taken.push(now) }
  careForFloor(
    { every: (_ms, name, work) => void works.set(name, work), stop: () => {} },
    {
      agents: { queue } as unknown as Agents,
      bus: {} as never,
      node: 'node-1',
      timings,
      calls: () => [],
      fallbackTalks: () => [],
      isSettled: () => true,
      isWebHere: async () => isWebHere,
      onOfferExpired: () => {},
      onQueueMoved: () => {},
      onRebuilt: async () => {},
      now: () => at,
    },
  )
  vi.useFakeTimers({ toFake: ['performance'] })
  const look = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      at += 2_000
      vi.advanceTimersByTime(2_000)
      await works.get('desks that are gone')?.()
    }
    return taken.splice(0).length
  }
  expect(await look(10)).toBeGreaterThan(0)
  isWebHere = false
  expect(await look(30)).toBe(0)
  isWebHere = true
  expect(await look(7)).toBe(0)
  expect(await look(3)).toBeGreaterThan(0)
  vi.useRealTimers()
})
