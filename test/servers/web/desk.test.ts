import { eq } from 'drizzle-orm'
import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { livingKey } from '../../../src/calls/control/ledger.ts'
import { enter } from '../../../src/calls/machine/advance.ts'
import type { Call } from '../../../src/calls/machine/call.ts'
import { anAgent } from '../../../src/calls/machine/party.ts'
import type { CallView } from '../../../src/calls/machine/view.ts'
import { callNotes, calls } from '../../../src/calls/records/schema.ts'
import { mostEvents } from '../../../src/desk/event-budget.ts'
import type { ClientToServer } from '../../../src/desk/protocol.ts'
import type { AgentId, CallId, ChannelId, OfferId, SkillId } from '../../../src/platform/types.ts'
import type { CallCommand } from '../../../src/topics.ts'
import { entry, anOffer as someOffer } from '../../unit/calls/world.ts'
import { aWeb, next, type Page, type Person, until, type World } from './world.ts'

type Opened = Parameters<Parameters<ClientToServer['desk:open']>[1]>[0]

const open = (page: Page, tabId = 'tab-1', takeOver = false): Promise<Opened> =>
  page.emitWithAck('desk:open', { tabId, takeOver })

async function aDesk(world: World, username = '1001'): Promise<{ person: Person; cookie: string; page: Page }> {
  const person = await world.agent(username)
  const cookie = await world.logIn(username)
  const page = await world.page(cookie)
  const opened = await open(page)
  expect(opened.status).toBe('open')
  return { person, cookie, page }
}

/** An event that no page of ours sends. */
const emitAny = (page: Page, ...event: unknown[]) => (page as { emit(...event: unknown[]): unknown }).emit(...event)

const agentId = (person: Person) => String(person.id) as AgentId

async function phoneIsThere(world: World, person: Person): Promise<void> {
  const agent = await world.queue.agent(agentId(person))
  await world.queue.setReachable(agent?.endpoint ?? '', true, Date.now())
}

function aView(change: Partial<CallView> = {}): CallView {
  return {
    id: ulid() as CallId,
    version: 1,
    direction: 'IN',
    about: null,
    phase: 'offering',
    parties: [],
    isOnHold: false,
    isCallerWaiting: false,
    actions: [],
    lastResult: null,
    isCallerHidden: false,
    caller: { number: '139****5678', place: '手机', name: null, isWithheld: false },
    line: {
      number: '12333',
      name: '人社热线',
      isOld: true,
      source: 'DID',
      confidence: 'CERTAIN',
      unknownDiversion: null,
    },
    skill: 'general',
    keys: '',
    inquired: [],
    arrivedAt: Date.now(),
    queuedAt: Date.now(),
    offeredAt: Date.now(),
    answeredAt: null,
    endedAt: null,
    offerId: null,
    agentId: null,
    agentNumber: null,
    isAgentAway: false,
    outcome: null,
    endedBy: null,
    ...change,
  }
}

/** As a controller keeps a living call. */
async function keep(world: World, view: CallView): Promise<void> {
  const caller = { number: '+8613912345678', raw: '13912345678', name: null }
  const { call } = enter({ ...entry, id: view.id, caller }, Date.now())
  await world.redis.hset(livingKey, view.id, JSON.stringify({ ...call, ...stageOf(call, view) }))
}

function stageOf({ parties }: Call, { phase, agentId, offerId }: CallView): Pick<Call, 'stage' | 'parties'> {
  if (phase === 'waiting' || agentId === null) return { stage: { phase: 'waiting', announcement: null }, parties }
  const agent = anAgent({ ...someOffer(), agentId, id: offerId ?? someOffer().id }, 'leg' as ChannelId)
  const stage: Call['stage'] = phase === 'talking' ? { phase, joinTries: 0 } : { phase: 'offering' }
  return { stage, parties: [...parties, agent] }
}

