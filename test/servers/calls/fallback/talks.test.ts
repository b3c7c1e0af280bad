import { Writable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readEntry } from '../../../../src/calls/control/entry.ts'
import { type FallbackTalks, openFallbackTalks } from '../../../../src/calls/fallback/talks.ts'
import { enter } from '../../../../src/calls/machine/advance.ts'
import type { Call } from '../../../../src/calls/machine/call.ts'
import { type CallView, viewOf } from '../../../../src/calls/machine/view.ts'
import { readCallView } from '../../../../src/calls/records/reads.ts'
import { calls } from '../../../../src/calls/records/schema.ts'
import { openCallStore } from '../../../../src/calls/records/store.ts'
import { agents } from '../../../../src/floor/agents/schema.ts'
import { openQueue, type Queue } from '../../../../src/floor/queue/store.ts'
import { lineIds, syncLines } from '../../../../src/lines/store.ts'
import { users } from '../../../../src/people/schema.ts'
import { openDatabase } from '../../../../src/platform/database/database.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { AgentId, CallId, ChannelId, OfferId, SessionId, SkillId } from '../../../../src/platform/types.ts'
import type { LiveChannel } from '../../../../src/telephony/ari/ari.ts'
import { site } from '../../web/world.ts'
import { freshServers } from '../../world.ts'

/** Channels are made up; the floor and the books are real. The way at a real Asterisk: test/calls/crash.test.ts. */

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
const at = Date.parse('2026-11-23T08:00:00Z')
const agentId = '1' as AgentId
const skill = 'general' as SkillId
const wrapUpMs = 60_000

const channel = (id: string, change: Partial<LiveChannel>): LiveChannel => ({
  id: id as ChannelId,
  state: 'Up',
  createdAt: at,
  endpoint: 'trunk-local',
  callerNumber: '13912345678',
  callerName: '',
  stasisArgs: [],
  isInApp: false,
  variables: { HOTLINE_FALLBACK: 'n-1' },
  ...change,
})
const caller = channel('n-1', {})
const ringing = channel('n-2', { endpoint: 'b-1', state: 'Ringing' })
const talking = channel('n-2', { endpoint: 'b-1' })

let now: number
let atAsterisk: LiveChannel[]
let told: CallView[]
let lost: OfferId[]
let database: ReturnType<typeof openDatabase>
let redis: Awaited<ReturnType<typeof openRedis>>
let queue: Queue
let talks: FallbackTalks
/** What a controller knew of the caller. */
let before: Call | undefined

beforeEach(async () => {
  now = at + 10_000
  atAsterisk = []
  told = []
  lost = []
  before = undefined
  const servers = await freshServers()
  database = openDatabase(servers)
  redis = await openRedis(servers, 'commands')
  queue = openQueue(redis)
  await syncLines(database.db, site, at)
  await database.db
    .insert(users)
    .values({ id: 1, username: '1001', name: '李晓燕', passwordHash: '', createdAt: at, passwordChangedAt: at })
  await database.db.insert(agents).values({ userId: 1, number: '1001', state: 'READY', stateSince: at, version: 1 })
  await queue.setReachable('b-1', true, at)
  await signIn()
  const ids = await lineIds(database.db)
  talks = openFallbackTalks({
    ari: {
      channels: async () => ({ ok: true, value: atAsterisk }),
      variable: async () => ({ ok: true, value: `12333,,,,${at}` }),
      hangup: async () => ({ ok: true, value: undefined }),
    },
    queue,
    store: openCallStore({
      gaveUpAfterMs: 5_000,
      db: database.db,
      recordingDir: '/',
      lineId: (number) => ids.get(number) ?? 0,
    }),
    wrapUpMs,
    read: (one, args) => readEntry(site, 'node-1', one, args, now),
    before: () => before,
    view: (call) => viewOf(call, null),
    keepMembers: async () => true,
    tell: (view) => void told.push(view),
    onOfferLost: (_callId, offerId) => void lost.push(offerId),
    onQueueMoved: () => {},
    now: () => now,
    log,
  })
})
afterEach(async () => {
  await closeRedis(redis)
  await database.close()
})

async function signIn(): Promise<void> {
  const profile = { id: agentId, number: '1001', name: '李晓燕', skills: [skill], version: 0 }
  await queue.signIn(profile, 's' as SessionId, 'b-1', at)
  await queue.choose(agentId, 'READY', null, at)
}

/** A connection to Asterisk opens and finds these. */
function begin(...channels: LiveChannel[]): Promise<void> {
  atAsterisk = channels
  return talks.begin(channels)
}

async function look(...channels: LiveChannel[]) {
  atAsterisk = channels
  await talks.look()
  return queue.agent(agentId)
}

