import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { advance, enter } from '../../../src/calls/machine/advance.ts'
import { recordings } from '../../../src/calls/recordings/schema.ts'
import type { CallList, CallSummary } from '../../../src/calls/records/api.ts'
import { callbacks, callSegments, calls } from '../../../src/calls/records/schema.ts'
import { openCallStore } from '../../../src/calls/records/store.ts'
import { lineIds } from '../../../src/lines/store.ts'
import type { CallId, ChannelId, RecordingName } from '../../../src/platform/types.ts'
import { entry, timings } from '../../unit/calls/world.ts'
import { aWeb, type World } from './world.ts'

const whole = /13912345678|139 ?1234 ?5678|5550123/

async function aSupervisor(world: World): Promise<string> {
  await world.person('boss', ['SUPERVISOR'])
  return world.logIn('boss')
}

async function pages(world: World, cookie: string, query: string, limit: number): Promise<CallSummary[]> {
  const all: CallSummary[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const answer = await world.get(`/api/calls?${query}&limit=${limit}&cursor=${cursor}`, cookie)
    expect(answer.statusCode).toBe(200)
    const page: CallList = answer.json()
    expect(page.calls.length).toBeLessThanOrEqual(limit)
    all.push(...page.calls)
    cursor = page.next
  }
  return all
}

test('pages of calls are complete, newest first and without doubles, also when calls come in meanwhile', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const now = Date.now()
  const ids: CallId[] = []
  for (let i = 0; i < 23; i += 1) ids.push(await world.call({ arrivedAt: now - i * 1_000 }))
  // Five in one millisecond: the id decides.
  for (let i = 0; i < 5; i += 1) ids.push(await world.call({ arrivedAt: now - 100_000 }))
  const expected = [...ids].sort().reverse()

  for (const limit of [1, 5, 7, 28, 100]) {
    expect((await pages(world, cookie, '', limit)).map((call) => call.id)).toEqual(expected)
  }

  const first: CallList = (await world.get('/api/calls?limit=10', cookie)).json()
  await world.call({ arrivedAt: now + 1_000 })
  const second: CallList = (await world.get(`/api/calls?limit=10&cursor=${first.next}`, cookie)).json()
  expect([...first.calls, ...second.calls].map((call) => call.id)).toEqual(expected.slice(0, 20))
})

test('each filter finds its calls, and together they narrow', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const agent = await world.agent('1001')
  const t = Date.parse('2026-11-23T10:00:00+08:00')
  const a = await world.call({ arrivedAt: t, callerNumber: '+8613912345678', agentId: agent.id, outcome: 'ANSWERED' })
  const b = await world.call({ arrivedAt: t + 1_000, callerNumber: '+863555550123', lineId: 2, outcome: 'LEFT_QUEUE' })
  const c = await world.call({ arrivedAt: t + 2_000, callerNumber: null, outcome: 'ANSWERED' })
  const found = async (query: string) => (await pages(world, cookie, query, 50)).map((call) => call.id)

  expect(await found('')).toEqual([c, b, a])
  expect(await found('line=12333')).toEqual([b])
  expect(await found('line=99999')).toEqual([])
  expect(await found('outcome=ANSWERED')).toEqual([c, a])
  expect(await found('agent=1001')).toEqual([a])
  for (const written of ['13912345678', '%2B8613912345678', '013912345678', '139-1234-5678', '0086 139 1234 5678']) {
    expect(await found(`caller=${written}`), written).toEqual([a])
  }
  for (const written of ['5550123', '0355-5550123', '%2B86 355 5550123']) {
    expect(await found(`caller=${written}`), written).toEqual([b])
  }
  expect(await found('caller=13912345679')).toEqual([])
  expect(await found(`from=${t + 1_000}`)).toEqual([c, b])
  expect(await found(`to=${t + 1_000}`)).toEqual([a])
  expect(await found('from=2026-11-23T02:00:01Z&to=2026-11-23T10:00:02%2B08:00')).toEqual([b])
  expect(await found('outcome=ANSWERED&agent=1001&line=12345')).toEqual([a])
  expect(await found('outcome=LEFT_QUEUE&agent=1001')).toEqual([])
})