/** A call that waits, and its offer to the one agent who is ready. */
async function anOffer(world: World): Promise<{ callId: CallId; offerId: OfferId }> {
  const callId = ulid() as CallId
  const offerId = ulid() as OfferId
  const skill = 'general' as SkillId
  await world.queue.enqueue({ callId, node: 'node-1', skill, priority: 5, queuedAt: Date.now(), lastAgent: null })
  const reserved = await world.queue.match(Date.now(), { offerMs: 30_000, newOfferId: offerId })
  expect(reserved).not.toBeNull()
  return { callId, offerId }
}

test('opening the desk signs the agent in, not ready, with the phone of the log-in', async () => {
  const world = await aWeb()
  const person = await world.agent('1001')
  const page = await world.page(await world.logIn('1001'))
  const opened = await open(page)
  expect(opened).toMatchObject({
    status: 'open',
    snapshot: {
      me: { id: agentId(person), number: '1001', state: 'NOT_READY', skills: ['general'] },
      call: null,
      note: '',
      queue: { waiting: 0, signedIn: 1 },
    },
  })
  expect(JSON.stringify(opened)).not.toMatch(/sessionId|endpoint/)
  const agent = await world.queue.agent(agentId(person))
  expect(agent?.endpoint).toBe(`b-${agent?.sessionId}`)
})

test('a page without a log-in, or of another site, gets no connection', async () => {
  const world = await aWeb()
  await expect(world.page('')).rejects.toThrow()
  await expect(world.page(`hotline_session=${'A'.repeat(43)}`)).rejects.toThrow()
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  await expect(world.page(cookie, { origin: 'https://evil.example' })).rejects.toThrow()
  await world.page(cookie, { origin: await world.url() })
})

test('a supervisor has no desk and an agent no floor', async () => {
  const world = await aWeb()
  await world.person('boss', ['SUPERVISOR'])
  const boss = await world.page(await world.logIn('boss'))
  expect(await open(boss)).toMatchObject({ status: 'refused', message: expect.stringContaining('工号') })
  expect(await boss.emitWithAck('agent:set', { state: 'READY' })).toMatchObject({ ok: false, code: 'desk.not-active' })
  const { page } = await aDesk(world)
  const seen: unknown[] = []
  page.emit('floor:watch', (snapshot) => seen.push(snapshot))
  page.on('floor:queue', (figures) => seen.push(figures))
  await boss.emitWithAck('floor:watch')
  const figures = [next(boss, 'floor:queue'), next(page, 'desk:queue')]
  world.bus.publish('queue.figures', await world.queue.figures())
  await Promise.all(figures)
  expect(seen).toEqual([])
})

test('several web processes agree on who has the phone and who is logged in', async () => {
  const world = await aWeb()
  const { cookie, page: first } = await aDesk(world)
  const second = await world.page(cookie, {}, await world.another())
  expect(await open(second, 'tab-2')).toEqual({ status: 'occupied' })
  const told = new Promise<void>((resolve) => first.once('desk:taken-over', () => resolve()))
  expect(await open(second, 'tab-2', true)).toMatchObject({ status: 'open' })
  await told
  const ended = next(second, 'session:ended')
  await world.delete('/api/session', cookie)
  expect(await ended).toEqual({ reason: 'logged-out' })
})

test('one tab has the phone: a second one is told, and may take it over', async () => {
  const world = await aWeb()
  const { cookie, page: first } = await aDesk(world)
  const second = await world.page(cookie)
  expect(await open(second, 'tab-2')).toEqual({ status: 'occupied' })
  const told = new Promise<void>((resolve) => first.once('desk:taken-over', () => resolve()))
  expect(await open(second, 'tab-2', true)).toMatchObject({ status: 'open' })
  await told
  expect(await first.emitWithAck('agent:set', { state: 'NOT_READY' })).toMatchObject({ code: 'desk.not-active' })
  expect(await second.emitWithAck('agent:set', { state: 'NOT_READY' })).toEqual({ ok: true })
})

