import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { ulid } from 'ulid'
import { expect, onTestFinished, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { enter } from '../../../src/calls/machine/advance.ts'
import type { Call } from '../../../src/calls/machine/call.ts'
import { calls } from '../../../src/calls/records/schema.ts'
import { type Exchange, openExchange } from '../../../src/exchange/exchange.ts'
import { readUserToUser } from '../../../src/exchange/headers.ts'
import { exchangeMessages } from '../../../src/exchange/schema.ts'
import { openSharedCalls } from '../../../src/exchange/shared-calls.ts'
import { signed } from '../../../src/exchange/sign.ts'
import { openMatters, tie } from '../../../src/exchange/store.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import type { AgentId, CallId, ChannelId, Instant } from '../../../src/platform/types.ts'
import { ticketDrafts } from '../../../src/tickets/records/schema.ts'
import { openProvince } from '../../../src/tools/province/province.ts'
import { claimPorts } from '../../../src/tools/setup/ports.ts'
import { entry } from '../../unit/calls/world.ts'
import { aWeb, site, until } from '../web/world.ts'

/** The hotline's exchange and the program that plays the province: nothing but their messages between them. */

const secret = 'a secret of at least thirty-two signs'
const log = createLogger('test', 'fatal')

async function bothSides() {
  const port = await claimPorts(1)
  const dir = await mkdtemp(join(tmpdir(), 'province-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const provinceUrl = `http://127.0.0.1:${port}/exchange`
  const world = await aWeb({ provinceUrl, provinceSecret: secret })
  const hotlineUrl = `${await world.url()}/api/exchange/messages`
  const start = () =>
    openProvince({
      ...{ http: { host: '127.0.0.1', port }, sip: { host: '127.0.0.1', port: 0 }, hotlineUrl, secret },
      ...{ hotlineSip: { host: '127.0.0.1', port: 9 }, file: join(dir, 'province.sqlite'), packetMs: 2_000 },
    })
  let province = await start()
  onTestFinished(() => province.stop())
  const clock = { ahead: 0 }
  const settings = { provinceUrl, provinceSecret: secret }
  const exchange = openExchange({ db: world.db, settings, site, now: () => Date.now() + clock.ahead, log })
  if (!exchange) throw new Error('no exchange')
  const agent = await world.agent('1001')
  const cookie = await world.logIn('1001')
  const callId = await world.call({ agentId: agent.id, answeredAt: Date.now() })

  async function ask(path: string, body: object) {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${province.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  const state = async () => (await fetch(`${province.url}/state`)).json()
  return {
    ...{ world, exchange, agent, cookie, callId, clock, ask, state },
    facts: {
      ...{ callId, caller: { number: '+8613912345678', name: '张三', isWithheld: false }, agentNumber: '1001' },
      line: { number: '12345', name: '长治12345' },
    },
    view: async (id: CallId = callId) => (await world.get(`/api/calls/${id}/exchange`, cookie)).json(),
    press: (key: 'hand-over' | 'return', id: CallId = callId) =>
      world.post(`/api/calls/${id}/exchange/${key}`, cookie, {}),
    /** What the province holds of this call. */
    held: async (id: string) => {
      const { matters } = await state()
      return matters.find((matter: { callId: string }) => matter.callId === id)?.held ?? null
    },
    async away() {
      await province.stop()
      return async () => {
        province = await start()
      }
    },
  }
}
type Sides = Awaited<ReturnType<typeof bothSides>>

/** Their seat has answered, and knows of the call. */
async function connected() {
  const sides = await bothSides()
  const announced = await sides.exchange.announce(sides.facts)
  await sides.exchange.reflect(sides.callId, { isTheirPhoneUp: true, isOver: false })
  return { ...sides, announced }
}

const untilView = (sides: Sides, wanted: object) =>
  until(sides.view, (view) => Object.entries(wanted).every(([name, value]) => view?.[name] === value))

test('the packet is there before the call, found by its id, and the matter moves when they acknowledge', async () => {
  const sides = await bothSides()
  expect(await sides.view()).toBeNull()
  await sides.world.note(sides.callId, '市民称跨市供热\n无人管')
  const { isAcknowledged, headers } = await sides.exchange.announce(sides.facts)
  expect([isAcknowledged, headers.ticket]).toEqual([true, 'draft'])
  const [{ message }] = (await sides.state()).messages
  expect(readUserToUser(headers.userToUser)).toBe(message.msg_id)
  expect(message).toMatchObject({ type: 'CALL_CONTEXT', from: '140400', to: '140000', seq: 1, ticket_ref: null })
  expect(message.body).toMatchObject({ call_id: sides.callId, caller: { number: '+8613912345678' }, agent: '1001' })
  expect(message.body.summary).toContain('跨市供热')
  expect(await sides.view()).toMatchObject({
    holder: 'US',
    mayHandOver: false,
    packet: { state: 'ACKED', isOurs: true },
  })

  await sides.exchange.reflect(sides.callId, { isTheirPhoneUp: true, isOver: false })
  expect(await sides.view()).toMatchObject({ holder: 'US', mayHandOver: true })
  expect((await sides.press('hand-over')).statusCode).toBe(200)
  await untilView(sides, { holder: 'THEM' })
  await until(
    () => sides.held(sides.callId),
    (held) => held === 2,
  )
  expect((await sides.view()).owners.map((one: { holder: string }) => one.holder)).toEqual(['US', 'THEM'])
  expect((await sides.press('hand-over')).json()).toMatchObject({
    code: 'exchange.not-now',
    detail: '这件诉求已经归省平台。',
  })
  const audited = await sides.world.db.select().from(auditEvents).where(eq(auditEvents.action, 'exchange.handed-over'))
  expect(audited.map((row) => [row.subject, row.isAllowed])).toEqual([
    [sides.callId, 1],
    [sides.callId, 0],
  ])

  // They keep it when the call ends.
  for (const isOver of [true, false]) await sides.exchange.reflect(sides.callId, { isTheirPhoneUp: false, isOver })
  expect(await sides.view()).toMatchObject({ holder: 'THEM', mayHandOver: false })
})

test('their phone is gone in mid talk: it is ours again, and they know', async () => {
  const sides = await connected()
  await sides.press('hand-over')
  await untilView(sides, { holder: 'THEM' })
  await sides.exchange.reflect(sides.callId, { isTheirPhoneUp: false, isOver: false })
  expect(await sides.view()).toMatchObject({ holder: 'US', why: 'gone', whyInWords: '对方已挂断' })
  await until(
    () => sides.held(sides.callId),
    (held) => held === null,
  )
})

test('they give it back by their page', async () => {
  const sides = await connected()
  await sides.press('hand-over')
  await until(
    () => sides.held(sides.callId),
    (held) => held === 2,
  )
  await untilView(sides, { holder: 'THEM' })
  expect(await sides.ask('/return', { callId: sides.callId })).toEqual({ ok: true })
  expect(await sides.view()).toMatchObject({ holder: 'US', why: 'returned' })
})

test('a packet that is refused, and an offer that is refused, leave it with us', async () => {
  const sides = await bothSides()
  await sides.ask('/play', { manner: 'refuses' })
  expect(await sides.exchange.announce(sides.facts)).toMatchObject({ isAcknowledged: false })
  await sides.exchange.reflect(sides.callId, { isTheirPhoneUp: true, isOver: false })
  expect((await sides.press('hand-over')).json().detail).toContain('还没有确认收到来电信息')
  await sides.ask('/play', { manner: 'acknowledges' })
  await sides.exchange.announce(sides.facts)
  await sides.ask('/play', { manner: 'refuses' })
  await sides.press('hand-over')
  await untilView(sides, { why: 'refused', holder: 'US' })
  expect(await sides.held(sides.callId)).toBeNull()
})

test('no answer for 25 s leaves it with us, and the acknowledgement that comes later moves nothing', async () => {
  const sides = await connected()
  const back = await sides.away()
  await sides.press('hand-over')
  sides.clock.ahead = 24_000
  await sides.exchange.look()
  expect(await sides.view()).toMatchObject({ holder: 'US', isOffered: true })
  sides.clock.ahead = 26_000
  await sides.exchange.look()
  expect(await sides.view()).toMatchObject({ holder: 'US', isOffered: false, why: 'unanswered' })

  await back()
  const waiting = async () => {
    sides.clock.ahead += 70_000
    await sides.exchange.look()
    const rows = await sides.world.db.select().from(exchangeMessages).where(eq(exchangeMessages.state, 'WAITING'))
    return rows.length
  }
  await until(waiting, (count) => count === 0)
  expect(await sides.view()).toMatchObject({ holder: 'US', why: 'unanswered' })
  expect(await sides.held(sides.callId)).toBeNull()
})

test('a caller who is hidden is not named to the province', async () => {
  const sides = await bothSides()
  const at = Date.now()
  await sides.world.db.insert(ticketDrafts).values({
    ...{ id: ulid(at), ownerId: sides.agent.id, callId: sides.callId, version: 1, createdAt: at, changedAt: at },
    content: { content: '举报某单位', type: 'REPORT', place: '英雄中路' },
  })
  await sides.exchange.announce(sides.facts)
  const [{ message }] = (await sides.state()).messages
  expect(message.body).toMatchObject({
    caller: { number: null, name: null, is_withheld: true },
    ...{ summary: '举报某单位', place: '英雄中路', is_draft: true },
  })
})

test('a number that the caller withheld stays here', async () => {
  const sides = await bothSides()
  const caller = { number: '+8613912345678', name: '张三', isWithheld: true }
  await sides.exchange.announce({ ...sides.facts, caller })
  const [{ message }] = (await sides.state()).messages
  expect(message.body.caller).toEqual({ number: null, name: null, is_withheld: true })
})

test('a call of theirs is known by its packet; they hand its matter to us, and we give it back', async () => {
  const sides = await bothSides()
  const sent = await sides.ask('/calls', { caller: '13900001234', summary: '请贵市接听' })
  expect(sent.isAcknowledged).toBe(true)
  const packet = readUserToUser(sent.call.headers.userToUser)
  expect(packet).toBe(sent.messageId)
  expect(await tie(sides.world.db, packet ?? '', sides.callId)).toBe(sent.callId)
  expect(await sides.view()).toMatchObject({
    ...{ holder: 'THEM', mayHandOver: false, mayReturn: false },
    theirs: { caller: '139****1234', summary: '请贵市接听', agent: '6001' },
  })

  expect(await sides.ask('/offer', { callId: sent.callId })).toEqual({ ok: true })
  expect(await untilView(sides, { holder: 'US' })).toMatchObject({ mayReturn: true })
  expect(await sides.held(sent.callId)).toBeNull()
  expect((await sides.press('return')).statusCode).toBe(200)
  const back = await untilView(sides, { holder: 'THEM' })
  expect(back).toMatchObject({ mayReturn: false, whyInWords: '已退回省平台' })
  expect(back.owners.map((one: { holder: string; whyInWords: string }) => [one.holder, one.whyInWords])).toEqual([
    ['THEM', '市民致电省平台'],
    ['US', '本市确认接收'],
    ['THEM', '已退回省平台'],
  ])
  expect(await sides.held(sent.callId)).toBe(3)
  expect((await sides.press('return')).json().detail).toBe('这件诉求不归本市，无需退回。')
  expect(await tie(sides.world.db, ulid(), sides.callId)).toBeNull()
})

test('an offer of theirs is refused while nobody here talks in its call, and they keep the matter', async () => {
  const sides = await bothSides()
  const sent = await sides.ask('/calls', { caller: '13900001234', summary: '请贵市接听' })
  const owned = () => sides.held(sent.callId)
  // The call never came.
  expect(await sides.ask('/offer', { callId: sent.callId })).toEqual({ ok: false })
  expect(await owned()).not.toBeNull()
  // It came, and is over.
  const over = await sides.world.call({ agentId: sides.agent.id, answeredAt: Date.now(), endedAt: Date.now() })
  await tie(sides.world.db, sent.messageId, over)
  expect(await sides.ask('/offer', { callId: sent.callId })).toEqual({ ok: false })
  expect(await owned()).not.toBeNull()
  expect(await sides.view(over)).toMatchObject({ holder: 'THEM' })
  // It waits for an agent.
  const waiting = await sides.world.call({ agentId: sides.agent.id })
  await tie(sides.world.db, sent.messageId, waiting)
  expect(await sides.ask('/offer', { callId: sent.callId })).toEqual({ ok: false })
  // Another call may not take the packet of one that lives.
  expect(await tie(sides.world.db, sent.messageId, sides.callId)).toBeNull()
  await sides.world.db.update(calls).set({ answeredAt: Date.now() }).where(eq(calls.id, waiting))
  expect(await sides.ask('/offer', { callId: sent.callId })).toEqual({ ok: true })
  expect(await sides.view(waiting)).toMatchObject({ holder: 'US' })
})

test('a message about a call of ours ties no other call to it', async () => {
  const sides = await connected()
  const msg_id = ulid()
  const body = { call_id: sides.callId, event: 'joined', role: null, why: null }
  const owner_token = { holder: '140400', epoch: 1, offer: null }
  const head = { msg_id, type: 'CALL_EVENT', ver: 1, from: '140000', to: '140400', ticket_ref: null, seq: 1 }
  const message = { ...head, sent_at: '2026-11-29T12:00:00.000Z', body: { ...body, owner_token } }
  await sides.world.post('/api/exchange/messages', undefined, signed(secret, message))
  const other = await sides.world.call({ agentId: sides.agent.id, answeredAt: Date.now() })
  expect(await tie(sides.world.db, msg_id, other)).toBeNull()
  expect(await sides.view()).toMatchObject({ holder: 'US' })
  expect(await sides.view(other)).toBeNull()
})

test('what fails at the province is sent again, and is no refusal', async () => {
  const sides = await bothSides()
  await sides.ask('/play', { manner: 'fails' })
  expect(await sides.exchange.announce(sides.facts)).toMatchObject({ isAcknowledged: false })
  expect(await sides.view()).toMatchObject({ packet: { state: 'WAITING' } })
  await sides.ask('/play', { manner: 'acknowledges' })
  sides.clock.ahead = 2_000
  await sides.exchange.look()
  expect(await sides.view()).toMatchObject({ packet: { state: 'ACKED' } })
})

test('a message that is forged, of somebody else or of no form is refused with its code; the same one is taken once', async () => {
  const { world, callId } = await bothSides()
  const send = async (message: object) => (await world.post('/api/exchange/messages', undefined, message)).json()
  const body = {
    call_id: ulid(),
    event: 'ended',
    role: null,
    why: null,
    owner_token: { holder: '140000', epoch: 1, offer: null },
  }
  const message = {
    ...{ msg_id: ulid(), type: 'CALL_EVENT', ver: 1, from: '140000', to: '140400', ticket_ref: null, seq: 1 },
    ...{ sent_at: '2026-11-29T12:00:00.000Z', body },
  }
  expect(await send({ ...message, sign: 'f'.repeat(64) })).toMatchObject({ reply: 'NACK', code: 201 })
  expect(await send({})).toMatchObject({ reply: 'NACK', code: 201, msg_id: '' })
  expect(await send(signed(secret, { ...message, from: '140500' }))).toMatchObject({ reply: 'NACK', code: 202 })
  expect(await send(signed(secret, { ...message, colour: 'red' }))).toMatchObject({ reply: 'NACK', code: 101 })
  const good = signed(secret, message)
  const answers = await Promise.all([send(good), send(good), send(good)])
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]).toMatchObject({ reply: 'ACK', msg_id: message.msg_id })
  const other = signed(secret, { ...message, ticket_ref: 'X1' })
  expect(await send(other)).toMatchObject({ reply: 'NACK', code: 303 })
  const early = signed(secret, { ...message, msg_id: ulid(), seq: 3 })
  expect(await send(early)).toMatchObject({ reply: 'DEFER', until: expect.any(String) })
  // Of a call of ours they decide nothing.
  const stolen = { ...body, call_id: callId, event: 'moved' }
  expect(await send(signed(secret, { ...message, msg_id: ulid(), body: stolen }))).toMatchObject({ reply: 'ACK' })
})

test('another agent sees and does nothing of it; without a platform nothing is taken', async () => {
  const { world, callId } = await bothSides()
  await world.agent('1002')
  const other = await world.logIn('1002')
  expect((await world.get(`/api/calls/${callId}/exchange`, other)).json().code).toBe('call.not-yours')
  expect((await world.post(`/api/calls/${callId}/exchange/hand-over`, other, {})).json().code).toBe('call.not-yours')
  const alone = await aWeb()
  expect((await alone.post('/api/exchange/messages', undefined, {})).json().code).toBe('exchange.off')
})

test('of two agents in a call only the one who is answerable hands its matter over', async () => {
  const sides = await connected()
  const colleague = await sides.world.agent('1002')
  const id = ulid() as CallId
  const { call } = enter({ ...entry, id }, Date.now())
  const spoke = {
    kind: 'TALKING' as const,
    agentId: String(colleague.id) as AgentId,
    channel: null,
    startedAt: 1,
    endedAt: 2,
    result: null,
  }
  const state: Call = { ...call, stage: { phase: 'talking', joinTries: 0 }, segments: [spoke] }
  await sides.world.call({ id, agentId: sides.agent.id, answeredAt: Date.now(), state })
  await sides.exchange.announce({ ...sides.facts, callId: id })
  await sides.exchange.reflect(id, { isTheirPhoneUp: true, isOver: false })
  expect(await sides.view(id)).toMatchObject({ mayHandOver: true })
  const cookie = await sides.world.logIn('1002')
  const seen = (await sides.world.get(`/api/calls/${id}/exchange`, cookie)).json()
  expect(seen).toMatchObject({ holder: 'US', mayHandOver: false })
  const refused = await sides.world.post(`/api/calls/${id}/exchange/hand-over`, cookie, {})
  expect(refused.json().code).toBe('call.not-yours')
  expect(await sides.view(id)).toMatchObject({ isOffered: false, holder: 'US' })
  expect((await sides.press('hand-over', id)).statusCode).toBe(200)
})

test('a return that is acknowledged late leaves what was given to us meanwhile', async () => {
  const sides = await bothSides()
  const call_id = ulid()
  const say = async (seq: number, event: string, owner_token: object) => {
    const body = { call_id, event, role: null, why: null, owner_token }
    const head = { msg_id: ulid(), type: 'CALL_EVENT', ver: 1, from: '140000', to: '140400', ticket_ref: null }
    const message = signed(secret, { ...head, seq, sent_at: '2026-11-29T12:00:00.000Z', body })
    expect((await sides.world.post('/api/exchange/messages', undefined, message)).json().reply).toBe('ACK')
    return message.msg_id
  }
  const packet = await say(1, 'joined', { holder: '140000', epoch: 1, offer: null })
  await tie(sides.world.db, packet, sides.callId)
  await say(2, 'offered', { holder: '140000', epoch: 1, offer: 2 })
  await sides.ask('/play', { manner: 'fails' })
  await sides.press('return')
  await say(3, 'kept', { holder: '140000', epoch: 3, offer: null })
  await say(4, 'offered', { holder: '140000', epoch: 3, offer: 4 })
  await sides.ask('/play', { manner: 'acknowledges' })
  sides.clock.ahead = 5_000
  await sides.exchange.look()
  const sent = await sides.world.db.select().from(exchangeMessages).where(eq(exchangeMessages.direction, 'OUT'))
  expect(sent.map(({ state }) => state)).toEqual(['ACKED'])
  expect(await sides.view()).toMatchObject({ holder: 'US', epoch: 4, mayReturn: true })
})

const trunk = { name: 'province', kind: 'province' as const, networks: [], vouches: false, sendTo: null }
const party: Call['parties'][number] = {
  ...{ id: 'theirs', role: 'PARTNER', step: 'RINGING', channel: 'leg' as ChannelId, agent: null, number: null },
  ...{ isOnHold: false, room: 'TALK', next: null },
  asked: {
    ...{ mode: 'three-way', by: '1' as AgentId, at: 1 },
    to: { kind: 'outside', number: '035112345', name: '省平台', endpoint: '035112345@trunk-province' },
  },
}

/** The calls of a controller, which the database lets wait or fail at will. */
async function controlled() {
  const sides = await bothSides()
  const gate = { isShut: false, announced: Promise.resolve() }
  const exchange: Exchange = {
    ...sides.exchange,
    async announce(facts) {
      await gate.announced
      return sides.exchange.announce(facts)
    },
    async reflect(callId, sharing) {
      if (gate.isShut) throw new Error('no database')
      await sides.exchange.reflect(callId, sharing)
    },
  }
  const clock = { ahead: 0 }
  const now = (): Instant => Date.now() + clock.ahead
  const open = () => openSharedCalls({ db: sides.world.db, exchange, site: { trunks: [trunk] }, now, log })
  const { call } = enter({ ...entry, id: sides.callId }, Date.now())
  const talking: Call = { ...call, stage: { phase: 'talking', joinTries: 0 } }
  const states = {
    rings: { ...talking, parties: [party] },
    up: { ...talking, parties: [{ ...party, step: 'UP' as const }] },
    without: { ...talking, parties: [] },
    over: { ...talking, parties: [], stage: { phase: 'ended', outcome: 'ANSWERED', endedBy: 'CALLER' } } as Call,
  }
  return { ...sides, gate, clock, open, states }
}

test('their phone was gone while the database was away, and then the call was over: the matter is ours', async () => {
  const sides = await controlled()
  const shared = sides.open()
  await shared.announce(party, sides.states.rings)
  shared.onKept(sides.states.up)
  await until(sides.view, (view) => view.mayHandOver)
  await sides.press('hand-over')
  await untilView(sides, { holder: 'THEM' })
  sides.gate.isShut = true
  for (const state of ['without', 'over'] as const) shared.onKept(sides.states[state])
  sides.gate.isShut = false
  await shared.look(() => [])
  await untilView(sides, { holder: 'US', why: 'gone' })
})

test('their phone is up before the packet is written: it is known all the same', async () => {
  const sides = await controlled()
  const shared = sides.open()
  const written = Promise.withResolvers<void>()
  sides.gate.announced = written.promise
  const announced = shared.announce(party, sides.states.rings)
  shared.onKept(sides.states.up)
  written.resolve()
  await announced
  await untilView(sides, { mayHandOver: true })
})

test('a shared call that another node had is ended here when it is over', async () => {
  const sides = await controlled()
  const shared = sides.open()
  await sides.exchange.announce(sides.facts)
  await sides.exchange.reflect(sides.callId, { isTheirPhoneUp: true, isOver: false })
  await shared.look(() => [])
  expect(await sides.view()).toMatchObject({ mayHandOver: true })
  await sides.world.db.update(calls).set({ endedAt: Date.now() }).where(eq(calls.id, sides.callId))
  sides.clock.ahead = 60_000
  await shared.look(() => [])
  await untilView(sides, { mayHandOver: false })
})

/** A packet of theirs about a new call of theirs. */
function aPacket() {
  const msg_id = ulid()
  const caller = { number: '13900001234', name: null, is_withheld: false }
  const body = {
    ...{ call_id: ulid(), caller, line: { number: '12345', name: '山西12345' }, summary: '请贵市接听', is_draft: true },
    ...{ place: null, emergency: null, agent: '6001', owner_token: { holder: '140000', epoch: 1, offer: null } },
  }
  const head = { msg_id, type: 'CALL_CONTEXT', ver: 1, from: '140000', to: '140400', ticket_ref: null, seq: 1 }
  return signed(secret, { ...head, sent_at: '2026-11-29T12:00:00.000Z', body })
}

test('a call that has overtaken its packet is tied to it when the packet comes, though its controller has died', async () => {
  const sides = await controlled()
  const packet = aPacket()
  await sides.open().cameIn(packet.msg_id, sides.callId)
  expect(await sides.view()).toBeNull()
  const answered = await sides.world.post('/api/exchange/messages', undefined, packet)
  expect(answered.json()).toMatchObject({ reply: 'ACK' })
  expect(await sides.view()).toMatchObject({ holder: 'THEM', theirs: { summary: '请贵市接听' } })
})

test('call and packet that come at the same moment find each other', async () => {
  const sides = await controlled()
  const shared = sides.open()
  for (let round = 0; round < 10; round += 1) {
    const packet = aPacket()
    const callId = await sides.world.call({ agentId: sides.agent.id, answeredAt: Date.now() })
    await Promise.all([
      shared.cameIn(packet.msg_id, callId),
      sides.world.post('/api/exchange/messages', undefined, packet),
    ])
    expect(await sides.view(callId)).toMatchObject({ holder: 'THEM' })
  }
})

test('calls that are shared at this moment are found without those of the last months', async () => {
  const sides = await connected()
  expect(await openMatters(sides.world.db)).toEqual([{ callId: sides.callId, isOver: false }])
  await sides.exchange.reflect(sides.callId, { isTheirPhoneUp: false, isOver: true })
  expect(await openMatters(sides.world.db)).toEqual([])
  const [plan] = await sides.world.db.execute(
    sql`EXPLAIN SELECT own_call_id FROM exchange_matters FORCE INDEX (exchange_matters_open) WHERE is_open = 1`,
  )
  expect(plan).toMatchObject([{ key: 'exchange_matters_open' }])
})

test('the desk is told when the province acknowledges, refuses or gives back, and reads what holds now', async () => {
  const sides = await connected()
  const page = await sides.world.page(sides.cookie)
  await page.timeout(5_000).emitWithAck('desk:open', { tabId: 'tab', takeOver: true })
  const told: string[] = []
  page.on('desk:exchange', ({ callId }) => told.push(callId))
  await sides.press('hand-over')
  await until(sides.view, (view) => view.holder === 'THEM')
  await until(
    async () => told.length,
    (count) => count >= 2,
  )
  const before = told.length
  await until(
    () => sides.held(sides.callId),
    (held) => held === 2,
  )
  await sides.ask('/return', { callId: sides.callId })
  await until(
    async () => told.length,
    (count) => count > before,
  )
  expect(new Set(told)).toEqual(new Set([sides.callId]))
})
