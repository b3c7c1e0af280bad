import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openTelling } from '../../../src/notifications/jobs.ts'
import type { NoticeFacts } from '../../../src/notifications/notification.ts'
import { isNoticeTopic } from '../../../src/notifications/notification.ts'
import { tell } from '../../../src/notifications/teller.ts'
import { userRoles } from '../../../src/people/schema.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import { fireOverdue } from '../../../src/tickets/clockwork/sweep.ts'
import type { TicketEvent } from '../../../src/tickets/life/ticket.ts'
import type { NewTicket } from '../../../src/tickets/records/rows.ts'
import { notifications, ticketDeadlines } from '../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../src/tickets/records/store.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { aMatter, aPerson, loadBasics, timingWithoutContact as timing, unit } from '../tickets/world.ts'
import { until } from '../web/world.ts'

type Someone = Awaited<ReturnType<typeof aPerson>>

let world: JobsWorld
let dispatcher: Someone
let clerk: Someone

beforeAll(async () => {
  world = await aJobsWorld()
  await loadBasics(world.db)
  dispatcher = await aPerson(world.db, 'dispatcher', 'DISPATCHER')
  clerk = await aPerson(world.db, 'clerk', 'CLERK', 'cgj')
  const supervisor = await aPerson(world.db, 'supervisor', 'SUPERVISOR')
  await world.db.insert(userRoles).values([
    { userId: dispatcher.id, role: 'DISPATCHER' },
    { userId: supervisor.id, role: 'SUPERVISOR' },
  ])
})
afterEach(async () => {
  await world.rest()
  await world.db.delete(notifications)
  await world.db.update(ticketDeadlines).set({ slot: null })
})
afterAll(() => world.close())

async function aTicket(change: Partial<NewTicket> = {}): Promise<string> {
  const request = { by: null, now: world.clock.now, timing }
  const outcome = await createTicket(world.db, aMatter(change), { kind: 'register' }, request)
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome.number
}

async function act(number: string, event: TicketEvent, by: Someone | null): Promise<void> {
  const outcome = await actOnTicket(world.db, number, event, null, { by, now: world.clock.now, timing })
  if (!outcome.ok) throw new Error(outcome.refusal.code)
}

const dispatch: TicketEvent = {
  kind: 'dispatch',
  ...{ lead: unit('cgj'), coUnits: [unit('rsj')], ruleKey: null, reason: '市管道路', returnBy: null },
}

const reply: TicketEvent = {
  kind: 'reply',
  ...{ publicReply: '已修', internalReply: '换灯', missingParts: '协办单位未反馈' },
}

/** Everything that was announced and not told yet is told, twice. */
async function tellAll(hasMail = false): Promise<void> {
  for (const row of await world.db.select().from(outbox).orderBy(outbox.id)) {
    const parts = { ...world.parts, hasMail }
    const said = { ...row.payload, outboxId: row.id }
    await tell(parts, row.topic, said)
    expect(await tell(parts, row.topic, said)).toBe(0)
  }
  for (const { topic, doneAt } of await world.db.select().from(outbox)) {
    if (isNoticeTopic(topic)) expect(doneAt).not.toBeNull()
  }
  await world.db.delete(outbox)
}

async function told(): Promise<string[]> {
  const rows = await world.db.select().from(notifications).orderBy(notifications.id)
  const names = new Map([dispatcher, clerk].map((person) => [person.id, person.name.slice(0, -3)]))
  return rows.map((row) => `${row.topic} ${row.unitCode ?? names.get(row.userId ?? 0) ?? 'supervisor'}`)
}