test('filters that make no sense are refused with a reason', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  for (const [query, code] of [
    ['outcome=NICE', 'request.invalid'],
    ['caller=anonymous', 'request.invalid'],
    ['caller=1391234567', 'request.invalid'],
    ['caller=%00', 'request.control-characters'],
    ['line=%F0%9F%90%8E%0A', 'request.control-characters'],
    ['from=yesterday', 'request.invalid'],
    ['from=2026-11-23T10:00', 'request.invalid'],
    ['to=99999999999999999', 'request.invalid'],
    ['to=999999999999999', 'request.invalid'],
    ['limit=0', 'request.invalid'],
    ['limit=101', 'request.invalid'],
    ['limit=x', 'request.invalid'],
    ['cursor=xyz', 'list.bad-cursor'],
    [`cursor=${"' OR 1=1;--------------------".slice(0, 26)}`, 'list.bad-cursor'],
  ]) {
    const answer = await world.get(`/api/calls?${query}`, cookie)
    expect.soft(answer.json(), query).toMatchObject({ status: 400, code })
  }
  expect((await world.get('/api/calls?line=🐎𠀀', cookie)).json()).toEqual({ calls: [], next: null })
})

test('no list and no detail shows a whole number, not even in the name that the network sent', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const id = await world.call({
    callerRaw: '13912345678',
    callerName: '张𠀀 139 1234 5678',
    diverted: '03555550123',
    lineSource: 'UNKNOWN_DIVERSION',
    outcome: 'ANSWERED',
  })
  const [list, detail] = [await world.get('/api/calls', cookie), await world.get(`/api/calls/${id}`, cookie)]
  expect(list.body).not.toMatch(whole)
  expect(detail.body).not.toMatch(whole)
  expect(list.json().calls[0].caller).toEqual({
    number: '139****5678',
    place: '手机',
    name: '张𠀀 139****5678',
    isWithheld: false,
  })
  expect(detail.json().diverted).toContain('****')
})

test('showing a whole number takes the right, and is written down', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  await world.person('ear', ['QUALITY'])
  const quality = await world.logIn('ear')
  const id = await world.call()
  const withheld = await world.call({ callerNumber: null })
  const show = (as: string | undefined, call = id) => world.post(`/api/calls/${call}/reveal`, as, { reason: '回访' })
  for (const none of [{}, { reason: '' }, { reason: ' \n' }]) {
    expect((await world.post(`/api/calls/${id}/reveal`, cookie, none)).statusCode).toBe(400)
  }
  expect((await world.post(`/api/calls/${id}/reveal`, cookie, {})).json().code).toBe('call.reason-missing')
  const answer = await show(cookie)
  expect(answer.json()).toEqual({ number: '+8613912345678' })
  expect((await show(cookie, withheld)).json().code).toBe('call.no-number')
  expect((await show(quality)).json().code).toBe('access.denied')
  expect((await show(undefined)).json().code).toBe('session.required')
  expect((await show(cookie, ulid() as CallId)).json().code).toBe('call.not-found')
  const rows = (await world.db.select().from(auditEvents)).filter((row) => !row.action.startsWith('session'))
  expect(rows.map((row) => [row.actor, row.action, row.subject, row.isAllowed, row.details])).toEqual([
    ['boss', 'call.number-revealed', id, 1, { reason: '回访' }],
    ['ear', 'access.denied', null, 0, { method: 'POST', right: 'calls.reveal', route: '/api/calls/:id/reveal' }],
  ])
})

test('an agent gives no reason for their own call, within the hour after it', async () => {
  const world = await aWeb()
  const { id: agentId } = await world.agent('1001')
  await world.agent('1002')
  const [own, other] = [await world.logIn('1001'), await world.logIn('1002')]
  const id = await world.call({ agentId })
  const show = (cookie: string) => world.post(`/api/calls/${id}/reveal`, cookie, {})
  expect((await show(own)).json()).toEqual({ number: '+8613912345678' })
  expect((await show(other)).json().code).toBe('call.reason-missing')
  await world.db.update(calls).set({ endedAt: Date.now() }).where(eq(calls.id, id))
  world.wait(59 * 60_000)
  expect((await show(own)).statusCode).toBe(200)
  world.wait(2 * 60_000)
  expect((await show(own)).json().code).toBe('call.reason-missing')
})

