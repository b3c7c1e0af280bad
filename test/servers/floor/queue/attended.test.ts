import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openQueue } from '../../../../src/floor/queue/store.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { SessionId, SkillId } from '../../../../src/platform/types.ts'
import { freshRedisUrl } from '../../world.ts'
import { agentIds, aProfile } from './operations.ts'

let redis: Redis

beforeAll(async () => {
  redis = await openRedis({ redisUrl: await freshRedisUrl() }, 'commands')
})
afterAll(() => closeRedis(redis))

test('a skill is attended while an agent who has it is signed in with a live phone, ready or not', async () => {
  const queue = openQueue(redis)
  const [id] = agentIds
  if (!id) throw new Error('no agent')
  const profile = { ...aProfile(id), skills: ['general', 'enterprise'] as SkillId[] }
  const attended = () =>
    Promise.all(['general', 'enterprise', 'gen', 'market'].map((skill) => queue.isAttended(skill as SkillId)))
  expect(await attended()).toEqual([false, false, false, false])

  const session = 'session-1' as SessionId
  await queue.signIn(profile, session, 'b-1', 1_000)
  // The page is open, its telephone has not registered yet.
  expect(await attended()).toEqual([false, false, false, false])
  await queue.setReachable('b-1', true, 1_100)
  expect(await attended()).toEqual([true, true, false, false])
  await queue.choose(id, 'BREAK', 'meal', 1_200)
  expect(await attended()).toEqual([true, true, false, false])
  await queue.choose(id, 'READY', null, 1_300)
  expect(await attended()).toEqual([true, true, false, false])
  await queue.setReachable('b-1', false, 1_400)
  expect(await attended()).toEqual([false, false, false, false])
  await queue.setReachable('b-1', true, 1_500)
  await queue.signOut(id, session, 1_600)
  expect(await attended()).toEqual([false, false, false, false])
})
