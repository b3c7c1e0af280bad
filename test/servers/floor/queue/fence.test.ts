import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openQueue, type Queue } from '../../../../src/floor/queue/store.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { AgentId, CallId, OfferId, SessionId, SkillId } from '../../../../src/platform/types.ts'
import { freshRedisUrl } from '../../world.ts'

/** Two controllers at one floor: what the one does that was replaced and does not know it. */

let redis: Redis
let told: number[]

beforeEach(async () => {
  redis = await openRedis({ redisUrl: await freshRedisUrl() }, 'commands')
  told = []
})
afterEach(() => closeRedis(redis))

function controller(epoch: number): Queue {
  return openQueue(redis, { fence: { node: 'node-1', epoch, onStale: () => told.push(epoch) } })
}

const general = 'general' as SkillId
const call = (id: string) => ({
  callId: id as CallId,
  node: 'node-1',
  skill: general,
  priority: 1,
  queuedAt: 1,
  lastAgent: null,
})
const match = (queue: Queue, id: string) =>
  queue.match(10, { node: 'node-1', offerMs: 60_000, newOfferId: id as OfferId })

async function anAgentIsReady(queue: Queue): Promise<void> {
  const id = '1' as AgentId
  await queue.setReachable('d-1', true, 1)
  await queue.signIn({ id, number: '1001', name: '张三', skills: [general], version: 1 }, 's' as SessionId, 'd-1', 1)
  await queue.choose(id, 'READY', null, 1)
}

test('a controller that was replaced reserves nobody and takes nobody out of the line', async () => {
  const old = controller(1)
  await old.enqueue(call('a'))
  await anAgentIsReady(openQueue(redis))
  const next = controller(2)
  await next.enqueue(call('b'))
  await expect(match(old, 'offer-1')).rejects.toThrow('STALE_EPOCH')
  await expect(old.leave('a' as CallId, 10)).rejects.toThrow('STALE_EPOCH')
  expect(told).toEqual([1, 1])
  expect((await next.waiting()).map((waiting) => waiting.callId)).toEqual(['a', 'b'])
  expect(await match(next, 'offer-2')).toMatchObject({ offer: { callId: 'a' } })
})

test('one agent is never reserved twice while two controllers match at once', async () => {
  const old = controller(1)
  for (const id of ['a', 'b', 'c']) await old.enqueue(call(id))
  await anAgentIsReady(openQueue(redis))
  const next = controller(2)
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => match(i % 2 === 0 ? old : next, `offer-${i}`)),
  )
  const offers = answers.flatMap((answer) =>
    answer.status === 'fulfilled' && answer.value ? [answer.value.offer] : [],
  )
  expect(offers).toHaveLength(1)
})

test('what is not a controller’s goes on whoever leads', async () => {
  await controller(2).enqueue(call('a'))
  await anAgentIsReady(openQueue(redis))
  expect((await openQueue(redis).agents())[0]?.state).toBe('READY')
})

test('after Redis lost everything the controller that leads acts on', async () => {
  const leader = controller(2)
  await leader.enqueue(call('a'))
  await redis.flushdb()
  expect(await leader.enqueue(call('a'))).toBe(true)
  await expect(controller(1).enqueue(call('b'))).rejects.toThrow('STALE_EPOCH')
})

test('a phone that has registered at another node is not lost with its registration at the first one', async () => {
  const at = (node: string) => openQueue(redis, { fence: { node, epoch: 1, onStale: () => {} } })
  const [first, second] = [at('node-1'), at('node-2')]
  await anAgentIsReady(first)
  await second.setReachable('d-1', true, 2)
  await first.setReachable('d-1', false, 3)
  expect(await first.agent('1' as AgentId)).toMatchObject({ state: 'READY', isReachable: true })
  expect(await first.phones()).toEqual(new Map([['d-1', 'node-2']]))
  await second.setReachable('d-1', false, 4)
  expect(await first.agent('1' as AgentId)).toMatchObject({ state: 'NOT_READY', reason: 'phone-lost' })
})
