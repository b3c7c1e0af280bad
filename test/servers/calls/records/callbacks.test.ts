import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { and, eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import type { Call, CallbackReason, CallbackStatus } from '../../../../src/calls/machine/call.ts'
import { measureMessages } from '../../../../src/calls/recordings/messages.ts'
import { listCallbacks, markCalledBack } from '../../../../src/calls/records/callbacks.ts'
import { callbacks } from '../../../../src/calls/records/schema.ts'
import { openCallStore } from '../../../../src/calls/records/store.ts'
import { agents } from '../../../../src/floor/agents/schema.ts'
import { lineIds, syncLines } from '../../../../src/lines/store.ts'
import { users } from '../../../../src/people/schema.ts'
import { openDatabase } from '../../../../src/platform/database/database.ts'
import { newId } from '../../../../src/platform/database/ids.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import type { AgentId, CallId, ChannelId, RecordingName } from '../../../../src/platform/types.ts'
import { aCall, anOffer, type World } from '../../../unit/calls/world.ts'
import { site } from '../../web/world.ts'
import { freshDatabaseUrl } from '../../world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
const gaveUpAfterMs = 5_000
const reader = { person: { id: 99, roles: ['SUPERVISOR' as const] }, now: 1_795_000_000_000 }

async function aHotline() {
  const database = openDatabase({ databaseUrl: await freshDatabaseUrl() })
  const { db } = database
  const recordingDir = await mkdtemp(join(tmpdir(), 'hotline-messages-'))
  onTestFinished(async () => {
    await database.close()
    await rm(recordingDir, { recursive: true })
  })
  await mkdir(join(recordingDir, 'messages'))
  await syncLines(db, site, 0)
  const ids = await lineIds(db)
  const store = openCallStore({ db, recordingDir, lineId: (number) => ids.get(number) ?? 0, gaveUpAfterMs })
  const [person] = await db
    .insert(users)
    .values({ username: '1001', name: '李晓燕', passwordHash: 'x', createdAt: 0, passwordChangedAt: 0 })
    .$returningId()
  const userId = person?.id ?? 0
  await db.insert(agents).values({ userId, number: '1001', state: 'READY', stateSince: 0, version: 1 })
  const agent = { ...anOffer(), agentId: String(userId) as AgentId }
  let calls = 0
  return {
    ...{ db, store, recordingDir, agent },
    /** Calls of one day, each a minute after the one before. */
    aCall(number: string | null): World {
      calls += 1
      const arrivedAt = 1_795_000_000_000 + calls * 60_000
      return aCall({
        ...{ arrivedAt, id: newId(arrivedAt) as CallId, channel: `c-${calls}` as ChannelId },
        caller: { number, raw: number, name: null },
      })
    },
    list: async (status: CallbackStatus = 'TO_CALL_BACK') =>
      (await listCallbacks(db, reader, { status }, { after: null, limit: 10 }, site.areaCode)).callbacks,
    async measure() {
      await measureMessages({ db, recordingDir, log })
    },
  }
}

const hungUp = { type: 'caller-gone', cause: 16 } as const
const gaveUp = (world: World, afterMs: number): Call => world.waiting().on(hungUp, afterMs).call
const reasonsOf = (rows: { reasons: CallbackReason[]; calls: number }[]) =>
  rows.map(({ reasons, calls }) => [reasons, calls])

test('who gave up after 5 s or more stands there once for each number, with how often and when', async () => {
  const { store, list, aCall } = await aHotline()
  const first = gaveUp(aCall('+8613900000001'), 20_000)
  const second = gaveUp(aCall('+8613900000001'), gaveUpAfterMs)
  const others = [gaveUp(aCall('+8613900000002'), gaveUpAfterMs - 1), gaveUp(aCall(null), 60_000)]
  // Written again after a fault: nobody is counted twice.
  for (let times = 0; times < 2; times += 1) await store.write([first, second, ...others])
  expect(await list()).toMatchObject([
    { reasons: ['GAVE_UP'], calls: 2, callId: second.id, since: first.endedAt, lastAt: second.endedAt, messages: [] },
  ])
})

test('it goes by itself when the number gets through to an agent, and says to whom', async () => {
  const { store, list, aCall, agent } = await aHotline()
  await store.write([gaveUp(aCall('+8613900000001'), 20_000), gaveUp(aCall('+8613900000001'), 20_000)])
  const ringing = aCall('+8613900000001').ringing(agent)
  await store.write([ringing.call])
  expect(await list()).toHaveLength(1)
  ringing.on({ type: 'leg-up', leg: ringing.leg() }).on({ type: 'offer-accepted', offerId: agent.id })
  await store.write([ringing.call])
  expect(await list()).toEqual([])
  const [through] = await list('GOT_THROUGH')
  expect(through).toMatchObject({ calls: 2, handledAt: ringing.call.answeredAt, handledBy: { number: '1001' } })

  // The agent's phone dies, and the same caller gives up after that: this is a new one.
  ringing
    .on({ type: 'leg-gone', leg: ringing.leg(), cause: 44 })
    .on(hungUp, 9_000)
    .on({ type: 'timer', timer: 'teardown' })
  expect(ringing.call.stage).toMatchObject({ phase: 'ended', outcome: 'ANSWERED' })
  await store.write([ringing.call])
  expect(await list()).toMatchObject([{ reasons: ['GAVE_UP'], calls: 1, callId: ringing.call.id }])
})

test('called back is every call of the number up to the one that was shown, and none that came later', async () => {
  const { db, store, list, aCall } = await aHotline()
  await store.write([gaveUp(aCall('+8613900000001'), 20_000), gaveUp(aCall('+8613900000001'), 20_000)])
  const shown = (await list())[0]?.id ?? ''
  const later = gaveUp(aCall('+8613900000001'), 20_000)
  await store.write([later])
  expect(await db.transaction((tx) => markCalledBack(tx, shown, null, { ...reader, now: 5 }))).toBe(true)
  expect(await list()).toMatchObject([{ calls: 1, callId: later.id }])
  expect(await list('CALLED_BACK')).toMatchObject([{ id: shown, calls: 2, handledAt: 5 }])
  expect(await db.transaction((tx) => markCalledBack(tx, shown, null, { ...reader, now: 6 }))).toBe(false)
})

test('a message is measured, kept when its caller got through meanwhile, and one without a word counts as given up', async () => {
  const { db, store, list, aCall, agent, recordingDir, measure } = await aHotline()
  const message = (number: string | null) => {
    const world = aCall(number)
      .waiting()
      .on({ type: 'unserved', playback: null })
      .on({ type: 'digit', digit: '2' }, 9_000)
    if (world.call.stage.phase !== 'messaging' || !world.call.stage.playback) throw new Error('no message')
    world.on({ type: 'playback-finished', playback: world.call.stage.playback })
    return world
      .on(hungUp, 4_000)
      .on({ type: 'recording-ended', recording: world.call.message as RecordingName, isKept: true })
  }
  const [spoken, silent, withheld, gone] = [
    message('+8613900000001'),
    message('+8613900000002'),
    message(null),
    message('+8613900000004'),
  ]
  const sound = (world: World, bytes: number) =>
    writeFile(join(recordingDir, `${world.call.message}.wav`), Buffer.alloc(bytes))
  await Promise.all([sound(spoken, 64_044), sound(silent, 44), sound(withheld, 48_044)])
  for (const { call } of [spoken, silent, withheld, gone])
    expect(call.stage).toMatchObject({ phase: 'ended', outcome: 'LEFT_MESSAGE' })
  await store.write([spoken, silent, withheld, gone].map(({ call }) => call))
  for (let times = 0; times < 2; times += 1) await measure()
  expect(reasonsOf(await list())).toEqual([
    [['GAVE_UP'], 1],
    [['MESSAGE'], 1],
    [['GAVE_UP'], 1],
    [['MESSAGE'], 1],
  ])
  expect((await list()).map((one) => [one.caller.number, one.messages.map(({ durationMs }) => durationMs)])).toEqual([
    ['139****0004', []],
    [null, [3_000]],
    ['139****0002', []],
    ['139****0001', [4_000]],
  ])
  const [row] = await db
    .select()
    .from(callbacks)
    .where(and(eq(callbacks.callId, spoken.call.id)))
  expect(row?.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(await list('EMPTY')).toHaveLength(2)

  const talk = aCall('+8613900000001').talking(agent)
  await store.write([talk.call])
  expect((await list()).find(({ caller }) => caller.number === '139****0001')?.reasons).toEqual(['MESSAGE'])
})

test('a withheld number is called back at the one that was keyed in, and marked so', async () => {
  const { store, list, aCall } = await aHotline()
  const asked = (number: string | null) =>
    aCall(number).waiting().on({ type: 'unserved', playback: null }).on({ type: 'digit', digit: '1' }, 9_000)
  const withheld = asked(null)
  for (const digit of '03552123456#1') withheld.on({ type: 'digit', digit })
  const known = asked('+8613900000001')
  await store.write([withheld.on(hungUp).call, known.on(hungUp).call])
  expect(await list()).toMatchObject([
    { reasons: ['ASKED'], caller: { number: '139****0001' }, isKeyedIn: false },
    { reasons: ['ASKED'], caller: { number: '0355****456' }, isKeyedIn: true },
  ])
})

test('a list of many numbers comes in pages without doubles', async () => {
  const { db, store, aCall } = await aHotline()
  for (let index = 0; index < 7; index += 1) {
    await store.write([gaveUp(aCall(`+861390000000${index % 5}`), 20_000)])
  }
  const seen: string[] = []
  for (let after: string | null = null, pages = 0; pages === 0 || after !== null; pages += 1) {
    const page = await listCallbacks(db, reader, { status: 'TO_CALL_BACK' }, { after, limit: 2 }, site.areaCode)
    seen.push(...page.callbacks.map(({ caller, calls }) => `${caller.number} ${calls}`))
    after = page.next
  }
  expect(seen).toEqual(['139****0001 2', '139****0000 2', '139****0004 1', '139****0003 1', '139****0002 1'])
})
