import { eq } from 'drizzle-orm'
import { monotonicFactory, ulid } from 'ulid'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { livingKey } from '../../../src/calls/control/ledger.ts'
import { advance } from '../../../src/calls/machine/advance.ts'
import type { CallEvent } from '../../../src/calls/machine/call.ts'
import type { PlaceAsk } from '../../../src/calls/machine/outgoing/outgoing.ts'
import { citizenLegOf, place } from '../../../src/calls/machine/outgoing/placing.ts'
import { viewOf } from '../../../src/calls/machine/view.ts'
import type { CallbackWork } from '../../../src/calls/outgoing/api.ts'
import { callbacks, calls } from '../../../src/calls/records/schema.ts'
import { openCallStore } from '../../../src/calls/records/store.ts'
import { lineIds } from '../../../src/lines/store.ts'
import type { AgentId, ChannelId, OfferId, SessionId, SkillId } from '../../../src/platform/types.ts'
import { ticketCalls, tickets } from '../../../src/tickets/records/schema.ts'
import { anOffer, entry, timings } from '../../unit/calls/world.ts'
import { lamps, loadBasics } from '../tickets/world.ts'
import { aWeb, next, site, type World } from './world.ts'

/** Calls that agents place: whose number it is, and whether they may be called now. */

const citizen = '+8613903557001'

site.trunks.push({ name: 'carrier', kind: 'carrier', networks: [], vouches: true, sendTo: '127.0.0.1:9' })

/** A web role with an agent at a telephone, and a controller that takes what it is asked. */
async function aHotline(hour = 12) {
  const world = await aWeb()
  await loadBasics(world.db)
  const placed: PlaceAsk[] = []
  const say = { code: '' }
  await world.bus.respond('call.place', async (ask) => {
    if (say.code === 'silent') return new Promise(() => undefined)
    if (say.code !== '') return { ok: false, code: say.code, message: '' }
    placed.push(ask)
    return { ok: true }
  })
  world.wait(tomorrowAt(hour) - Date.now())
  const cookie = await anAgent(world, '1001')
  const call = (to: object, reason?: string, by = cookie) =>
    world.post('/api/calls', by, { to, ...(reason !== undefined && { reason }) })
  return { world, placed, say, cookie, call }
}

/** By the city's clock. */
function tomorrowAt(hour: number): number {
  return Math.ceil((Date.now() + 8 * 3_600_000) / 86_400_000) * 86_400_000 + (hour - 8) * 3_600_000
}

async function anAgent(world: World, number: string): Promise<string> {
  const { id } = await world.agent(number)
  const cookie = await world.logIn(number)
  const profile = { id: String(id) as AgentId, number, name: number, skills: ['general' as SkillId], version: 0 }
  const endpoint = `b-${number}`
  await world.queue.setReachable(endpoint, true, Date.now())
  await world.queue.signIn(profile, `session-${number}` as SessionId, endpoint, Date.now())
  return cookie
}

/** Two of the same millisecond as well: the later one is the newer one. */
const laterId = monotonicFactory()

async function aCallback(world: World, change: Partial<typeof callbacks.$inferInsert> = {}): Promise<string> {
  const id = change.id ?? laterId()
  await world.db.insert(callbacks).values({
    ...{
      id,
      reason: 'ASKED' as const,
      callId: null,
      callerNumber: citizen,
      since: Date.now(),
      status: 'TO_CALL_BACK' as const,
    },
    ...change,
  })
  return id
}

const codeOf = (answer: { json(): { code?: string } }) => answer.json().code
const statusOf = async (world: World, id: string) => {
  const [row] = await world.db.select().from(callbacks).where(eq(callbacks.id, id))
  return row
}

