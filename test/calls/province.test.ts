import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readUserToUser } from '../../src/exchange/headers.ts'
import { readExchange } from '../../src/exchange/store.ts'
import { exchangeViewOf } from '../../src/exchange/view.ts'
import type { CallId } from '../../src/platform/types.ts'
import { crash, settings } from './hotline.ts'
import { nothingIsLeft, until, untilControlled, withDatabase } from './support/books.ts'
import { openSeat, type Seat } from './support/seat.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'

/** Calls that the provincial platform shares: its program and ours know nothing of each other but SIP and their messages. */

const province = { kind: 'outside', number: '035112345' }
const citizenHz = 700
let a: Seat
let citizen: Citizen

beforeAll(async () => {
  a = await openSeat('1001', 1_100)
})
afterAll(() => a?.close())
afterEach(async () => {
  await ask('/play', { behaviour: 'answers', manner: 'acknowledges' })
  for (const { id, state } of (await stateOf()).calls) if (state !== 'ended') await ask('/hang-up', { id })
  await everybodyHangsUp()
  await nothingIsLeft()
  await a.rest()
})

interface Played {
  calls: {
    id: string
    state: string
    direction: string
    toneHz: number
    loudness: number
    startedAt: number
    headers: { userToUser: string; ticket: string }
  }[]
  messages: {
    message: { msg_id: string; type: string; body: { call_id: string; summary: string; event?: string } }
    reply: { reply: string } | null
    at: number
  }[]
  matters: { callId: string; held: number | null }[]
}

async function ask<T>(path: string, body?: object): Promise<T> {
  const base = settings().provinceUrl
  if (base === null) throw new Error('nobody plays the province')
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return (await (await fetch(new URL(path, base), body === undefined ? {} : sent)).json()) as T
}
const stateOf = () => ask<Played>('/state')
const held = async (callId: string) =>
  (await stateOf()).matters.find((matter) => matter.callId === callId)?.held ?? null

const viewOf = (callId: CallId) =>
  withDatabase(async (db) => {
    const known = await readExchange(db, callId)
    return known && exchangeViewOf(known)
  })
const untilOwned = (callId: CallId, holder: 'US' | 'THEM') =>
  until(`the matter is with ${holder}`, async () => {
    const view = await viewOf(callId)
    return view?.holder === holder ? view : null
  })

/** A citizen talks with 1001, and the province with both. */
async function threeWay(from: string) {
  await a.ready()
  citizen = await callIn({ sip: settings(), from, to: '12345' })
  await citizen.answered
  citizen.media.speak(citizenHz)
  const callId = await until('1001 talks', async () => (a.call?.phase === 'talking' ? a.call.id : null))
  const party = await a.add(province, 'three-way')
  const isUp = async () => a.call?.parties.find((one) => one.id === party)?.step === 'UP' || null
  await until('the province is there', isUp)
  const call = await until('the province talks', async () => {
    const [newest] = (await stateOf()).calls
    return newest?.state === 'talking' ? newest : null
  })
  return { callId, call }
}

test('the province knows of the call before its phone rings, joins it, takes the matter, and is heard by all', async () => {
  const { callId, call } = await threeWay('13903558101')
  const { messages } = await stateOf()
  const packet = messages.find(({ message }) => message.type === 'CALL_CONTEXT' && message.body.call_id === callId)
  expect(packet?.reply?.reply).toBe('ACK')
  expect(packet && packet.at <= call.startedAt).toBe(true)
  expect(readUserToUser(call.headers.userToUser)).toBe(packet?.message.msg_id)
  expect(call.headers.ticket).toBe('draft')
  await until('the citizen hears both', async () =>
    [1_100, call.toneHz].every((hertz) => citizen.media.shareOf(hertz, 400) > 0.1) ? true : null,
  )
  await until('the province hears', async () => ((await stateOf()).calls[0]?.loudness ?? 0) > 0.02 || null)

  await until('it may be handed over', async () => (await viewOf(callId))?.mayHandOver || null)
  expect((await a.ask('POST', `/api/calls/${callId}/exchange/hand-over`)).status).toBe(200)
  await untilOwned(callId, 'THEM')
  await until('the province holds it', async () => ((await held(callId)) === null ? null : true))

  await ask('/hang-up', { id: call.id })
  expect(await untilOwned(callId, 'US')).toMatchObject({ why: 'gone' })
  await until('the province holds nothing', async () => ((await held(callId)) === null ? true : null))
})

test('what happened while no controller was there is known to the next one', async () => {
  const { callId, call } = await threeWay('13903558102')
  await until('it may be handed over', async () => (await viewOf(callId))?.mayHandOver || null)
  await a.ask('POST', `/api/calls/${callId}/exchange/hand-over`)
  await untilOwned(callId, 'THEM')
  await crash('calls')
  const since = Date.now()
  await ask('/hang-up', { id: call.id })
  await untilControlled(since)
  expect(await untilOwned(callId, 'US')).toMatchObject({ why: 'gone' })
})

test('a province that does not take the packet is called all the same, and the matter stays with us', async () => {
  await ask('/play', { manner: 'refuses' })
  const { callId } = await threeWay('13903558103')
  expect(await viewOf(callId)).toMatchObject({ holder: 'US', mayHandOver: false, packet: { state: 'NACKED' } })
  expect(await a.ask('POST', `/api/calls/${callId}/exchange/hand-over`)).toMatchObject({ code: 'exchange.not-now' })
})

test('a call of theirs brings its packet to our call', async () => {
  await a.ready()
  const sent = await ask<{ callId: string; isAcknowledged: boolean }>('/calls', {
    caller: '13900001234',
    summary: '请贵市接听',
  })
  expect(sent.isAcknowledged).toBe(true)
  const callId = await until('1001 talks', async () => (a.call?.phase === 'talking' ? a.call.id : null))
  const view = await until('the packet is known', () => viewOf(callId))
  expect(view).toMatchObject({
    holder: 'THEM',
    theirs: { caller: '139****1234', summary: '请贵市接听', agent: '6001' },
  })
  await ask('/offer', { callId: sent.callId })
  await untilOwned(callId, 'US')
})