test('a call shows its segments in order, its note and its figures', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const agent = await world.agent('1001')
  const t = Date.now() - 60_000
  const id = await world.call({
    arrivedAt: t,
    queuedAt: t + 5_000,
    answeredAt: t + 15_000,
    endedAt: t + 55_000,
    agentId: agent.id,
    outcome: 'ANSWERED',
    endedBy: 'CALLER',
  })
  await world.note(id, '路灯不亮 𠀀🐎\n第二行', Date.parse('2026-11-23T14:05:00+08:00'))
  await world.note(id, '工单 CZ20261123000001', Date.parse('2026-11-23T14:06:00+08:00'))
  await world.db.insert(callSegments).values([
    { id: ulid(), callId: id, seq: 2, kind: 'TALKING', agentId: agent.id, startedAt: t + 15_000, endedAt: t + 55_000 },
    { id: ulid(), callId: id, seq: 1, kind: 'WAITING', startedAt: t + 5_000, endedAt: t + 15_000, result: 'ANSWERED' },
  ])
  expect((await world.get(`/api/calls/${id}`, cookie)).json()).toMatchObject({
    id,
    waitMs: 10_000,
    talkMs: 40_000,
    line: { number: '12345', name: '政务服务便民热线' },
    agent: { id: String(agent.id), number: '1001' },
    note: '11-23 14:05 李晓燕：路灯不亮 𠀀🐎\n第二行\n11-23 14:06 李晓燕：工单 CZ20261123000001',
    segments: [
      { kind: 'WAITING', agent: null, result: 'ANSWERED' },
      { kind: 'TALKING', agent: { number: '1001' } },
    ],
    hasRecording: false,
    mayReveal: true,
    mayPlay: false,
  })
  const asked = await world.call({ queuedAt: t, endedAt: t + 90_000, outcome: 'LEFT_MESSAGE', endedBy: 'CALLER' })
  await world.db.insert(callSegments).values([
    { id: ulid(), callId: asked, seq: 1, kind: 'WAITING', startedAt: t, endedAt: t + 30_000 },
    { id: ulid(), callId: asked, seq: 2, kind: 'MESSAGE', startedAt: t + 30_000, endedAt: t + 90_000 },
  ])
  // The message was no waiting, in the detail as in the list.
  expect((await world.get(`/api/calls/${asked}`, cookie)).json().waitMs).toBe(30_000)
  const { calls: listed } = (await world.get('/api/calls', cookie)).json()
  expect(listed.map((call: { id: string; waitMs: number }) => [call.id, call.waitMs])).toEqual([
    [asked, 30_000],
    [id, 10_000],
  ])
  for (const strange of ['x', ulid(), '%F0%9F%90%8E', 'a'.repeat(60)]) {
    expect((await world.get(`/api/calls/${strange}`, cookie)).json().code).toBe('call.not-found')
  }
})

test('what was noted of a call is only added to: by its agent and who watches the floor, each line with its author', async () => {
  const world = await aWeb()
  const boss = await aSupervisor(world)
  const agent = await world.agent('1001')
  await world.agent('1002')
  const [own, other] = [await world.logIn('1001'), await world.logIn('1002')]
  const id = await world.call({ agentId: agent.id, endedAt: Date.now() - 86_400_000 })
  const add = (cookie: string, text: string) => world.post(`/api/calls/${id}/notes`, cookie, { text })
  expect((await add(own, ' 第一行\n续 ')).statusCode).toBe(204)
  expect((await add(boss, '班长补充')).statusCode).toBe(204)
  expect((await add(other, 'x')).json().code).toBe('call.not-yours')
  for (const none of ['', ' \n']) expect((await add(own, none)).json().code).toBe('request.invalid')
  const detail = (await world.get(`/api/calls/${id}`, own)).json()
  expect(detail.note).toMatch(
    /^\d\d-\d\d \d\d:\d\d 1001的名字𠀀：第一行\n续\n\d\d-\d\d \d\d:\d\d boss的名字𠀀：班长补充$/u,
  )
  expect(detail.mayNote).toBe(true)
  expect((await world.get(`/api/calls/${id}`, other)).json().mayNote).toBe(false)
})

async function aRecordedCall(world: World, agentId?: number): Promise<{ id: CallId; bytes: Buffer }> {
  const id = await world.call(agentId === undefined ? {} : { agentId })
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, i) => i % 256))
  const name = `2026/11/23/${id}.1` as RecordingName
  await mkdir(join(world.spoolDir, 'recording/2026/11/23'), { recursive: true })
  await writeFile(join(world.spoolDir, `recording/${name}.wav`), bytes)
  await world.db
    .insert(recordings)
    .values({ id: ulid(), callId: id, name, status: 'KEPT', startedAt: Date.now(), sha256: 'ab', bytes: 1_000 })
  return { id, bytes }
}