test('a reload of the page keeps the phone and the state', async () => {
  const world = await aWeb()
  const { person, cookie, page } = await aDesk(world)
  await phoneIsThere(world, person)
  expect(await page.emitWithAck('agent:set', { state: 'READY' })).toEqual({ ok: true })
  let wasTold = false
  page.on('desk:taken-over', () => {
    wasTold = true
  })
  const again = await world.page(cookie)
  expect(await open(again)).toMatchObject({ status: 'open', snapshot: { me: { state: 'READY' } } })
  page.disconnect()
  expect(await again.emitWithAck('agent:set', { state: 'NOT_READY' })).toEqual({ ok: true })
  expect(wasTold).toBe(false)
  // The end of the old connection does not set the phone free for another tab.
  expect(await open(await world.page(cookie), 'tab-2')).toEqual({ status: 'occupied' })
})

test('a tab that was closed leaves the phone to the next', async () => {
  const world = await aWeb()
  const { cookie, page } = await aDesk(world)
  page.disconnect()
  const second = await world.page(cookie)
  await until(
    () => open(second, 'tab-2'),
    (opened) => opened.status === 'open',
  )
})

test('ready needs a phone, a break a reason, and each refusal says what to do', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  const set = (state: 'READY' | 'NOT_READY' | 'BREAK', reason?: string) =>
    page.emitWithAck('agent:set', { state, ...(reason === undefined ? {} : { reason }) })
  expect(await set('READY')).toMatchObject({ ok: false, code: 'agent.phone-unreachable' })
  await phoneIsThere(world, person)
  const changed = next(page, 'desk:agent')
  expect(await set('READY')).toEqual({ ok: true })
  await until(
    async () => (await world.queue.agent(agentId(person)))?.state,
    (state) => state === 'READY',
  )
  expect((await changed).id).toBe(agentId(person))
  expect(await set('BREAK')).toMatchObject({ ok: false, code: 'agent.no-such-break' })
  expect(await set('BREAK', '🐎\u0000')).toMatchObject({ ok: false, code: 'agent.no-such-break' })
  expect(await set('BREAK', 'meal')).toEqual({ ok: true })
  expect(await world.queue.agent(agentId(person))).toMatchObject({ state: 'BREAK', reason: 'meal' })
  expect(await page.emitWithAck('agent:wrap-up', { do: 'finish' })).toMatchObject({ code: 'agent.not-in-wrap-up' })
})

test('what no page of ours would send is refused and harms nobody', async () => {
  const world = await aWeb()
  const { page } = await aDesk(world)
  const send = (event: string, ...args: unknown[]) => page.emit(event as 'agent:set', ...(args as [never, never]))
  send('agent:set')
  send('agent:set', null, null)
  send('agent:set', { state: 'READY' }, 'not a function')
  send('desk:open', { tabId: 7 }, 5)
  send('floor:watch')
  send('no-such-event', 1, 2, 3)
  const refusedAsInvalid = { ok: false, code: 'desk.invalid', message: expect.stringMatching(/[\u4e00-\u9fff]/) }
  for (const strange of [null, 'x', 7, [], { state: 'OFFLINE' }, { state: 'READY\u0000' }]) {
    expect(await page.emitWithAck('agent:set', strange as never)).toEqual(refusedAsInvalid)
  }
  for (const callId of ['', 'x', '../../x', `${'0'.repeat(25)}\n`]) {
    expect(await page.emitWithAck('call:command', { name: 'hangup', callId: callId as CallId })).toEqual(
      refusedAsInvalid,
    )
  }
})

