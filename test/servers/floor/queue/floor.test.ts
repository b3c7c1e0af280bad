import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openQueue, type Queue } from '../../../../src/floor/queue/store.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { CallId, Instant, OfferId, SessionId } from '../../../../src/platform/types.ts'
import { freshRedisUrl } from '../../world.ts'
import { backWithinMs, Model, seen } from './model.ts'
import {
  agentIds,
  aProfile,
  callIds,
  endpoints,
  nodes,
  type Operation,
  offerName,
  operation,
  skills,
} from './operations.ts'

const begin = Date.UTC(2026, 10, 23, 6, 0, 0)
const prefix = '{hotline}:floor:'

let redisUrl: string
let redis: Redis

beforeAll(async () => {
  redisUrl = await freshRedisUrl()
  redis = await openRedis({ redisUrl }, 'commands')
})
afterAll(() => closeRedis(redis))

/** Does the same to the floor and to the model, and expects the same answer. */
async function both(queue: Queue, model: Model, op: Operation, world: { now: Instant; offers: number }): Promise<void> {
  const { now } = world
  const session = (agentId: string, sessionId: SessionId) => `${sessionId}-${agentId}` as SessionId
  const pick = (n: number) => offerName(world.offers === 0 ? 0 : n % (world.offers + 1))
  switch (op.name) {
    case 'enqueue': {
      const { callId, node, skill, priority, lastAgent } = op
      const call = { callId, node, skill, priority, lastAgent, queuedAt: now - op.agoMs }
      return expect(await queue.enqueue(call)).toBe(model.enqueue(call))
    }
    case 'leave':
      return expect((await queue.leave(op.callId, now)).was).toBe(model.leave(op.callId, now))
    case 'match': {
      const id = offerName(world.offers + 1)
      const options = { offerMs: op.offerMs, newOfferId: id, ...(op.node === null ? {} : { node: op.node }) }
      const made = await queue.match(now, options)
      expect(made?.offer ?? null).toEqual(model.match(now, op.node, op.offerMs, id))
      if (!made) return
      world.offers += 1
      // A reply that was lost: asked again, the same answer.
      expect(await queue.match(now, options)).toEqual(made)
      return
    }
    case 'ringing':
      return expect((await queue.ringing(pick(op.offer), now)) !== null).toBe(model.ringing(pick(op.offer), now))
    case 'accept':
      return expect((await queue.accept(pick(op.offer), now)).ok).toBe(model.accept(pick(op.offer), now))
    case 'reject':
      return expect((await queue.reject(pick(op.offer), now, op.reason)).ok).toBe(
        model.reject(pick(op.offer), now, op.reason),
      )
    case 'withdraw':
      return expect((await queue.withdraw(pick(op.offer), now)).ok).toBe(model.withdraw(pick(op.offer), now))
    case 'expire':
      return expect((await queue.expire(now)).map((offer) => offer.id).sort()).toEqual(model.expire(now).sort())
    case 'hold': {
      const done = await (op.state === 'HOLD' ? queue.hold(op.agentId, now) : queue.resume(op.agentId, now))
      return expect(done !== null).toBe(model.hold(op.agentId, op.state, now))
    }
    case 'finishCall': {
      const callId = op.callId ?? model.agents.get(op.agentId)?.callId ?? ('none' as CallId)
      const done = await queue.finishCall(op.agentId, callId, now, op.wrapUpMs)
      return expect(done !== null).toBe(model.finishCall(op.agentId, callId, now, op.wrapUpMs))
    }
    case 'finishWrapUp':
      return expect((await queue.finishWrapUp(op.agentId, now)) !== null).toBe(model.finishWrapUp(op.agentId, now))
    case 'endWrapUps':
      return expect((await queue.endWrapUps(now)).map((agent) => agent.id).sort()).toEqual(model.endWrapUps(now))
    case 'extendWrapUp':
      return expect((await queue.extendWrapUp(op.agentId, op.ms, op.capMs)) !== null).toBe(
        model.extendWrapUp(op.agentId, op.ms, op.capMs),
      )
    case 'signIn': {
      const [profile, id] = [aProfile(op.agentId), session(op.agentId, op.sessionId)]
      const { replaced } = await queue.signIn(profile, id, op.endpoint, now)
      return expect(replaced).toBe(model.signIn(profile, id, op.endpoint, now))
    }
    case 'signOut': {
      const id = session(op.agentId, op.sessionId)
      return expect((await queue.signOut(op.agentId, id, now)) !== null).toBe(model.signOut(op.agentId, id, now))
    }
    case 'choose': {
      const choose = op.isDesk ? queue.choose : queue.force
      const chosen = await choose(op.agentId, op.state, op.reason, now)
      return expect(chosen.ok ? 'ok' : chosen.code).toBe(model.choose(op.agentId, op.state, op.reason, now, op.isDesk))
    }
    case 'force':
      return expect((await queue.force(op.agentId, 'OFFLINE', null, now)).ok).toBe(model.signOut(op.agentId, null, now))
    case 'setReachable':
      return expect((await queue.setReachable(op.endpoint, op.isReachable, now)) !== null).toBe(
        model.setReachable(op.endpoint, op.isReachable, now),
      )
    case 'setEndpoint':
      return expect((await queue.setEndpoint(op.agentId, op.endpoint, now)) !== null).toBe(
        model.setEndpoint(op.agentId, op.endpoint, now),
      )
    case 'setProfile': {
      const profile = aProfile(op.agentId, op.can)
      return expect((await queue.setProfile(profile, now)) !== null).toBe(model.setProfile(profile, now))
    }
    case 'heartbeat':
      return expect(await queue.heartbeat(op.agentId, now)).toBe(model.heartbeat(op.agentId, now))
    case 'missing':
      return expect((await queue.missing(now, op.graceMs)).map((agent) => agent.id).sort()).toEqual(
        model.missing(now, op.graceMs),
      )
    case 'wait':
      world.now += op.ms
  }
}

