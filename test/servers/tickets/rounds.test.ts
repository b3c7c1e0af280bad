import { eq } from 'drizzle-orm'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { users } from '../../../src/people/schema.ts'
import { dispatchByCatalogue } from '../../../src/tickets/clockwork/jobs.ts'
import { tickets } from '../../../src/tickets/records/schema.ts'
import { openWriter } from '../../../src/tickets/records/writer.ts'
import type { Complaints } from '../../../src/tickets/rounds/api.ts'
import { units } from '../../../src/units/schema.ts'
import { anOffice } from './office.ts'
import { timingToCome as timing, unit } from './world.ts'

/** A ticket that is handled once more: redone, reopened, by another person; a problem of the whole city. */

type Office = Awaited<ReturnType<typeof anOffice>>
const answer = { publicReply: '路灯已修复，亮灯正常', internalReply: '更换灯头一只' }

/** The version is read each time: what happened before is no matter of these tests. */
async function act(office: Office, name: string, number: string, action: string, more: object = {}) {
  const { version } = await office.detail('dispatcher', number)
  return office.act(name, number, action, { version, ...more })
}
async function handled(office: Office, number: string, by = 'cgj'): Promise<void> {
  for (const [name, action, more] of [
    [by, 'sign', {}],
    [by, 'reply', answer],
    ['dispatcher', 'close', {}],
  ] as const) {
    const done = await act(office, name, number, action, more)
    if (done.statusCode !== 200) throw new Error(`${action}: ${done.body}`)
  }
}
async function closed(office: Office, change: object = {}): Promise<string> {
  const number = await office.create(change)
  await act(office, 'dispatcher', number, 'dispatch', { lead: 'cgj', reason: '职责范围' })
  await handled(office, number)
  return number
}
const redo = { reason: 'UNTRUE', note: '灯第二天又不亮了，请到现场' }

test('what was closed is redone by its unit, by limits of its own, and what was answered stays readable', async () => {
  const office = await anOffice()
  const number = await closed(office, { upstreamDueAt: Date.now() - 1_000 })
  expect(office.code(await act(office, 'cgj', number, 'redo', redo))).toBe('ticket.not-allowed')
  expect((await act(office, 'dispatcher', number, 'redo', redo)).statusCode).toBe(200)
  const seen = await office.detail('cgj', number)
  expect(seen).toMatchObject({
    ...{ state: 'DISPATCHED', publicReply: null, closedAt: null, round: 2, redoCount: 1, leadUnit: { code: 'cgj' } },
    clocks: expect.arrayContaining(['SIGN', 'CONTACT', 'HANDLE']),
    rounds: [
      { number: 1, kind: 'FIRST', publicReply: answer.publicReply, internalReply: answer.internalReply },
      { number: 2, kind: 'REDO', ...redo, unit: { code: 'cgj' }, publicReply: null, dueAt: seen.handleDueAt },
    ],
  })
  // The province's limit was for the first round.
  expect(seen.handleDueAt).toBeGreaterThan(Date.now())
  expect(seen.actions).not.toContain('return')
  expect(seen.history.at(-1)).toMatchObject({ kind: 'redo', toState: 'DISPATCHED', reason: 'UNTRUE', note: redo.note })
  await handled(office, number)
  expect(
    (await act(office, 'dispatcher', number, 'reopen', { note: '来电人补充了照片', lead: 'rsj' })).statusCode,
  ).toBe(200)
  expect(await office.detail('rsj', number)).toMatchObject({
    round: 3,
    redoCount: 1,
    rounds: [
      { number: 1 },
      { number: 2, publicReply: answer.publicReply },
      { number: 3, kind: 'REOPEN', reason: null },
    ],
  })
  expect(office.code(await office.ask('cgj', `/api/tickets/${number}`))).toBe('ticket.not-yours')
})