test('an agent calls the caller of a ticket: the number goes to the controller, never to the page', async () => {
  const { world, placed, cookie, call } = await aHotline()
  const form = { type: 'HELP', categoryCode: lamps, content: '英雄路工地扬尘', caller: { phone: '13903557001' } }
  const made = await world.post('/api/tickets', cookie, form)
  expect(made.statusCode, made.body).toBe(201)
  const { number } = made.json()
  const answer = await call({ ticket: number })
  expect(answer.statusCode, answer.body).toBe(202)
  expect(answer.body).not.toContain('3903557001')
  const [row] = await world.db.select().from(tickets).where(eq(tickets.number, number))
  expect(placed).toMatchObject([
    {
      callId: answer.json().call,
      number: citizen,
      outgoing: {
        ...{ endpoint: expect.stringMatching(/^13903557001@/), isHidden: false, ringMs: 45_000, ties: [row?.id] },
        about: { kind: 'ticket', id: number },
      },
    },
  ])
  const [noted] = await world.db.select().from(auditEvents).where(eq(auditEvents.action, 'call.placed'))
  expect(JSON.stringify(noted)).not.toContain('3903557001')
  // There is no second number.
  expect(codeOf(await call({ ticket: number, person: 'other' }))).toBe('outgoing.no-number')
  const detail = () => world.get(`/api/tickets/${number}`, cookie)
  expect((await detail()).json().hasOtherPhone).toBe(false)
  await world.db.update(tickets).set({ callerOtherPhone: '+863552021234;ext=801' }).where(eq(tickets.number, number))
  expect((await detail()).json()).toMatchObject({ hasOtherPhone: true })
  expect((await call({ ticket: number, person: 'other' })).statusCode).toBe(202)
  expect(placed[1]).toMatchObject({ number: '+863552021234' })
})

test('a confidential caller is called without being shown, an anonymous one not at all', async () => {
  const { world, placed, cookie, call } = await aHotline()
  const form = { type: 'HELP', categoryCode: lamps, content: '英雄路工地扬尘', caller: { phone: '13903557001' } }
  const secret = (await world.post('/api/tickets', cookie, { ...form, isConfidential: true })).json()
  expect((await call({ ticket: secret.number })).statusCode).toBe(202)
  expect(placed[0]?.outgoing.isHidden).toBe(true)
  await world.db.update(tickets).set({ isAnonymous: true }).where(eq(tickets.number, secret.number))
  expect(codeOf(await call({ ticket: secret.number }))).toBe('outgoing.no-number')
})

test('while a confidential caller is called, and afterwards, nothing beside the call tells who they are', async () => {
  const { world, placed, cookie, call } = await aHotline()
  const { agentId } = await me(world)
  const form = { type: 'HELP', categoryCode: lamps, content: '英雄路工地扬尘', caller: { phone: '13903557001' } }
  const secret = (await world.post('/api/tickets', cookie, { ...form, isConfidential: true })).json()
  await world.post('/api/tickets', cookie, { ...form, caller: { ...form.caller, name: '张三丰' } })
  const earlier = await world.call({ callerNumber: citizen, agentId, outcome: 'ANSWERED', endedAt: Date.now() })
  await world.note(earlier, '楼道里的灯坏了')
  expect((await call({ ticket: secret.number })).statusCode).toBe(202)
  const [ask] = placed
  if (!ask) throw new Error('nothing placed')
  const by = { agentId: String(agentId) as AgentId, agentNumber: '1001', endpoint: 'b-1001', node: 'node-1' }
  const part = { callId: ask.callId, part: 'x', node: 'node-1', skill: 'general' as SkillId, role: 'AGENT' as const }
  await world.queue.takePart({ agentId: by.agentId, ...part, state: 'OUTBOUND' }, Date.now())
  const caller = { number: ask.number, raw: ask.number, name: null }
  const outgoing = { ...entry, id: ask.callId, caller, outgoing: ask.outgoing }
  const { call: living } = place(outgoing, { ...anOffer('1001'), ...by }, Date.now(), timings)
  // Redis has the call at once, the database neither its row nor its tie.
  await world.redis.hset(livingKey, ask.callId, JSON.stringify(living))
  const page = await world.page(cookie)
  const besides = async () => {
    const opened = await page.emitWithAck('desk:open', { tabId: 'tab-1', takeOver: true })
    const tickets = await world.get(`/api/callers/${ask.callId}/tickets`, cookie)
    expect(codeOf(tickets)).toBe('call.caller-hidden')
    return opened
  }
  const unknown = { isCallerHidden: true, caller: { number: null, place: null, name: null } }
  const nothing = { callsIn30Days: 0, isRepeat: false, calls: [] }
  expect(await besides()).toMatchObject({ snapshot: { call: { id: ask.callId, ...unknown }, history: nothing } })
  const popped = next(page, 'desk:pop')
  const view = viewOf(living, null)
  world.bus.publish('call.popped', { agentId: by.agentId, offerId: 'O1' as OfferId, call: view })
  expect(await popped).toMatchObject({ history: nothing })

  await world.call({ id: ask.callId, agentId, callerNumber: citizen, direction: 'OUT', isSecret: true })
  await world.redis.hdel(livingKey, ask.callId)
  await world.queue.finishCall(by.agentId, ask.callId, Date.now(), 60_000)
  await world.db.update(calls).set({ endedAt: Date.now(), outcome: 'ANSWERED' }).where(eq(calls.id, ask.callId))
  expect(await besides()).toMatchObject({
    snapshot: { me: { state: 'WRAP_UP' }, call: { phase: 'ended', ...unknown }, history: nothing },
  })
  // In the lists as well, though its tie is not written: neither shown nor found by the number.
  const listed = async (query: string) =>
    (await world.get(`/api/calls?${query}`, cookie)).json().calls as { id: string }[]
  expect((await listed('')).find(({ id }) => id === ask.callId)).toMatchObject(unknown)
  expect((await listed('caller=13903557001')).map(({ id }) => id)).toEqual([earlier])
})

