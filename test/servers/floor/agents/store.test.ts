import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { asc, eq } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { ulid } from 'ulid'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentSkills, agentSpans, agents as agentsTable, devices } from '../../../../src/floor/agents/schema.ts'
import { type Agents, openAgents } from '../../../../src/floor/agents/store.ts'
import { sessions, users } from '../../../../src/people/schema.ts'
import { type Database, openDatabase } from '../../../../src/platform/database/database.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { AgentId, CallId, OfferId, SessionId, SkillId } from '../../../../src/platform/types.ts'
import { freshServers } from '../../world.ts'

const at = Date.UTC(2026, 10, 23, 6, 0, 0)
const general = 'general' as SkillId
const session = '01JDSESSION0000000000000AA' as SessionId
const endpoint = `b-${session}`
const callId = '01JDCALL00000000000000000A' as CallId
const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))

let database: Database
let redis: Redis
let servers: { databaseUrl: string; redisUrl: string }
let told: [topic: string, message: unknown][]
let floors: Agents[]

const bus = { publish: (topic: string, message: unknown) => void told.push([topic, message]) }

function aFloor(db = database.db): Agents {
  const floor = openAgents({ redis, db, bus, log })
  floors.push(floor)
  return floor
}

beforeEach(async () => {
  servers = await freshServers()
  database = openDatabase(servers)
  redis = await openRedis(servers, 'commands')
  told = []
  floors = []
})
afterEach(async () => {
  for (const floor of floors) floor.stop()
  closeRedis(redis)
  await database.close()
})

async function anAgentInTheDatabase(number = '1001', skills = [general]): Promise<AgentId> {
  const [{ insertId }] = await database.db
    .insert(users)
    .values({ username: `agent${number}`, name: '张敏𠮷', passwordHash: '-', createdAt: at, passwordChangedAt: at })
  await database.db.insert(agentsTable).values({ userId: insertId, number, stateSince: at })
  if (skills.length > 0)
    await database.db.insert(agentSkills).values(skills.map((skill) => ({ userId: insertId, skill })))
  return String(insertId) as AgentId
}

async function aLogin(id: AgentId): Promise<void> {
  await database.db
    .insert(sessions)
    .values({ id: session, userId: Number(id), tokenHash: '0', createdAt: at, expiresAt: at + 3_600_000 })
  await database.db
    .insert(devices)
    .values({ id: endpoint, kind: 'BROWSER', userId: Number(id), sessionId: session, digest: '0', createdAt: at })
}

async function aReadyAgent(floor: Agents, id: AgentId): Promise<void> {
  await floor.queue.setReachable(endpoint, true, at)
  await floor.signIn(id, session, endpoint, at)
  await floor.queue.choose(id, 'READY', null, at + 1_000)
}

async function takeCall(floor: Agents): Promise<void> {
  const offerId = ulid() as OfferId
  await floor.queue.enqueue({ callId, node: 'n1', skill: general, priority: 5, queuedAt: at, lastAgent: null })
  expect(await floor.queue.match(at + 2_000, { offerMs: 20_000, newOfferId: offerId })).not.toBeNull()
  await floor.queue.ringing(offerId, at + 3_000)
  expect((await floor.queue.accept(offerId, at + 4_000)).ok).toBe(true)
}

const row = async (id: AgentId) =>
  (
    await database.db
      .select()
      .from(agentsTable)
      .where(eq(agentsTable.userId, Number(id)))
  )[0]
const spans = async (id: AgentId) =>
  database.db
    .select()
    .from(agentSpans)
    .where(eq(agentSpans.userId, Number(id)))
    .orderBy(asc(agentSpans.id))

const wholeCall = [
  { state: 'NOT_READY', callId: null, startedAt: at, endedAt: at + 1_000 },
  { state: 'READY', callId: null, startedAt: at + 1_000, endedAt: at + 2_000 },
  { state: 'RESERVED', callId: null, startedAt: at + 2_000, endedAt: at + 3_000 },
  { state: 'RINGING', callId: null, startedAt: at + 3_000, endedAt: at + 4_000 },
  { state: 'TALKING', callId, startedAt: at + 4_000, endedAt: at + 64_000 },
  { state: 'WRAP_UP', callId, startedAt: at + 64_000, endedAt: at + 70_000 },
  { state: 'READY', callId: null, startedAt: at + 70_000, endedAt: null },
]

