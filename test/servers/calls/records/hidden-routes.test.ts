import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import { livingKey } from '../../../../src/calls/control/ledger.ts'
import type { AgentId, CallId } from '../../../../src/platform/types.ts'
import { aCall, anOffer } from '../../../unit/calls/world.ts'
import { form } from '../../tickets/office.ts'
import { aReport, hour, number } from './report.ts'

type Report = Awaited<ReturnType<typeof aReport>>
type Answer = Awaited<ReturnType<Report['ask']>>

const asked = {
  ...{ phone: null, categoryCode: form.categoryCode, countyCode: form.countyCode },
  ...{ place: '', longitude: null, latitude: null },
}
const guess = { type: 'HELP', isConfidential: true, content: `${number} 13900001112`, caller: { name: '甲' } }

/** Every operation that takes a call's id and answers, or does, something by whose call it was. */
const operations: Record<string, (report: Report, name: string, call: CallId) => Promise<Answer>> = {
  'the whole number': ({ send }, name, call) => send(name, `/api/calls/${call}/reveal`, { reason: '核实' }),
  "the caller's tickets": ({ ask }, name, call) => ask(name, `/api/callers/${call}/tickets`),
  duplicates: ({ send }, name, call) => send(name, '/api/ticket-duplicates', { ...asked, callId: call }),
  'a ticket': ({ send }, name, call) =>
    send(name, '/api/tickets', { ...form, caller: { name: '甲', phone: null }, callIds: [call] }),
  'a ticket of another call and of this one': ({ send, open }, name, call) =>
    send(name, '/api/tickets', { ...form, caller: { name: '甲', phone: null }, callIds: [open, call] }),
  'a preview': ({ send }, name, call) => send(name, '/api/tickets/unit-preview', { ...guess, callIds: [call] }),
  催办: ({ act, known }, name, call) => act(name, known, 'urge', { note: '又来电', callId: call }),
  补充: ({ act, known }, name, call) => act(name, known, 'supplement', { note: '又来电', callId: call }),
  'a new draft': ({ put }, name, call) =>
    put(name, `/api/ticket-drafts/${ulid()}`, { callId: call, content: {}, version: 0 }),
}

const operationsByName = Object.entries(operations)
const people = ['1001', '1002', 'boss', 'ear', 'dispatcher', 'cgj']

describe('by the id of a call that became a report', () => {
  it.each(operationsByName)('%s is for its agent as long as they work on it', async (_what, operation) => {
    const report = await aReport()
    const statusOf = async (name: string, call: CallId) => (await operation(report, name, call)).statusCode
    expect(await statusOf('1001', report.call)).toBeLessThan(300)
    report.wait(2 * hour)
    for (const name of people) expect(await statusOf(name, report.call), name).toBe(403)
    expect((await operation(report, '1001', report.call)).json().code).toBe('call.caller-hidden')
    // Of one that became an open ticket it stays.
    expect(await statusOf('1001', report.open)).toBeLessThan(300)
  })
})

describe('a draft that was begun in the call', () => {
  it('is kept, and does not say whose it is', async () => {
    const { put, ask, call, wait } = await aReport()
    const id = ulid()
    const keep = (version: number) =>
      put('1001', `/api/ticket-drafts/${id}`, { callId: call, content: { content: '第二件事' }, version })
    expect((await keep(0)).statusCode).toBe(200)
    wait(2 * hour)
    expect((await keep(1)).statusCode).toBe(200)
    expect((await ask('1001', `/api/ticket-drafts/${id}`)).json()).toMatchObject({
      ...{ content: { content: '第二件事' }, call: null },
    })
  })
})

describe('ringing a number', () => {
  const right = '13900001111'
  const wrong = '13900001112'

  it('does not tell whether it is of the people of a call in which the agent is not answerable', async () => {
    const { send, redis, call, strangerId } = await aReport()
    const codeOf = async (name: string, to: string) => {
      const ask = { to: { kind: 'outside', number: to }, mode: 'three-way' }
      return (await send(name, `/api/calls/${call}/parties`, ask)).json().code
    }
    for (const name of ['1001', '1002']) {
      for (const to of [right, wrong]) expect(await codeOf(name, to), name).toBe('call.number-not-allowed')
    }

    const living = aCall({ id: call }).talking({ ...anOffer('1002'), agentId: `${strangerId}` as AgentId }).call
    await redis.hset(livingKey, call, JSON.stringify(living))
    for (const to of [right, wrong]) expect(await codeOf('1001', to)).toBe('call.number-not-allowed')
    // Whoever has the call may ring its people: here no trunk leads to them.
    expect([await codeOf('1002', right), await codeOf('1002', wrong)]).toEqual([
      'call.no-trunk',
      'call.number-not-allowed',
    ])
  })
})
