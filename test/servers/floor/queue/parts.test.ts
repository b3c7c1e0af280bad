import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TakenPart } from '../../../../src/floor/queue/queue.ts'
import { openQueue, type Queue } from '../../../../src/floor/queue/store.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { AgentId, CallId, OfferId, SessionId, SkillId } from '../../../../src/platform/types.ts'
import { freshRedisUrl } from '../../world.ts'

const skill = 'general' as SkillId
const [first, second] = ['1', '2'] as [AgentId, AgentId]
const callId = '01JD0000000000000000000000' as CallId
const other = '01JD0000000000000000000001' as CallId

let redis: Awaited<ReturnType<typeof openRedis>>
let queue: Queue

beforeEach(async () => {
  redis = await openRedis({ redisUrl: await freshRedisUrl() }, 'commands')
  queue = openQueue(redis)
  for (const id of [first, second]) {
    await queue.setReachable(`b-${id}`, true, 1)
    const profile = { id, number: `100${id}`, name: '李晓燕', skills: [skill], version: 0 }
    await queue.signIn(profile, `s${id}` as SessionId, `b-${id}`, 1)
    await queue.choose(id, 'READY', null, 2)
  }
  await queue.enqueue({ callId, node: 'node-1', skill, priority: 5, queuedAt: 2, lastAgent: first })
  await queue.match(3, { offerMs: 60_000, newOfferId: 'o1' as OfferId })
  await queue.accept('o1' as OfferId, 4)
})
afterEach(() => closeRedis(redis))

const part = (over: Partial<TakenPart> = {}): TakenPart => ({
  ...{ agentId: second, callId, part: 'p1', node: 'node-1', skill, role: 'CONSULTED', state: 'RINGING' },
  ...over,
})
const partsOf = async () =>
  Object.fromEntries((await queue.calls()).find((known) => known.callId === callId)?.parts ?? [])

describe('an agent who is asked into a call', () => {
  test('is reserved for it: nobody else gets them, and the call stays whose it is', async () => {
    expect(await queue.takePart(part(), 5)).toMatchObject({ state: 'RINGING', callId })
    await queue.enqueue({ callId: other, node: 'node-1', skill, priority: 0, queuedAt: 5, lastAgent: null })
    expect(await queue.match(6, { offerMs: 60_000, newOfferId: 'o2' as OfferId })).toBeNull()
    expect(await queue.calls()).toContainEqual(expect.objectContaining({ callId, agentId: first }))
    expect(await partsOf()).toEqual({ 1: 'AGENT', 2: 'CONSULTED' })
  })

  test('is not had when they are not ready, or have another call in hand', async () => {
    await queue.choose(second, 'BREAK', 'lunch', 5)
    expect(await queue.takePart(part(), 6)).toBeNull()
    await queue.choose(second, 'READY', null, 7)
    await queue.enqueue({ callId: other, node: 'node-1', skill, priority: 0, queuedAt: 7, lastAgent: null })
    await queue.match(8, { offerMs: 60_000, newOfferId: 'o2' as OfferId })
    expect(await queue.takePart(part(), 9)).toBeNull()
    expect(await partsOf()).toEqual({ 1: 'AGENT' })
  })

  test('goes free without blame when their phone was not answered, but not when reserved anew meanwhile', async () => {
    await queue.takePart(part(), 5)
    await queue.takePart(part({ part: 'p2' }), 6)
    expect(await queue.releasePart(second, callId, 'p1', 7)).toBeNull()
    expect(await queue.agent(second)).toMatchObject({ state: 'RINGING' })
    expect(await queue.releasePart(second, callId, 'p2', 8)).toMatchObject({ state: 'READY', callId: null })
    expect(await partsOf()).toEqual({ 1: 'AGENT' })
  })

  test('who hung up wraps up, and the call goes on with the one who has it', async () => {
    await queue.takePart(part(), 5)
    await queue.takePart(part({ state: 'TALKING' }), 6)
    expect(await queue.finishCall(second, callId, 7, 60_000)).toMatchObject({ state: 'WRAP_UP' })
    expect(await partsOf()).toEqual({ 1: 'AGENT' })
    expect(await queue.agent(first)).toMatchObject({ state: 'TALKING', callId })
  })

  test('has the call once it was handed on; who had it before ends only their own work', async () => {
    await queue.takePart(part(), 5)
    await queue.takePart(part({ role: 'AGENT', state: 'TALKING' }), 6)
    await queue.finishCall(first, callId, 7, 0)
    expect(await queue.calls()).toMatchObject([{ callId, agentId: second }])
    await queue.finishCall(second, callId, 8, 0)
    expect(await queue.calls()).toEqual([])
  })

  test('gets a call that nobody has any more, and gives it back to the line when they do not answer', async () => {
    await queue.finishCall(first, callId, 5, 0)
    expect(await queue.takePart(part({ role: 'PARTNER' }), 6)).toMatchObject({ state: 'RINGING' })
    expect(await queue.waiting()).toEqual([])
    await queue.releasePart(second, callId, 'p1', 7)
    expect(await queue.calls()).toEqual([])
    expect(await queue.enqueue({ callId, node: 'node-1', skill, priority: 0, queuedAt: 2, lastAgent: null })).toBe(true)
  })
})