test('a recording is played whole and in pieces; one listening is one line in the audit', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const { id, bytes } = await aRecordedCall(world)
  const play = (range?: string) => world.get(`/api/calls/${id}/recording`, cookie, range ? { headers: { range } } : {})
  const all = await play()
  expect(all.statusCode).toBe(200)
  expect(all.headers).toMatchObject({ 'content-type': 'audio/wav', 'accept-ranges': 'bytes', 'content-length': '1000' })
  expect(all.rawPayload).toEqual(bytes)
  for (const [range, start, end] of [
    ['bytes=0-99', 0, 99],
    ['bytes=990-', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=500-5000', 500, 999],
  ] as const) {
    const part = await play(range)
    expect(part.statusCode, range).toBe(206)
    expect(part.headers['content-range']).toBe(`bytes ${start}-${end}/1000`)
    expect(part.rawPayload).toEqual(bytes.subarray(start, end + 1))
  }
  const beyond = await play('bytes=1000-')
  expect(beyond.json()).toMatchObject({ status: 416, code: 'recording.bad-range' })
  expect(beyond.headers['content-range']).toBe('bytes */1000')
  expect((await play('bytes=5-1')).statusCode).toBe(200)
  const rows = await world.db.select().from(auditEvents).where(eq(auditEvents.action, 'recording.played'))
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ actor: 'boss', details: { call: id } })
  expect((await world.get('/api/calls', cookie)).json().calls[0].hasRecording).toBe(true)
})

test('agents hear their own calls only, and a recording that is missing is said to be', async () => {
  const world = await aWeb()
  const agent = await world.agent('1001')
  const cookie = await world.logIn('1001')
  const [own, other] = [await aRecordedCall(world, agent.id), await aRecordedCall(world)]
  expect((await world.get(`/api/calls/${own.id}/recording`, cookie)).statusCode).toBe(200)
  expect((await world.get(`/api/calls/${other.id}/recording`, cookie)).json().code).toBe('access.denied')
  const without = await world.call({ agentId: agent.id })
  expect((await world.get(`/api/calls/${without}/recording`, cookie)).json().code).toBe('recording.not-found')
  await world.db.update(recordings).set({ status: 'RECORDING' }).where(eq(recordings.callId, own.id))
  expect((await world.get(`/api/calls/${own.id}/recording`, cookie)).json().code).toBe('recording.not-ready')
  await world.db
    .update(recordings)
    .set({ status: 'KEPT', name: '../../../../etc/passwd' as RecordingName })
    .where(eq(recordings.callId, own.id))
  expect((await world.get(`/api/calls/${own.id}/recording`, cookie)).json().code).toBe('recording.not-found')
})

test('a clerk sees no calls, and the attempt is written down', async () => {
  const world = await aWeb()
  await world.person('clerk', ['CLERK'])
  const cookie = await world.logIn('clerk')
  for (const url of ['/api/calls', '/api/agents', '/api/callbacks', '/api/devices']) {
    expect((await world.get(url, cookie)).json(), url).toMatchObject({ status: 403, code: 'access.denied' })
  }
  const denied = await world.db.select().from(auditEvents).where(eq(auditEvents.action, 'access.denied'))
  expect(denied).toHaveLength(4)
  // The numbers of the hotline are public, and narrow lists of tickets.
  expect((await world.get('/api/lines', cookie)).json()).toMatchObject({ lines: expect.any(Array) })
})

test('voice messages are listed masked and called back once', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const agent = await world.agent('1001')
  const own = await world.logIn('1001')
  const id = ulid()
  await world.db.insert(callbacks).values({
    id,
    fileName: 'm1',
    callerNumber: '+8613912345678',
    lineId: 1,
    reason: 'MESSAGE',
    since: Date.now(),
    durationMs: 4_000,
    sha256: 'ab',
    status: 'TO_CALL_BACK',
  })
  const list = await world.get('/api/callbacks?status=TO_CALL_BACK', cookie)
  expect(list.body).not.toMatch(whole)
  expect(list.json()).toMatchObject({
    callbacks: [
      {
        id,
        reasons: ['MESSAGE'],
        calls: 1,
        messages: [{ id, durationMs: 4_000 }],
        caller: { number: '139****5678' },
        handledBy: null,
      },
    ],
    next: null,
  })
  expect((await world.post(`/api/callbacks/${id}/reveal`, own, { reason: '回拨' })).json()).toEqual({
    number: '+8613912345678',
  })
  expect((await world.post(`/api/callbacks/${id}/called-back`, own, {})).statusCode).toBe(204)
  const again = await world.post(`/api/callbacks/${id}/called-back`, cookie, {})
  expect(again.json().code).toBe('callback.already-handled')
  const done = (await world.get('/api/callbacks?status=CALLED_BACK', cookie)).json().callbacks[0]
  expect(done).toMatchObject({ status: 'CALLED_BACK', handledBy: { id: String(agent.id), number: '1001' } })
})

