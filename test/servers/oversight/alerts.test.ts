import { desc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { calendarOf } from '../../../src/calendar/calendar.ts'
import type { RuleBook, SignalList } from '../../../src/oversight/triggers/api.ts'
import { tellOverdue } from '../../../src/oversight/triggers/daily.ts'
import { oversightAlerts } from '../../../src/oversight/triggers/schema.ts'
import { raiseSignal } from '../../../src/oversight/triggers/signals.ts'
import { ticketDeadlines, tickets } from '../../../src/tickets/records/schema.ts'
import { aSupervision, dayMs } from './supervision.ts'

test('what is overdue raises alerts that end by themselves, and a second sweep changes nothing', async () => {
  const office = await aSupervision()
  const { number } = await office.send1('cgj', { urgency: 'P2' })
  const { id } = await office.send1('rsj')
  expect(await office.sweep()).toBe(0)

  office.wait(60 * dayMs)
  await office.logInAgain()
  expect(await office.sweep()).toBe(6)
  expect(await office.standing()).toEqual([
    'T02 L1 cgj',
    'T02 L1 rsj',
    'T03 L1 cgj',
    'T03 L1 rsj',
    'T04 L2 cgj',
    'T04 L2 rsj',
  ])
  expect(await office.standing('&level=L2')).toEqual(['T04 L2 cgj', 'T04 L2 rsj'])
  expect(await office.standing('&unit=rsj&trigger=T03')).toEqual(['T03 L1 rsj'])
  expect(await office.sweep()).toBe(0)
  // Nor does a notice that is not loaded yet stop it, as on 2 January.
  const officeHours = [{ from: '01-01', hours: [{ from: 480, to: 720 }] }]
  expect(await office.sweep(calendarOf([], { policy: 'END_OF_DAY', officeHours }))).toBe(0)
  // Each unit and each 督办员 is told once a day.
  expect(await tellOverdue(office.db, office.now())).toBe(4)
  expect(await tellOverdue(office.db, office.now())).toBe(0)
  expect(await tellOverdue(office.db, office.now() + dayMs)).toBe(4)
  // Two processes at once write each alert once.
  await Promise.all([office.sweep(), office.sweep()])
  expect(await office.db.$count(oversightAlerts)).toBe(6)

  // It was handled: its alerts end, those of the other one stay.
  const act = async (action: string, more: object = {}) => {
    const { version } = await office.detail('cgj', number)
    const answer = await office.act('cgj', number, action, { version, ...more })
    expect(answer.body).toContain('"number"')
  }
  await act('sign')
  expect(await office.sweep()).toBe(1)
  await act('reply', { publicReply: '已修复', internalReply: '换灯头', overrideReason: '已当面说明' })
  expect(await office.sweep()).toBe(2)
  expect(await office.standing()).toEqual(['T02 L1 rsj', 'T03 L1 rsj', 'T04 L2 rsj'])

  // The cause ends and begins again on the same day: still one alert of that day.
  const clock = eq(ticketDeadlines.ticketId, id)
  await office.db
    .update(ticketDeadlines)
    .set({ dueAt: office.now() + dayMs, warnAt: office.now() + dayMs })
    .where(clock)
  expect(await office.sweep()).toBe(3)
  await office.db
    .update(ticketDeadlines)
    .set({ dueAt: office.now() - dayMs })
    .where(clock)
  await office.sweep()
  expect(await office.db.$count(oversightAlerts)).toBe(6)
  const [row] = await office.db.select().from(auditEvents).orderBy(desc(auditEvents.id)).limit(1)
  expect(row?.action).toBe('oversight.alerts-listed')
})

test('what others report stands until it is over, also for a ticket that is closed', async () => {
  const office = await aSupervision()
  const { number, id } = await office.send1()
  await office.db.update(tickets).set({ state: 'CLOSED' }).where(eq(tickets.id, id))
  const report = { kind: 'FALSE_CLOSURE', number, words: '现场未修，答复称已修' }
  expect((await office.send('overseer', '/api/oversight/signals', report)).statusCode).toBe(201)
  expect(office.code(await office.send('dispatcher', '/api/oversight/signals', report))).toBe('access.denied')
  const source = 'follow-up:1'
  const finding = { kind: 'DISSATISFIED_AGAIN' as const, ticketId: id, source, words: '仍不亮', byId: null }
  const first = await raiseSignal(office.db, finding, office.now())
  // The same finding twice is one.
  expect(await raiseSignal(office.db, finding, office.now())).toBe(first)

  expect(await office.sweep()).toBe(2)
  expect(await office.standing()).toEqual(['T06 L2 cgj', 'T10 L2 cgj'])
  expect(await office.sweep()).toBe(0)
  const { signals } = await office.get<SignalList>('overseer', '/api/oversight/signals')
  expect(signals.map(({ kind, by }) => [kind, by])).toEqual([
    ['DISSATISFIED_AGAIN', null],
    ['FALSE_CLOSURE', expect.any(String)],
  ])
  const end = () => office.send('overseer', `/api/oversight/signals/${first}/end`, { why: '已复核' })
  expect((await end()).statusCode).toBe(200)
  expect(office.code(await end())).toBe('oversight.signal-over')
  expect(await office.sweep()).toBe(1)
  expect(await office.standing()).toEqual(['T10 L2 cgj'])
})

test('a unit that keeps too few limits in a week gets a letter, until a week is better', async () => {
  const office = await aSupervision()
  for (let n = 0; n < 5; n += 1) await office.send1()
  office.wait(60 * dayMs)
  await office.logInAgain()
  // Their alarms were given in last week.
  const at = office.now() - 7 * dayMs
  await office.db.update(ticketDeadlines).set({ dueAt: at, overdueAt: at })
  await office.sweep()
  expect(await office.standing('&level=LETTER')).toEqual(['T14 LETTER cgj'])
  office.wait(7 * dayMs)
  await office.logInAgain()
  await office.sweep()
  expect(await office.standing('&level=LETTER')).toEqual([])
})

test('the rules are shown with their version', async () => {
  const office = await aSupervision()
  const book = await office.get<RuleBook>('overseer', '/api/oversight/rules')
  expect(book.version).toBe(1)
  expect(book.rules).toHaveLength(16)
  expect(book.rules.find(({ id }) => id === 'T04')?.figures).toContainEqual({ name: '超期工作日', value: '3' })
})
