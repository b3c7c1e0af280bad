import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { desc, eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { readEntry } from '../../../../src/calls/control/entry.ts'
import { importFallback } from '../../../../src/calls/fallback/import.ts'
import { advance, enter } from '../../../../src/calls/machine/advance.ts'
import type { Call } from '../../../../src/calls/machine/call.ts'
import { recordings } from '../../../../src/calls/recordings/schema.ts'
import { callbacks, callSegments, calls } from '../../../../src/calls/records/schema.ts'
import { openCallStore } from '../../../../src/calls/records/store.ts'
import { agents } from '../../../../src/floor/agents/schema.ts'
import { lineIds, syncLines } from '../../../../src/lines/store.ts'
import { users } from '../../../../src/people/schema.ts'
import { type Db, openDatabase } from '../../../../src/platform/database/database.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import type { AgentId, CallId, ChannelId, RecordingName } from '../../../../src/platform/types.ts'
import type { LiveChannel } from '../../../../src/telephony/ari/ari.ts'
import type { FallbackCall } from '../../../../src/telephony/fallback/fallback.ts'
import { timings } from '../../../unit/calls/world.ts'
import { watchSyncs } from '../../synced.ts'
import { site } from '../../web/world.ts'
import { freshDatabaseUrl } from '../../world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
const at = Date.parse('2026-11-23T08:00:00Z')

function aCall(channel: string, change: Partial<FallbackCall> = {}): FallbackCall {
  return {
    channel: channel as ChannelId,
    caller: { number: '13912345678', name: '' },
    entry: ['12333', '', '', '', `${at}`],
    arrivedAt: at,
    pickedUpAt: at,
    takenAt: at,
    isLeftAtOnce: false,
    answered: null,
    message: null,
    isHandedOver: false,
    endedAt: at + 20_000,
    cause: 16,
    ...change,
  }
}

/** A hotline whose Asterisk has these calls of the fallback. */
async function aWorld(left: FallbackCall[], aside: Call[] = []) {
  const database = openDatabase({ databaseUrl: await freshDatabaseUrl() })
  const recordingDir = await mkdtemp(join(tmpdir(), 'hotline-messages-'))
  onTestFinished(async () => {
    await database.close()
    await rm(recordingDir, { recursive: true })
  })
  await mkdir(join(recordingDir, 'messages'))
  await writeFile(join(recordingDir, 'messages/n-2.wav'), Buffer.alloc(48_044))
  await syncLines(database.db, site, at)
  const ids = await lineIds(database.db)
  const lineId = (number: string) => ids.get(number) ?? 0
  const forgotten: string[] = []
  const sounds: unknown[] = []
  const parts = {
    // Only what Asterisk's own memory gives; reading that is tried with a real one elsewhere.
    fallback: {
      keepMembers: async () => true,
      collect: async () => left,
      async forget(channel: ChannelId) {
        forgotten.push(channel)
        return true
      },
    },
    store: openCallStore({ gaveUpAfterMs: 5_000, db: database.db, recordingDir, lineId }),
    db: database.db,
    site,
    node: 'node-1',
    recordingDir,
    lineId,
    keepRecording: (...kept: unknown[]) => void sounds.push(kept),
    aside: async () => new Map(aside.map((call) => [call.id, call])),
    endAside: () => {},
    tell: () => {},
    now: () => at + 60_000,
    log,
  }
  return { database, lineId, parts, recordingDir, forgotten, sounds }
}

test('what the dialplan left comes into the books, and one call that fails holds up no other', async () => {
  const left = [
    // Its file is gone between the look and the import.
    aCall('n-1', { message: { file: 'messages/n-1.wav', durationMs: 3_000 } }),
    aCall('n-2', { entry: [''], arrivedAt: null, message: { file: 'messages/n-2.wav', durationMs: 3_000 } }),
    aCall('n-3'),
    aCall('n-4', { isHandedOver: true }),
    aCall('n-5', { isLeftAtOnce: true, endedAt: at + 100 }),
    aCall('n-6', { answered: { at: at + 5_000, endpoint: 'd-1', recording: 'fallback/n-6' as RecordingName } }),
  ]
  const { database, lineId, parts, forgotten, sounds } = await aWorld(left)
  for (let times = 0; times < 2; times += 1) await importFallback(parts, async () => new Set())

  expect(new Set(forgotten)).toEqual(new Set(['n-2', 'n-3', 'n-4', 'n-5', 'n-6']))
  const kept = await database.db.select().from(calls).orderBy(calls.channel)
  expect(kept).toMatchObject([
    { channel: 'n-1', outcome: 'FALLBACK_MESSAGE' },
    { channel: 'n-2', lineId: lineId('12345'), lineSource: 'DIALLED', lineConfidence: 'ASSUMED', dialled: '' },
    { channel: 'n-3', lineId: lineId('12333'), outcome: 'FALLBACK_LEFT' },
    { channel: 'n-5', outcome: 'LEFT_BEFORE_QUEUE', endedBy: 'CALLER' },
    { channel: 'n-6', outcome: 'FALLBACK_ANSWERED', answeredAt: at + 5_000 },
  ])
  for (const { id } of kept) expect(await segmentsIn(database.db, id)).toHaveLength(1)
  const talk = { callId: kept[4]?.id, name: 'fallback/n-6', startedAt: at + 5_000, status: 'RECORDING' }
  expect(await database.db.select().from(recordings)).toMatchObject([talk])
  expect(sounds[0]).toEqual([talk.callId, talk.name, at + 20_000])
  expect(await database.db.select().from(callbacks).orderBy(desc(callbacks.reason))).toMatchObject([
    {
      reason: 'MESSAGE',
      callId: kept[1]?.id,
      fileName: 'messages/n-2.wav',
      callerNumber: '+8613912345678',
      status: 'TO_CALL_BACK',
    },
    // Waited in vain, as before a controller.
    { reason: 'GAVE_UP', callId: kept[2]?.id, fileName: null, status: 'TO_CALL_BACK' },
  ])
})

test('a message and a recording are on the disk before a row says that they are kept', async () => {
  const message = { file: 'messages/n-2.wav', durationMs: 3_000 }
  const { database, parts, recordingDir } = await aWorld([aCall('n-2', { message })])
  const synced = await watchSyncs(async () => [
    (await database.db.select().from(callbacks)).length,
    (await database.db.select().from(recordings)).length,
  ])
  await importFallback(parts, async () => new Set())
  expect(synced.splice(0)).toEqual(
    [join(recordingDir, message.file), join(recordingDir, 'messages'), recordingDir].map((path) => ({
      path,
      seen: [0, 0],
    })),
  )
  const [call] = await database.db.select().from(calls)
  const folders = ['2026', '2026/11', '2026/11/23'].map((name) => join(recordingDir, name))
  await mkdir(folders.at(-1) ?? '', { recursive: true })
  await writeFile(join(recordingDir, '2026/11/23/a.1.wav'), Buffer.alloc(16_044))
  await parts.store.keepRecording(call?.id as CallId, '2026/11/23/a.1' as RecordingName, at)
  expect(synced).toEqual(
    [join(recordingDir, '2026/11/23/a.1.wav'), ...folders.toReversed(), recordingDir].map((path) => ({
      path,
      seen: [1, 0],
    })),
  )
})

test('a call that a controller had begun keeps what happened until the fallback took it in', async () => {
  const facts = { takenAt: at + 15_000, pickedUpAt: at, answered: talk('n-1') }
  const left = [
    aCall('n-1', facts),
    aCall('n-2', { ...facts, answered: talk('n-2') }),
    aCall('n-3', { ...facts, answered: talk('n-3') }),
  ]
  const [open, lost, unwritten] = [begun('n-1'), begun('n-2'), begun('n-3')]
  const { database, parts } = await aWorld(left, [unwritten])
  await parts.store.write([open, closedAsLeft(lost)])
  for (let times = 0; times < 2; times += 1) await importFallback(parts, async () => new Set())

  const kept = await database.db.select().from(calls).orderBy(calls.channel)
  const answered = {
    outcome: 'FALLBACK_ANSWERED',
    pickedUpAt: at,
    answeredAt: at + 18_000,
    endedAt: at + 20_000,
    state: null,
  }
  expect(kept).toMatchObject([
    { id: open.id, ...answered },
    { id: lost.id, ...answered },
    { id: unwritten.id, ...answered },
  ])
  for (const { id } of [open, lost, unwritten]) {
    expect(await segmentsIn(database.db, id)).toEqual([
      ['GREETING', at + 3_000],
      ['WAITING', at + 15_000],
      ['FALLBACK', at + 20_000],
    ])
  }
})

test('a caller whose talk with an agent was over, or who had been told his progress, stays one who was served', async () => {
  const facts = { takenAt: at + 15_000, pickedUpAt: at }
  const { database, parts } = await aWorld([aCall('n-1', facts), aCall('n-2', facts), aCall('n-3', facts)])
  const agent = { id: '1' as AgentId, number: '1001' }
  await database.db
    .insert(users)
    .values({ id: 1, username: '1001', name: '李晓燕', passwordHash: '', createdAt: at, passwordChangedAt: at })
  await database.db.insert(agents).values({ userId: 1, number: '1001', state: 'READY', stateSince: at, version: 1 })
  const found = { at: at + 5_000, number: 'CZ1', result: 'FOUND' as const }
  const inGreeting = { ...begun('n-2'), queuedAt: null, inquired: [found] }
  const lost = { ...begun('n-3'), keys: '2' }
  await parts.store.write([{ ...begun('n-1'), agent, answeredAt: at + 10_000 }, inGreeting, closedAsLeft(lost)])
  for (let times = 0; times < 2; times += 1) await importFallback(parts, async () => new Set())

  const kept = await database.db.select().from(calls).orderBy(calls.channel)
  expect(kept).toMatchObject([
    { outcome: 'ANSWERED', agentId: 1, answeredAt: at + 10_000 },
    { outcome: 'SELF_SERVED', inquired: [found] },
    { outcome: 'FALLBACK_LEFT', queuedAt: at + 3_000, keys: '2' },
  ])
})

async function segmentsIn(db: Db, callId: CallId) {
  const segments = await db.select().from(callSegments).where(eq(callSegments.callId, callId)).orderBy(callSegments.seq)
  return segments.map(({ kind, endedAt }) => [kind, endedAt])
}

test('a talk is left alone until its sound is surely whole', async () => {
  const { database, parts, forgotten, sounds } = await aWorld([aCall('n-1', { answered: talk('n-1') }), aCall('n-2')])
  await importFallback({ ...parts, now: () => at + 20_500 }, async () => new Set())
  expect({ forgotten, sounds }).toEqual({ forgotten: ['n-2'], sounds: [] })
  await importFallback({ ...parts, now: () => at + 22_000 }, async () => new Set())
  const [row] = await database.db.select().from(calls).where(eq(calls.channel, 'n-1'))
  expect(forgotten).toContain('n-1')
  expect(sounds).toEqual([[row?.id, 'fallback/n-1', at + 20_000]])
})

function talk(channel: string): NonNullable<FallbackCall['answered']> {
  return { at: at + 18_000, endpoint: 'd-1', recording: `fallback/${channel}` as RecordingName }
}

/** Greeted and in the line when its controller died. */
function begun(channel: string): Call {
  const entry = readEntry(site, 'node-1', { ...liveChannel, id: channel as ChannelId }, aCall(channel).entry, at)
  if (!entry) throw new Error('no entry')
  const { call } = enter(entry, at)
  if (call.stage.phase !== 'greeting') throw new Error('not greeted')
  return advance(call, { type: 'playback-finished', playback: call.stage.playback }, at + 3_000, timings).call
}

/** By the next controller, which found nobody on the line any more. */
function closedAsLeft(call: Call): Call {
  const segments = call.segments.map((one) => ({ ...one, endedAt: one.endedAt ?? at + 15_000 }))
  const stage = { phase: 'ended', outcome: 'LEFT_QUEUE', endedBy: 'CALLER' } as const
  return { ...call, version: call.version + 1, stage, endedAt: at + 60_000, segments }
}

const liveChannel: LiveChannel = {
  id: '' as ChannelId,
  state: 'Up',
  createdAt: at,
  endpoint: null,
  callerNumber: '13912345678',
  callerName: '',
  stasisArgs: [],
  isInApp: true,
  variables: {},
}