test('a call to a hidden caller is hidden as well, though the agent who places it may know them', async () => {
  const { world, placed, cookie, call } = await aHotline()
  const { agentId } = await me(world)
  // Their own call of a moment ago: the number is no secret to them, but one to the others.
  const endedAt = tomorrowAt(12)
  const source = await world.call({ callerNumber: citizen, agentId, answeredAt: endedAt, endedAt })
  const form = { type: 'HELP', categoryCode: lamps, content: '举报', caller: { name: '甲' }, callIds: [source] }
  const secret = (await world.post('/api/tickets', cookie, { ...form, isConfidential: true })).json()
  const [ticket] = await world.db.select().from(tickets).where(eq(tickets.number, secret.number))
  const callback = await aCallback(world, { callId: source })
  expect((await call({ callback })).statusCode).toBe(202)
  expect((await call({ call: source })).statusCode).toBe(202)
  expect(placed.map(({ outgoing: { isHidden, ties } }) => ({ isHidden, ties }))).toEqual([
    { isHidden: false, ties: [ticket?.id] },
    { isHidden: false, ties: [ticket?.id] },
  ])
})

test('a call whose caller withheld the number, or is hidden, is no way to their number', async () => {
  const { world, call } = await aHotline()
  const open = await world.call({ callerNumber: citizen, endedAt: Date.now() })
  const withheld = await world.call({ callerNumber: citizen, isCallerWithheld: true, endedAt: Date.now() })
  expect((await call({ call: open })).statusCode).toBe(202)
  expect(codeOf(await call({ call: withheld }))).toBe('outgoing.no-number')
  expect(codeOf(await call({ call: ulid() }))).toBe('call.not-found')
  // A short code that somebody called from is no citizen's number.
  const short = await world.call({ callerNumber: '10086', endedAt: Date.now() })
  expect(codeOf(await call({ call: short }))).toBe('call.number-not-allowed')
})

test('outside the hours a callback waits, and anybody else is called with a reason', async () => {
  const { world, call } = await aHotline(20)
  const id = await aCallback(world)
  const other = await world.call({ callerNumber: '+8613903557002', endedAt: Date.now() })
  const late = await call({ callback: id })
  expect(codeOf(late)).toBe('outgoing.outside-hours')
  expect(late.json().detail).toContain('9:00-20:00')
  expect(codeOf(await call({ call: other }))).toBe('outgoing.reason-missing')
  expect((await call({ call: other }, '市民要求今晚回电')).statusCode).toBe(202)
  expect((await statusOf(world, id))?.tries).toBe(0)
})

