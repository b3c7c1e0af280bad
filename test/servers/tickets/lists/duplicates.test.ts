import { eq } from 'drizzle-orm'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { categories } from '../../../../src/catalogue/schema.ts'
import { newId } from '../../../../src/platform/database/ids.ts'
import { firstUlidAt } from '../../../../src/platform/text/ulid-time.ts'
import type { CallId, CategoryCode, Instant, TicketId } from '../../../../src/platform/types.ts'
import type { Duplicates, TicketDetail } from '../../../../src/tickets/api.ts'
import { dispatchByCatalogue } from '../../../../src/tickets/clockwork/jobs.ts'
import { findDuplicates } from '../../../../src/tickets/lists/duplicates.ts'
import { ticketDrafts, tickets } from '../../../../src/tickets/records/schema.ts'
import { openWriter } from '../../../../src/tickets/records/writer.ts'
import { anOffice } from '../office.ts'
import { timing } from '../world.ts'

/** The same matter once more: found while it is typed, added to what there is, corrected while nobody has signed. */

type Office = Awaited<ReturnType<typeof anOffice>>
async function anOfficeOfTwoMatters(): Promise<Office> {
  const office = await anOffice()
  await office.db.insert(categories).values({
    ...{ code: '030402' as CategoryCode, parentCode: '030400' as CategoryCode, level: 3, name: '井盖缺失破损' },
    ...{ initials: 'x', sortOrder: 2, changedAt: 0 },
  })
  return office
}

const lights = { categoryCode: '030401', countyCode: '140403' }
const look = async (office: Office, asked: object) =>
  ((await office.send('1001', '/api/ticket-duplicates', { ...lights, ...asked })).json() as Duplicates).duplicates

test('the same place, or the same caller, with the same matter is found; others are not', async () => {
  const office = await anOfficeOfTwoMatters()
  const here = await office.create({ place: '英雄路88号', caller: { phone: '13900000001' } })
  const elsewhere = await office.create({ place: '太行街7号', caller: { phone: '13900000002' } })
  await office.create({ place: '英雄路88号', categoryCode: '030402', caller: { phone: '13900000002' } })
  expect(await look(office, { place: '潞州区英雄路88号附近' })).toMatchObject([
    { number: here, why: 'PLACE', isOpen: true, state: 'REGISTERED', leadUnit: null },
  ])
  expect(await look(office, { phone: '139 0000 0002' })).toMatchObject([{ number: elsewhere, why: 'CALLER' }])
  const both = await look(office, { phone: '13900000002', place: '英雄路88号' })
  expect(both.map(({ number, why }) => [number, why])).toEqual([
    [elsewhere, 'CALLER'],
    [here, 'PLACE'],
  ])
  expect(await look(office, { place: '英雄路99号' })).toEqual([])
  expect(await look(office, {})).toEqual([])
  expect(JSON.stringify(both)).not.toContain('1390000')
})

test('a hidden caller is not told by a duplicate', async () => {
  const office = await anOfficeOfTwoMatters()
  const caller = { phone: '13900000001' }
  const hidden = await office.create({ place: '英雄路88号', isConfidential: true, caller })
  const report = await office.create({ type: 'REPORT', place: '英雄路90号', caller })
  expect(await look(office, caller)).toEqual([])
  expect(await look(office, { ...caller, place: '英雄路88号' })).toMatchObject([{ number: hidden, why: 'PLACE' }])
  expect(await look(office, { ...caller, place: '英雄路90号' })).toMatchObject([{ number: report, why: 'PLACE' }])
})

test('what is older than thirty days is another matter', async () => {
  const office = await anOfficeOfTwoMatters()
  await office.create({ place: '英雄路88号' })
  const typed = {
    ...{ categoryCode: '030401' as CategoryCode, countyCode: null, place: '英雄路88号' },
    ...{ longitude: null, latitude: null, phone: null, callId: null, text: '' },
  }
  const at = (now: Instant) => findDuplicates(office.db, typed, { id: 1, roles: ['AGENT'], unitCode: null }, now)
  expect((await at(Date.now() + 29 * 86_400_000)).duplicates).toHaveLength(1)
  expect((await at(Date.now() + 31 * 86_400_000)).duplicates).toEqual([])
})

