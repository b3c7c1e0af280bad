import { Writable } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openMatching } from '../../../../src/calls/floor/matching.ts'
import type { Offer } from '../../../../src/floor/queue/queue.ts'
import { openQueue } from '../../../../src/floor/queue/store.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { AgentId, CallId, SessionId, SkillId } from '../../../../src/platform/types.ts'
import { freshRedisUrl } from '../../world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
const skill = 'general' as SkillId

test('while Asterisk is not heard nobody is offered a call, and nobody loses his place or his state by it', async () => {
  const redis = await openRedis({ redisUrl: await freshRedisUrl() }, 'commands')
  onTestFinished(() => closeRedis(redis))
  const queue = openQueue(redis)
  const agentId = '1' as AgentId
  const callId = '01JD0000000000000000000000' as CallId
  await queue.setReachable('b-1', true, 1)
  const profile = { id: agentId, number: '1001', name: '李晓燕', skills: [skill], version: 0 }
  await queue.signIn(profile, 's' as SessionId, 'b-1', 1)
  await queue.choose(agentId, 'READY', null, 1)
  await queue.enqueue({ callId, node: 'n1', skill, priority: 5, queuedAt: 1, lastAgent: null })

  let isHeard = false
  const offers: Offer[] = []
  const matching = openMatching({
    queue,
    node: 'n1',
    offerMs: 1_000,
    now: () => 2,
    log,
  })
  matching.begin({ mayOffer: () => isHeard, onOffer: (offer) => offers.push(offer) > 0 })
  matching.run()
  expect(await queue.agent(agentId)).toMatchObject({ state: 'READY' })
  expect(await queue.position(callId)).toBe(1)
  isHeard = true
  matching.run()
  await vi.waitFor(() => expect(offers).toMatchObject([{ callId, agentId }]))
})

test('callers who come back from the fallback one after the other are served by how long they have waited', async () => {
  const redis = await openRedis({ redisUrl: await freshRedisUrl() }, 'commands')
  onTestFinished(() => closeRedis(redis))
  const queue = openQueue(redis)
  await queue.setReachable('b-1', true, 1)
  const profile = { id: '1' as AgentId, number: '1001', name: '李晓燕', skills: [skill], version: 0 }
  await queue.signIn(profile, 's' as SessionId, 'b-1', 1)
  await queue.choose(profile.id, 'READY', null, 1)
  const offers: Offer[] = []
  const matching = openMatching({ queue, node: 'n1', offerMs: 60_000, now: () => 20, log })
  matching.begin({ mayOffer: () => true, onOffer: (offer) => offers.push(offer) > 0 })
  const comesBack = async (callId: string, queuedAt: number) => {
    matching.waitForOthers()
    await queue.enqueue({ callId: callId as CallId, node: 'n1', skill, priority: 5, queuedAt, lastAgent: null })
    matching.run()
  }
  // However slow the machine is between the two: the lull goes on when the test says so.
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  await comesBack('01JD0000000000000000000002', 9)
  await comesBack('01JD0000000000000000000001', 4)
  expect(offers).toEqual([])
  vi.advanceTimersByTime(301)
  vi.useRealTimers()
  await vi.waitFor(() => expect(offers).toMatchObject([{ callId: '01JD0000000000000000000001' }]))
})