test('it is redone within its time only, and only what a unit handled', async () => {
  const office = await anOffice()
  const number = await closed(office)
  await office.db
    .update(tickets)
    .set({ reopenBy: Date.now() - 1 })
    .where(eq(tickets.number, number))
  for (const [action, more] of [
    ['redo', redo],
    ['reopen', { note: '新情况' }],
  ] as const) {
    expect(office.code(await act(office, 'dispatcher', number, action, more))).toBe('ticket.round-too-late')
  }
  const spoken = await office.create({ type: 'CONSULT', answer: { publicReply: '工作日八点半' } })
  expect(office.code(await act(office, 'dispatcher', spoken, 'redo', redo))).toBe('ticket.wrong-state')
  const unknown = await closed(office)
  const to = (lead: string) => act(office, 'dispatcher', unknown, 'reopen', { note: '新情况', lead })
  expect(office.code(await to('old'))).toBe('ticket.unit-unknown')
  expect(office.code(await act(office, 'dispatcher', unknown, 'redo', { ...redo, note: ' ' }))).toBe(
    'ticket.text-missing',
  )
})

test('it is reopened for a unit of the city or a station, not for a township past its station', async () => {
  const office = await anOffice()
  const number = await closed(office)
  await office.db.insert(units).values({
    ...{
      code: unit('street'),
      name: '街道',
      shortName: '街道',
      initials: 'jd',
      kind: 'TOWNSHIP',
      parentCode: unit('lzq'),
    },
    ...{ assessClass: 'ASSESSED', sortOrder: 1, changedAt: 0 },
  })
  const reopen = async (lead: string) =>
    office.code(await act(office, 'dispatcher', number, 'reopen', { note: '新情况', lead }))
  expect(await reopen('street')).toBe('ticket.unit-below-station')
  expect(await reopen('old')).toBe('ticket.unit-unknown')
  expect(await reopen('nobody')).toBe('ticket.unit-unknown')
  expect(await office.detail('dispatcher', number)).toMatchObject({ state: 'CLOSED' })
  expect(await reopen('lzq')).toBe(200)
})

test('redone three times it is a problem ticket: shown, counted, told', async () => {
  const office = await anOffice()
  const number = await closed(office)
  for (let times = 1; times <= 3; times += 1) {
    await act(office, 'dispatcher', number, 'redo', redo)
    if (times < 3) await handled(office, number)
  }
  const seen = await office.detail('dispatcher', number)
  expect(seen).toMatchObject({ problem: 'REDONE', state: 'DISPATCHED', redoCount: 3 })
  expect(seen.history.at(-1)).toMatchObject({ kind: 'problem', actor: '系统' })
  const other = await closed(office)
  const listed = await office.list('dispatcher', 'problem=yes&sort=due')
  expect(listed.tickets.map((one) => one.number)).toEqual([number])
  expect((await office.list('dispatcher', 'problem=yes&search=路灯')).tickets).toHaveLength(1)
  expect((await office.list('rsj', 'problem=yes')).tickets).toEqual([])
  expect((await office.list('cgj', 'problem=yes')).tickets).toHaveLength(1)
  expect(await office.get('dispatcher', '/api/tickets/counts')).toMatchObject({ problem: 1 })
  expect(other).not.toBe(number)
})

