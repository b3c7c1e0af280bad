import { afterEach, beforeEach, expect, test } from 'vitest'
import { openQueue, type Queue } from '../../../../src/floor/queue/store.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { AgentId, CallId, OfferId, SessionId, SkillId } from '../../../../src/platform/types.ts'
import { freshRedisUrl } from '../../world.ts'

const skill = 'general' as SkillId
const agentId = '1' as AgentId
const callId = '01JD0000000000000000000000' as CallId
const talk = { callId, agentId, node: 'node-1', skill, state: 'TALKING' as const, since: 1_000 }

let redis: Awaited<ReturnType<typeof openRedis>>
let queue: Queue

beforeEach(async () => {
  redis = await openRedis({ redisUrl: await freshRedisUrl() }, 'commands')
  queue = openQueue(redis)
  await queue.setReachable('b-1', true, 1)
  await queue.signIn(
    { id: agentId, number: '1001', name: '李晓燕', skills: [skill], version: 0 },
    's' as SessionId,
    'b-1',
    1,
  )
})
afterEach(() => closeRedis(redis))

test('a talk that the floor forgot is put back: the agent talks and ends in wrap-up', async () => {
  expect(await queue.restoreTalk(talk, 2)).toMatchObject({ state: 'TALKING', callId })
  expect(await queue.finishCall(agentId, callId, 3, 60_000)).toMatchObject({ state: 'WRAP_UP' })
})

test('a talk that an earlier version wrote is known as it was: its agent has it, and ends it', async () => {
  await queue.restoreTalk(talk, 2)
  const key = (await redis.keys('*:call:*'))[0] ?? ''
  expect(await redis.hget(key, 'party:1')).toBe('AGENT')
  await redis.hdel(key, 'party:1')
  await redis.hset(key, 'agentId', agentId)
  expect(await queue.calls()).toMatchObject([{ callId, agentId }])
  expect(await queue.leave(callId, 3)).toEqual({ was: 'talking', agentId })
  expect(await queue.restoreTalk(talk, 4)).toMatchObject({ state: 'TALKING', callId })
  await queue.finishCall(agentId, callId, 5, 0)
  expect(await queue.calls()).toEqual([])
})

test('an agent who has another call in hand is left alone', async () => {
  const other = '01JD0000000000000000000001' as CallId
  await queue.choose(agentId, 'READY', null, 2)
  await queue.enqueue({ callId: other, node: 'node-1', skill, priority: 5, queuedAt: 2, lastAgent: null })
  await queue.match(3, { offerMs: 1_000, newOfferId: 'o1' as OfferId })
  expect(await queue.restoreTalk(talk, 4)).toBeNull()
  expect(await queue.agent(agentId)).toMatchObject({ state: 'RESERVED' })
})