async function aWholeCall(floor: Agents, id: AgentId): Promise<void> {
  await aReadyAgent(floor, id)
  await takeCall(floor)
  await floor.queue.finishCall(id, callId, at + 64_000, 60_000)
  await floor.queue.finishWrapUp(id, at + 70_000)
}

test("an agent's day is written: each stay in one row, the present state in the agent's", async () => {
  const [floor, id] = [aFloor(), await anAgentInTheDatabase()]
  await aWholeCall(floor, id)
  await floor.drain()
  expect(await spans(id)).toMatchObject(wholeCall)
  const agent = await floor.queue.agent(id)
  expect(agent).toMatchObject({ number: '1001', name: '张敏𠮷', skills: [general], state: 'READY' })
  expect(await row(id)).toMatchObject({
    state: 'READY',
    stateSince: at + 70_000,
    version: agent?.version,
    callId: null,
  })
})

test('every change is announced in order, and controllers hear when somebody became ready', async () => {
  const [floor, id] = [aFloor(), await anAgentInTheDatabase()]
  await aReadyAgent(floor, id)
  await takeCall(floor)
  await floor.queue.hold(id, at + 5_000)
  expect(
    told.map(([topic, message]) => (topic === 'agent.changed' ? (message as { state: string }).state : topic)),
  ).toEqual(['NOT_READY', 'READY', 'queue.changed', 'RESERVED', 'RINGING', 'TALKING', 'HOLD'])
  const versions = told.flatMap(([topic, message]) =>
    topic === 'agent.changed' ? (message as { version: number }).version : [],
  )
  expect(versions).toEqual([1, 2, 3, 4, 5, 6])
})

test('several processes change one agent: late and repeated writes neither undo nor double anything', async () => {
  const [first, second, id] = [aFloor(), aFloor(), await anAgentInTheDatabase()]
  await aReadyAgent(first, id)
  await takeCall(second)
  await first.queue.finishCall(id, callId, at + 64_000, 60_000)
  await second.queue.finishWrapUp(id, at + 70_000)
  await Promise.all([second.drain(), first.drain()])
  expect(await spans(id)).toMatchObject(wholeCall)
  expect(await row(id)).toMatchObject({ state: 'READY', stateSince: at + 70_000 })
})

test('while the database is away the floor works on, and all is written when it is back', async () => {
  const id = await anAgentInTheDatabase()
  const wire = await aWire(servers.databaseUrl)
  const behindWire = openDatabase({ databaseUrl: wire.url })
  try {
    const floor = aFloor(behindWire.db)
    await floor.profile(id)
    await floor.signIn(id, session, endpoint, at)
    await floor.drain()
    wire.cut()
    await floor.queue.setReachable(endpoint, true, at)
    await floor.queue.choose(id, 'READY', null, at + 1_000)
    await takeCall(floor)
    await floor.queue.finishCall(id, callId, at + 64_000, 60_000)
    await floor.queue.finishWrapUp(id, at + 70_000)
    expect((await floor.queue.agent(id))?.state).toBe('READY')
    expect(await row(id)).toMatchObject({ state: 'NOT_READY' })
    wire.mend()
    await floor.drain()
    expect(await spans(id)).toMatchObject(wholeCall)
    expect(await row(id)).toMatchObject({ state: 'READY', stateSince: at + 70_000 })
  } finally {
    await behindWire.close()
    await wire.close()
  }
})

test('a row that the database refuses does not hold the others back', async () => {
  const [floor, id] = [aFloor(), await anAgentInTheDatabase()]
  const ghost = { id: '999999' as AgentId, number: '9', name: 'ghost', skills: [general], version: 0 }
  await floor.queue.signIn(ghost, '01JDSESSION0000000000000BB' as SessionId, null, at)
  await aWholeCall(floor, id)
  await floor.drain()
  expect(await spans(id)).toMatchObject(wholeCall)
})

