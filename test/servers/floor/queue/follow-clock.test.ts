import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openQueue, type Queue } from '../../../../src/floor/queue/store.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { AgentId, CallId, Instant, OfferId, SessionId, SkillId } from '../../../../src/platform/types.ts'
import { freshRedisUrl } from '../../world.ts'

/** What is begun on the floor while somebody sets the clock of its machine. */

const node = 'node-1'
const skill = 'general' as SkillId
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const start = 1_800_000_000_000
const steps = [hourMs, -hourMs]

let redis: Redis
let queue: Queue

beforeEach(async () => {
  redis = await openRedis({ redisUrl: await freshRedisUrl() }, 'commands')
  queue = openQueue(redis)
})
afterEach(() => closeRedis(redis))

async function ready(id: string, at: Instant): Promise<AgentId> {
  const profile = { id: id as AgentId, number: id, name: id, skills: [skill], version: 0 }
  await queue.setReachable(`d-${id}`, true, at)
  await queue.signIn(profile, `s-${id}` as SessionId, `d-${id}`, at)
  await queue.choose(profile.id, 'READY', null, at)
  return profile.id
}

const wait = (id: string, queuedAt: Instant) =>
  queue.enqueue({ callId: id as CallId, node, skill, priority: 5, queuedAt, lastAgent: null })
const match = async (at: Instant, id: string) => {
  const offer = await queue.match(at, { node, offerMs: 30_000, newOfferId: id as OfferId })
  return offer?.offer.callId
}

test.each(steps)('a phone that rings goes on ringing, and not for longer: %i ms', async (step) => {
  await ready('1001', start)
  await wait('a', start)
  await match(start, 'o')
  await queue.ringing('o' as OfferId, start)
  const now = start + 10_000 + step
  await queue.followClock(now, step, node)
  expect(await queue.expire(now)).toEqual([])
  expect(await queue.expire(now + 30_000)).toMatchObject([{ callId: 'a' }])
})

test.each(steps)('a wrap-up is neither cut short nor endless: %i ms', async (step) => {
  const agentId = await ready('1001', start)
  await wait('a', start)
  await match(start, 'o')
  await queue.accept('o' as OfferId, start)
  await queue.finishCall(agentId, 'a' as CallId, start + minuteMs, minuteMs)
  const now = start + minuteMs + 10_000 + step
  await queue.followClock(now, step, node)
  expect(await queue.endWrapUps(now)).toEqual([])
  expect(await queue.endWrapUps(now + minuteMs)).toMatchObject([{ id: agentId, state: 'READY' }])
})

test.each(steps)('whoever waited before is served before who comes after: %i ms', async (step) => {
  await wait('first', start)
  await wait('second', start + minuteMs)
  const now = start + 2 * minuteMs + step
  await queue.followClock(now, step, node)
  await wait('third', now)
  for (const id of ['1001', '1002', '1003']) await ready(id, now)
  expect([await match(now, 'o1'), await match(now, 'o2'), await match(now, 'o3')]).toEqual(['first', 'second', 'third'])
})

test.each(steps)('whoever is idle longest is so afterwards as well: %i ms', async (step) => {
  await ready('1001', start)
  await ready('1002', start + minuteMs)
  const now = start + 2 * minuteMs + step
  await queue.followClock(now, step, node)
  await ready('1003', now + 1)
  await wait('a', now + 2)
  await match(now + 2, 'o')
  expect((await queue.offers())[0]).toMatchObject({ agentNumber: '1001' })
})

test('what began in this moment has the new time already', async () => {
  await ready('1001', start + hourMs)
  await wait('a', start + hourMs)
  await match(start + hourMs, 'o')
  await queue.followClock(start + hourMs + 200, hourMs, node)
  expect(await queue.expire(start + hourMs + 30_000)).toMatchObject([{ callId: 'a' }])
})

test('calls of another Asterisk go by the clock of its own machine', async () => {
  await ready('1001', start)
  await wait('a', start)
  await match(start, 'o')
  await queue.followClock(start + hourMs + 5_000, hourMs, 'node-2')
  expect((await queue.offers())[0]).toMatchObject({ madeAt: start })
})