test('each step is told to those who have to do the next one, once', async () => {
  const number = await aTicket()
  await act(number, { kind: 'queue', mark: 'NO_RULE', reason: '没有适用的规则' }, null)
  await act(number, dispatch, dispatcher)
  await act(number, { kind: 'return', reason: 'U2', note: '不归我们', suggestedUnit: null }, clerk)
  await act(number, { kind: 'refuse-return', note: '归你们' }, dispatcher)
  await act(number, { kind: 'sign' }, clerk)
  await act(number, reply, clerk)
  await act(number, { kind: 'send-back', note: '说明原因' }, dispatcher)
  await act(number, { kind: 'urge', note: '又来电' }, dispatcher)
  await tellAll()
  expect(await told()).toEqual([
    'ticket.queue dispatcher',
    // The unit in charge and the one that helps, although it has gone back since.
    'ticket.dispatch cgj',
    'ticket.dispatch rsj',
    'ticket.return dispatcher',
    'ticket.refuse-return cgj',
    'ticket.reply dispatcher',
    'ticket.send-back cgj',
    'ticket.urge cgj',
  ])
})

test('what the machine dispatched is told to the units that it named, although the ticket has gone back since', async () => {
  const number = await aTicket()
  await act(number, dispatch, null)
  await act(number, { kind: 'return', reason: 'U2', note: '不归我们', suggestedUnit: null }, clerk)
  await tellAll()
  expect(await told()).toEqual(['ticket.dispatch cgj', 'ticket.dispatch rsj', 'ticket.return dispatcher'])
})

/** What the bell shows of a ticket to the unit: topic, whether it is unread, whether it is settled. */
async function bellOf(code: string): Promise<string[]> {
  const rows = await world.db
    .select()
    .from(notifications)
    .where(eq(notifications.unitCode, unit(code)))
    .orderBy(notifications.id)
  return rows.map(({ topic, readAt, payload }) =>
    [topic, readAt === null ? 'unread' : 'read', ...('settledAt' in payload ? ['settled'] : [])].join(' '),
  )
}

test('what a unit was asked for is settled when it has signed, returned or answered, and when another one is in charge', async () => {
  const number = await aTicket()
  await act(number, dispatch, dispatcher)
  await tellAll()
  expect(await bellOf('cgj')).toEqual(['ticket.dispatch unread'])
  await act(number, { kind: 'sign' }, clerk)
  await tellAll()
  expect(await bellOf('cgj')).toEqual(['ticket.dispatch read settled'])
  // The unit that helps signs a part of its own.
  expect(await bellOf('rsj')).toEqual(['ticket.dispatch unread'])

  await act(number, { kind: 'urge', note: '又来电' }, dispatcher)
  await tellAll()
  expect(await bellOf('cgj')).toEqual(['ticket.dispatch read settled', 'ticket.urge unread'])
  await act(number, { kind: 'return', reason: 'U2', note: '不归我们', suggestedUnit: null }, clerk)
  await tellAll()
  // It is still the unit's, and the dispatcher is asked.
  expect(await bellOf('cgj')).toEqual(['ticket.dispatch read settled', 'ticket.urge unread'])

  await act(number, { ...dispatch, lead: unit('rsj'), coUnits: [] } as TicketEvent, dispatcher)
  await tellAll()
  expect(await bellOf('rsj')).toEqual(['ticket.dispatch read', 'ticket.dispatch unread'])
  // Which answers for it until the next one has signed: what was asked of it still is, in one line with the news.
  expect((await bellOf('cgj')).slice(1)).toEqual(['ticket.urge read', 'return.granted unread'])
  await act(number, { kind: 'sign' }, null)
  await tellAll()
  expect((await bellOf('cgj')).slice(1)).toEqual(['ticket.urge read settled', 'return.granted unread'])
})

