import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { calendarOf } from '../../../../src/calendar/calendar.ts'
import { awaitedYears, syncCalendar } from '../../../../src/calendar/store.ts'
import { outbox } from '../../../../src/platform/database/schema.ts'
import { defaultRules } from '../../../../src/tickets/clocks/timing.ts'
import { openAlarms } from '../../../../src/tickets/clockwork/jobs.ts'
import { recount } from '../../../../src/tickets/clockwork/recount.ts'
import { fireOverdue, openSweep, setAlarmsOf, setComing } from '../../../../src/tickets/clockwork/sweep.ts'
import type { TicketEvent } from '../../../../src/tickets/life/ticket.ts'
import type { NewTicket } from '../../../../src/tickets/records/rows.ts'
import { ticketDeadlines, tickets } from '../../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../../src/tickets/records/store.ts'
import { aJobsWorld, type JobsWorld } from '../../jobs.ts'
import { until } from '../../web/world.ts'
import { aMatter, aPerson, calendarYears, loadBasics, monday, timingWithoutContact as timing, unit } from '../world.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Of a request for help, dispatched on Monday: end of Tuesday, end of the Monday after. */
const signDueAt = Date.parse('2026-11-24T23:59:59.999+08:00')
/** An hour before the yellow of signing: a limit of one day is yellow from the opening of its last day on. */
const tuesdayMorning = Date.parse('2026-11-24T07:30:00+08:00')
const handleDueAt = Date.parse('2026-11-30T23:59:59.999+08:00')

let world: JobsWorld
let clerk: Awaited<ReturnType<typeof aPerson>>

beforeAll(async () => {
  world = await aJobsWorld()
  await loadBasics(world.db)
  await syncCalendar(world.db, calendarYears, monday)
  clerk = await aPerson(world.db, 'clerk', 'CLERK', 'cgj')
})
afterEach(async () => {
  await world.rest()
  // What one test left running must not ring in the next one.
  await world.db.update(ticketDeadlines).set({ slot: null })
})
afterAll(() => world.close())

async function act(number: string, event: TicketEvent, by: typeof clerk | null = null): Promise<void> {
  const outcome = await actOnTicket(world.db, number, event, null, { by, now: world.clock.now, timing })
  if (!outcome.ok) throw new Error(outcome.refusal.code)
}

async function aTicket(change: Partial<NewTicket> = {}) {
  const request = { by: null, now: world.clock.now, timing }
  const outcome = await createTicket(world.db, aMatter(change), { kind: 'register' }, request)
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome
}

async function aDispatchedTicket() {
  const ticket = await aTicket()
  await act(ticket.number, {
    kind: 'dispatch',
    ...{ lead: unit('cgj'), coUnits: [], ruleKey: null, reason: '市管道路', returnBy: null },
  })
  return ticket
}

async function clocksOf(id: string) {
  const rows = await world.db
    .select()
    .from(ticketDeadlines)
    .where(eq(ticketDeadlines.ticketId, id as never))
  return Object.fromEntries(rows.map((row) => [row.clock, row]))
}

/** What was announced of clocks, in order. */
async function announced() {
  const rows = await world.db.select().from(outbox).orderBy(outbox.id)
  return rows
    .filter((row) => row.topic.startsWith('clock.'))
    .map(({ topic, payload }) => `${topic} ${String(payload.clock)}`)
}

const delayed = () => world.queues.of('sla').getJobCountByTypes('delayed')
const ringAlarmClocks = () => world.queues.of('sla').promoteJobs()

test('a lamp turns yellow, then red, each once, whoever wakes up for it', async () => {
  const { id } = await aDispatchedTicket()
  world.clock.now = handleDueAt - day + minute
  // The unit has not signed in time: that was done for it, with the red of signing.
  expect(await fireOverdue(world.parts)).toBe(2)
  expect(await fireOverdue(world.parts)).toBe(0)
  expect(await announced()).toEqual(['clock.red SIGN', 'clock.yellow HANDLE'])
  world.clock.now = handleDueAt + 1
  const counts = await Promise.all([fireOverdue(world.parts), fireOverdue(world.parts), fireOverdue(world.parts)])
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1)
  expect(await announced()).toEqual(['clock.red SIGN', 'clock.yellow HANDLE', 'clock.red HANDLE'])
  expect((await clocksOf(id)).HANDLE).toMatchObject({
    warnedAt: handleDueAt - day + minute,
    overdueAt: handleDueAt + 1,
  })
})