test('a caller whose call the platform broke off is to be called back, once, without a sound to hear', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const ids = await lineIds(world.db)
  const store = openCallStore({
    gaveUpAfterMs: 5_000,
    db: world.db,
    recordingDir: '/',
    lineId: (number) => ids.get(number) ?? 0,
  })
  const lost = enter(entry, entry.arrivedAt).call
  const ended = advance(lost, { type: 'platform-lost' }, entry.arrivedAt + 5_000, timings).call
  const unknown = {
    ...ended,
    id: ulid() as CallId,
    channel: 'c-2' as ChannelId,
    caller: { ...ended.caller, number: null },
  }
  for (let times = 0; times < 2; times += 1) await store.write([ended, unknown])
  const { callbacks: todo } = (await world.get('/api/callbacks?status=TO_CALL_BACK', cookie)).json()
  expect(todo).toMatchObject([{ reasons: ['LOST'], callId: ended.id, since: entry.arrivedAt + 5_000, messages: [] }])
  expect(todo).toHaveLength(1)
  const sound = await world.get(`/api/callbacks/${todo[0].id}/sound`, cookie)
  expect(sound.json().code).toBe('callback.not-found')
  expect((await world.post(`/api/callbacks/${todo[0].id}/called-back`, cookie, {})).statusCode).toBe(204)
})

test('a voice message is heard, in pieces too, by whoever may call back; one listening is one line in the audit', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  await world.person('admin', ['ADMIN'])
  const id = ulid()
  const fileName = 'messages/node-1-1.0.wav'
  const message = {
    reason: 'MESSAGE' as const,
    durationMs: 4_000,
    sha256: 'ab',
    status: 'TO_CALL_BACK' as const,
    since: Date.now(),
    lineId: 1,
  }
  await world.db.insert(callbacks).values({ id, fileName, callerNumber: null, ...message })
  const url = `/api/callbacks/${id}/sound`
  expect((await world.get(url, cookie)).json().code).toBe('callback.sound-missing')
  const bytes = Buffer.from('RIFF-and-so-on')
  await mkdir(join(world.spoolDir, 'recording/messages'), { recursive: true })
  await writeFile(join(world.spoolDir, 'recording', fileName), bytes)
  const whole = await world.get(url, cookie)
  expect([whole.statusCode, whole.headers['content-type'], whole.rawPayload]).toEqual([200, 'audio/wav', bytes])
  const piece = await world.get(url, cookie, { headers: { range: 'bytes=5-7' } })
  expect([piece.statusCode, piece.body, piece.headers['content-range']]).toEqual([206, 'and', 'bytes 5-7/14'])
  expect((await world.get(url, cookie, { headers: { range: 'bytes=99-' } })).statusCode).toBe(416)

  expect((await world.get(url)).statusCode).toBe(401)
  expect((await world.get(url, await world.logIn('admin'))).json().code).toBe('access.denied')
  expect((await world.get('/api/callbacks/none/sound', cookie)).json().code).toBe('callback.not-found')
  const stray = ulid()
  await world.db.insert(callbacks).values({ id: stray, fileName: '../../secret.wav', callerNumber: null, ...message })
  expect((await world.get(`/api/callbacks/${stray}/sound`, cookie)).statusCode).toBe(404)
  const played = await world.db.select().from(auditEvents).where(eq(auditEvents.action, 'callback.played'))
  expect(played).toMatchObject([{ subject: id, actor: '1001' }])
})

test('nobody hears what could not be written down before, not at the second try either', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const { id } = await aRecordedCall(world)
  const play = async () => (await world.get(`/api/calls/${id}/recording`, cookie)).statusCode
  await world.db.execute(sql`RENAME TABLE audit_events TO audit_away`)
  expect([await play(), await play()]).toEqual([500, 500])
  await world.db.execute(sql`RENAME TABLE audit_away TO audit_events`)
  expect([await play(), await play()]).toEqual([200, 200])
  expect(await world.db.select().from(auditEvents).where(eq(auditEvents.action, 'recording.played'))).toHaveLength(1)
})

test('lines and agents can be chosen from', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  await world.agent('1001')
  expect((await world.get('/api/lines', cookie)).json().lines).toMatchObject([{ number: '12345' }, { number: '12333' }])
  expect((await world.get('/api/agents', cookie)).json().agents).toMatchObject([{ number: '1001' }])
  expect(await world.db.select().from(calls)).toEqual([])
})