test('what a process that died did not write is caught up from the floor', async () => {
  const [dying, other, id] = [aFloor(), aFloor(), await anAgentInTheDatabase()]
  await aReadyAgent(dying, id)
  await dying.drain()
  dying.stop()
  await takeCall(dying)
  await other.catchUp()
  expect(await row(id)).toMatchObject({ state: 'TALKING', callId, stateSince: at + 4_000 })
  expect(await spans(id)).toMatchObject([
    { state: 'NOT_READY', endedAt: at + 1_000 },
    { state: 'READY', endedAt: at + 4_000 },
    { state: 'TALKING', callId, endedAt: null },
  ])
  await other.catchUp()
  expect(await spans(id)).toHaveLength(3)
})

test('who is no agent cannot sign in; other skills count from the next reading on', async () => {
  const [floor, id] = [aFloor(), await anAgentInTheDatabase()]
  expect(await floor.signIn('424242' as AgentId, session, endpoint, at)).toBeNull()
  await aReadyAgent(floor, id)
  await database.db.insert(agentSkills).values({ userId: Number(id), skill: 'business' as SkillId })
  told = []
  const profiles = await floor.loadProfiles(at + 2_000)
  expect(profiles.map((profile) => profile.number)).toEqual(['1001'])
  expect((await floor.queue.agent(id))?.skills).toEqual(['business', general])
  expect(told.map(([topic]) => topic)).toEqual(['agent.changed', 'queue.changed'])
  expect((await floor.queue.figures()).bySkill).toMatchObject({ business: { ready: 1 } })
})

test('a floor that Redis lost is rebuilt from the database and the calls', async () => {
  const [floor, ready, talking] = [aFloor(), await anAgentInTheDatabase(), await anAgentInTheDatabase('1002')]
  await aLogin(ready)
  await aReadyAgent(floor, ready)
  const second = '01JDSESSION0000000000000CC' as SessionId
  await database.db
    .insert(sessions)
    .values({ id: second, userId: Number(talking), tokenHash: '1', createdAt: at, expiresAt: at + 3_600_000 })
  await floor.signIn(talking, second, 'b-2', at)
  await floor.drain()
  const before = await floor.queue.agents()

  await redis.flushdb()
  expect(await floor.queue.isEmpty()).toBe(true)
  const waiting = [{ callId: ulid() as CallId, node: 'n1', skill: general, priority: 5, queuedAt: at, lastAgent: null }]
  const talks = [{ callId, agentId: talking, node: 'n1', skill: general, since: at, state: 'HOLD' as const }]
  expect(await floor.rebuild({ talks, waiting }, at + 5_000, 60_000)).toBe(true)
  expect(await floor.rebuild({ talks: [], waiting: [] }, at + 5_000, 60_000)).toBe(false)

  expect(await floor.queue.agent(talking)).toMatchObject({ state: 'HOLD', callId, sessionId: second })
  // READY again as soon as its phone is reported, as all phones are after a loss.
  expect(await floor.queue.agent(ready)).toMatchObject({ state: 'NOT_READY', reason: 'phone-lost', endpoint })
  await floor.queue.setReachable(endpoint, true, at + 6_000)
  expect(await floor.queue.agent(ready)).toMatchObject({ state: 'READY', sessionId: session })
  const made = await floor.queue.match(at + 7_000, { offerMs: 1_000, newOfferId: ulid() as OfferId })
  expect(made?.offer).toMatchObject({ callId: waiting[0]?.callId, agentId: ready })
  for (const agent of before) {
    expect((await floor.queue.agent(agent.id))?.version).toBeGreaterThan(agent.version)
  }
})

/** A wire to the database that can be cut. */
async function aWire(databaseUrl: string): Promise<{ url: string; cut(): void; mend(): void; close(): Promise<void> }> {
  const target = new URL(databaseUrl)
  const open = new Set<Socket>()
  let isCut = false
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(Number(target.port), target.hostname)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  const cut = () => {
    isCut = true
    for (const socket of open) socket.destroy()
  }
  return {
    url: url.href,
    cut,
    mend: () => {
      isCut = false
    },
    close: async () => {
      cut()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