test('an agent whom the fallback put through talks on the floor, and wraps up after it', async () => {
  await begin(caller, talking)
  expect(talks.isSettled()).toBe(true)
  const agent = await queue.agent(agentId)
  expect(agent).toMatchObject({ state: 'TALKING' })
  const callId = agent?.callId as CallId
  // The desk finds the caller; whoever reads the open calls of a node does not take it for one of its own.
  await vi.waitFor(async () => expect(told).toMatchObject([{ id: callId, phase: 'fallback', agentNumber: '1001' }]))
  const [row] = await database.db.select().from(calls).where(eq(calls.id, callId))
  expect(row).toMatchObject({ callerNumber: '+8613912345678', agentId: 1, state: null, endedAt: null })
  expect(await readCallView(database.db, callId, site.areaCode)).toMatchObject({ phase: 'fallback', agentId })

  await queue.choose(agentId, 'NOT_READY', null, now)
  expect(await look(caller, talking)).toMatchObject({ state: 'TALKING', next: { state: 'NOT_READY' } })
  expect(await look()).toMatchObject({ state: 'WRAP_UP', lastCallId: callId })
  expect(told.at(-1)).toMatchObject({ id: callId, phase: 'ended' })
  expect(await queue.finishWrapUp(agentId, now)).toMatchObject({ state: 'NOT_READY' })
})

test('a call that a controller knew goes on for desks and floors from what they know of it', async () => {
  const entry = readEntry(site, 'node-1', caller, ['12333', '', '', '', `${at}`], at)
  if (!entry) throw new Error('no entry')
  before = { ...enter(entry, at).call, version: 7, queuedAt: at + 3_000, keys: '2' }
  await begin(caller, ringing)
  await vi.waitFor(() => expect(told).toMatchObject([{ id: entry.id, phase: 'fallback', version: 8, keys: '2' }]))
  await look(caller, talking)
  await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ phase: 'fallback', version: 9, queuedAt: at + 3_000 }))
  expect(await readCallView(database.db, entry.id, site.areaCode)).toMatchObject({ phase: 'fallback', agentId })
})

test('one whom it only rings is not offered a caller meanwhile, and is ready after it without a wrap-up', async () => {
  await begin(caller, ringing)
  expect(await queue.agent(agentId)).toMatchObject({ state: 'RINGING' })
  const waiting = { callId: '01JD0000000000000000000000' as CallId, node: 'node-1', skill, priority: 5, queuedAt: at }
  await queue.enqueue({ ...waiting, lastAgent: null })
  const offer = () => queue.match(now, { offerMs: 1_000, newOfferId: 'o1' as OfferId })
  expect(await offer()).toBeNull()
  expect(await look(caller)).toMatchObject({ state: 'READY' })
  expect(await offer()).toMatchObject({ agent: { id: agentId } })
})

test('a phone that rang and is answered goes on as a talk', async () => {
  await begin(caller, ringing)
  now += 3_000
  expect(await look(caller, talking)).toMatchObject({ state: 'TALKING', since: now })
  expect(talks.talks()).toMatchObject([{ state: 'TALKING', since: now }])
  expect(await look()).toMatchObject({ state: 'WRAP_UP' })
})

test('while callers may be rung out of it, nobody is offered a call until its queue is empty and looked at again', async () => {
  const beginning = begin(caller)
  atAsterisk = [caller, ringing]
  await beginning
  expect([talks.isServing(), talks.isSettled()]).toEqual([true, false])
  await vi.waitFor(() => expect(talks.isSettled()).toBe(true))
  expect(await queue.agent(agentId)).toMatchObject({ state: 'RINGING' })
})

test('the offer of a controller that died before the phone rang is taken back', async () => {
  const other = '01JD0000000000000000000000' as CallId
  await queue.enqueue({ callId: other, node: 'node-1', skill, priority: 5, queuedAt: at, lastAgent: null })
  await queue.match(now, { offerMs: 60_000, newOfferId: 'o1' as OfferId })
  await begin(caller, talking)
  expect(await queue.agent(agentId)).toMatchObject({ state: 'TALKING', offerId: null })
  expect(lost).toEqual(['o1'])
  expect((await queue.waiting()).map((call) => call.callId)).toEqual([other])
})

test('a floor that Redis lost hears of the talk again', async () => {
  await begin(caller, talking)
  await redis.flushdb()
  await queue.setReachable('b-1', true, at)
  await signIn()
  expect(await look(caller, talking)).toMatchObject({ state: 'TALKING' })
})

test('of its call the agent may ask nothing but the end, and nobody else even that', async () => {
  await begin(caller, talking)
  const callId = (await queue.agent(agentId))?.callId as CallId
  expect(talks.command({ name: 'hangup', callId, agentId })).toEqual({ ok: true })
  expect(talks.command({ name: 'hold', callId, agentId })).toMatchObject({ code: 'call.in-fallback' })
  expect(talks.command({ name: 'hangup', callId, agentId: '2' as AgentId })).toMatchObject({ code: 'call.not-yours' })
  expect(talks.command({ name: 'hangup', callId: 'x' as CallId, agentId })).toBeUndefined()
})
