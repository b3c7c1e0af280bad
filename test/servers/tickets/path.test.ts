import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { syncCalendar } from '../../../src/calendar/store.ts'
import { archivedAtOnce, archiveSome } from '../../../src/tickets/clockwork/archiving.ts'
import type { TicketEvent } from '../../../src/tickets/life/ticket.ts'
import type { By } from '../../../src/tickets/records/rows.ts'
import { ticketDeadlines, tickets } from '../../../src/tickets/records/schema.ts'
import { createTicket } from '../../../src/tickets/records/store.ts'
import { openWriter } from '../../../src/tickets/records/writer.ts'
import { ticketTellings } from '../../../src/tickets/telling/schema.ts'
import { units } from '../../../src/units/schema.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { anOffice } from './office.ts'
import { aMatter, aPerson, calendarYears, lamps, loadBasics, monday, timing, unit } from './world.ts'

/** Review, progress, the second signature and the archive, with the real tables. */

const day = 86_400_000
let world: JobsWorld
let [agent, dispatcher, clerk, colleague]: By[] = []

beforeAll(async () => {
  world = await aJobsWorld()
  await loadBasics(world.db)
  await syncCalendar(world.db, calendarYears, monday)
  world.clock.now = monday
  agent = await aPerson(world.db, 'agent', 'AGENT')
  dispatcher = await aPerson(world.db, 'dispatcher', 'DISPATCHER')
  clerk = await aPerson(world.db, 'clerk', 'CLERK', 'cgj')
  colleague = await aPerson(world.db, 'colleague', 'CLERK', 'cgj')
})
afterAll(() => world.close())

const writer = () => openWriter({ db: world.db, bus: world.parts.bus, timing: async () => timing })
async function act(number: string, event: TicketEvent, by: By = null): Promise<string> {
  const outcome = await writer().act(number, event, null, { by, now: world.clock.now })
  return outcome.ok ? outcome.state : outcome.refusal.detail
}
async function aTicket(kind: 'register' | 'submit' = 'register', change: Parameters<typeof aMatter>[0] = {}) {
  const made = await createTicket(
    world.db,
    aMatter(change),
    { kind },
    { by: agent ?? null, now: world.clock.now, timing },
  )
  if (!made.ok) throw new Error(made.refusal.detail)
  return made
}
const dispatch: TicketEvent = {
  kind: 'dispatch',
  lead: unit('cgj'),
  coUnits: [],
  ruleKey: null,
  reason: '属地',
  returnBy: null,
}
const rowOf = async (number: string) => {
  const [row] = await world.db.select().from(tickets).where(eq(tickets.number, number))
  if (!row) throw new Error(number)
  return row
}
const runsOf = async (number: string) => {
  const { id } = await rowOf(number)
  return world.db.select().from(ticketDeadlines).where(eq(ticketDeadlines.ticketId, id))
}

test('a review stands before the dispatch where the site wants it, and mends the matter', async () => {
  const { number } = await aTicket('submit')
  expect(await rowOf(number)).toMatchObject({ state: 'PENDING_REVIEW', nextDueAt: expect.any(Number) })
  expect(await act(number, { kind: 'approve', categoryCode: '999999' as never }, dispatcher)).toContain(
    '没有这个事项分类',
  )
  expect(await act(number, { kind: 'approve', categoryCode: lamps }, dispatcher)).toBe('REGISTERED')
})

