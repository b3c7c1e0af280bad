import { and, asc, eq, inArray } from 'drizzle-orm'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openDatabase } from '../../../src/platform/database/database.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import type { TicketId } from '../../../src/platform/types.ts'
import type { Duplicates, TicketList } from '../../../src/tickets/api.ts'
import { archiveSome } from '../../../src/tickets/clockwork/archiving.ts'
import type { Cluster, ClusterList, MergeResults } from '../../../src/tickets/merge/api.ts'
import { followSome } from '../../../src/tickets/merge/followers.ts'
import { faultsIn } from '../../../src/tickets/records/history.ts'
import { ticketEvents, tickets } from '../../../src/tickets/records/schema.ts'
import { createTicket } from '../../../src/tickets/records/store.ts'
import { openWriter } from '../../../src/tickets/records/writer.ts'
import { anOffice, form } from './office.ts'
import { aMatter, timingToCome as timing } from './world.ts'

/** Many callers, one matter: merged, answered together, taken apart; an event that agents are offered. */

type Office = Awaited<ReturnType<typeof anOffice>>
const callerOf = (n: number) => ({ name: `李${n}`, phone: `139${String(10_000_000 + n)}` })

async function act(office: Office, name: string, number: string, action: string, more: object = {}) {
  const { version } = await office.detail('dispatcher', number)
  return office.act(name, number, action, { version, ...more })
}
const idOf = async (office: Office, number: string): Promise<TicketId> => {
  const [row] = await office.db.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, number))
  if (!row) throw new Error(`no ticket ${number}`)
  return row.id
}
async function answered(office: Office, number: string, publicReply: string): Promise<void> {
  await act(office, 'cgj', number, 'sign')
  await act(office, 'cgj', number, 'reply', {
    ...{ publicReply, internalReply: '换循环泵', overrideReason: '测试' },
  })
  const done = await act(office, 'dispatcher', number, 'close', { overrideReason: '测试' })
  if (done.statusCode !== 200) throw new Error(done.body)
}
/** As the job does it. */
async function followAll(office: Office, number: string): Promise<number> {
  const id = await idOf(office, number)
  let all = 0
  for (let some = 1; some > 0; all += some) some = await followSome(office.db, id, timing, Date.now())
  return all
}
const merge = async (office: Office, lead: string, ...numbers: string[]) =>
  ((await office.send('dispatcher', `/api/tickets/${lead}/merged`, { numbers })).json() as MergeResults).results

test('who follows is answered with the lead, under its own number, and learns nothing of another caller', async () => {
  const office = await anOffice()
  const lead = await office.create({ caller: { name: '王秀兰', phone: '13900000001' } })
  const other = await office.create({ caller: { name: '赵大力', phone: '13900000002' } })
  const joined = await office.create({ caller: { name: '钱三', phone: '13900000003' }, joins: lead })
  expect(await merge(office, lead, other, lead)).toMatchObject([
    { number: other, isMerged: true },
    { number: lead, isMerged: false, code: 'ticket.has-followers' },
  ])
  expect(await office.detail('dispatcher', other)).toMatchObject({ state: 'MERGED', mergedInto: lead, clocks: [] })
  expect(await office.detail('1001', joined)).toMatchObject({ state: 'MERGED', mergedInto: lead })
  expect(await office.detail('dispatcher', lead)).toMatchObject({ followers: 2, mergedInto: null })
  await office.act('dispatcher', lead, 'dispatch', { version: 1, lead: 'cgj', reason: '职责' })
  const list = await office.get<TicketList>('cgj', `/api/tickets/${lead}/merged`)
  expect(list.tickets).toMatchObject([{ number: other }, { number: joined, caller: { phone: '139****0003' } }])
  expect(office.code(await office.ask('rsj', `/api/tickets/${lead}/merged`))).toBe('ticket.not-yours')
  expect(office.code(await office.ask('cgj', `/api/tickets/${other}`))).toBe('ticket.not-yours')
  await answered(office, lead, '王秀兰女士您好，您来电 13900000001 反映的路灯已修复')
  const announced = await office.db.select().from(outbox).where(eq(outbox.queue, 'follow'))
  expect(announced).toHaveLength(1)
  expect(await followAll(office, lead)).toBe(2)
  for (const number of [other, joined]) {
    const seen = await office.detail('dispatcher', number)
    expect(seen).toMatchObject({ state: 'CLOSED', publicReply: expect.stringContaining('已修复') })
    expect(JSON.stringify(seen)).not.toMatch(/王秀兰|13900000001/)
    expect(seen.history.at(-1)).toMatchObject({ kind: 'follow', actor: '系统', details: { lead } })
    expect((await office.list('dispatcher', `search=已修复`)).tickets.map((one) => one.number)).toContain(number)
  }
  // The lead is redone: its new answer reaches them, too, and what follows since; they may be unmerged from then on.
  await act(office, 'dispatcher', lead, 'redo', { reason: 'CAME_BACK', note: '又不亮了' })
  const late = await office.create({ caller: { name: '孙四', phone: '13900000004' } })
  await merge(office, lead, late)
  const ofTheFirst = 1
  const followers = eq(tickets.mergedInto, await idOf(office, lead))
  await office.db
    .update(tickets)
    .set({ reopenBy: ofTheFirst })
    .where(and(followers, eq(tickets.state, 'CLOSED')))
  await answered(office, lead, '已更换线路')
  expect(await followAll(office, lead)).toBe(3)
  const ends = (await office.db.select({ at: tickets.reopenBy }).from(tickets).where(followers)).map(({ at }) => at)
  const { reopenBy } = await office.detail('dispatcher', lead)
  expect(ends).toEqual([reopenBy, reopenBy, reopenBy])
  expect(await office.detail('dispatcher', joined)).toMatchObject({ state: 'CLOSED', publicReply: '已更换线路' })
  expect(await followAll(office, lead)).toBe(0)
})

