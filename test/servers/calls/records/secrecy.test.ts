import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import { auditEvents } from '../../../../src/audit/schema.ts'
import { enter } from '../../../../src/calls/machine/advance.ts'
import { viewOf } from '../../../../src/calls/machine/view.ts'
import { recordings } from '../../../../src/calls/recordings/schema.ts'
import type { CallbackList, CallDetail, CallList } from '../../../../src/calls/records/api.ts'
import { callbacks, callSegments } from '../../../../src/calls/records/schema.ts'
import { readHistory } from '../../../../src/desk/history.ts'
import type { AgentId, CallId, RecordingName } from '../../../../src/platform/types.ts'
import type { CallerTickets } from '../../../../src/tickets/api.ts'
import { openInquiries } from '../../../../src/tickets/inquiries.ts'
import { tickets } from '../../../../src/tickets/records/schema.ts'
import { entry } from '../../../unit/calls/world.ts'
import { form } from '../../tickets/office.ts'
import { next } from '../../web/world.ts'
import { aReport, e164, hour, number, traces } from './report.ts'

describe('a reporter is not found by way of the call', () => {
  it('neither in the list nor in the call itself, and no search by the number finds it', async () => {
    const { ask, call, open, wait } = await aReport()
    const list = async (name: string, query = '') => (await ask(name, `/api/calls?${query}`)).json() as CallList
    const numbers = async (name: string, query = '') =>
      Object.fromEntries((await list(name, query)).calls.map((row) => [row.id, row.caller.number]))
    // The agent has just put the phone down.
    expect(await numbers('1001', `caller=${number}`)).toEqual({ [call]: '139****1111', [open]: '139****1111' })
    expect(await numbers('boss', `caller=${number}`)).toEqual({ [open]: '139****1111' })
    wait(2 * hour)
    for (const name of ['1001', '1002', 'boss', 'ear']) {
      expect(await numbers(name), name).toEqual({ [call]: null, [open]: '139****1111' })
      expect(await numbers(name, `caller=${number}`), name).toEqual({ [open]: '139****1111' })
      const detail = await ask(name, `/api/calls/${call}`)
      expect(detail.body, name).not.toMatch(traces)
      expect(detail.json() as CallDetail).toMatchObject({
        isCallerHidden: true,
        caller: { number: null, place: null, name: null },
        note: null,
        mayReveal: false,
        mayPlay: false,
      })
    }
    for (const name of ['director', 'auditor']) {
      expect(await numbers(name, `caller=${number}`), name).toEqual({ [call]: '139****1111', [open]: '139****1111' })
      expect((await ask(name, `/api/calls/${call}`)).json()).toMatchObject({
        isCallerHidden: false,
        note: expect.stringContaining('举报老王'),
      })
    }
  })

  it('but remains known for an hour to an agent who spoke with them and handed them on', async () => {
    const { ask, call, wait, db, strangerId } = await aReport()
    const at = Date.now()
    const stretch = (seq: number, kind: 'TALKING' | 'CONSULT') => ({
      ...{ id: ulid(), callId: call, seq, kind, agentId: strangerId, startedAt: at, endedAt: at },
    })
    const shown = async () => {
      const { calls } = (await ask('1002', `/api/calls?caller=${number}`)).json() as CallList
      const { caller } = (await ask('1002', `/api/calls/${call}`)).json() as CallDetail
      return [calls.find(({ id }) => id === call)?.caller.number, caller.number]
    }
    // Who was only asked by the agent has not heard them.
    await db.insert(callSegments).values(stretch(90, 'CONSULT'))
    expect(await shown()).toEqual([undefined, null])
    await db.insert(callSegments).values(stretch(91, 'TALKING'))
    expect(await shown()).toEqual(['139****1111', '139****1111'])
    wait(2 * hour)
    expect(await shown()).toEqual([undefined, null])
  })

  it('nor by another phone of theirs that was rung in it', async () => {
    const { ask, call, wait, db } = await aReport()
    const at = Date.now()
    const rung = { party: 'p', partyName: '工单相关人', partyNumber: '13900004321', startedAt: at, endedAt: at }
    await db.insert(callSegments).values({ id: ulid(), callId: call, seq: 90, kind: 'DIAL', ...rung })
    wait(2 * hour)
    expect((await ask('1001', `/api/calls/${call}`)).body).not.toContain('4321')
    expect((await ask('director', `/api/calls/${call}`)).body).toContain('139****4321')
  })

  it.each([
    ['a report', {}],
    ['a confidential ticket', { type: 'HELP', isConfidential: true }],
    ['an anonymous ticket', { type: 'HELP', isAnonymous: true }],
  ])('by showing the number: of %s to the director alone', async (_what, change) => {
    const { send, call, open, wait, db } = await aReport(change)
    const show = async (name: string, id: CallId) => {
      const answer = await send(name, `/api/calls/${id}/reveal`, { reason: '核实' })
      return answer.json().number ?? answer.json().code
    }
    expect(await show('1001', call)).toBe(e164)
    wait(2 * hour)
    for (const name of ['1001', '1002', 'boss']) {
      expect(await show(name, call), name).toBe('call.caller-hidden')
      expect(await show(name, open), name).toBe(e164)
    }
    expect(await show('director', call)).toBe(e164)
    const rows = await db.select().from(auditEvents).where(eq(auditEvents.subject, call))
    expect(
      rows.filter((row) => row.action === 'call.number-revealed').map((row) => [row.actor, row.isAllowed, row.details]),
    ).toEqual([
      ['1001', 1, { reason: '核实' }],
      ['1001', 0, { reason: '核实' }],
      ['1002', 0, { reason: '核实' }],
      ['boss', 0, { reason: '核实' }],
      ['director', 1, { reason: '核实' }],
    ])
  })

  it('by its sound, nor by a callback of it', async () => {
    const { ask, send, call, wait, db, spoolDir } = await aReport()
    const name = `2026/11/23/${call}.1` as RecordingName
    await mkdir(join(spoolDir, 'recording/2026/11/23'), { recursive: true })
    await writeFile(join(spoolDir, `recording/${name}.wav`), 'RIFF')
    await db.insert(recordings).values({ id: ulid(), callId: call, name, status: 'KEPT', startedAt: Date.now() })
    const callback = ulid()
    await db.insert(callbacks).values({
      ...{ id: callback, reason: 'LOST', callId: call, callerNumber: e164, fileName: `${name}.wav` },
      ...{ since: Date.now(), status: 'TO_CALL_BACK' },
    })
    wait(2 * hour)
    for (const who of ['1001', '1002', 'boss', 'ear']) {
      expect((await ask(who, `/api/calls/${call}/recording`)).json().code, who).toBe('call.caller-hidden')
      const list = (await ask(who, '/api/callbacks')).json() as CallbackList
      expect(list.callbacks).toMatchObject([{ isCallerHidden: true, caller: { number: null, place: null } }])
    }
    for (const who of ['1002', 'boss']) {
      expect((await ask(who, `/api/callbacks/${callback}/sound`)).json().code).toBe('call.caller-hidden')
      const shown = await send(who, `/api/callbacks/${callback}/reveal`, { reason: '回拨' })
      expect(shown.json().code).toBe('call.caller-hidden')
    }
    for (const who of ['director', 'auditor']) {
      expect((await ask(who, `/api/calls/${call}/recording`)).statusCode, who).toBe(200)
      expect((await ask(who, '/api/callbacks')).json().callbacks).toMatchObject([{ caller: { number: '139****1111' } }])
    }
  })

  it('by another call of that number that is to be called back', async () => {
    const { ask, send, call, open, wait, db, spoolDir } = await aReport()
    const name = `2026/11/23/${open}.1.wav`
    await mkdir(join(spoolDir, 'recording/2026/11/23'), { recursive: true })
    await writeFile(join(spoolDir, `recording/${name}`), 'RIFF')
    const [older, newer] = [ulid(1_000), ulid(2_000)]
    const about = { callerNumber: e164, since: Date.now(), status: 'TO_CALL_BACK', reason: 'MESSAGE' } as const
    await db.insert(callbacks).values([
      { ...about, id: older, callId: call, fileName: name },
      { ...about, id: newer, callId: open, fileName: name },
    ])
    wait(2 * hour)
    const list = async (who: string, status = 'TO_CALL_BACK') =>
      ((await ask(who, `/api/callbacks?status=${status}`)).json() as CallbackList).callbacks
    const show = async (who: string, id: string) => {
      const shown = (await send(who, `/api/callbacks/${id}/reveal`, { reason: '回拨' })).json()
      return shown.number ?? shown.code
    }
    const hidden = { id: older, calls: 1, callId: null, isCallerHidden: true, messages: [], handledAt: null }
    for (const who of ['1001', '1002', 'boss']) {
      expect(await list(who)).toMatchObject([
        { id: newer, calls: 1, callId: open, caller: { number: '139****1111' }, messages: [{ id: newer }] },
        { ...hidden, caller: { number: null, place: null } },
      ])
      expect([await show(who, older), await show(who, newer)]).toEqual(['call.caller-hidden', e164])
      expect((await ask(who, `/api/callbacks/${older}/sound`)).json().code).toBe('call.caller-hidden')
      expect((await ask(who, `/api/callbacks/${newer}/sound`)).statusCode).toBe(200)
      // Else both would leave the list at one moment.
      expect((await send(who, `/api/callbacks/${older}/called-back`, {})).json().code).toBe('call.caller-hidden')
    }
    expect(await list('director')).toMatchObject([{ id: newer, calls: 2, caller: { number: '139****1111' } }])
    expect((await send('1002', `/api/callbacks/${newer}/called-back`, {})).statusCode).toBe(204)
    expect(await list('1002')).toMatchObject([hidden])
    expect(await list('1002', 'CALLED_BACK')).toMatchObject([{ id: newer, calls: 1 }])
    expect(await list('director')).toMatchObject([{ id: older, calls: 1, caller: { number: '139****1111' } }])
    expect((await send('director', `/api/callbacks/${older}/called-back`, {})).statusCode).toBe(204)
  })

  it.each(['older', 'newer'])('by what was done together with a call of theirs, the %s of two', async (which) => {
    const { ask, call, open, ownCall, wait, db } = await aReport()
    const other = await ownCall({ callerNumber: e164 })
    const ids = [ulid(1_000), ulid(2_000), ulid(3_000)]
    const inOrder = which === 'newer' ? [open, other, call] : [call, open, other]
    const done = { callerNumber: e164, since: Date.now(), status: 'GOT_THROUGH', reason: 'LOST', handledAt: 5 } as const
    await db.insert(callbacks).values(
      inOrder.map((callId, at) => ({
        ...done,
        callId,
        id: ids[at] ?? '',
        mergedInto: at < 2 ? (ids[2] ?? '') : null,
      })),
    )
    wait(2 * hour)
    const seen: (string | null)[] = []
    let cursor: string | null = ''
    for (let pages = 0; cursor !== null && pages < 4; pages += 1) {
      const page: CallbackList = (
        await ask('1002', `/api/callbacks?status=GOT_THROUGH&limit=1&cursor=${cursor}`)
      ).json()
      seen.push(...page.callbacks.map(({ callId, calls }) => `${callId} ${calls}`))
      cursor = page.next
    }
    expect(seen).toEqual(which === 'newer' ? [`${other} 1`, `${open} 1`] : [`${other} 2`])
    expect((await ask('director', '/api/callbacks?status=GOT_THROUGH')).json().callbacks).toMatchObject([{ calls: 3 }])
  })

  it('by the next call of that number, which its agent may know for an hour', async () => {
    const { send, call, wait, db, ownCall, strangerId } = await aReport()
    wait(2 * hour)
    const next = await ownCall({ callerNumber: e164, agentId: strangerId })
    const made = { ...form, isConfidential: true, caller: { name: '丙' }, callIds: [next] }
    expect((await send('1002', '/api/tickets', made)).statusCode).toBe(201)
    const [own, hidden] = [ulid(1_000), ulid(2_000)]
    const about = { callerNumber: e164, since: Date.now(), status: 'TO_CALL_BACK', reason: 'LOST' } as const
    await db.insert(callbacks).values([
      { ...about, id: own, callId: next },
      { ...about, id: hidden, callId: call },
    ])
    const show = async (id: string) => (await send('1002', `/api/callbacks/${id}/reveal`, { reason: '回拨' })).json()
    expect(await show(own)).toEqual({ number: e164 })
    expect(await show(hidden)).toMatchObject({ code: 'call.caller-hidden' })
  })

  it('by what stands beside the next call of that number', async () => {
    const { ask, call, open, wait, db, ownCall, strangerId } = await aReport()
    wait(2 * hour)
    const next = await ownCall({ callerNumber: e164, agentId: strangerId })
    const history = await readHistory(db, e164, next, String(strangerId) as AgentId, Date.now())
    expect(history).toMatchObject({ callsIn30Days: 1, calls: [{ id: open }] })
    const beside = (await ask('1002', `/api/callers/${next}/tickets`)).json() as CallerTickets
    expect(beside.open.map((ticket) => ticket.caller?.name)).toEqual(['王五'])
    // Nor by whose call it was.
    for (const strange of [call, open]) {
      expect((await ask('1002', `/api/callers/${strange}/tickets`)).json().code).toBe('call.not-yours')
    }
    expect((await ask('boss', `/api/callers/${open}/tickets`)).json().code).toBe('call.not-yours')
  })

  it('by the ticket: it names its calls to nobody who may not know the caller', async () => {
    const { ask, call, ticket } = await aReport()
    for (const name of ['1001', 'boss', 'dispatcher', 'ear']) {
      const { body } = await ask(name, `/api/tickets/${ticket}`)
      expect(body, name).toContain(ticket)
      expect(body, name).not.toContain(call)
    }
    expect((await ask('director', `/api/tickets/${ticket}`)).json().callIds).toEqual([call])
  })

  it('by the floor', async () => {
    const { pageOf, call, open, bus } = await aReport()
    const floor = await pageOf('boss')
    await floor.emitWithAck('floor:watch')
    const told = async (id: CallId) => {
      const view = viewOf(
        { ...enter({ ...entry, id }, Date.now()).call, agent: { id: '1' as AgentId, number: '1' } },
        '手机',
      )
      const shown = next(floor, 'floor:call')
      bus.publish('call.changed', view)
      return shown
    }
    expect((await told(open)).caller.number).not.toBeNull()
    expect(await told(call)).toMatchObject({
      isCallerHidden: true,
      caller: { number: null, place: null },
      inquired: [],
    })
  })

  it('by the floor while they wait, having asked for it by key 3', async () => {
    const { pageOf, open, bus, ticket, db, redis } = await aReport()
    const [row] = await db.select().from(tickets).where(eq(tickets.number, ticket))
    const inquiries = openInquiries({ db, redis, now: Date.now })
    const floor = await pageOf('boss')
    await floor.emitWithAck('floor:watch')
    const waiting = enter({ ...entry, id: open }, Date.now()).call
    const told = async (result: 'FOUND' | 'NOT_FOUND') => {
      const shown = next(floor, 'floor:call')
      bus.publish('call.changed', viewOf({ ...waiting, inquired: [{ number: ticket, result }] }, '手机'))
      return shown
    }
    expect(await told('NOT_FOUND')).toMatchObject({ isCallerHidden: false, inquired: [{ number: ticket }] })
    await inquiries.ask({ number: ticket, code: row?.queryCode ?? '', caller: e164, callId: open })
    expect(await told('FOUND')).toMatchObject({
      ...{ agentId: null, isCallerHidden: true, inquired: [] },
      caller: { number: null, place: null },
    })
  })

  it('by a call in which the ticket was asked for by its code', async () => {
    const { ask, ticket, wait, db, redis, call, open } = await aReport()
    const [row] = await db.select().from(tickets).where(eq(tickets.number, ticket))
    const code = row?.queryCode ?? ''
    const inquiries = openInquiries({ db, redis, now: Date.now })
    const inquire = (code: string) => inquiries.ask({ number: ticket, code, caller: e164, callId: open })
    await inquire(code === '000000' ? '000001' : '000000')
    wait(2 * hour)
    expect((await ask('boss', `/api/calls/${open}`)).json()).toMatchObject({ isCallerHidden: false })
    await inquire(code)
    expect((await ask('boss', `/api/calls/${open}`)).json()).toMatchObject({ isCallerHidden: true })
    expect((await ask('director', `/api/tickets/${ticket}`)).json().callIds).toEqual([call])
  })
})

describe("another agent's call", () => {
  it('gives no ticket its number, and no draft, and is not tied to one', async () => {
    const { send, open, put, db } = await aReport()
    const handedIn = await send('1002', '/api/tickets', { ...form, caller: { name: '甲' }, callIds: [open] })
    expect(handedIn.json().code).toBe('call.not-yours')
    const mixed = await send('1002', '/api/tickets', { ...form, callIds: [ulid(), open] })
    expect(mixed.json().code).toBe('call.not-yours')
    const known = await db.select().from(tickets)
    const urged = await send('1002', `/api/tickets/${known[1]?.number}/actions`, {
      ...{ action: 'urge', note: '又来电', callId: open },
    })
    expect(urged.json().code).toBe('call.not-yours')
    expect(
      (await put('dispatcher', `/api/ticket-drafts/${ulid()}`, { callId: open, content: {}, version: 0 })).json().code,
    ).toBe('call.not-yours')
    expect(await db.select().from(tickets)).toHaveLength(2)
    const denied = await db.select().from(auditEvents).where(eq(auditEvents.action, 'access.denied'))
    expect(denied.map((row) => [row.actor, row.subject])).toEqual(Array.from({ length: 3 }, () => ['1002', open]))
  })
})
