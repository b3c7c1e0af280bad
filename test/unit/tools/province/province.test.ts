import { afterEach, describe, expect, it } from 'vitest'
import { newId, type Reply, signed } from '../../../../src/tools/province/exchange/message.ts'
import { openProvince, type Province, type ProvinceOptions } from '../../../../src/tools/province/province.ts'
import { eventually } from '../../../../src/tools/setup/files.ts'

const secret = 'a secret of at least thirty-two signs'
const open: Province[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

async function aProvince(change: Partial<ProvinceOptions> = {}): Promise<Province> {
  const province = await openProvince({
    ...{ http: { host: '127.0.0.1', port: 0 }, sip: { host: '127.0.0.1', port: 0 } },
    ...{ hotlineUrl: 'http://127.0.0.1:9/', hotlineSip: { host: '127.0.0.1', port: 9 }, secret, file: ':memory:' },
    ...{ answerMs: 20, talkMs: 50, packetMs: 50, ...change },
  })
  open.push(province)
  return province
}

async function post(province: Province, path: string, body: object): Promise<Reply> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${province.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as Reply
}
const stateOf = async (province: Province) => (await (await fetch(`${province.url}/state`)).json()) as State
interface State {
  calls: { state: string; why: string; heard: number; loudness: number; headers: { userToUser: string } }[]
  matters: { callId: string; held: number | null; epoch: number }[]
  messages: unknown[]
}
const until = async (what: () => Promise<boolean>) => expect(await eventually(what, 5_000, 20)).toBe(true)

const callId = newId(1)
function packet(change: object = {}, body: object = {}) {
  return signed(secret, {
    ...{
      msg_id: newId(Date.now()),
      type: 'CALL_CONTEXT',
      ver: 1,
      from: '140400',
      to: '140000',
      ticket_ref: null,
      seq: 1,
    },
    sent_at: '2026-11-29T12:00:00.000Z',
    body: {
      ...{ call_id: callId, caller: { number: '+8613900001234', name: null, is_withheld: false } },
      ...{ line: { number: '12345', name: '长治12345' }, summary: '跨市供热', is_draft: true, place: null },
      ...{ emergency: null, agent: '1001', owner_token: { holder: '140400', epoch: 1, offer: null }, ...body },
    },
    ...change,
  })
}
const event = (seq: number, name: string, owner_token: object) => {
  const { msg_id, ver, from, to, ticket_ref, sent_at } = packet()
  const body = { call_id: callId, event: name, role: null, why: null, owner_token }
  return signed(secret, { msg_id, type: 'CALL_EVENT', ver, from, to, ticket_ref, seq, sent_at, body })
}

describe('the province’s exchange', () => {
  it('takes a packet once, however often it is sent, and signs its answer', async () => {
    const province = await aProvince()
    const message = packet()
    const [first, again] = [await post(province, '/exchange', message), await post(province, '/exchange', message)]
    expect(first).toMatchObject({ msg_id: message.msg_id, reply: 'ACK', code: null })
    expect(again).toEqual(first)
    expect((await stateOf(province)).messages).toHaveLength(1)
  })

  it.each([
    ['a signature that does not fit', () => ({ ...packet(), seq: 2 }), 201],
    ['a field that is missing', () => packet({ sent_at: undefined }), 101],
    ['a field that nobody knows', () => packet({}, { colour: 'red' }), 101],
    ['a number where a text stands', () => packet({}, { summary: 7 }), 101],
  ])('refuses %s', async (_, message, code) => {
    expect(await post(await aProvince(), '/exchange', message())).toMatchObject({ reply: 'NACK', code })
  })

  it('refuses the same id with other content', async () => {
    const province = await aProvince()
    const { sign: _, ...message } = packet()
    await post(province, '/exchange', signed(secret, message))
    const other = signed(secret, { ...message, ticket_ref: 'CZ20261129000001' })
    expect(await post(province, '/exchange', other)).toMatchObject({ reply: 'NACK', code: 303 })
  })

  it('waits for a message that is missing, and holds what it is given until it is told otherwise', async () => {
    const province = await aProvince()
    const offered = event(2, 'offered', { holder: '140400', epoch: 1, offer: 2 })
    expect(await post(province, '/exchange', offered)).toMatchObject({ reply: 'DEFER', until: expect.any(String) })
    await post(province, '/exchange', packet())
    expect(await post(province, '/exchange', offered)).toMatchObject({ reply: 'ACK' })
    expect((await stateOf(province)).matters).toMatchObject([{ callId, held: 2 }])
    await post(province, '/exchange', event(3, 'kept', { holder: '140400', epoch: 3, offer: null }))
    expect((await stateOf(province)).matters).toMatchObject([{ callId, held: null, epoch: 3 }])
    const late = event(4, 'moved', { holder: '140000', epoch: 2, offer: null })
    expect(await post(province, '/exchange', late)).toMatchObject({ reply: 'NACK', code: 301 })
  })

  it('refuses by choice, and by choice is not there', async () => {
    const province = await aProvince()
    await post(province, '/play', { manner: 'refuses' })
    expect(await post(province, '/exchange', packet())).toMatchObject({ reply: 'NACK', code: 401 })
    await post(province, '/play', { manner: 'silent' })
    const asked = fetch(`${province.url}/exchange`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(packet()) },
      signal: AbortSignal.timeout(200),
    })
    await expect(asked).rejects.toThrow()
  })

  it('answers pages of this machine only', async () => {
    const { http } = await aProvince()
    const page = await http.inject({ method: 'GET', url: '/', headers: { host: '127.0.0.1:12351' } })
    expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining('省平台')])
    const foreign = await http.inject({ method: 'POST', url: '/play', headers: { host: 'evil.example' }, payload: {} })
    expect(foreign.statusCode).toBe(421)
  })
})