test('a citizen who wants no calls gets none, until a supervisor takes them off the list', async () => {
  const { world, cookie, call } = await aHotline()
  await world.person('boss', ['SUPERVISOR'])
  const boss = await world.logIn('boss')
  const id = await aCallback(world)
  const typed = { of: { number: '13903557001' }, reason: '要求不再来电' }
  expect((await world.post('/api/never-calls', cookie, typed)).statusCode).toBe(403)
  const added = await world.post('/api/never-calls', cookie, { of: { callback: id }, reason: '要求不再来电' })
  expect(added.statusCode, added.body).toBe(201)
  expect(codeOf(await world.post('/api/never-calls', boss, typed))).toBe('never-call.listed')
  expect(codeOf(await call({ callback: id }))).toBe('outgoing.never-call')
  const listed = await world.get('/api/never-calls', boss)
  expect(listed.json().numbers).toMatchObject([{ number: '139****7001', reason: '要求不再来电' }])
  const lift = `/api/never-calls/${added.json().id}/lift`
  expect((await world.post(lift, cookie, { reason: '市民改了主意' })).statusCode).toBe(403)
  expect((await world.post(lift, boss, { reason: '市民改了主意' })).statusCode).toBe(204)
  expect(codeOf(await world.post(lift, boss, { reason: '再次' }))).toBe('never-call.not-found')
  expect((await call({ callback: id })).statusCode).toBe(202)
})

test('whether people may be called is said ahead, in words; nothing is placed and nothing counted', async () => {
  const { world, placed, cookie } = await aHotline()
  const ask = async (to: object) => (await world.post('/api/calls/check', cookie, { to })).json()
  const seen = await world.call({ callerNumber: citizen, endedAt: Date.now() })
  expect(await ask({ call: seen })).toEqual({ mayCall: true, code: null, words: null })
  const withheld = await world.call({ callerNumber: citizen, isCallerWithheld: true, endedAt: Date.now() })
  expect(await ask({ call: withheld })).toMatchObject({ mayCall: false, code: 'outgoing.no-number' })
  expect(codeOf(await world.post('/api/calls/check', cookie, { to: { call: ulid() } }))).toBe('call.not-found')

  const used = await aCallback(world, { tries: 3 })
  expect(await ask({ callback: used })).toMatchObject({ mayCall: false, words: expect.stringContaining('3 次') })
  world.wait(8 * 3_600_000)
  const late = { mayCall: true, code: 'outgoing.reason-missing', words: expect.stringContaining('9:00-20:00') }
  expect(await ask({ call: seen })).toEqual(late)
  await world.person('boss', ['SUPERVISOR'])
  const wish = { of: { number: '13903557001' }, reason: '要求不再来电' }
  await world.post('/api/never-calls', await world.logIn('boss'), wish)
  expect(await ask({ call: seen })).toMatchObject({ mayCall: false, words: expect.stringContaining('勿扰名单') })
  expect(placed).toEqual([])
})

test('a number is called so many times a day and no more, whatever for', async () => {
  const { world, call } = await aHotline()
  const noon = tomorrowAt(12)
  const seen = await world.call({ callerNumber: citizen, endedAt: Date.now() })
  for (let n = 0; n < 5; n += 1) {
    // One that never left the hotline, and those of another day, do not count.
    const outcome = n === 0 ? 'OUT_NOT_PLACED' : 'OUT_NO_ANSWER'
    await world.call({ callerNumber: citizen, direction: 'OUT', outcome, arrivedAt: noon - n * 1_000, endedAt: noon })
  }
  await world.call({ callerNumber: citizen, direction: 'OUT', outcome: 'OUT_BUSY', arrivedAt: noon - 86_400_000 })
  expect((await call({ call: seen })).statusCode).toBe(202)
  await world.call({ callerNumber: citizen, direction: 'OUT', outcome: 'ANSWERED', arrivedAt: noon + 1 })
  expect(codeOf(await call({ call: seen }))).toBe('outgoing.too-often')
})

