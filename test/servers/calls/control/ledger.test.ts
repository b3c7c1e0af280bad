import { Writable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openBus } from '../../../../src/bus.ts'
import { type Ledger, livingKey, openLedger } from '../../../../src/calls/control/ledger.ts'
import { advance, enter } from '../../../../src/calls/machine/advance.ts'
import type { Call, CallEvent } from '../../../../src/calls/machine/call.ts'
import type { OldCall } from '../../../../src/calls/machine/stored.ts'
import { readCallView } from '../../../../src/calls/records/reads.ts'
import { callSegments, calls } from '../../../../src/calls/records/schema.ts'
import { LinesNotReady, openCallStore } from '../../../../src/calls/records/store.ts'
import { lines } from '../../../../src/lines/schema.ts'
import { type Database, openDatabase } from '../../../../src/platform/database/database.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import { patiently } from '../../../../src/platform/process/patient.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { CallId, ChannelId } from '../../../../src/platform/types.ts'
import { eventually } from '../../../../src/tools/setup/files.ts'
import { anOffer, aCall as aWorld, entry, timings } from '../../../unit/calls/world.ts'
import { aRedisOfItsOwn, freshServers } from '../../world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))

let servers: Awaited<ReturnType<typeof freshServers>>
let database: Database
let redis: Awaited<ReturnType<typeof openRedis>>
let ledger: Ledger
let lineId = 0
let isLineThere: (number: string) => boolean

beforeEach(async () => {
  servers = await freshServers()
  database = openDatabase(servers)
  redis = await openRedis(servers, 'commands')
  const [line] = await database.db
    .insert(lines)
    .values({
      number: '12345',
      name: '政务服务热线',
      department: '热线中心',
      mode: 'PARALLEL',
      skill: 'general',
      keepNumber: true,
      isSample: false,
      changedAt: 0,
    })
    .$returningId()
  lineId = line?.id ?? 0
  isLineThere = () => true
  ledger = aLedger()
})

afterEach(async () => {
  await ledger.stop()
  closeRedis(redis)
  await database.close()
})

function aLedger(parts: { redis?: typeof redis; onUntold?(): void } = {}): Ledger {
  const idOf = (number: string) => {
    if (!isLineThere(number)) throw new LinesNotReady(number)
    return lineId
  }
  const store = openCallStore({ gaveUpAfterMs: 5_000, db: database.db, recordingDir: '/nonexistent', lineId: idOf })
  return openLedger({ redis, store, node: 'node-1', log, ...parts })
}

const rowsOf = (id: CallId) => database.db.select().from(calls).where(eq(calls.id, id))

async function settledRow(id: CallId): Promise<void> {
  if (!(await eventually(async () => (await rowsOf(id)).length === 1, 10_000))) throw new Error(`${id} was held up`)
}

const keep = (call: Call) => ledger.keep(call, { channel: 'news', text: call.id })
const aCall = (): Call => enter(entry, entry.arrivedAt).call
/** The greeting is over. */
const inTheLine: CallEvent = { type: 'timer', timer: 'greeting' }
const after = (call: Call, event: CallEvent): Call => advance(call, event, call.arrivedAt + 1_000, timings).call

test.each(['Redis', 'the database'])('a talk that an earlier version kept in %s goes on in this one', async (where) => {
  const offer = anOffer()
  const talks = aWorld().talking().call
  const { parties: _, stage: __, ...rest } = talks
  const leg = talks.owned.legs[0] as ChannelId
  const stage: OldCall['stage'] = { phase: 'talking', agent: offer, leg, isOnHold: false, joinTries: 0, rejoin: null }
  const old: OldCall = { ...rest, agent: null, stage }
  await keep({ ...talks, agent: null })
  await ledger.settled(talks.id)
  await redis.del(livingKey)
  if (where === 'Redis') await redis.hset(livingKey, talks.id, JSON.stringify({ ...old, version: old.version + 1 }))
  else await database.db.update(calls).set({ state: old }).where(eq(calls.id, talks.id))
  const { calls: loaded } = await aLedger().load()
  expect(loaded).toMatchObject([{ id: talks.id, stage: { phase: 'talking' }, parties: talks.parties }])
})

test('a call survives the death of its controller in Redis', async () => {
  const call = after(aCall(), inTheLine)
  await keep(call)
  expect(await aLedger().load()).toEqual({ calls: [call], isWhole: true })
})

