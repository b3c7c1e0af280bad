import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { users } from '../../../src/people/schema.ts'
import { tickets, ticketTasks } from '../../../src/tickets/records/schema.ts'
import { units } from '../../../src/units/schema.ts'
import { anOffice } from './office.ts'
import { unit } from './world.ts'

/** A report about a unit: neither that unit nor one below it ever sees anything of it. */

test('a report is sent to no unit below the accused one, and no such unit sees it, whatever part it got', async () => {
  const office = await anOffice()
  const { db } = office
  // rsj is below lzq, which is below cgj; the report is about cgj.
  await db
    .update(units)
    .set({ parentCode: unit('cgj') })
    .where(eq(units.code, unit('lzq')))
  await db
    .update(units)
    .set({ parentCode: unit('lzq') })
    .where(eq(units.code, unit('rsj')))
  const number = await office.create({ type: 'REPORT', accusedUnit: 'cgj', content: '举报环卫班索要财物' })
  const to = (lead: string, coUnits: string[] = []) =>
    office.act('dispatcher', number, 'dispatch', { version: 1, lead, coUnits, reason: '核查' })
  for (const lead of ['cgj', 'lzq', 'rsj']) expect(office.code(await to(lead))).toBe('ticket.accused-unit')
  await db.insert(units).values({
    ...{ code: unit('jw'), name: '市纪委', shortName: '纪委', initials: 'jw', kind: 'CITY', assessClass: 'ASSESSED' },
    ...{ sortOrder: 9, changedAt: 0 },
  })
  expect(office.code(await to('jw', ['rsj']))).toBe('ticket.accused-unit')
  expect((await to('jw')).statusCode).toBe(200)
  // As if another step had let it through.
  const [row] = await db.select().from(tickets).where(eq(tickets.number, number))
  if (!row) throw new Error('no ticket')
  await db.insert(ticketTasks).values({
    ...{ id: `0${row.id.slice(1)}`, ticketId: row.id, unitCode: unit('rsj'), role: 'CO', slot: 1, leadSlot: null },
    sentAt: Date.now(),
  })
  expect(office.code(await office.ask('rsj', `/api/tickets/${number}`))).toBe('ticket.not-yours')
  expect(office.code(await office.ask('rsj', `/api/tickets/${number}/state`))).toBe('ticket.not-yours')
  for (const query of ['', 'search=环卫班', `search=${number}`, 'part=co', 'type=REPORT', 'sort=due']) {
    expect((await office.list('rsj', query)).tickets, query).toEqual([])
  }
  // One beside it sees what it takes part in.
  await db
    .update(users)
    .set({ unitCode: unit('jw') })
    .where(eq(users.username, 'cgj'))
  const cookie = await office.logIn('cgj')
  expect(
    (await office.web.inject({ method: 'GET', url: `/api/tickets/${number}`, headers: { cookie } })).statusCode,
  ).toBe(200)
})