test('a callback is tried three times with pauses, by one agent at a time; then a supervisor decides', async () => {
  const { world, say, cookie, call } = await aHotline()
  const second = await anAgent(world, '1002')
  await world.person('boss', ['SUPERVISOR'])
  const boss = await world.logIn('boss')
  const id = await aCallback(world)
  const same = await aCallback(world, { reason: 'GAVE_UP' })
  say.code = 'outgoing.busy'
  expect(codeOf(await call({ callback: id }))).toBe('outgoing.busy')
  expect(await statusOf(world, id)).toMatchObject({ tries: 0, triedAt: null, nextAt: null })
  say.code = ''
  expect((await call({ callback: id })).statusCode).toBe(202)
  expect(codeOf(await call({ callback: same }, undefined, second))).toBe('callback.being-called')
  const result = (what: string, by = cookie) => world.post(`/api/callbacks/${id}/result`, by, { result: what })
  expect((await result('NOT_REACHED')).statusCode).toBe(204)
  const early = await call({ callback: id })
  expect(codeOf(early)).toBe('callback.too-soon')
  const aDayLater = () => world.db.update(callbacks).set({ nextAt: Date.now(), triedAt: Date.now() })
  for (let n = 0; n < 2; n += 1) {
    await aDayLater()
    const again = await call({ callback: same })
    expect(again.statusCode, again.body).toBe(202)
  }
  await aDayLater()
  expect(codeOf(await call({ callback: id }))).toBe('callback.tries-used')
  const list = (await world.get('/api/callbacks/work', cookie)).json() as CallbackWork
  expect(list.callbacks).toMatchObject([{ id: same, tries: 3, isUsedUp: true, isMine: true, result: 'NOT_REACHED' }])
  expect((await result('GAVE_UP')).statusCode).toBe(403)
  expect((await result('GAVE_UP', boss)).statusCode).toBe(204)
  expect(await statusOf(world, id)).toMatchObject({ status: 'CLOSED', result: 'GAVE_UP' })
  expect(codeOf(await result('REACHED'))).toBe('callback.already-handled')
})

test('a try whose call never rang at the citizen is taken back with the record of the call, once', async () => {
  const { world, placed, call } = await aHotline()
  const { agentId } = await me(world)
  const id = await aCallback(world)
  const same = await aCallback(world, { reason: 'GAVE_UP' })
  const ids = await lineIds(world.db)
  const about = { db: world.db, recordingDir: '/', gaveUpAfterMs: 5_000 }
  const store = openCallStore({ ...about, lineId: (number) => ids.get(number) ?? 0 })
  const leg = (callId: string) => `${callId}.leg1` as ChannelId
  const cancelled = (by: AgentId) => ({ type: 'command', command: 'hangup', agentId: by }) as const
  const untried = { tries: 0, triedAt: null, nextAt: null, triedBy: null }
  type Way = (ask: PlaceAsk) => CallEvent[]
  const up: Way = ({ callId }) => [{ type: 'leg-up', leg: leg(callId) }]
  const silent: Way = ({ callId }) => [{ type: 'leg-gone', leg: leg(callId), cause: 19 }]
  const given: Way = (ask) => [...up(ask), cancelled(ask.agentId)]
  const rung: Way = (ask) => [
    ...up(ask),
    { type: 'leg-ringing', leg: citizenLegOf(ask.callId) },
    cancelled(ask.agentId),
  ]
  for (const [way, taken] of [
    [silent, true],
    [given, true],
    [rung, false],
  ] as const) {
    expect((await call({ callback: id })).statusCode).toBe(202)
    expect(await statusOf(world, same)).toMatchObject({ tries: 1, triedBy: agentId })
    const ask = placed.at(-1)
    if (!ask) throw new Error('nothing placed')
    const caller = { number: ask.number, raw: ask.number, name: null }
    const channel = citizenLegOf(ask.callId)
    const offer = { ...anOffer('1001'), agentId: ask.agentId, id: ask.callId as string as OfferId }
    const at = Date.now()
    let { call: state } = place(
      { ...entry, id: ask.callId, channel, caller, outgoing: ask.outgoing },
      offer,
      at,
      timings,
    )
    const gone = [leg(ask.callId), channel].map((one) => ({ type: 'leg-gone', leg: one, cause: 16 }) as const)
    const events: CallEvent[] = [{ type: 'party-reserved', offer }, ...way(ask), ...gone]
    for (const event of events) {
      state = advance(state, event, at, timings).call
      await store.write([state])
    }
    expect(state.stage.phase).toBe('ended')
    for (const row of [id, same]) {
      const kept = taken ? untried : { tries: 1, triedBy: agentId }
      expect(await statusOf(world, row)).toMatchObject(kept)
    }
    // Written once more, when another try has begun.
    if (taken) {
      expect((await call({ callback: id })).statusCode).toBe(202)
      await store.write([state])
      expect(await statusOf(world, id)).toMatchObject({ tries: 1 })
      await world.db.update(callbacks).set(untried)
    }
    world.wait(1)
  }
})

