import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import type { Bus } from '../../../../src/bus.ts'
import { careForFloor, type FloorParts, openSteadiness } from '../../../../src/calls/floor/floor-care.ts'
import type { Agents } from '../../../../src/floor/agents/store.ts'
import type { AgentId, OfferId } from '../../../../src/platform/types.ts'
import { aCall, anOffer, timings } from '../world.ts'

/** @returns what is looked after, by its name */
function care(queue: object, over: Partial<FloorParts> = {}): Map<string, () => Promise<unknown>> {
  return careAnd(queue, over).works
}

function careAnd(queue: object, over: Partial<FloorParts>) {
  const floor = careForFloor({
    agents: { queue } as unknown as Agents,
    bus: {} as never,
    node: 'node-1',
    timings,
    calls: () => [],
    fallbackTalks: () => [],
    isSettled: () => true,
    isWebHere: async () => true,
    onOfferExpired: () => {},
    onQueueMoved: () => {},
    redisLosses: () => 0,
    retell: async () => {},
    onRebuilt: async () => {},
    now: () => 0,
    log: pino({ level: 'silent' }),
    ...over,
  })
  const works = new Map(floor.duties.map(({ name, work }) => [name, work]))
  return { works, floor }
}

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
  const taken: number[] = []
  let isWebHere = true
  let at = 0
  const queue = { isEmpty: async () => false, missing: async (now: number) => void taken.push(now) }
  const works = care(queue, { isWebHere: async () => isWebHere, now: () => at })
  vi.useFakeTimers({ toFake: ['performance'] })
  const look = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      at += 2_000
      vi.advanceTimersByTime(2_000)
      await works.get('sign-out of lost desks')?.()
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

test('a clock that was set is followed before anything ends by it, also when Redis was away in that moment', async () => {
  const done: string[] = []
  let ahead = 0
  let isRedisHere = false
  const works = care(
    {
      followClock: async (_now: number, stepMs: number) => {
        if (!isRedisHere) throw new Error('away')
        done.push(`moved by ${stepMs}`)
      },
      endWrapUps: async () => void done.push('ended'),
      expire: async () => [],
    },
    { now: () => performance.timeOrigin + performance.now() + ahead },
  )
  const look = works.get('expiry of offers and wrap-ups')
  ahead += 3_600_000
  await expect(look?.()).rejects.toThrow('away')
  isRedisHere = true
  await look?.()
  await look?.()
  expect(done.map((one) => one.replace(/\d+$/, (ms) => `${Math.round(Number(ms) / 1_000)} s`))).toEqual([
    'moved by 3600 s',
    'ended',
    'ended',
  ])
})

test('on a floor that Redis has just lost no talk is taken for one that is over', async () => {
  const asked: string[] = []
  const call = aCall().talking().call
  const queue = {
    calls: async () => [],
    leave: async () => void asked.push('leave'),
    restoreTalk: async () => void asked.push('restoreTalk'),
  }
  await care(queue, { calls: () => [call] }).get('comparison of floor and calls')?.()
  expect(asked).toEqual(['restoreTalk'])
})

test('a floor is not true after Redis was away, until it has been compared with the calls', async () => {
  const call = aCall().talking().call
  const done: string[] = []
  let losses = 0
  let isEmpty = true
  const queue = {
    isEmpty: async () => isEmpty,
    calls: async () => [],
    restoreTalk: async () => void done.push('talk restored'),
  }
  const { works, floor } = careAnd(queue, {
    bus: { missed: () => void done.push('pages read anew') } as unknown as Bus,
    calls: () => [call],
    redisLosses: () => losses,
    retell: async () => void done.push('told'),
    onQueueMoved: () => void done.push(floor.isTrue() ? 'may offer' : 'waits'),
  })
  const look = async () => {
    await works.get('comparison after a loss of Redis')?.()
    return done.splice(0)
  }
  expect([await look(), floor.isTrue()]).toEqual([[], true])
  losses += 1
  // Rebuilt first, by what looks after that.
  expect([await look(), floor.isTrue()]).toEqual([[], false])
  isEmpty = false
  expect(await look()).toEqual(['told', 'talk restored', 'waits', 'pages read anew', 'may offer'])
  expect([await look(), floor.isTrue()]).toEqual([[], true])
})

test('agents whom others asked into a call are put into it, and those who have left it are finished', async () => {
  const world = aCall().talking()
  const party = { id: 'third', to: { kind: 'agent', number: '1002' } as const }
  world.on({ type: 'add-party', agentId: '1001' as AgentId, party: party.id, to: party.to, mode: 'three-way' })
  world.on({ type: 'party-reserved', offer: { ...anOffer('1002'), id: 'third' as OfferId } })
  const taken: unknown[] = []
  const finished: unknown[] = []
  const known = { callId: world.call.id, node: 'node-1', agentId: '1001' }
  const queue = {
    calls: async () => [
      {
        ...known,
        parts: new Map([
          ['1001', 'AGENT'],
          ['1009', 'CONSULTED'],
        ]),
      },
    ],
    takePart: async (part: unknown) => void taken.push(part),
    finishCall: async (id: unknown) => void finished.push(id),
    restoreTalk: async () => null,
    leave: async () => ({ was: 'unknown' }),
  }
  const works = care(queue, { calls: () => [world.call] })
  await works.get('comparison of floor and calls')?.()
  expect(taken).toMatchObject([{ agentId: '1002', part: 'third', role: 'PARTNER', state: 'RINGING' }])
  expect(finished).toEqual(['1009'])
})
