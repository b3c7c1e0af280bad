import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { importFallback } from '../../../src/calls/fallback-import.ts'
import { calls, voiceMessages } from '../../../src/calls/schema.ts'
import { openCallStore } from '../../../src/calls/store.ts'
import { lineIds, syncLines } from '../../../src/lines/store.ts'
import { openDatabase } from '../../../src/platform/database.ts'
import { createLogger } from '../../../src/platform/log.ts'
import type { ChannelId, RecordingName } from '../../../src/platform/types.ts'
import { recordings } from '../../../src/recordings/schema.ts'
import type { FallbackCall } from '../../../src/telephony/fallback.ts'
import { site } from '../web/world.ts'
import { freshDatabaseUrl } from '../world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
const at = Date.parse('2026-11-23T08:00:00Z')

function aCall(channel: string, change: Partial<FallbackCall> = {}): FallbackCall {
  return {
    channel: channel as ChannelId,
    caller: { number: '13912345678', name: '' },
    entry: ['12333', '', '', '', `${at}`],
    arrivedAt: at,
    pickedUpAt: at,
    isLeftAtOnce: false,
    answered: null,
    message: null,
    isHandedOver: false,
    endedAt: at + 20_000,
    cause: 16,
    ...change,
  }
}

test('what the dialplan left comes into the books, and one call that fails holds up no other', async () => {
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
  const left = [
    // Its file is gone between the look and the import.
    aCall('n-1', { message: { file: 'messages/n-1.wav', durationMs: 3_000 } }),
    aCall('n-2', { entry: [''], arrivedAt: null, message: { file: 'messages/n-2.wav', durationMs: 3_000 } }),
    aCall('n-3'),
    aCall('n-4', { isHandedOver: true }),
    aCall('n-5', { isLeftAtOnce: true, endedAt: at + 100 }),
    aCall('n-6', { answered: { at: at + 5_000, endpoint: 'd-1', recording: 'fallback/n-6' as RecordingName } }),
  ]
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
    store: openCallStore({ db: database.db, recordingDir, lineId }),
    db: database.db,
    site,
    node: 'node-1',
    recordingDir,
    lineId,
    keepRecording: (...kept: unknown[]) => void sounds.push(kept),
    tell: () => {},
    now: () => at + 60_000,
    log,
  }
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
  const talk = { callId: kept[4]?.id, name: 'fallback/n-6', startedAt: at + 5_000, status: 'RECORDING' }
  expect(await database.db.select().from(recordings)).toMatchObject([talk])
  expect(sounds[0]).toEqual([talk.callId, talk.name, at + 20_000])
  expect(await database.db.select().from(voiceMessages)).toMatchObject([
    { callId: kept[1]?.id, fileName: 'messages/n-2.wav', callerNumber: '+8613912345678', status: 'TO_CALL_BACK' },
  ])
})