test('a try stands where no controller answered in time: it may place the call yet', async () => {
  const { world, say, call } = await aHotline()
  const id = await aCallback(world)
  say.code = 'silent'
  expect(codeOf(await call({ callback: id }))).toBe('controller.away')
  expect(await statusOf(world, id)).toMatchObject({ tries: 1 })
  say.code = ''
  expect(codeOf(await call({ callback: id }))).toBe('callback.too-soon')
})

test('the work list: due before not yet due, own before others’, then who has waited longest', async () => {
  const { world, cookie } = await aHotline()
  const { agentId } = await me(world)
  const now = Date.now()
  const number = (n: number) => `+86139035571${n}`
  const rows = [
    await aCallback(world, { callerNumber: number(11), since: now - 1_000 }),
    await aCallback(world, { callerNumber: number(12), since: now - 9_000 }),
    await aCallback(world, { callerNumber: number(13), since: now - 500 }),
    await aCallback(world, {
      callerNumber: number(14),
      since: now - 99_000,
      tries: 1,
      nextAt: now + 9e9,
      triedAt: now,
    }),
  ]
  // They spoke with the third one yesterday.
  await world.call({ callerNumber: number(13), agentId, answeredAt: now, endedAt: now })
  const list = (await world.get('/api/callbacks/work', cookie)).json() as CallbackWork
  expect(list.callbacks.map(({ id }) => id)).toEqual([rows[2], rows[1], rows[0], rows[3]])
  expect(list.callbacks.map(({ isMine }) => isMine)).toEqual([true, false, false, false])
})

test('of more than are listed those who have waited longest are there, whatever was tried in vain', async () => {
  const { world, cookie } = await aHotline()
  const now = Date.now()
  const numbered = (n: number) => `+861391000${String(n).padStart(4, '0')}`
  const row = (n: number, change: object) => ({
    ...{
      id: ulid(now - 1_000_000 + n),
      reason: 'GAVE_UP' as const,
      callerNumber: numbered(n),
      since: now - 1_000_000 + n,
    },
    ...{ status: 'TO_CALL_BACK' as const, ...change },
  })
  const several = (from: number, count: number, change: object = {}) =>
    Array.from({ length: count }, (_, n) => row(from + n, change))
  // The oldest were all tried: in vain to the last, or a moment ago.
  const usedUp = several(0, 210, { tries: 3, triedAt: now })
  const later = several(300, 210, { tries: 1, triedAt: now, nextAt: now + 9e9 })
  const due = several(600, 205)
  await world.db.insert(callbacks).values([...usedUp, ...later, ...due])
  // The one who has waited longest has called again: their entry is the newest row, its tries stand on the first.
  const again = await aCallback(world, { callerNumber: numbered(600), since: now })
  await world.db
    .update(callbacks)
    .set({ tries: 2, triedAt: now - 9e6 })
    .where(eq(callbacks.id, due[0]?.id ?? ''))
  const list = (await world.get('/api/callbacks/work', cookie)).json() as CallbackWork
  const idsOf = (isUsedUp: boolean) => list.callbacks.filter((one) => one.isUsedUp === isUsedUp).map(({ id }) => id)
  expect(idsOf(false)).toEqual([again, ...due.slice(1, 200).map(({ id }) => id)])
  expect(list.callbacks.find(({ id }) => id === again)).toMatchObject({ tries: 2, calls: 2 })
  expect(idsOf(true)).toEqual(usedUp.slice(0, 200).map(({ id }) => id))
})

