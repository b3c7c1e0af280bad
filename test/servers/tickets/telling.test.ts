import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { keepReceipt } from '../../../src/messages/store.ts'
import type { TicketCounts, TicketList } from '../../../src/tickets/api.ts'
import { ticketTellings } from '../../../src/tickets/telling/schema.ts'
import { markUntold, tellCitizen } from '../../../src/tickets/telling/sending.ts'
import { anOffice } from './office.ts'

/** What a decision or a report tells the citizen, until they have been told. */

async function reported(office: Awaited<ReturnType<typeof anOffice>>, change: object = {}): Promise<string> {
  const number = await office.create(change)
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
  await office.act('cgj', number, 'sign', { version: 2 })
  await office.act('cgj', number, 'progress', { version: 3, note: '正在核查', tell: '正在核查，请耐心等待' })
  return number
}

test('what a report of progress tells the citizen is seen on the ticket, also where nothing was asked for', async () => {
  const office = await anOffice()
  const number = await reported(office)
  const { tellings, requests } = await office.detail('dispatcher', number)
  expect([requests, tellings]).toMatchObject([[], [{ words: '正在核查，请耐心等待', toldAt: null }]])
})

test('whom no message reached stands in a list of the dispatchers until one of them has telephoned', async () => {
  const office = await anOffice()
  const landline = { name: '李四', phone: '0355-2123456' }
  const [first, second, sent] = [
    await reported(office, { caller: landline }),
    await reported(office, { caller: landline }),
    await reported(office),
  ]
  // Two of one ticket are one line.
  await office.act('cgj', first, 'progress', { version: 4, note: '已修', tell: '已修好一半' })
  const untold = async (query = '') => office.get<TicketList>('dispatcher', `/api/tellings?${query}`)
  const numbers = async () => (await untold()).tickets.map(({ number }) => number)
  const count = async (who: string) => (await office.get<TicketCounts>(who, '/api/tickets/counts')).untold
  const parts = { db: office.db, siteName: '长治12345', now: Date.now }
  for (const one of await office.db.select().from(ticketTellings)) await tellCitizen(parts, one)
  expect(await numbers()).toEqual([first, second])
  expect([await count('dispatcher'), await count('cgj')]).toEqual([2, 0])
  const page = await untold('limit=1')
  expect(page.tickets.map(({ number }) => number)).toEqual([first])
  expect((await untold(`limit=1&cursor=${page.next}`)).tickets.map(({ number }) => number)).toEqual([second])
  expect(office.code(await office.ask('cgj', '/api/tellings'))).toBe('access.denied')
  // The message to the third did not arrive.
  await office.db.transaction(async (tx) => {
    const message = await keepReceipt(tx, 1, 'FAILED', Date.now())
    if (message) await markUntold(tx, message)
  })
  expect(await numbers()).toEqual([first, second, sent])

  const tell = (who: string, number: string, seq: number) =>
    office.send(who, `/api/tickets/${number}/tellings/${seq}/told`, {})
  expect(office.code(await tell('cgj', second, 4))).toBe('access.denied')
  expect((await tell('dispatcher', second, 4)).statusCode).toBe(204)
  expect(office.code(await tell('dispatcher', second, 4))).toBe('ticket.already-told')
  expect(office.code(await tell('dispatcher', second, 9))).toBe('ticket.already-told')
  expect(await numbers()).toEqual([first, sent])
  expect((await office.detail('dispatcher', second)).tellings).toMatchObject([
    { toldAt: expect.any(Number), toldBy: 'PHONE', toldByName: expect.stringContaining('dispatcher') },
  ])
  const [audited, ...more] = await office.db.select().from(auditEvents).where(eq(auditEvents.action, 'ticket.told'))
  expect(more).toEqual([])
  expect(audited).toMatchObject({ subject: second, details: { seq: 4 } })
})

test('a message that has not left within a day no longer counts as on its way', async () => {
  const office = await anOffice()
  const number = await reported(office)
  const [telling] = await office.db.select().from(ticketTellings)
  await tellCitizen({ db: office.db, siteName: '长治12345', now: Date.now }, telling ?? {})
  const numbers = async () =>
    (await office.get<TicketList>('dispatcher', '/api/tellings')).tickets.map((one) => one.number)
  expect(await numbers()).toEqual([])
  await office.db.update(ticketTellings).set({ createdAt: Date.now() - 86_400_001 })
  expect(await numbers()).toEqual([number])
})