async function expectSame(queue: Queue, model: Model): Promise<void> {
  const [agents, waiting, offers, phones, figures, ...positions] = await Promise.all([
    queue.agents(),
    queue.waiting(),
    queue.offers(),
    queue.phones(),
    queue.figures(),
    ...callIds.map((callId) => queue.position(callId)),
  ])
  expect(agents).toEqual([...model.agents.values()].map(seen).sort((a, b) => (a.number < b.number ? -1 : 1)))
  const byId = (a: { callId: CallId }, b: { callId: CallId }) => (a.callId < b.callId ? -1 : 1)
  expect(waiting.sort(byId)).toEqual(
    model
      .line()
      .map(({ offerId: _offer, agentId: _agent, ...call }) => call)
      .sort(byId),
  )
  const open = [...model.offers.values()]
    .filter((offer) => !offer.isTaken)
    .map(({ isTaken: _taken, ...offer }) => offer)
  expect(offers.sort(byId)).toEqual(open.sort(byId))
  expect([...phones.keys()].sort()).toEqual([...model.phones].sort())
  expect(figures).toEqual(model.figures())
  for (const skill of skills) {
    const serving = await redis.smembers(`${prefix}serving:${skill}`)
    expect(serving.sort()).toEqual(model.serving(skill))
  }
  expect(positions).toEqual(callIds.map((callId) => model.position(callId)))
}