test('a report of progress is due by the profile, again and again, until an answer stands', async () => {
  const { number } = await aTicket('register', { type: 'REPORT' })
  await act(number, dispatch, dispatcher)
  await act(number, { kind: 'sign' }, clerk)
  const [first] = (await runsOf(number)).filter(({ clock }) => clock === 'PROGRESS')
  expect(first).toMatchObject({ slot: 1, allowed: '7 wd' })
  world.clock.now = monday + 2 * day
  expect(await act(number, { kind: 'progress', note: '正在核查', tell: '正在核查，请耐心等待' }, clerk)).toBe('SIGNED')
  const runs = (await runsOf(number)).filter(({ clock }) => clock === 'PROGRESS')
  expect(runs.map(({ slot, metAt }) => [slot, metAt])).toEqual([
    [null, monday + 2 * day],
    [1, null],
  ])
  expect(runs[1]?.dueAt).toBeGreaterThan(first?.dueAt ?? 0)
  const { id } = await rowOf(number)
  expect(await world.db.select().from(ticketTellings).where(eq(ticketTellings.ticketId, id))).toMatchObject([
    { words: '正在核查，请耐心等待' },
  ])
  expect(await act(number, { kind: 'reply', publicReply: '已核查', internalReply: '已核查' }, clerk)).toBe('REPLIED')
  expect((await runsOf(number)).filter(({ clock, slot }) => clock === 'PROGRESS' && slot !== null)).toEqual([])
  expect(await act(number, { kind: 'send-back', note: '未写明核查结果' }, dispatcher)).toBe('SIGNED')
  expect((await runsOf(number)).filter(({ clock, slot }) => clock === 'PROGRESS' && slot !== null)).toMatchObject([
    { allowed: '7 wd', startedAt: world.clock.now },
  ])
  world.clock.now = monday
})

test('an answer of a unit that wants it is signed by a second person', async () => {
  await world.db
    .update(units)
    .set({ isReplySigned: true })
    .where(eq(units.code, unit('cgj')))
  const { number } = await aTicket()
  await act(number, dispatch, dispatcher)
  await act(number, { kind: 'sign' }, clerk)
  const words = { publicReply: '已更换灯头', internalReply: '换灯头' }
  expect(await act(number, { kind: 'reply', ...words }, clerk)).toContain('须由第二人审签')
  expect(await act(number, { kind: 'propose-reply', ...words }, clerk)).toBe('SIGNED')
  expect(await rowOf(number)).toMatchObject({ publicReply: null, proposed: { ...words, by: clerk?.id } })
  expect(await act(number, { kind: 'countersign' }, clerk)).toContain('另一人审签')
  expect(await act(number, { kind: 'countersign' }, colleague)).toBe('REPLIED')
  expect(await rowOf(number)).toMatchObject({ ...words, proposed: null })
  await world.db
    .update(units)
    .set({ isReplySigned: false })
    .where(eq(units.code, unit('cgj')))
})

test('what may not be taken up again is archived, the oldest first, and takes addenda only', async () => {
  const closed = async () => {
    const { number } = await aTicket()
    await act(number, dispatch, dispatcher)
    await act(number, { kind: 'sign' }, clerk)
    await act(number, { kind: 'reply', publicReply: '已修复', internalReply: '换灯头' }, clerk)
    expect(await act(number, { kind: 'close' }, dispatcher)).toBe('CLOSED')
    return number
  }
  const [first, second] = [await closed(), await closed()]
  const old = await closed()
  await world.db.update(tickets).set({ reopenBy: null }).where(eq(tickets.number, old))
  const archive = () => archiveSome({ db: world.db, writer: writer(), log: world.parts.log }, world.clock.now)
  expect(await archive()).toBe(0)
  world.clock.now = monday + 31 * day
  expect(await archive()).toBe(2)
  expect([await rowOf(first), await rowOf(second), await rowOf(old)].map(({ state }) => state)).toEqual([
    ...['ARCHIVED', 'ARCHIVED', 'CLOSED'],
  ])
  expect(archivedAtOnce).toBeLessThanOrEqual(1_000)
  world.clock.now = monday + 366 * day
  expect(await archive()).toBe(1)
  expect(await act(first, { kind: 'reopen', note: '又坏了', lead: null }, dispatcher)).toContain('已归档')
  expect(await act(first, { kind: 'urge', note: '快' }, agent)).toContain('已归档')
  expect(await act(first, { kind: 'addendum', note: '列入年度更换计划' }, clerk)).toBe('ARCHIVED')
  world.clock.now = monday
})