test('the last millisecond of a limit is still in time', async () => {
  await aDispatchedTicket()
  world.clock.now = signDueAt
  await fireOverdue(world.parts)
  expect(await announced()).toEqual(['clock.yellow SIGN'])
})

test('what nobody has signed in time counts as signed, and the unit keeps the due date that it had', async () => {
  const { id } = await aDispatchedTicket()
  world.clock.now = signDueAt + 1
  await fireOverdue(world.parts)
  const [row] = await world.db.select().from(tickets).where(eq(tickets.id, id))
  expect(row).toMatchObject({ state: 'SIGNED', signedAt: signDueAt + 1, handleDueAt, nextDueAt: handleDueAt })
  expect((await clocksOf(id)).SIGN).toMatchObject({ slot: null, overdueAt: signDueAt + 1 })
  const topics = (await world.db.select().from(outbox)).map((each) => each.topic)
  expect(topics).toContain('ticket.sign')
  expect(world.said.filter(({ topic }) => topic === 'ticket.changed')).toMatchObject([
    { message: { kind: 'sign', state: 'SIGNED', units: ['cgj'] } },
  ])
})

test('a site may leave signing to the unit', async () => {
  const { id } = await aDispatchedTicket()
  world.clock.now = signDueAt + 1
  const limits = { ...timing.limits, autoSign: false }
  await fireOverdue({ ...world.parts, timing: async () => ({ ...timing, limits }) })
  const [row] = await world.db.select().from(tickets).where(eq(tickets.id, id))
  expect(row).toMatchObject({ state: 'DISPATCHED' })
  expect(world.said).toMatchObject([{ message: { kind: 'lamp', version: row?.version } }, {}])
})

test('an alarm of Redis rings when the clock is there, and a stale one does nothing', async () => {
  world.run(openAlarms(world.working(world.parts)))
  const ticket = await aDispatchedTicket()
  world.clock.now = tuesdayMorning
  await setAlarmsOf(world.parts, ticket.id)
  // The yellow of signing; all others are beyond the horizon.
  expect(await delayed()).toBe(1)
  await act(ticket.number, { kind: 'sign' }, clerk)
  world.clock.now = signDueAt + 1
  await ringAlarmClocks()
  await until(delayed, (count) => count === 0)
  await until(
    () => world.queues.of('sla').getJobCountByTypes('active', 'waiting'),
    (count) => count === 0,
  )
  expect(await announced()).toEqual([])

  world.clock.now = handleDueAt - hour
  await setComing(world.parts)
  expect(await delayed()).toBe(1)
  world.clock.now = handleDueAt + 1
  await ringAlarmClocks()
  await until(announced, (all) => all.length > 0)
  expect(await announced()).toEqual(['clock.red HANDLE'])
})

test('a clock on the wall that is set back rings nothing early', async () => {
  world.run(openAlarms(world.working(world.parts)))
  await aDispatchedTicket()
  world.clock.now = tuesdayMorning
  await setComing(world.parts)
  expect(await delayed()).toBe(1)
  world.clock.now = tuesdayMorning - 30 * minute
  await ringAlarmClocks()
  await until(delayed, (count) => count === 0)
  await until(
    () => world.queues.of('sla').getJobCountByTypes('active', 'waiting'),
    (count) => count === 0,
  )
  expect(await fireOverdue(world.parts)).toBe(0)
  expect(await announced()).toEqual([])
  // And what was woken for nothing is set again.
  await setComing(world.parts)
  expect(await delayed()).toBe(1)
})