/** What must hold whatever happened, read from Redis alone. */
async function expectSound(queue: Queue): Promise<void> {
  const [agents, calls, offers] = await Promise.all([queue.agents(), queue.calls(), queue.offers()])
  for (const offer of offers) {
    expect(agents.filter((agent) => agent.offerId === offer.id).map((agent) => agent.id)).toEqual([offer.agentId])
    expect(calls.filter((call) => call.offerId === offer.id).map((call) => call.callId)).toEqual([offer.callId])
  }
  expect(new Set(offers.map((offer) => offer.agentId)).size).toBe(offers.length)
  expect(new Set(offers.map((offer) => offer.callId)).size).toBe(offers.length)
  for (const agent of agents) {
    expect(agent.offerId !== null).toBe(agent.state === 'RESERVED' || agent.state === 'RINGING')
    expect(agent.callId !== null).toBe(agent.state === 'TALKING' || agent.state === 'HOLD')
    if (agent.offerId) expect(offers.map((offer) => offer.id)).toContain(agent.offerId)
    if (agent.callId) expect(calls.find((call) => call.callId === agent.callId)?.agentId).toBe(agent.id)
  }
  const inCall = agents.flatMap((agent) => agent.callId ?? [])
  expect(new Set(inCall).size).toBe(inCall.length)
}

/** Everybody hangs up, signs out and pulls the plug. */
async function endAll(queue: Queue, now: Instant): Promise<void> {
  for (const callId of callIds) {
    const left = await queue.leave(callId, now)
    if (left.was === 'talking') await queue.finishCall(left.agentId, callId, now, 0)
  }
  for (const agentId of agentIds) await queue.force(agentId, 'OFFLINE', null, now)
  for (const endpoint of endpoints) await queue.setReachable(endpoint, false, now)
}

/** Agents are remembered for their versions; the pace of the last half hour goes by itself. */
async function expectNothingLeft(): Promise<void> {
  const keys = (await redis.keys('*')).map((key) => key.slice(prefix.length))
  const left = keys.filter((key) => !/^(alive|agents|agent:\d+|(pace|handling):.*)$/.test(key))
  expect(left).toEqual([])
  for (const key of keys.filter((name) => /^(pace|handling):/.test(name))) {
    expect(await redis.pttl(prefix + key)).toBeGreaterThan(0)
  }
}

async function freshFloor(): Promise<Queue> {
  await redis.flushdb()
  const queue = openQueue(redis, { prefix, phoneBackWithinMs: backWithinMs })
  expect(await queue.rebuild({ agents: [], talks: [], waiting: [] }, begin)).toBe(true)
  return queue
}

/** A floor that is at work: most of what is interesting needs somebody ready. */
async function staff(queue: Queue, model: Model, now: Instant): Promise<void> {
  for (const [i, agentId] of agentIds.entries()) {
    const endpoint = endpoints[i] ?? null
    const world = { now: now + i, offers: 0 }
    await both(queue, model, { name: 'setReachable', endpoint: endpoint ?? '', isReachable: true }, world)
    await both(queue, model, { name: 'signIn', agentId, sessionId: 'S1' as SessionId, endpoint }, world)
    await both(queue, model, { name: 'choose', agentId, state: 'READY', reason: null, isDesk: true }, world)
  }
}

test('any order of operations leaves the floor as a plain model says, and nothing when all is over', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(operation, { minLength: 1, maxLength: 70, size: 'max' }),
      async (isStaffed, ops) => {
        const [queue, model] = [await freshFloor(), new Model()]
        const world = { now: begin, offers: 0 }
        if (isStaffed) await staff(queue, model, begin)
        for (const op of ops) {
          await both(queue, model, op, world)
          world.now += 1
        }
        await expectSame(queue, model)
        await expectSound(queue)
        await endAll(queue, world.now)
        await expectNothingLeft()
      },
    ),
    { numRuns: 250 },
  )
}, 120_000)

test('after every single operation the floor is as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 30, maxLength: 60, size: 'max' }), async (ops) => {
      const [queue, model] = [await freshFloor(), new Model()]
      const world = { now: begin, offers: 0 }
      await staff(queue, model, begin)
      for (const op of ops) {
        await both(queue, model, op, world)
        await expectSame(queue, model)
        world.now += 1
      }
    }),
    { numRuns: 40 },
  )
}, 120_000)