test('a list that its page reads again and again counts each row once a day', async () => {
  const { world, cookie } = await aHotline()
  const { agentId } = await me(world)
  await aCallback(world)
  const look = async () => {
    expect((await world.get('/api/callbacks/work', cookie)).statusCode).toBe(200)
    const [key = ''] = await world.redis.keys(`*:readings:*:${agentId}`)
    const noted = await world.db.select().from(auditEvents).where(eq(auditEvents.action, 'callbacks.listed'))
    return [Number(await world.redis.get(key)), noted.length]
  }
  expect(await look()).toEqual([1, 1])
  world.wait(11 * 60_000)
  expect(await look()).toEqual([1, 2])
  await aCallback(world, { callerNumber: '+8613903557002' })
  // A new one at once, without waiting for the next row of the audit.
  expect(await look()).toEqual([2, 3])
  expect(await look()).toEqual([2, 3])
})

test('a hidden caller’s callback is tried and closed by itself', async () => {
  const { world, placed, cookie, call } = await aHotline()
  const form = { type: 'HELP', categoryCode: lamps, content: '举报', caller: { phone: '13903557001' } }
  const secret = (await world.post('/api/tickets', cookie, { ...form, isConfidential: true })).json()
  const [ticket] = await world.db.select().from(tickets).where(eq(tickets.number, secret.number))
  const source = await world.call({ callerNumber: citizen, endedAt: Date.now() - 7_200_000 })
  if (!ticket) throw new Error('no ticket')
  await world.db.insert(ticketCalls).values({ ticketId: ticket.id, callId: source, kind: 'CREATED', at: Date.now() })
  const hidden = await aCallback(world, { callId: source })
  const open = await aCallback(world)
  expect((await call({ callback: hidden })).statusCode).toBe(202)
  expect(placed[0]?.outgoing).toMatchObject({ isHidden: true, ties: [ticket.id] })
  expect(await statusOf(world, open)).toMatchObject({ tries: 0 })
  expect((await world.post(`/api/callbacks/${hidden}/result`, cookie, { result: 'REACHED' })).statusCode).toBe(204)
  expect(await statusOf(world, hidden)).toMatchObject({ status: 'CALLED_BACK' })
  expect(await statusOf(world, open)).toMatchObject({ status: 'TO_CALL_BACK' })
})

test('an agent without a telephone, or in a call, places none', async () => {
  const { world, call } = await aHotline()
  const seen = await world.call({ callerNumber: citizen, endedAt: Date.now() })
  await world.agent('1003')
  const without = await world.logIn('1003')
  expect(codeOf(await call({ call: seen }, undefined, without))).toBe('outgoing.no-phone')
  const { agentId } = await me(world)
  const part = { callId: seen, part: 'x', node: 'node-1', skill: 'general' as SkillId, role: 'AGENT' as const }
  const taken = await world.queue.takePart(
    { agentId: String(agentId) as AgentId, ...part, state: 'OUTBOUND' },
    Date.now(),
  )
  expect(taken?.state).toBe('OUTBOUND')
  expect(codeOf(await call({ call: seen }))).toBe('outgoing.busy')
})

async function me(world: World): Promise<{ agentId: number }> {
  const agents = await world.queue.agents()
  return { agentId: Number(agents.find(({ number }) => number === '1001')?.id) }
}