test('pages that ask without end are slowed down, whatever they ask and however many they are', async () => {
  const world = await aWeb()
  const { page, cookie } = await aDesk(world)
  const second = await world.page(cookie)
  // Also what nobody listens to, and what is never answered.
  for (let i = 0; i < mostEvents / 2; i += 1) {
    emitAny(second, 'no-such-event')
    second.emit('tickets:unwatch')
  }
  await second.emitWithAck('tickets:watch')
  const tooFast = { ok: false, code: 'desk.too-fast', message: expect.stringMatching(/频繁/) }
  expect(await page.emitWithAck('agent:wrap-up', { do: 'finish' })).toEqual(tooFast)
  expect(await page.emitWithAck('call:note', { callId: ulid() as CallId, text: 'x' })).toEqual(tooFast)
  expect(await second.emitWithAck('tickets:watch')).toEqual({ isWatching: false })
  const opened = await second.emitWithAck('desk:open', { tabId: 'x', takeOver: false })
  expect(opened).toMatchObject({ status: 'refused', message: expect.stringMatching(/频繁/) })
  // Somebody else is not concerned, and the same one after a while neither.
  await world.agent('1002')
  const other = await world.page(await world.logIn('1002'))
  expect(await other.emitWithAck('tickets:watch')).toEqual({ isWatching: true })
  world.wait(10_000)
  expect(await second.emitWithAck('tickets:watch')).toEqual({ isWatching: true })
})

test('a page that floods is cut off', async () => {
  const world = await aWeb()
  const { page } = await aDesk(world)
  const ended = new Promise((resolve) => page.once('disconnect', resolve))
  // What no event budget counts: acknowledgements that nobody waits for.
  for (let i = 0; i < 1_300; i += 1) page.io.engine.write(`3${i}[]`)
  expect(await ended).toBeOneOf(['io server disconnect', 'transport close'])
  expect((await world.get('/healthz')).statusCode).toBe(200)
})

test('an event that is nested without end is refused', async () => {
  const world = await aWeb()
  const { page } = await aDesk(world)
  let deep: unknown = 1
  for (let i = 0; i < 500; i += 1) deep = [deep]
  const refused = { ok: false, code: 'desk.invalid', message: expect.any(String) }
  // Good but for what nobody reads.
  const set = { state: 'NOT_READY', more: deep } as const
  expect(await page.emitWithAck('agent:set', set)).toEqual(refused)
  const opening = { tabId: 'tab-1', takeOver: false, more: deep }
  expect(await page.emitWithAck('desk:open', opening)).toMatchObject({ status: 'refused' })
  emitAny(page, 'no-such-event', deep)
  // Deeper than a client of this kind can write by itself.
  for (const event of ['agent:set', 'desk:open', 'no-such-event']) {
    page.io.engine.write(`2["${event}",${'['.repeat(40_000)}${']'.repeat(40_000)}]`)
  }
  expect(await page.emitWithAck('tickets:watch')).toEqual({ isWatching: true })
})

test('a caller pops up with earlier calls before the phone rings', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  const day = 86_400_000
  await world.note(await world.call({ arrivedAt: Date.now() - 40 * day }), '很久以前')
  const last = await world.call({ arrivedAt: Date.now() - 2 * day, lineId: 2, outcome: 'ANSWERED' })
  await world.note(last, '社保卡 𠀀')
  await world.call({ callerNumber: '+8613900000000' })
  const view = aView({ agentId: agentId(person), offerId: 'O1' as OfferId })
  await keep(world, view)
  const shown = new Promise((resolve) => void world.bus.subscribe('pop.shown', resolve))
  const popped = new Promise<{ call: CallView; history: { callsIn30Days: number } }>((resolve) => {
    page.once('desk:pop', (pop, ack) => {
      resolve(pop)
      ack()
    })
  })
  world.bus.publish('call.popped', { agentId: agentId(person), offerId: 'O1' as OfferId, call: view })
  expect(await popped).toMatchObject({
    call: { id: view.id, caller: { number: '139****5678' } },
    history: {
      callsIn30Days: 1,
      isRepeat: true,
      calls: [
        { id: last, lineNumber: '12333', note: expect.stringMatching(/李晓燕：社保卡 𠀀$/u) },
        { note: expect.stringContaining('很久以前'), lineNumber: '12345' },
      ],
    },
  })
  expect(await shown).toEqual({ callId: view.id, offerId: 'O1' })
})