test('matched to exhaustion, nobody waits while an agent who fits is idle, and each line keeps its order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 60, size: 'max' }), async (ops) => {
      const [queue, model] = [await freshFloor(), new Model()]
      const world = { now: begin, offers: 0 }
      await staff(queue, model, begin)
      for (const op of ops) await both(queue, model, op, world)
      const before = await queue.waiting()
      const served = new Set<CallId>()
      for (let n = 1000; ; n += 1) {
        const made = await queue.match(world.now, { offerMs: 1_000, newOfferId: offerName(n) })
        if (!made) break
        served.add(made.offer.callId)
      }
      const ready = (await queue.agents()).filter((agent) => agent.state === 'READY' && agent.isReachable)
      for (const call of await queue.waiting()) {
        expect(ready.filter((agent) => agent.skills.includes(call.skill))).toEqual([])
      }
      // `before` is in order: within a skill, whoever was served stood before all who were not.
      for (const skill of new Set(before.map((call) => call.skill))) {
        const wasServed = before.filter((call) => call.skill === skill).map((call) => served.has(call.callId))
        expect(wasServed).toEqual([...wasServed].sort((a, b) => Number(b) - Number(a)))
      }
    }),
    { numRuns: 100 },
  )
}, 120_000)

test('several controllers at once: no agent gets two offers, no call two agents, nobody is forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(operation, { minLength: 10, maxLength: 50, size: 'max' }), { minLength: 3, maxLength: 5 }),
      async (scripts) => {
        const queue = await freshFloor()
        await staff(queue, new Model(), begin)
        const clients = await Promise.all(scripts.map(() => openRedis({ redisUrl }, 'commands')))
        try {
          await Promise.all(
            scripts.map((ops, i) =>
              alone(openQueue(clients[i] ?? redis, { prefix, phoneBackWithinMs: backWithinMs }), ops, i),
            ),
          )
          await expectSound(queue)
          const now = begin + 3_600_000
          for (let n = 0; await queue.match(now, { offerMs: 1, newOfferId: offerName(90_000 + n) }); n += 1);
          await expectSound(queue)
          const ready = (await queue.agents()).filter((agent) => agent.state === 'READY' && agent.isReachable)
          for (const call of await queue.waiting()) {
            expect(ready.filter((agent) => agent.skills.includes(call.skill))).toEqual([])
          }
          await endAll(queue, now)
          await expectNothingLeft()
        } finally {
          for (const client of clients) closeRedis(client)
        }
      },
    ),
    { numRuns: 40 },
  )
}, 120_000)

/** One controller of many: it does what it does, whatever the answers are, several things at a time. */
async function alone(queue: Queue, ops: Operation[], i: number): Promise<void> {
  const made: OfferId[] = []
  const model = new Model()
  let now = begin + i
  const one = async (op: Operation, n: number): Promise<void> => {
    const offer = 'offer' in op ? (made[op.offer % Math.max(1, made.length)] ?? offerName(0)) : offerName(0)
    if (op.name === 'match') {
      const id = offerName(1_000 * (i + 1) + n)
      const found = await queue.match(now, { offerMs: op.offerMs, newOfferId: id })
      if (found) made.push(found.offer.id)
    } else if (op.name === 'ringing') await queue.ringing(offer, now)
    else if (op.name === 'accept') await queue.accept(offer, now)
    else if (op.name === 'reject') await queue.reject(offer, now, op.reason)
    else if (op.name === 'withdraw') await queue.withdraw(offer, now)
    else if (op.name === 'finishCall') {
      const callId = op.callId ?? (await queue.agent(op.agentId))?.callId
      if (callId) await queue.finishCall(op.agentId, callId, now, op.wrapUpMs)
    } else await both(queue, model, op, { now, offers: 0 }).catch(ignoreModel)
    now += 'ms' in op ? op.ms : 1
  }
  for (let from = 0; from < ops.length; from += 3) {
    await Promise.all(ops.slice(from, from + 3).map((op, n) => one(op, from + n)))
  }
}

