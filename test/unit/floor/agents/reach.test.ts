import { expect, test } from 'vitest'
import { openReach } from '../../../../src/floor/agents/reach.ts'
import type { AriAnswer, EndpointList } from '../../../../src/telephony/ari/ari.ts'

/** Two nodes with a floor between them; Asterisk of the first one lists its phones when it is let. */
function aWorld(phones: Record<string, string>) {
  const floor = new Map(Object.entries(phones))
  const lists: PromiseWithResolvers<AriAnswer<EndpointList>>[] = []
  const written: [string, boolean][] = []
  let isAway = false
  const queue = {
    phones: async () => new Map(floor),
    async setReachable(endpoint: string, isReachable: boolean) {
      if (isAway) throw new Error('Redis is away')
      written.push([endpoint, isReachable])
      if (isReachable) floor.set(endpoint, 'node-1')
      else floor.delete(endpoint)
      return null
    },
  }
  const endpoints = () => {
    const list = Promise.withResolvers<AriAnswer<EndpointList>>()
    lists.push(list)
    return list.promise
  }
  const reach = openReach({ ari: { endpoints }, queue, node: 'node-1', now: () => 0 })
  const listed = (reachable: string[]) =>
    lists.shift()?.resolve({ ok: true, value: { endpoints: reachable, reachable } })
  return {
    reach,
    listed,
    written,
    there: () => [...floor.keys()].sort(),
    redisGoes: () => {
      isAway = true
    },
    redisComes: () => {
      isAway = false
    },
  }
}

test('a phone that registers or is lost while Asterisk lists them is as it was told, not as it was listed', async () => {
  const world = aWorld({ 'b-2': 'node-1' })
  const comparing = world.reach.compare()
  await world.reach.told('b-1', true)
  await world.reach.told('b-2', false)
  world.listed(['b-2'])
  await comparing
  expect(world.there()).toEqual(['b-1'])
})

test('what was never told is set right, and told by Asterisk afterwards it counts at once', async () => {
  const world = aWorld({})
  await world.reach.told('b-1', true)
  const comparing = world.reach.compare()
  world.listed(['b-2', 'trunk-city'])
  await comparing
  expect(world.there()).toEqual(['b-2'])
  await world.reach.told('b-1', true)
  expect(world.there()).toEqual(['b-1', 'b-2'])
})

test('phones that another node has are not missed at this one', async () => {
  const world = aWorld({ 'b-1': 'node-1', 'b-2': 'node-2' })
  await world.reach.follow({ endpoints: ['b-1', 'b-2'], reachable: [] })
  expect(world.there()).toEqual(['b-2'])
})

test('the floor hears of a phone once, however often Asterisk tells it, and again when it was away', async () => {
  const world = aWorld({})
  world.redisGoes()
  await expect(world.reach.told('b-1', true)).rejects.toThrow('away')
  world.redisComes()
  for (let times = 0; times < 3; times += 1) await world.reach.told('b-1', true)
  expect(world.written).toEqual([['b-1', true]])
})
