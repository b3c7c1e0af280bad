import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import { categories } from '../../../src/catalogue/schema.ts'
import { readOverview, weekStartOf } from '../../../src/overview/store.ts'
import type { CategoryCode, Instant, TicketId, UnitCode } from '../../../src/platform/types.ts'
import { ticketDeadlines, tickets } from '../../../src/tickets/records/schema.ts'
import { loadBasics } from '../tickets/world.ts'
import { aWeb, type World } from '../web/world.ts'

const at = (text: string): Instant => Date.parse(`${text}+08:00`)

async function aTicket(world: World, registeredAt: Instant, change: Partial<typeof tickets.$inferInsert> = {}) {
  const id = ulid(registeredAt) as TicketId
  const [category] = await world.db.select({ code: categories.code }).from(categories).limit(1)
  await world.db.insert(tickets).values({
    ...{
      id,
      number: `CZ${id.slice(-14).replace(/\D/g, '0')}`,
      queryCode: '123456',
      state: 'SIGNED',
      version: 1,
      type: 'HELP',
    },
    ...{ categoryCode: category?.code as CategoryCode, urgency: 'P3', isConfidential: false, isAnonymous: false },
    ...{ needsReply: true, title: '路灯', content: '路灯不亮', tags: [], channel: 'PHONE' },
    ...{ registeredAt, changedAt: registeredAt },
    ...change,
  })
  return id
}

async function handled(
  world: World,
  closedAt: Instant,
  run: { dueAt: Instant; metAt?: Instant; cancelledAt?: Instant }[],
) {
  const ticketId = await aTicket(world, closedAt - 20 * 86_400_000, { state: 'CLOSED', closedAt })
  for (const one of run) {
    await world.db
      .insert(ticketDeadlines)
      .values({ id: ulid(), ticketId, clock: 'HANDLE', startedAt: one.dueAt - 86_400_000, ...one })
  }
}

test('a week begins on Monday at midnight in Shanghai', () => {
  expect(weekStartOf(at('2026-11-23T00:00:00'))).toBe(at('2026-11-23T00:00:00'))
  expect(weekStartOf(at('2026-11-29T23:59:59'))).toBe(at('2026-11-23T00:00:00'))
  expect(weekStartOf(at('2026-11-22T23:59:59'))).toBe(at('2026-11-16T00:00:00'))
})

test('this week is held against last week until the same weekday and time', async () => {
  const world = await aWeb()
  await loadBasics(world.db)
  const now = at('2026-11-25T10:00:00')
  const answered = (arrivedAt: Instant) =>
    world.call({
      arrivedAt,
      queuedAt: arrivedAt,
      answeredAt: arrivedAt + 8_000,
      endedAt: arrivedAt + 60_000,
      outcome: 'ANSWERED',
    })
  // This week: Monday, and just before midnight; last week: before and after the same time on Wednesday; two weeks ago.
  await answered(at('2026-11-23T00:00:00'))
  await answered(at('2026-11-24T23:59:59'))
  await answered(at('2026-11-18T09:59:00'))
  await answered(at('2026-11-18T10:01:00'))
  await answered(at('2026-11-15T23:00:00'))
  await aTicket(world, at('2026-11-23T08:00:00'))
  await aTicket(world, at('2026-11-18T11:00:00'))
  const day = 86_400_000
  await handled(world, now - day, [{ dueAt: now, metAt: now - day }])
  await handled(world, now - day, [{ dueAt: now - 3 * day, metAt: now - 2 * day }])
  // Sent back once: the first run in time, the second not; and one that was taken from a unit before it was due.
  await handled(world, now - day, [
    { dueAt: now - 9 * day, metAt: now - 10 * day },
    { dueAt: now - 4 * day, metAt: now - 2 * day },
  ])
  await handled(world, now - day, [{ dueAt: now - 4 * day, cancelledAt: now - 5 * day }])
  await handled(world, now - 8 * day, [{ dueAt: now, metAt: now - 8 * day }])
  await aTicket(world, at('2026-11-24T08:00:00'), { state: 'DIRECT_CLOSED', closedAt: at('2026-11-24T08:00:00') })

  // By the other doors: none of them was handled by a unit, whatever clocks it had.
  const closedAt = at('2026-11-24T09:00:00')
  await aTicket(world, at('2026-11-10T08:00:00'), { state: 'CLASSIFIED', closeKind: 'CLASSIFIED', closedAt })
  await aTicket(world, at('2026-11-10T08:00:01'), { state: 'HANDED_OVER', closeKind: 'HANDED_OVER', closedAt })
  await aTicket(world, at('2026-11-10T08:00:02'), { state: 'CLOSED', closeKind: 'PROVINCE', closedAt })
  for (const n of [3, 4]) {
    await aTicket(world, at(`2026-11-10T08:00:0${n}`), { state: 'CLOSED', closeKind: 'MERGED', closedAt })
  }

  const view = await readOverview(world.db, now)
  expect(view.weekStart).toBe(at('2026-11-23T00:00:00'))
  expect(view.thisWeek).toMatchObject({ registered: 2, directClosed: 1, closed: 4, closedOnTime: 2 })
  expect(view.thisWeek.elsewhere).toEqual({ classified: 1, handedOver: 1, province: 1, merged: 2 })
  expect(view.lastWeek).toMatchObject({ registered: 0, directClosed: 0, closed: 1, closedOnTime: 1 })
  expect([view.thisWeek.calls.arrived, view.lastWeek.calls.arrived]).toEqual([2, 1])
  expect(view.thisWeek.calls).toMatchObject({ offered: 2, answered: 2, answeredWithin15s: 2 })
  expect(view.days.map(({ calls, lastWeek }) => [calls, lastWeek])).toEqual([
    [1, 0],
    [1, 0],
    [0, 2],
    ...Array.from({ length: 4 }, () => [0, 0]),
  ])
})

test('open and overdue are counted as they are now, the units with most first', async () => {
  const world = await aWeb()
  await loadBasics(world.db)
  await world.person('head', ['DIRECTOR'])
  await world.person('boss', ['SUPERVISOR'])
  const now = Date.now()
  const late = { nextDueAt: now - 60_000, warnAt: now - 120_000 }
  for (const leadUnit of ['cgj', 'cgj', 'rsj'] as UnitCode[]) await aTicket(world, now - 1_000, { leadUnit, ...late })
  await aTicket(world, now - 1_000, { leadUnit: 'cgj' as UnitCode, nextDueAt: now + 60_000, warnAt: now - 1_000 })
  await aTicket(world, now - 1_000, { state: 'CLOSED', closedAt: now - 500 })
  const head = await world.logIn('head')
  expect((await world.get('/api/session', head)).json().homePage).toBe('/overview')
  const view = (await world.get('/api/overview', head)).json()
  expect(view).toMatchObject({ open: 4, soon: 1, overdue: 3 })
  expect(view.overdueUnits.map(({ code, overdue }: { code: string; overdue: number }) => [code, overdue])).toEqual([
    ['cgj', 2],
    ['rsj', 1],
  ])
  expect((await world.get('/api/overview', await world.logIn('boss'))).statusCode).toBe(403)
})