/** Beside others the model of one controller is not the floor; only an answer that differs is passed over. */
function ignoreModel(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AssertionError') throw error
}

test('a floor that Redis lost is rebuilt: the line in its order, the talks with their agents, once and only once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { minLength: 10, maxLength: 50, size: 'max' }),
      fc.array(fc.constantFrom(...callIds), { maxLength: 3 }),
      async (ops, leavers) => {
        const [queue, model] = [await freshFloor(), new Model()]
        const world = { now: begin, offers: 0 }
        await staff(queue, model, begin)
        for (const op of ops) await both(queue, model, op, world)
        const [agents, calls] = await Promise.all([queue.agents(), queue.calls()])
        await redis.flushdb()
        expect(await queue.isEmpty()).toBe(true)

        const snapshot = {
          agents: agents.flatMap((agent) =>
            agent.sessionId === null
              ? []
              : [{ ...agent, state: 'READY' as const, sessionId: agent.sessionId, wrapUpUntil: null }],
          ),
          talks: calls.flatMap(({ callId, agentId, node, skill, queuedAt }) =>
            agentId ? [{ callId, agentId, node, skill, since: queuedAt, state: 'TALKING' as const }] : [],
          ),
          waiting: calls
            .filter((call) => call.agentId === null)
            .map(({ offerId: _offer, agentId: _agent, ...call }) => call),
        }
        // Callers who hang up between the loss and the rebuilding must not come back.
        for (const callId of leavers) await queue.leave(callId, world.now)
        const rebuilt = await Promise.all([queue.rebuild(snapshot, world.now), queue.rebuild(snapshot, world.now)])
        expect(rebuilt.sort()).toEqual([false, true])

        const expected = snapshot.waiting.filter((call) => !leavers.includes(call.callId))
        expect((await queue.waiting()).map((call) => call.callId).sort()).toEqual(
          expected.map((call) => call.callId).sort(),
        )
        await expectSound(queue)
        for (const talk of snapshot.talks) {
          if (leavers.includes(talk.callId)) continue
          const agent = await queue.agent(talk.agentId)
          // Who signed out in mid call is not known any more: the call then belongs to the controller alone.
          if (snapshot.agents.some((kept) => kept.id === talk.agentId)) expect(agent?.callId).toBe(talk.callId)
        }
        const versions = new Map(agents.map((agent) => [agent.id, agent.version]))
        for (const agent of await queue.agents()) expect(agent.version).toBeGreaterThan(versions.get(agent.id) ?? 0)
      },
    ),
    { numRuns: 60 },
  )
}, 120_000)

test('bad input is refused before it reaches the line', async () => {
  const queue = await freshFloor()
  const call = {
    callId: 'C1' as CallId,
    node: nodes[0] ?? '',
    skill: 'general',
    priority: 5,
    queuedAt: begin,
    lastAgent: null,
  }
  const enqueue = (bad: object) => queue.enqueue({ ...call, ...bad } as Parameters<Queue['enqueue']>[0])
  await expect(enqueue({ skill: 'a/b' })).rejects.toThrow('letters, digits')
  await expect(enqueue({ node: 'a b' })).rejects.toThrow('letters, digits')
  await expect(enqueue({ priority: -1 })).rejects.toThrow('between 0 and 99')
  await expect(enqueue({ priority: 1.5 })).rejects.toThrow('between 0 and 99')
  await expect(enqueue({ queuedAt: Number.NaN })).rejects.toThrow('no instant')
  const profile = { ...aProfile('1' as (typeof agentIds)[number]), skills: ['a,b'] as never }
  await expect(queue.signIn(profile, 'S1' as SessionId, null, begin)).rejects.toThrow('letters, digits')
  expect(await queue.waiting()).toEqual([])
})