test('a unit that gave a ticket back answers for it: it is told what citizens say, and has nothing to sign', async () => {
  const number = await aTicket()
  await act(number, dispatch, dispatcher)
  await tellAll()
  await act(number, { kind: 'return', reason: 'U2', note: '不归我们', suggestedUnit: null }, clerk)
  await act(number, { ...dispatch, lead: unit('rsj'), coUnits: [] } as TicketEvent, dispatcher)
  await tellAll()
  expect(await bellOf('cgj')).toEqual(['ticket.dispatch read settled', 'return.granted unread'])
  await act(number, { kind: 'urge', note: '又来电' }, dispatcher)
  await act(number, { kind: 'supplement', note: '灯杆也歪了' }, dispatcher)
  await tellAll()
  expect((await bellOf('cgj')).slice(2)).toEqual(['ticket.urge read', 'ticket.supplement unread'])
  expect((await bellOf('rsj')).slice(-2)).toEqual(['ticket.urge read', 'ticket.supplement unread'])
})

test('a unit is told that its return was granted, also when nobody has the ticket any more', async () => {
  const number = await aTicket()
  await act(number, dispatch, dispatcher)
  await act(number, { kind: 'return', reason: 'U2', note: '不归我们', suggestedUnit: null }, clerk)
  await tellAll()
  await world.db.delete(notifications)
  await act(number, { ...dispatch, lead: unit('rsj'), coUnits: [] } as TicketEvent, dispatcher)
  await tellAll()
  expect(await told()).toEqual(['ticket.dispatch rsj', 'return.granted cgj'])
  const [row] = await world.db
    .select()
    .from(notifications)
    .where(eq(notifications.unitCode, unit('cgj')))
  expect(row).toMatchObject({ readAt: null, payload: { number, dueAt: null } })

  const other = await aTicket()
  await act(other, dispatch, dispatcher)
  await act(other, { kind: 'return', reason: 'U6', note: '不归政府', suggestedUnit: null }, clerk)
  await tellAll()
  await world.db.delete(notifications)
  await act(other, { kind: 'void', reason: 'MISTAKE', note: '误登' }, dispatcher)
  await tellAll()
  expect(await told()).toContain('return.granted cgj')
})

test('another round is told to the unit that it names, or else to the one that had it, and to those that help', async () => {
  const number = await aTicket()
  await act(number, dispatch, dispatcher)
  const handled = async (by: Someone) => {
    await act(number, { kind: 'sign' }, by)
    await act(number, reply, by)
    await act(number, { kind: 'close' }, dispatcher)
    await tellAll()
    await world.db.delete(notifications)
  }
  await handled(clerk)
  await act(number, { kind: 'reopen', note: '来电人补充了照片', lead: null }, dispatcher)
  await tellAll()
  expect(await told()).toEqual(['ticket.reopen cgj', 'ticket.reopen rsj'])
  await handled(clerk)
  await act(number, { kind: 'reopen', note: '又有新情况', lead: unit('lzq') }, dispatcher)
  await tellAll()
  expect(await told()).toEqual(['ticket.reopen lzq', 'ticket.reopen rsj'])
})

test('an answer that is closed settles what dispatchers were asked for', async () => {
  const number = await aTicket()
  await act(number, dispatch, dispatcher)
  await act(number, { kind: 'sign' }, clerk)
  await act(number, reply, clerk)
  await tellAll()
  const unread = async () =>
    (await world.db.select().from(notifications)).filter((row) => row.readAt === null).map((row) => row.topic)
  // The unit that helps may still answer, until it is closed.
  expect(await unread()).toEqual(['ticket.dispatch', 'ticket.reply'])
  await act(number, { kind: 'close' }, dispatcher)
  await tellAll()
  expect(await unread()).toEqual([])
  expect(world.said.filter(({ topic }) => topic === 'notices.settled').at(-1)).toMatchObject({
    message: { units: ['rsj'], users: [dispatcher.id] },
  })
})