test('desks hear of a state as soon as it is kept, and of none that is over', async () => {
  const listener = await openRedis(servers, 'subscriber')
  const heard: { text: string; kept: string | null }[] = []
  listener.on('message', (_channel, text) => {
    void redis.hget(livingKey, entry.id).then((kept) => heard.push({ text, kept }))
  })
  await listener.subscribe('news')
  const first = aCall()
  const second = after(first, inTheLine)
  await ledger.keep(second, { channel: 'news', text: 'second' })
  await ledger.keep(first, { channel: 'news', text: 'first, late' })
  await redis.publish('news', 'end')
  expect(await eventually(async () => heard.length === 2, 10_000)).toBe(true)
  expect(heard).toEqual(['second', 'end'].map((text) => ({ text, kept: JSON.stringify(second) })))
  closeRedis(listener)
})

test('a call survives Redis losing everything', async () => {
  const call = after(aCall(), inTheLine)
  await keep(call)
  await ledger.settled(call.id)
  await redis.flushdb()
  expect(await aLedger().load()).toEqual({ calls: [call], isWhole: true })
})

test('a call is kept in the database at once while Redis is away', async () => {
  closeRedis(redis)
  const call = after(aCall(), inTheLine)
  await keep(call)
  const [row] = await database.db.select().from(calls).where(eq(calls.id, call.id))
  expect(row?.state).toEqual(call)
})

test('with one memory away the other one is enough to go on', async () => {
  const call = after(aCall(), inTheLine)
  await keep(call)
  await ledger.settled(call.id)
  closeRedis(redis)
  expect(await aLedger().load()).toEqual({ calls: [call], isWhole: false })
})

test('a Redis that is back as it was some seconds before is told what lives, and forgets what is over', async () => {
  const first = aCall()
  const ours = after(first, inTheLine)
  await keep(ours)
  const old = { ...first, id: '01JD0000000000000000000001' as CallId }
  const elsewhere = { ...old, id: '01JD0000000000000000000002' as CallId, node: 'node-2' }
  for (const call of [first, old, elsewhere]) await redis.hset(livingKey, call.id, JSON.stringify(call))
  await ledger.retell((call) => ({ channel: 'news', text: call.id }))
  const kept = (await redis.hvals(livingKey)).map((text) => JSON.parse(text) as Call)
  expect(kept.toSorted((a, b) => a.node.localeCompare(b.node))).toEqual([ours, elsewhere])
})

test('a call that ends while Redis is away holds up no row, and no page keeps it when Redis is back', async () => {
  const server = await aRedisOfItsOwn()
  const itsRedis = await openRedis(server, 'commands')
  const [bus, page] = [await openBus(server, log), await openBus(server, log)]
  let untold = 0
  const ledgerOfIt = aLedger({
    redis: itsRedis,
    onUntold: () => {
      untold += 1
    },
  })
  const news = (call: Call) => ({ channel: 'news', text: call.id })
  const ended = after(aCall(), { type: 'caller-gone', cause: 16 })
  const other = { ...aCall(), id: '01JD0000000000000000000001' as CallId, channel: 'other' as ChannelId }
  for (const call of [aCall(), other]) await ledgerOfIt.keep(call, news(call))

  await server.stop()
  await ledgerOfIt.keep(ended, news(ended))
  await ledgerOfIt.settled(ended.id)
  const later = after(other, inTheLine)
  await ledgerOfIt.keep(later, news(later))
  const [row] = await rowsOf(other.id)
  expect(row?.version).toBe(later.version)
  expect(untold).toBeGreaterThanOrEqual(2)

  let seen: string[] = []
  const read = async () => {
    seen = await itsRedis.hvals(livingKey)
  }
  page.onBack(() => void patiently('a fresh snapshot', read, { log, signal: AbortSignal.timeout(10_000) }))
  await server.start()
  expect(await eventually(async () => itsRedis.status === 'ready', 10_000)).toBe(true)
  await ledgerOfIt.retell(news)
  bus.missed()
  expect(await eventually(async () => seen.length > 0 && !seen.includes(JSON.stringify(aCall())), 10_000)).toBe(true)
  expect(seen).toEqual([JSON.stringify(later)])
  await ledgerOfIt.stop()
  bus.close()
  page.close()
  closeRedis(itsRedis)
})

