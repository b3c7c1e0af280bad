import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { syncCalendar } from '../../../src/calendar/store.ts'
import { fireOverdue } from '../../../src/tickets/clockwork/sweep.ts'
import type { TicketEvent } from '../../../src/tickets/life/ticket.ts'
import type { By } from '../../../src/tickets/records/rows.ts'
import { ticketDeadlines, ticketEvents, ticketTasks } from '../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../src/tickets/records/store.ts'
import { units } from '../../../src/units/schema.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { aMatter, aPerson, calendarYears, loadBasics, monday, timingWithoutContact as timing, unit } from './world.ts'

/** The clocks of parts follow that of the whole: an extension, a suspension, a promise; and the machine signs. */

const day = 86_400_000
const endOf = (date: string) => Date.parse(`${date}T23:59:59.999+08:00`)
let world: JobsWorld
let [dispatcher, clerk, helper]: By[] = []

beforeAll(async () => {
  world = await aJobsWorld()
  const { db } = world
  await loadBasics(db)
  await syncCalendar(db, calendarYears, monday)
  dispatcher = await aPerson(db, 'dispatcher', 'DISPATCHER')
  clerk = await aPerson(db, 'clerk', 'CLERK', 'cgj')
  helper = await aPerson(db, 'helper', 'CLERK', 'rsj')
  const below = { shortName: '监察大队', initials: 'jcdd', kind: 'COUNTY' as const, assessClass: 'ASSESSED' as const }
  await db.insert(units).values({
    code: unit('rsj-jc'),
    name: '监察大队',
    parentCode: unit('rsj'),
    ...below,
    sortOrder: 9,
    changedAt: monday,
  })
})
beforeEach(async () => {
  world.clock.now = monday
  await world.db.update(ticketDeadlines).set({ slot: null })
})
afterAll(() => world.close())

async function act(number: string, event: TicketEvent, by: By): Promise<void> {
  const done = await actOnTicket(world.db, number, event, null, { by, now: world.clock.now, timing })
  if (!done.ok) throw new Error(`${event.kind}: ${done.refusal.detail}`)
}

/** Of a request for help, due in five working days: with a co-unit, and one below that. */
async function aHelpedTicket() {
  const made = await createTicket(world.db, aMatter(), { kind: 'register' }, { by: null, now: monday, timing })
  if (!made.ok) throw new Error(made.refusal.detail)
  const { id, number } = made
  const sent = { lead: unit('cgj'), coUnits: [unit('rsj')], coDemand: '核实欠薪' }
  await act(
    number,
    { kind: 'dispatch', ...sent, ruleKey: null, reason: '市管道路', returnBy: null },
    dispatcher ?? null,
  )
  await act(number, { kind: 'sign' }, clerk ?? null)
  await act(number, { kind: 'sign-part' }, helper ?? null)
  await act(number, { kind: 'delegate', units: [unit('rsj-jc')], note: '现场核查' }, helper ?? null)
  const partOf = async (code: string, clock: 'PART' | 'PART_SIGN' = 'PART') => {
    const { ticketId, unitCode } = ticketDeadlines
    const rows = await world.db
      .select()
      .from(ticketDeadlines)
      .where(and(eq(ticketId, id), eq(unitCode, unit(code))))
    return rows.find((row) => row.clock === clock)
  }
  const dues = async () => [(await partOf('rsj'))?.dueAt, (await partOf('rsj-jc'))?.dueAt]
  return { id, number, partOf, dues }
}

test('a part is due a working day before its sender, and more time for the whole is more time for it', async () => {
  const { number, dues } = await aHelpedTicket()
  // The whole by Monday the 30th.
  expect(await dues()).toEqual([endOf('2026-11-27'), endOf('2026-11-26')])
  await act(number, { kind: 'extend', amount: 3, note: '等待材料' }, clerk ?? null)
  expect(await dues()).toEqual([endOf('2026-11-27'), endOf('2026-11-26')])
  await act(number, { kind: 'grant-extension', amount: 3 }, dispatcher ?? null)
  expect(await dues()).toEqual([endOf('2026-12-02'), endOf('2026-12-01')])
})