test('who follows is archived after the lead, which may still be answered anew', async () => {
  const office = await anOffice()
  const lead = await office.create()
  const other = await office.create({ caller: callerOf(2) })
  await merge(office, lead, other)
  await office.act('dispatcher', lead, 'dispatch', { version: 1, lead: 'cgj', reason: '职责' })
  await answered(office, lead, '已修复')
  await followAll(office, lead)
  const { db } = office
  const end = (number: string, reopenBy: number) =>
    db.update(tickets).set({ reopenBy }).where(eq(tickets.number, number))
  const writer = openWriter({ db, bus: { publish: () => undefined }, timing: async () => timing })
  const archive = () => archiveSome({ db, writer, log: pino({ level: 'silent' }) }, Date.now())
  await end(other, 1)
  expect(await archive()).toBe(0)
  await act(office, 'dispatcher', lead, 'redo', { reason: 'CAME_BACK', note: '又不亮了' })
  expect(await archive()).toBe(0)
  await answered(office, lead, '已更换线路')
  expect(await followAll(office, lead)).toBe(1)
  expect(await office.detail('dispatcher', other)).toMatchObject({ state: 'CLOSED', publicReply: '已更换线路' })
  await end(lead, 2)
  await end(other, 1)
  expect([await archive(), await archive(), await archive()]).toEqual([1, 1, 0])
  for (const number of [lead, other]) expect((await office.detail('dispatcher', number)).state).toBe('ARCHIVED')
})

test('what is no longer the same matter is taken apart, and a lead is not left by its followers', async () => {
  const office = await anOffice()
  const lead = await office.create()
  const other = await office.create({ caller: callerOf(2) })
  const third = await office.create({ caller: callerOf(3) })
  await merge(office, lead, other)
  const barred = [
    ['void', { reason: 'MISTAKE', note: '误登' }],
    ['classify', { reason: 'N12', act: 'CHANNEL', note: '请到法院' }],
    ['hand-over', { to: '110', note: '已接' }],
  ] as const
  for (const [action, more] of barred) {
    expect(office.code(await act(office, 'dispatcher', lead, action, more))).toBe('ticket.has-followers')
  }
  // A lead follows nobody, and nobody follows a follower.
  expect(await merge(office, third, lead)).toMatchObject([{ isMerged: false, code: 'ticket.has-followers' }])
  expect(await merge(office, other, third)).toMatchObject([{ isMerged: false, code: 'ticket.merge-barred' }])
  const late = await office.send('1001', '/api/tickets', { ...form, joins: other })
  expect(office.code(late)).toBe('ticket.merge-barred')
  expect((await act(office, 'dispatcher', other, 'unmerge', { note: '另一条路' })).statusCode).toBe(200)
  expect(await office.detail('dispatcher', other)).toMatchObject({
    ...{ state: 'REGISTERED', mergedInto: null, inboxMark: 'UNMERGED', clocks: ['DISPATCH'], round: 1 },
  })
  await merge(office, lead, other)
  await office.act('dispatcher', lead, 'dispatch', { version: 1, lead: 'cgj', reason: '职责' })
  await answered(office, lead, '已修复')
  await followAll(office, lead)
  expect(office.code(await act(office, 'dispatcher', other, 'redo', { reason: 'UNTRUE', note: '没修' }))).toBe(
    'ticket.wrong-state',
  )
  await act(office, 'dispatcher', other, 'unmerge', { note: '修的不是我这里' })
  expect(await office.detail('dispatcher', other)).toMatchObject({
    ...{ state: 'REGISTERED', round: 2, publicReply: null },
    rounds: [{ publicReply: '已修复' }, { kind: 'REOPEN' }],
  })
})

test('two dispatchers who merge two tickets into each other make no circle', async () => {
  const office = await anOffice()
  for (let times = 0; times < 5; times += 1) {
    const [one, other] = [await office.create({ caller: callerOf(1) }), await office.create({ caller: callerOf(2) })]
    const results = (await Promise.all([merge(office, one, other), merge(office, other, one)])).flat()
    expect(results.filter(({ isMerged }) => isMerged)).toHaveLength(1)
  }
})