test('a caller pops up without earlier calls when the database is away', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  await world.ways.database.cut()
  const view = aView({ agentId: agentId(person) })
  const popped = next(page, 'desk:pop')
  world.bus.publish('call.popped', { agentId: agentId(person), offerId: 'O1' as OfferId, call: view })
  expect(await popped).toMatchObject({ history: { callsIn30Days: 0, calls: [] } })
})

test('the desk follows its own call, and hears when it loses it', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  const other = await aDesk(world, '1002')
  const seenByOther: CallView[] = []
  other.page.on('desk:call', (call) => seenByOther.push(call))
  const offered = aView({ agentId: agentId(person) })
  const first = next(page, 'desk:call')
  world.bus.publish('call.changed', offered)
  expect((await first).id).toBe(offered.id)
  const second = next(page, 'desk:call')
  world.bus.publish('call.changed', { ...offered, version: 2, phase: 'waiting', agentId: null })
  expect((await second).phase).toBe('waiting')
  expect(seenByOther).toEqual([])
})

test('after a reload in mid call the snapshot has the call, its history and the note', async () => {
  const world = await aWeb()
  const { person, cookie, page } = await aDesk(world)
  await phoneIsThere(world, person)
  await page.emitWithAck('agent:set', { state: 'READY' })
  const { callId, offerId } = await anOffer(world)
  const view = aView({ id: callId, offerId, agentId: agentId(person) })
  await keep(world, view)
  const offered = await open(await world.page(cookie))
  expect(offered).toMatchObject({ snapshot: { me: { state: 'RESERVED' }, call: { id: callId } } })

  await world.queue.accept(offerId, Date.now())
  await world.call({ id: callId, agentId: person.id })
  const talking = await world.page(cookie)
  await open(talking)
  const text = '楼道里的灯坏了 🐎𠀀\r\n第二行\u0000\u202e\ttab'
  expect(await talking.emitWithAck('call:note', { callId, text })).toEqual({ ok: true })
  const again = await open(await world.page(cookie))
  expect(again).toMatchObject({
    snapshot: {
      me: { state: 'TALKING', callId },
      call: { id: callId },
      note: expect.stringMatching(/ 1001的名字𠀀：楼道里的灯坏了 🐎𠀀\n第二行\ttab$/u),
    },
  })

  await world.queue.finishCall(agentId(person), callId, Date.now(), 60_000)
  await world.redis.hdel(livingKey, callId)
  await world.db.update(calls).set({ endedAt: Date.now(), outcome: 'ANSWERED' }).where(eq(calls.id, callId))
  const after = await world.page(cookie)
  expect(await open(after)).toMatchObject({
    snapshot: { me: { state: 'WRAP_UP' }, call: { id: callId, phase: 'ended', outcome: 'ANSWERED' } },
  })
  const before = (await world.queue.agent(agentId(person)))?.wrapUpUntil ?? 0
  expect(await after.emitWithAck('agent:wrap-up', { do: 'extend' })).toEqual({ ok: true })
  expect((await world.queue.agent(agentId(person)))?.wrapUpUntil).toBe(before + 30_000)
  // Enough is left: typing prolongs nothing.
  expect(await after.emitWithAck('agent:wrap-up', { do: 'typing' })).toEqual({ ok: true })
  expect((await world.queue.agent(agentId(person)))?.wrapUpUntil).toBe(before + 30_000)
  expect(await after.emitWithAck('agent:wrap-up', { do: 'finish' })).toEqual({ ok: true })
})

test('typing leaves some of the wrap-up, up to its cap', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  await phoneIsThere(world, person)
  const until = async () => (await world.queue.agent(agentId(person)))?.wrapUpUntil ?? 0
  const type = () => page.emitWithAck('agent:wrap-up', { do: 'typing' })
  async function wrapUpSince(since: number): Promise<void> {
    await world.queue.choose(agentId(person), 'READY', null, since)
    const { callId, offerId } = await anOffer(world)
    await world.queue.accept(offerId, since)
    await world.queue.finishCall(agentId(person), callId, since, 5_000)
  }

  await wrapUpSince(Date.now())
  const asked = Date.now()
  expect(await type()).toEqual({ ok: true })
  expect(await until()).toBeGreaterThanOrEqual(asked + 20_000)
  expect(await until()).toBeLessThanOrEqual(Date.now() + 20_000)
  await world.queue.finishWrapUp(agentId(person), Date.now())
  expect(await type()).toMatchObject({ code: 'agent.not-in-wrap-up' })

  // Ten seconds before the cap, which is measured from the begin.
  const since = Date.now() - 290_000
  await wrapUpSince(since)
  expect(await type()).toEqual({ ok: true })
  expect(await until()).toBe(since + 300_000)
})