test('a call that is over stays so, though Redis has not heard of its end', async () => {
  const call = after(aCall(), inTheLine)
  const ended = after(call, { type: 'platform-lost' })
  await keep(ended)
  await ledger.settled(call.id)
  await eventually(async () => (await redis.hlen(livingKey)) === 0, 10_000)
  await redis.hset(livingKey, call.id, JSON.stringify(call))
  expect((await aLedger().load()).calls).toEqual([])
  expect(await redis.hlen(livingKey)).toBe(0)
})

test('the newer of two memories of a call counts', async () => {
  const first = aCall()
  await keep(first)
  await ledger.settled(first.id)
  const second = after(first, inTheLine)
  await redis.hset(livingKey, first.id, JSON.stringify(second))
  expect((await aLedger().load()).calls.map((call) => call.version)).toEqual([second.version])
})

test('an ended call is one closed row with its segments, and nothing in Redis', async () => {
  const call = after(aCall(), { type: 'caller-gone', cause: 16 })
  await keep(call)
  await ledger.settled(call.id)
  const [row] = await database.db.select().from(calls).where(eq(calls.id, call.id))
  expect(row).toMatchObject({ outcome: 'LEFT_BEFORE_QUEUE', endedBy: 'CALLER', state: null, hangupCause: 16 })
  const segments = await database.db.select().from(callSegments).where(eq(callSegments.callId, call.id))
  expect(segments).toMatchObject([{ kind: 'GREETING', result: 'CALLER_LEFT' }])
  expect(await redis.keys('*')).toEqual([])
  expect((await ledger.load()).calls).toEqual([])
})

test('a late write of an older state changes nothing', async () => {
  const first = aCall()
  const ended = after(first, { type: 'caller-gone', cause: 16 })
  await keep(ended)
  await ledger.settled(ended.id)
  const store = openCallStore({
    gaveUpAfterMs: 5_000,
    db: database.db,
    recordingDir: '/nonexistent',
    lineId: () => lineId,
  })
  await store.write([first])
  const [row] = await database.db.select().from(calls).where(eq(calls.id, first.id))
  expect(row).toMatchObject({ outcome: 'LEFT_BEFORE_QUEUE', version: ended.version, state: null })
})

test('a call whose line is not in the database yet holds up no other, and is written when it is', async () => {
  const early = { ...aCall(), id: '01KAXW4B000000000000000001' as CallId, channel: 'early' as ChannelId }
  const others = ['2', '3'].map((last) => ({
    ...aCall(),
    id: `01KAXW4B00000000000000000${last}` as CallId,
    channel: last as ChannelId,
    line: { ...aCall().line, number: '12319' },
  }))
  isLineThere = (number) => number === '12319'
  await Promise.all([early, ...others].map(keep))
  for (const call of others) await settledRow(call.id)
  expect(await rowsOf(early.id)).toEqual([])
  isLineThere = () => true
  await ledger.settled(early.id)
  expect(await rowsOf(early.id)).toHaveLength(1)
})

test('4-byte and long display names are kept', async () => {
  const name = `${'𠀀😀'.repeat(64)}`
  const call = { ...aCall(), caller: { number: null, raw: 'anonymous', name } }
  await keep(call)
  await ledger.settled(call.id)
  const [row] = await database.db.select().from(calls).where(eq(calls.id, call.id))
  expect(row?.callerName).toBe([...name].slice(0, 64).join(''))
})

test('that a caller wants to be shown to nobody is kept with the call', async () => {
  const call = { ...aCall(), caller: { number: '+8613912345678', raw: '13912345678', name: null, isWithheld: true } }
  await keep(call)
  await ledger.settled(call.id)
  const read = await readCallView(database.db, call.id, '0355')
  expect(read?.caller).toMatchObject({ number: '139****5678', isWithheld: true })
})

test('a call that ends while its earlier state is told once more is closed all the same', async () => {
  const before = after(aCall(), inTheLine)
  const ended = after(before, { type: 'platform-lost' })
  await keep(before)
  await Promise.all([keep(ended), keep(before)])
  await ledger.settled(ended.id)
  const [row] = await database.db.select().from(calls).where(eq(calls.id, ended.id))
  expect(row).toMatchObject({ outcome: 'PLATFORM_LOST', state: null })
  expect(await redis.keys('*')).toEqual([])
})