test('what is sent, answered and given back among units is told to the one that has to act', async () => {
  const number = await aTicket()
  const helper = { ...clerk, unitCode: unit('rsj') }
  await act(number, dispatch, dispatcher)
  await act(number, { kind: 'sign' }, clerk)
  await act(number, { kind: 'decline-part', note: '非本局职责' }, helper)
  await tellAll()
  expect((await told()).slice(2)).toEqual(['ticket.decline-part dispatcher'])
  await act(number, { kind: 'keep-part', unit: unit('rsj'), note: '属职责' }, dispatcher)
  await act(number, { kind: 'answer-part', answer: '已核实', missingParts: undefined }, helper)
  await tellAll()
  expect((await told()).slice(3)).toEqual(['ticket.keep-part rsj', 'ticket.answer-part cgj'])
  expect(await bellOf('rsj')).toEqual(['ticket.dispatch read settled', 'ticket.keep-part read settled'])
  expect((await bellOf('cgj')).at(-1)).toBe('ticket.answer-part unread')
})

test('four notices of one ticket are one to read, and what is told late is not told as new', async () => {
  const number = await aTicket()
  await act(number, dispatch, dispatcher)
  for (const note of ['一', '二', '三']) await act(number, { kind: 'urge', note }, dispatcher)
  await tellAll()
  expect((await bellOf('cgj')).map((line) => line.split(' ')[1])).toEqual(['read', 'read', 'read', 'unread'])

  const late = await aTicket()
  await act(late, dispatch, dispatcher)
  await act(late, { kind: 'sign' }, clerk)
  await tellAll()
  expect((await bellOf('cgj')).slice(4)).toEqual(['ticket.dispatch read settled'])
})

test('yellow is told to the unit, red to the hotline as well', async () => {
  const number = await aTicket()
  await act(number, dispatch, dispatcher)
  await world.db.delete(outbox)
  world.clock.now = Date.parse('2026-11-24T12:00:00+08:00')
  await fireOverdue(world.parts)
  world.clock.now = Date.parse('2026-11-25T00:00:00+08:00')
  await fireOverdue(world.parts)
  await tellAll()
  expect((await told()).sort()).toEqual([
    // Its own, and that of the unit which helps it.
    'clock.red cgj',
    'clock.red cgj',
    'clock.red dispatcher',
    'clock.red dispatcher',
    'clock.red rsj',
    'clock.red supervisor',
    'clock.yellow cgj',
    'clock.yellow rsj',
    // Signed by the machine, each for its unit.
    'ticket.auto-sign-part rsj',
    'ticket.sign cgj',
  ])
})

test('a citizen who asks again while nobody is in charge is heard by the dispatchers', async () => {
  const number = await aTicket()
  await act(number, { kind: 'urge', note: '又来电' }, dispatcher)
  await tellAll()
  expect(await told()).toEqual(['ticket.urge dispatcher'])
})

test('nothing in a notification tells who a confidential caller is, and no letter has its title', async () => {
  const caller = { name: '张三丰', phone: '+8613912345678', address: null }
  const number = await aTicket({ isConfidential: true, title: '张三丰13912345678举报路灯', caller })
  await act(number, dispatch, dispatcher)
  await tellAll()
  const [row] = await world.db.select().from(notifications)
  const facts: NoticeFacts = row?.payload ?? {}
  expect(facts).toMatchObject({ number, title: '＊＊＊＊＊＊举报路灯', isCallerHidden: true })
})

test('what a job tells reaches the pages by name of the unit, and sets the alarms of the new clocks', async () => {
  const setFor: string[] = []
  const parts = world.working({ ...world.parts, hasMail: false })
  world.run(openTelling(parts, async (ticketId) => void setFor.push(ticketId)))
  const number = await aTicket()
  await act(number, dispatch, dispatcher)
  await world.relay.moveOnce(world.clock.now)
  await until(told, (all) => all.length === 2)
  await until(
    () => world.db.select({ at: outbox.doneAt }).from(outbox).where(eq(outbox.queue, 'tickets')),
    (rows) => rows.every((row) => row.at !== null),
  )
  expect(setFor).toHaveLength(1)
  expect(world.said.filter(({ topic }) => topic === 'notices.kept')).toMatchObject([
    { message: { topic: 'ticket.dispatch', number, units: ['cgj', 'rsj'], users: [] } },
  ])
})