test('what was typed becomes an addition to the ticket that there is, and its draft ends', async () => {
  const office = await anOfficeOfTwoMatters()
  const number = await office.create({ place: '英雄路88号' })
  const draftId = newId(Date.now())
  await office.put('1001', `/api/ticket-drafts/${draftId}`, { content: { content: '灯杆 17' }, version: 0 })
  const callId = firstUlidAt(Date.now()) as CallId
  const body = { action: 'supplement', note: '灯杆编号 17，旁边住户也反映', callId, draftId }
  const act = () => office.send('1001', `/api/tickets/${number}/actions`, body, { 'idempotency-key': draftId })
  expect((await act()).statusCode).toBe(200)
  // A page that did not hear the answer sends it again.
  expect((await act()).statusCode).toBe(200)
  const seen = await office.detail('1001', number)
  expect(seen.history.filter(({ kind }) => kind === 'supplement')).toMatchObject([{ note: body.note }])
  expect(seen).toMatchObject({ urgeCount: 0, state: 'REGISTERED' })
  expect(seen.callIds).toContain(callId)
  const [draft] = await office.db.select().from(ticketDrafts).where(eq(ticketDrafts.id, draftId))
  expect(draft?.endedAt).not.toBeNull()
  expect(office.code(await office.act('cgj', number, 'supplement', { note: '我们的话' }))).toBe('ticket.not-yours')
})

test('a matter that was taken by mistake is corrected, and dispatched anew', async () => {
  const office = await anOfficeOfTwoMatters()
  const number = await office.create()
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '职责范围' })
  const wrong = { version: 2, categoryCode: '030401' }
  expect(office.code(await office.act('1001', number, 'correct', wrong))).toBe('ticket.text-missing')
  expect(office.code(await office.act('1001', number, 'correct', { ...wrong, categoryCode: '030400' }))).toBe(
    'ticket.category-unknown',
  )
  expect((await office.act('1001', number, 'correct', { ...wrong, categoryCode: '030402' })).statusCode).toBe(200)
  const seen: TicketDetail = await office.detail('1001', number)
  expect(seen).toMatchObject({
    state: 'REGISTERED',
    category: { code: '030402' },
    leadUnit: null,
    clocks: ['DISPATCH'],
  })
  expect(seen.history.at(-1)).toMatchObject({
    kind: 'correct',
    details: { before: '路灯照明', after: '井盖缺失破损' },
  })
  // The unit that it was taken from sees it no longer, and the catalogue decides once more.
  expect(office.code(await office.ask('cgj', `/api/tickets/${number}`))).toBe('ticket.not-yours')
  const { db } = office
  const writer = openWriter({ db, bus: { publish: () => undefined }, timing: async () => timing })
  const parts = { db, writer, log: pino({ level: 'silent' }), now: () => Date.now() }
  expect(await dispatchByCatalogue(parts, number)).toBe('left')
  expect(await office.detail('1001', number)).toMatchObject({ inboxMark: 'NO_RULE' })
})

test('a matter is not corrected later than ten minutes, nor when a unit has signed', async () => {
  const office = await anOfficeOfTwoMatters()
  const number = await office.create()
  const [row] = await office.db.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, number))
  const id = row?.id as TicketId
  await office.db
    .update(tickets)
    .set({ registeredAt: Date.now() - 11 * 60_000 })
    .where(eq(tickets.id, id))
  const other = { version: 1, categoryCode: '030402' }
  expect(office.code(await office.act('1001', number, 'correct', other))).toBe('ticket.correction-too-late')
  expect((await office.detail('1001', number)).actions).not.toContain('correct')
  const fresh = await office.create()
  await office.act('dispatcher', fresh, 'dispatch', { version: 1, lead: 'cgj', reason: '职责范围' })
  await office.act('cgj', fresh, 'sign', { version: 2 })
  expect(office.code(await office.act('1001', fresh, 'correct', { ...other, version: 3 }))).toBe('ticket.wrong-state')
})