test('an event is offered to the agent whose caller means it, and its callers are counted', async () => {
  const office = await anOffice()
  const lead = await office.create({ place: '惠丰小区3号楼' })
  const given = { lead, title: '惠丰小区停暖', announcement: '热力公司正在抢修，预计今晚恢复。', place: '惠丰小区' }
  const made = await office.send('dispatcher', '/api/clusters', { ...given, isWholeCounty: false })
  expect(made.statusCode).toBe(201)
  const { id } = made.json() as Cluster
  expect(office.code(await office.send('dispatcher', '/api/clusters', given))).toBe('cluster.lead-taken')
  expect(office.code(await office.send('cgj', '/api/clusters', given))).toBe('access.denied')
  const look = async (place: string) => {
    const asked = { categoryCode: '030401', countyCode: '140403', place }
    return (await office.send('1001', '/api/ticket-duplicates', asked)).json() as Duplicates
  }
  expect((await look('惠丰小区7号楼')).clusters).toEqual([
    { id, title: given.title, announcement: given.announcement, lead, callers: 1 },
  ])
  expect((await look('太行街7号')).clusters).toEqual([])
  await office.create({ caller: callerOf(7), place: '惠丰小区7号楼', joins: lead })
  expect((await office.get<ClusterList>('1001', '/api/clusters')).clusters).toMatchObject([{ id, callers: 2 }])
  const change = { title: given.title, announcement: '已恢复。', place: '惠丰小区', isOffered: false }
  expect((await office.put('dispatcher', `/api/clusters/${id}`, change)).statusCode).toBe(200)
  expect((await look('惠丰小区7号楼')).clusters).toEqual([])
  const [none] = [await office.put('dispatcher', `/api/clusters/01JDAAAAAAAAAAAAAAAAAAAAAA`, change)]
  expect(office.code(none)).toBe('cluster.not-found')
})

test('likely duplicates of a ticket that is there come with a score and why', async () => {
  const office = await anOffice()
  const first = await office.create({ place: '英雄路88号', caller: callerOf(1) })
  const again = await office.create({ place: '英雄路88号', caller: callerOf(2) })
  const found = await office.get<Duplicates>('dispatcher', `/api/tickets/${again}/candidates`)
  expect(found.duplicates).toMatchObject([
    { number: first, why: 'PLACE', score: 80, reasons: ['同一地点', '同一事项', '内容相似 100%', '3 天内'] },
  ])
  await merge(office, first, again)
  // What follows it stands for its lead.
  const third = await office.create({ place: '英雄路88号', caller: callerOf(2) })
  const later = await office.get<Duplicates>('dispatcher', `/api/tickets/${third}/candidates`)
  expect(later.duplicates.map(({ number, why }) => [number, why])).toEqual([[first, 'CALLER']])
})

test('300 callers of an outage are answered in a bounded number of statements, each with a history that holds', async () => {
  const office = await anOffice()
  const lead = await office.create({ place: '惠丰小区' })
  const into = await idOf(office, lead)
  const event = { kind: 'join' as const, into, lead }
  const by = { id: 1, name: '1001', roles: ['AGENT' as const], unitCode: null }
  for (let from = 0; from < 300; from += 10) {
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => {
        const caller = { name: `李${from + n}`, phone: `+86139${10_000_000 + from + n}`, address: null }
        return createTicket(office.db, aMatter({ caller }), event, { by, now: Date.now(), timing })
      }),
    )
  }
  await office.act('dispatcher', lead, 'dispatch', { version: 1, lead: 'cgj', reason: '职责' })
  await answered(office, lead, '已恢复供暖')
  let statements = 0
  const counted = openDatabase(office.settings, { onStatement: () => (statements += 1) })
  try {
    for (let some = 100; some === 100; ) some = await followSome(counted.db, into, timing, Date.now())
  } finally {
    await counted.close()
  }
  // Three hundreds, and one look that finds none.
  expect(statements).toBeLessThan(60)
  const rows = await office.db.select().from(tickets).where(eq(tickets.mergedInto, into)).orderBy(asc(tickets.id))
  expect(rows).toHaveLength(300)
  expect(rows.every(({ state, publicReply }) => state === 'CLOSED' && publicReply === '已恢复供暖')).toBe(true)
  expect(new Set(rows.map(({ queryCode, number }) => `${number} ${queryCode}`)).size).toBe(300)
  const ids = rows.map(({ id }) => id)
  const history = await office.db
    .select()
    .from(ticketEvents)
    .where(and(inArray(ticketEvents.ticketId, ids)))
  for (const row of rows) {
    expect(
      faultsIn(
        row.version,
        history.filter(({ ticketId }) => ticketId === row.id),
      ),
    ).toEqual([])
  }
  const seen: string[] = []
  for (let next: string | null = ''; next !== null; ) {
    const page: TicketList = await office.get('dispatcher', `/api/tickets/${lead}/merged?cursor=${next}`)
    seen.push(...page.tickets.map(({ number }) => number))
    next = page.next
  }
  expect(new Set(seen).size).toBe(300)
})
