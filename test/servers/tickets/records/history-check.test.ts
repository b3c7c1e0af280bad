import { and, eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { HistoryCheck } from '../../../../src/admin/api.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import type { TicketId } from '../../../../src/platform/types.ts'
import { type CheckedBatch, checkBatch, checkSome } from '../../../../src/tickets/records/history-check.ts'
import { historyChecks, ticketEvents, tickets } from '../../../../src/tickets/records/schema.ts'
import { anOffice } from '../office.ts'

const log = createLogger('test', 'silent')
const night = Date.parse('2026-11-24T02:30:00+08:00')
const noon = Date.parse('2026-11-24T12:00:00+08:00')
const day = 86_400_000

type Office = Awaited<ReturnType<typeof anOffice>>

/** Four tickets with four events each. */
async function histories(): Promise<{ office: Office; numbers: string[]; ids: TicketId[] }> {
  const office = await anOffice()
  const numbers: string[] = []
  for (let made = 0; made < 4; made += 1) {
    const number = await office.create()
    await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    await office.act('cgj', number, 'sign', { version: 2 })
    await office.act('1001', number, 'urge', { note: '还没修好' })
    numbers.push(number)
  }
  const rows = await office.db.select({ id: tickets.id, number: tickets.number }).from(tickets)
  const idOf = new Map(rows.map(({ id, number }) => [number, id]))
  return { office, numbers, ids: numbers.map((number) => idOf.get(number) as TicketId) }
}

const rowOf = (id: TicketId, seq: number) => and(eq(ticketEvents.ticketId, id), eq(ticketEvents.seq, seq))

async function check(office: Office, now: number): Promise<number> {
  let rounds = 1
  while (await checkSome(office.db, now, log)) rounds += 1
  return rounds
}

describe('a history', () => {
  it.each([
    [
      'a word of it was changed',
      'CHANGED',
      (office: Office, id: TicketId) => office.db.update(ticketEvents).set({ note: '已修好' }).where(rowOf(id, 4)),
      4,
    ],
    [
      'the time of a step was changed',
      'CHANGED',
      (office: Office, id: TicketId) => office.db.update(ticketEvents).set({ at: 1 }).where(rowOf(id, 3)),
      3,
    ],
    [
      'who did it was changed',
      'CHANGED',
      (office: Office, id: TicketId) => office.db.update(ticketEvents).set({ actorName: '别人' }).where(rowOf(id, 2)),
      2,
    ],
    [
      'a detail was changed',
      'CHANGED',
      (office: Office, id: TicketId) => office.db.update(ticketEvents).set({ details: {} }).where(rowOf(id, 1)),
      1,
    ],
    [
      'a row was taken out',
      'MISSING',
      (office: Office, id: TicketId) => office.db.delete(ticketEvents).where(rowOf(id, 2)),
      2,
    ],
    [
      'the last row was taken out',
      'MISSING',
      (office: Office, id: TicketId) => office.db.delete(ticketEvents).where(rowOf(id, 4)),
      4,
    ],
    [
      'a row was added',
      'ADDED',
      async (office: Office, id: TicketId) => {
        const [last] = await office.db.select().from(ticketEvents).where(rowOf(id, 4))
        if (last) await office.db.insert(ticketEvents).values({ ...last, seq: 5 })
      },
      5,
    ],
    [
      'it goes on after the ticket was set back',
      'ADDED',
      (office: Office, id: TicketId) => office.db.update(tickets).set({ version: 3 }).where(eq(tickets.id, id)),
      4,
    ],
  ] as const)('that %s behind our back is found by ticket and row', async (_what, what, tamper, seq) => {
    const { office, numbers, ids } = await histories()
    expect((await office.db.transaction((tx) => checkBatch(tx, ''))).found).toEqual([])
    await tamper(office, ids[2] as TicketId)
    const checked = await office.db.transaction((tx) => checkBatch(tx, ''))
    expect(checked).toMatchObject({ lastId: null, tickets: 4, found: [{ number: numbers[2], seq, what }] })
  })

  it('of which a row was written anew with its digest shows in the row after it', async () => {
    const { office, numbers, ids } = await histories()
    const [other] = await office.db
      .select()
      .from(ticketEvents)
      .where(rowOf(ids[0] as TicketId, 2))
    await office.db
      .update(ticketEvents)
      .set({ hash: other?.hash ?? '' })
      .where(rowOf(ids[1] as TicketId, 2))
    const { found } = await office.db.transaction((tx) => checkBatch(tx, ''))
    expect(found).toEqual([
      { number: numbers[1], seq: 2, what: 'CHANGED' },
      { number: numbers[1], seq: 3, what: 'CHANGED' },
    ])
  })

  it('is read in pieces, each ticket once', async () => {
    const { office, ids } = await histories()
    const seen: number[] = []
    for (let after: TicketId | '' | null = ''; after !== null; ) {
      const from: TicketId | '' = after
      const { lastId, ...looked }: CheckedBatch = await office.db.transaction((tx) => checkBatch(tx, from, 3))
      seen.push(looked.tickets, looked.events)
      after = lastId
    }
    expect(seen).toEqual([3, 12, ids.length - 3, 4])
  })
})

describe('the nightly check', () => {
  it('runs once a night, stands on the health page, and is made up for when nights were missed', async () => {
    const { office, numbers, ids } = await histories()
    await office.join('admin', 'ADMIN')
    const shown = () => office.get<HistoryCheck>('admin', '/api/admin/history-check')
    expect(await check(office, noon)).toBe(1)
    expect(await shown()).toEqual({ check: null })
    await check(office, night)
    expect(await shown()).toEqual({
      check: { startedAt: night, finishedAt: night, tickets: 4, events: 16, faults: 0, found: [] },
    })
    await office.db
      .update(ticketEvents)
      .set({ note: '已修好' })
      .where(rowOf(ids[3] as TicketId, 4))
    // Not twice in a night, and not by day.
    expect(await check(office, night + 3_600_000)).toBe(1)
    expect(await check(office, noon + day)).toBe(1)
    expect((await shown()).check?.faults).toBe(0)
    await check(office, noon + 2 * day)
    expect((await shown()).check).toMatchObject({ faults: 1, found: [{ number: numbers[3], seq: 4, what: 'CHANGED' }] })
    expect(office.code(await office.ask('1001', '/api/admin/history-check'))).toBe('access.denied')
    expect((await office.web.inject({ url: '/metrics' })).body).toContain('hotline_history_faults 1')
  })

  it('goes on where another process was killed', async () => {
    const { office, ids } = await histories()
    const begun = {
      day: '2026-11-24',
      startedAt: night,
      afterId: ids[1] as TicketId,
      tickets: 2,
      events: 8,
      faults: 0,
      found: [],
    }
    await office.db.insert(historyChecks).values(begun)
    await Promise.all([check(office, noon), check(office, noon)])
    const [row] = await office.db.select().from(historyChecks)
    expect(row).toMatchObject({ tickets: 4, events: 16, finishedAt: noon })
  })
})