test('a promise gives its parts until a working day before the promised one', async () => {
  const { number, dues } = await aHelpedTicket()
  const milestones = [{ title: '完工', at: endOf('2026-12-25') }]
  const plan = { reason: 'WORKS' as const, leader: '局长', milestones, note: '施工', tell: '须施工' }
  await act(number, { kind: 'promise', ...plan }, clerk ?? null)
  await act(number, { kind: 'grant-promise' }, dispatcher ?? null)
  expect(await dues()).toEqual([endOf('2026-12-24'), endOf('2026-12-23')])
})

test('while the whole is suspended its parts stand still, and go on with the time that is left for it', async () => {
  const { number, partOf, dues } = await aHelpedTicket()
  const until = endOf('2026-12-10')
  await act(number, { kind: 'suspend', reason: 'TESTING', until, note: '等待检测' }, clerk ?? null)
  await act(number, { kind: 'grant-suspension' }, dispatcher ?? null)
  expect([(await partOf('rsj'))?.slot, (await partOf('rsj-jc'))?.slot]).toEqual([2, 2])
  // Signing stands still for nobody: what is sent has to be read.
  expect((await partOf('rsj-jc', 'PART_SIGN'))?.slot).toBe(1)
  world.clock.now = monday + 4 * day
  await fireOverdue(world.parts)
  expect((await partOf('rsj'))?.overdueAt).toBeNull()
  await act(number, { kind: 'resume-work' }, clerk ?? null)
  // From Monday to Friday four working days stood still: the whole is due on the 4th.
  expect(await dues()).toEqual([endOf('2026-12-03'), endOf('2026-12-02')])
  expect([(await partOf('rsj'))?.slot, (await partOf('rsj-jc'))?.slot]).toEqual([1, 1])
})

test('a date that is promised after a suspension is that date', async () => {
  const { id, number } = await aHelpedTicket()
  await act(number, { kind: 'suspend', reason: 'TESTING', until: endOf('2026-12-10'), note: '等待检测' }, clerk ?? null)
  await act(number, { kind: 'grant-suspension' }, dispatcher ?? null)
  world.clock.now = monday + 2 * day
  await act(number, { kind: 'resume-work' }, clerk ?? null)
  const milestones = [{ title: '完工', at: endOf('2026-12-25') }]
  const plan = { reason: 'WORKS' as const, leader: '局长', milestones, note: '施工', tell: '须施工' }
  await act(number, { kind: 'promise', ...plan }, clerk ?? null)
  await act(number, { kind: 'grant-promise' }, dispatcher ?? null)
  const { ticketId, clock } = ticketDeadlines
  const [handle] = await world.db
    .select()
    .from(ticketDeadlines)
    .where(and(eq(ticketId, id), eq(clock, 'HANDLE')))
  expect(handle?.dueAt).toBe(endOf('2026-12-25'))
})

test('the machine signs a part for a unit that does not, and its time goes on from where it was', async () => {
  const { id, partOf, dues } = await aHelpedTicket()
  const before = await dues()
  const sign = await partOf('rsj-jc', 'PART_SIGN')
  world.clock.now = (sign?.dueAt ?? 0) + 1
  await fireOverdue(world.parts)
  const { ticketId, unitCode } = ticketTasks
  const [task] = await world.db
    .select()
    .from(ticketTasks)
    .where(and(eq(ticketId, id), eq(unitCode, unit('rsj-jc'))))
  expect(task).toMatchObject({ partStep: 'SIGNED', slot: 1 })
  expect(await partOf('rsj-jc', 'PART_SIGN')).toMatchObject({ slot: null, metAt: world.clock.now })
  expect(await dues()).toEqual(before)
  const events = await world.db.select().from(ticketEvents).where(eq(ticketEvents.ticketId, id))
  expect(events.at(-1)).toMatchObject({ kind: 'auto-sign-part', actorId: null, details: { unit: 'rsj-jc' } })
})