test('who complains of the same matter for the third time gets the answer of another person', async () => {
  const office = await anOffice()
  const first = await closed(office)
  await closed(office, { place: '别处的路' })
  const second = await closed(office)
  expect(await complaints(office, second)).toMatchObject({ times: 2, isSecondDue: false })
  const third = await office.create()
  expect(await complaints(office, third)).toMatchObject({
    ...{ times: 3, isSecondDue: true },
    tickets: [{ number: first }, { number: second }, { number: third }],
  })
  const { db } = office
  const writer = openWriter({ db, bus: { publish: () => undefined }, timing: async () => timing })
  const parts = { db, writer, log: pino({ level: 'silent' }), now: () => Date.now() }
  // A dispatcher decides, whatever the catalogue says.
  expect(await dispatchByCatalogue(parts, third)).toBe('left')
  expect(await office.detail('dispatcher', third)).toMatchObject({
    inboxMark: 'REPEATED',
    dispatchReason: expect.stringContaining('90 天内第 3 次反映此事项'),
  })
  expect((await act(office, 'dispatcher', third, 'second-opinion', { note: '请另派人到现场' })).statusCode).toBe(200)
  await act(office, 'dispatcher', third, 'dispatch', { lead: 'cgj', reason: '复核' })
  await act(office, 'cgj', third, 'sign')
  expect(office.code(await act(office, 'cgj', third, 'reply', answer))).toBe('ticket.another-person')
  expect((await office.detail('cgj', third)).actions).not.toContain('reply')
  const { id } = await office.person('colleague', ['CLERK'])
  await db
    .update(users)
    .set({ unitCode: unit('cgj') })
    .where(eq(users.id, id))
  const { version } = await office.detail('dispatcher', third)
  const cookie = await office.logIn('colleague')
  const body = { action: 'reply', version, ...answer }
  expect((await office.post(`/api/tickets/${third}/actions`, cookie, body)).statusCode).toBe(200)
  await act(office, 'dispatcher', third, 'send-back', { note: '再看一次' })
  expect(office.code(await act(office, 'dispatcher', third, 'second-opinion', { note: '再一次' }))).toBe(
    'ticket.wrong-state',
  )
})

test('of an answer that was signed neither who wrote it nor who signed it gives the second one', async () => {
  const office = await anOffice()
  for (const name of ['cgj2', 'cgj3', 'cgj4']) await office.join(name, 'CLERK', unit('cgj'))
  await office.put('cgj', '/api/own-unit', { isReplySigned: true })
  const signed = async () => {
    const number = await office.create()
    for (const [name, action, more] of [
      ['dispatcher', 'dispatch', { lead: 'cgj', reason: '职责范围' }],
      ['cgj', 'sign', {}],
      ['cgj4', 'propose-reply', answer],
      ['cgj2', 'reject-proposal', { note: '写明时间' }],
      ['cgj', 'propose-reply', answer],
      ['cgj2', 'countersign', {}],
      ['dispatcher', 'close', {}],
    ] as const) {
      expect([action, office.code(await act(office, name, number, action, more))]).toEqual([action, 200])
    }
    return number
  }
  await signed()
  await signed()
  const third = await office.create()
  await act(office, 'dispatcher', third, 'second-opinion', { note: '请另派人到现场' })
  await act(office, 'dispatcher', third, 'dispatch', { lead: 'cgj', reason: '复核' })
  await act(office, 'cgj3', third, 'sign')
  const propose = async (name: string) => office.code(await act(office, name, third, 'propose-reply', answer))
  expect([await propose('cgj'), await propose('cgj2')]).toEqual(['ticket.another-person', 'ticket.another-person'])
  // Whose words were sent back has answered nothing.
  expect(await propose('cgj4')).toBe(200)
  const sign = async (name: string) => office.code(await act(office, name, third, 'countersign'))
  expect([await sign('cgj'), await sign('cgj2'), await sign('cgj3')]).toEqual([
    ...['ticket.another-person', 'ticket.another-person', 200],
  ])
})

test('a hidden caller is not recognised by what they said before', async () => {
  const office = await anOffice()
  for (let n = 0; n < 3; n += 1) await closed(office, { isConfidential: true })
  const open = await office.create()
  expect(await complaints(office, open)).toMatchObject({ times: 1, tickets: [{ number: open }] })
  const hidden = await office.create({ isConfidential: true })
  expect(await complaints(office, hidden)).toEqual({ times: 0, isSecondDue: false, tickets: [] })
  expect(office.code(await office.ask('cgj', `/api/tickets/${hidden}/complaints`))).toBe('access.denied')
})

const complaints = (office: Office, number: string) =>
  office.get<Complaints>('dispatcher', `/api/tickets/${number}/complaints`)