test('no one ends the second signature alone, nor while an answer waits for it', async () => {
  const office = await anOffice()
  const own = (name: string) => office.get<object>(name, '/api/own-unit')
  const put = async (name: string, isReplySigned: boolean) => {
    const answer = await office.put(name, '/api/own-unit', { isReplySigned })
    return answer.statusCode === 200 ? 200 : office.code(answer)
  }
  // With no one else there it signs nothing.
  await put('cgj', true)
  expect(await put('cgj', false)).toBe(200)
  expect(await own('cgj')).toMatchObject({ isReplySigned: false, endAskedBy: null })

  await office.join('cgj2', 'CLERK', unit('cgj'))
  await put('cgj', true)
  expect([await put('cgj', false), await put('cgj', false)]).toEqual([200, 200])
  const asked = { isReplySigned: true, endAskedBy: 'cgj的名字𠀀' }
  expect(await own('cgj')).toMatchObject({ ...asked, isEndAskedByYou: true })
  expect(await own('cgj2')).toMatchObject({ ...asked, isEndAskedByYou: false })
  // Not wanted, and asked for once more by the other one.
  await put('cgj2', true)
  expect(await own('cgj')).toMatchObject({ isReplySigned: true, endAskedBy: null })
  await put('cgj2', false)
  const number = await office.create()
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
  await office.act('cgj', number, 'sign', { version: 2 })
  const words = { publicReply: '路灯已修复，亮灯正常', internalReply: '更换灯头一只' }
  expect(office.code(await office.act('cgj', number, 'propose-reply', { version: 3, ...words }))).toBe(200)
  expect(await put('cgj', false)).toBe('unit.answers-waiting')
  await office.act('cgj2', number, 'countersign', { version: 4 })
  expect(await put('cgj', false)).toBe(200)
  expect(await own('cgj2')).toMatchObject({ isReplySigned: false, endAskedBy: null })
  const written = (await office.db.select().from(auditEvents).orderBy(asc(auditEvents.id))).filter(
    ({ action }) => action === 'unit.reply-signing',
  )
  expect(written.slice(-2).map(({ details }) => details)).toMatchObject([
    ...[{ isReplySigned: true, isEndAsked: true }, { isReplySigned: false }],
  ])
})

test('a unit decides for itself whether its answers are signed twice; that is written down', async () => {
  const office = await anOffice()
  const own = (name: string) => office.get<{ isReplySigned: boolean }>(name, '/api/own-unit')
  expect(await own('cgj')).toMatchObject({ code: 'cgj', isReplySigned: false })
  expect((await office.put('cgj', '/api/own-unit', { isReplySigned: true })).statusCode).toBe(200)
  expect((await own('cgj')).isReplySigned).toBe(true)
  expect((await own('rsj')).isReplySigned).toBe(false)
  expect((await office.ask('dispatcher', '/api/own-unit')).statusCode).toBe(403)

  const number = await office.create()
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
  await office.act('cgj', number, 'sign', { version: 2 })
  const detail = await office.detail('cgj', number)
  expect(detail.actions).toContain('propose-reply')
  expect(detail.actions).not.toContain('reply')
  await office.act('cgj', number, 'return', { version: 3, reason: 'U2', note: '不属本局' })
  const grave = { publicReply: '保证解决，请联系13912345678。', internalReply: '已处理' }
  const stopped = await office.act('cgj', number, 'propose-reply', { version: 4, ...grave })
  expect(office.code(stopped)).toBe('ticket.reply-stopped')
  await office.act('cgj', number, 'propose-reply', { version: 4, ...grave, overrideReason: '公开电话' })
  await office.join('cgj2', 'CLERK', unit('cgj'))
  expect(await office.detail('cgj2', number)).toMatchObject({
    ...{ isProposed: true, proposed: { publicReply: grave.publicReply, by: expect.stringContaining('cgj') } },
  })
  // The check runs again for who signs.
  expect(office.code(await office.act('cgj2', number, 'countersign', { version: 5 }))).toBe('ticket.reply-stopped')
  const signed = await office.act('cgj2', number, 'countersign', { version: 5, overrideReason: '公开电话' })
  expect(signed.json()).toMatchObject({ state: 'REPLIED' })
  expect(await office.get('cgj', '/api/tickets/returned')).toMatchObject({
    tickets: [{ number, decision: 'LAPSED', isAnswered: true }],
  })
})