test('alarms that went with Redis are set again, once, by any number of sweeps', async () => {
  for (let i = 0; i < 5; i += 1) await aDispatchedTicket()
  world.clock.now = tuesdayMorning
  await setComing(world.parts)
  expect(await delayed()).toBe(5)
  // Known, and nothing new within the horizon.
  expect(await setComing(world.parts)).toBe(0)
  await world.redis.flushdb()
  await Promise.all([setComing(world.parts), setComing(world.parts)])
  expect(await delayed()).toBe(5)
  // A week on, Redis has lost them again and nobody has swept: nothing is lost.
  await world.redis.flushdb()
  world.clock.now = handleDueAt + 1
  await Promise.all([fireOverdue(world.parts), fireOverdue(world.parts)])
  expect((await announced()).sort()).toEqual([
    ...Array.from({ length: 5 }, () => 'clock.red HANDLE'),
    ...Array.from({ length: 5 }, () => 'clock.red SIGN'),
  ])
})

test('a clock that was stopped and goes on rings once, by the due time that it has', async () => {
  const { number } = await aDispatchedTicket()
  await act(number, { kind: 'sign' }, clerk)
  await act(number, { kind: 'reply', publicReply: '已修', internalReply: '已换灯' }, clerk)
  world.clock.now = handleDueAt + 1
  // The unit has answered: what is due now is the check of its answer.
  expect(await fireOverdue(world.parts)).toBe(1)
  const dispatcher = { ...clerk, roles: ['DISPATCHER' as const], unitCode: null }
  await act(number, { kind: 'send-back', note: '未说明原因' }, dispatcher)
  expect(await fireOverdue(world.parts)).toBe(1)
  expect(await announced()).toEqual(['clock.red CHECK', 'clock.red HANDLE'])
})

test('the hotline’s own clock rings in minutes where there is danger, at night as well', async () => {
  world.clock.now = Date.parse('2026-11-22T03:00:00+08:00')
  await aTicket({ urgency: 'P1' })
  world.clock.now += 4 * minute
  await fireOverdue(world.parts)
  world.clock.now += minute + 1
  await fireOverdue(world.parts)
  expect(await announced()).toEqual(['clock.yellow DISPATCH', 'clock.red DISPATCH'])
})

test('due times that wait for a year are counted when it is loaded, once, and the mark goes', async () => {
  const newYearsEve = Date.parse('2026-12-31T10:00:00+08:00')
  world.clock.now = newYearsEve
  const ticket = await aDispatchedTicket()
  const row = async () => (await world.db.select().from(tickets).where(eq(tickets.id, ticket.id)))[0]
  expect(await row()).toMatchObject({ nextDueAt: null, clockMark: 'NO_CALENDAR' })
  expect(await awaitedYears(world.db)).toContain(2027)

  // It is told once, however often it is seen.
  const sweep = openSweep(world.parts)
  await sweep()
  await sweep()
  const alarms = (await world.db.select().from(outbox)).filter((each) => each.topic === 'calendar.missing')
  expect(alarms).toMatchObject([{ payload: { year: 2027 } }])

  const weekdays = Array.from({ length: 365 }, (_, index) => {
    const at = new Date(Date.UTC(2027, 0, 1 + index))
    const isWorkingDay = ![0, 6].includes(at.getUTCDay()) && index > 0
    return { date: at.toISOString().slice(0, 10), isWorkingDay, kind: 'WEEKDAY' as const, name: null }
  })
  const years = [...calendarYears, { year: 2027, version: 1, source: 'a test', days: weekdays }]
  const parts = {
    ...world.parts,
    timing: async () => ({ ...timing, calendar: calendarOf(years, defaultRules.workingTime) }),
  }
  world.said.length = 0
  expect(await Promise.all([recount(parts), recount(parts)]).then(([one, other]) => one + other)).toBe(2)
  expect(await recount(parts)).toBe(0)
  const signBy = Date.parse('2027-01-04T23:59:59.999+08:00')
  expect(await row()).toMatchObject({ signDueAt: signBy, nextDueAt: signBy, clockMark: null })
  expect((await clocksOf(ticket.id)).HANDLE).toMatchObject({ calendarVersion: '2026.1+2027.1' })
  expect(world.said).toMatchObject([{ message: { kind: 'lamp' } }, { message: { kind: 'lamp' } }])
})