test('notes are kept through an absence of the database, and of Redis', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  const callId = await world.call({ agentId: person.id })
  await keep(world, aView({ id: callId, agentId: agentId(person), phase: 'talking' }))
  const noted = async () => (await world.db.select().from(callNotes)).map(({ text, author }) => [author, text])
  const add = (text: string) => page.emitWithAck('call:note', { callId, text })

  await world.ways.database.cut()
  expect(await add('第一句')).toEqual({ ok: true })
  expect(await noted()).toEqual([])
  await world.ways.database.mend()
  await until(noted, (lines) => lines.length === 1)

  await world.ways.redis.cut()
  expect(await add('第二句')).toEqual({ ok: true })
  // Nothing that was noted is changed.
  expect(await noted()).toEqual([
    ['1001的名字𠀀', '第一句'],
    ['1001的名字𠀀', '第二句'],
  ])
  await world.ways.database.cut()
  expect(await add('第三句')).toMatchObject({ ok: false, code: expect.stringMatching(/away|note\.not-saved/) })
})

test('a note of 10000 characters is kept whole, a longer one or one about a stranger’s call is refused', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  const [own, other] = [await world.call({ agentId: person.id }), await world.call()]
  const longest = '𠀀'.repeat(10_000)
  expect(await page.emitWithAck('call:note', { callId: own, text: longest })).toEqual({ ok: true })
  expect((await world.db.select().from(callNotes))[0]?.text).toBe(longest)
  expect(await page.emitWithAck('call:note', { callId: own, text: `${longest}x` })).toMatchObject({
    code: 'note.too-long',
  })
  expect(await page.emitWithAck('call:note', { callId: other, text: 'x' })).toMatchObject({ code: 'call.not-yours' })
  const dropped = next(page, 'disconnect' as never)
  page.emit('call:note', { callId: own, text: 'x'.repeat(1 << 20) }, () => {})
  await dropped
})

test('commands reach the controller with the agent’s name on them, and its answer comes back', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  const asked: CallCommand[] = []
  await world.bus.respond('call.command', async (ask) => {
    asked.push(ask)
    return ask.name === 'hold' ? { ok: true } : { ok: false, code: 'call.not-talking', message: '当前不在通话中' }
  })
  const callId = ulid() as CallId
  expect(await page.emitWithAck('call:command', { name: 'hold', callId })).toEqual({ ok: true })
  expect(await page.emitWithAck('call:command', { name: 'hangup', callId })).toMatchObject({ code: 'call.not-talking' })
  expect(await page.emitWithAck('call:command', { name: 'rejoin', callId })).toMatchObject({ code: 'call.no-phone' })
  await phoneIsThere(world, person)
  await page.emitWithAck('call:command', { name: 'rejoin', callId })
  const endpoint = (await world.queue.agent(agentId(person)))?.endpoint
  expect(asked).toEqual([
    { name: 'hold', callId, agentId: agentId(person) },
    { name: 'hangup', callId, agentId: agentId(person) },
    { name: 'rejoin', callId, agentId: agentId(person), endpoint },
  ])
})