describe('its telephones', () => {
  /** One province calls another one. */
  async function called(behaviour: string) {
    const callee = await aProvince()
    const caller = await aProvince({ hotlineSip: { host: '127.0.0.1', port: callee.sipPort } })
    await post(callee, '/play', { behaviour })
    await post(caller, '/calls', { caller: '13900001234', summary: 'x' })
    const both = async () => [(await stateOf(caller)).calls[0], (await stateOf(callee)).calls[0]]
    return { caller, callee, both }
  }

  it('answer, hear each other, and hang up on both sides', async () => {
    const { caller, callee, both } = await called('answers')
    await until(async () =>
      (await both()).every((call) => call?.state === 'talking' && call.heard > 5 && call.loudness > 0.1),
    )
    const [mine] = await both()
    expect(mine?.headers.userToUser).toMatch(/^04[0-9a-f]{52};encoding=hex$/)
    expect(JSON.stringify((await stateOf(callee)).calls)).toContain(mine?.headers.userToUser)
    const id = (await stateOf(caller)).calls.map((call) => (call as unknown as { id: string }).id)[0]
    await post(caller, '/hang-up', { id })
    await until(async () => (await both()).every((call) => call?.state === 'ended'))
  }, 15_000)

  it.each([
    ['busy', 'refused with 486'],
    ['declines', 'refused with 603'],
    ['hangs-up', 'hung up by the hotline'],
  ])(
    '%s by choice',
    async (behaviour, why) => {
      const { both } = await called(behaviour)
      await until(async () => (await both()).every((call) => call?.state === 'ended'))
      expect((await both())[0]?.why).toBe(why)
    },
    15_000,
  )

  it('ring on by choice, or are not there at all', async () => {
    const silent = await called('silent')
    await until(async () => (await silent.both()).every((call) => call?.state === 'ringing'))
    const lost = await called('lost')
    expect((await lost.both()).map((call) => call?.state)).toEqual(['calling', undefined])
  }, 15_000)
})