test('what is done to a call from the desk is audited as over HTTP, refused or not', async () => {
  const world = await aWeb()
  const { cookie, page } = await aDesk(world)
  await world.bus.respond('call.command', async ({ name }) =>
    name === 'resume' ? { ok: false, code: 'call.consult-open', message: '' } : { ok: true },
  )
  const callId = ulid() as CallId
  for (const name of ['hold', 'resume', 'hangup'] as const) await page.emitWithAck('call:command', { name, callId })
  for (const action of ['hold', 'resume', 'hang-up'])
    await world.post(`/api/calls/${callId}/actions`, cookie, { action })
  const rows = await world.db.select().from(auditEvents).where(eq(auditEvents.subject, callId)).orderBy(auditEvents.id)
  const told = rows.map(({ actor, action, address, isAllowed, details }) => ({
    actor,
    action,
    address,
    isAllowed,
    details,
  }))
  const common = { actor: '1001', action: 'call.acted', address: '127.0.0.1' }
  const three = [
    { ...common, isAllowed: 1, details: { action: 'hold' } },
    { ...common, isAllowed: 0, details: { action: 'resume', refused: 'call.consult-open' } },
    { ...common, isAllowed: 1, details: { action: 'hang-up' } },
  ]
  expect(told).toEqual([...three, ...three])
})

test('what was done to a call is done, though it could not be audited', async () => {
  const world = await aWeb()
  const { cookie, page } = await aDesk(world)
  await world.bus.respond('call.command', async () => {
    await world.ways.database.cut()
    return { ok: true }
  })
  const callId = ulid() as CallId
  const answer = await world.post(`/api/calls/${callId}/actions`, cookie, { action: 'hold' })
  expect(answer.statusCode).toBe(204)
  await world.ways.database.mend()
  expect(await page.emitWithAck('call:command', { name: 'hold', callId })).toEqual({ ok: true })
})

test('without a controller a command is refused in time, in words', async () => {
  const world = await aWeb()
  const { page } = await aDesk(world)
  expect(await page.emitWithAck('call:command', { name: 'hold', callId: ulid() as CallId })).toMatchObject({
    code: 'controller.away',
    message: '电话控制暂时没有回应，通话不受影响，请稍后重试。',
  })
})

test('the floor shows agents, calls and figures, and every change after it', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  const view = aView({ phase: 'waiting' })
  await keep(world, view)
  await world.person('boss', ['SUPERVISOR'])
  const boss = await world.page(await world.logIn('boss'))
  const floor = await boss.emitWithAck('floor:watch')
  expect(floor).toMatchObject({ agents: [{ id: agentId(person), state: 'NOT_READY' }], calls: [{ id: view.id }] })
  expect(JSON.stringify(floor)).not.toMatch(/sessionId|endpoint|13912345678/)

  const changed = next(boss, 'floor:agent')
  await page.emitWithAck('agent:set', { state: 'BREAK', reason: 'meal' })
  expect(await changed).toMatchObject({ state: 'BREAK' })
  const moved = next(boss, 'floor:call')
  world.bus.publish('call.changed', { ...view, version: 2 })
  expect((await moved).version).toBe(2)
  const figures = [next(boss, 'floor:queue'), next(page, 'desk:queue')]
  world.bus.publish('queue.figures', { ...floor.queue, waiting: 3 })
  for (const seen of await Promise.all(figures)) expect(seen).toMatchObject({ waiting: 3 })
})

test('when Redis comes back every page gets a fresh snapshot', async () => {
  const world = await aWeb()
  const { person, page } = await aDesk(world)
  await world.person('boss', ['SUPERVISOR'])
  const boss = await world.page(await world.logIn('boss'))
  await boss.emitWithAck('floor:watch')
  await world.ways.redis.cut()
  expect(await page.emitWithAck('agent:set', { state: 'READY' })).toMatchObject({ ok: false, code: 'redis.away' })
  await world.queue.choose(agentId(person), 'BREAK', 'meal', Date.now())
  const fresh = [next(page, 'desk:snapshot'), next(boss, 'floor:snapshot')] as const
  await world.ways.redis.mend()
  expect((await fresh[0]).me).toMatchObject({ state: 'BREAK', reason: 'meal' })
  expect((await fresh[1]).agents).toMatchObject([{ state: 'BREAK' }])
})
