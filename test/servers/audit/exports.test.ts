import { asc, inArray } from 'drizzle-orm'
import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import { mostRows } from '../../../src/audit/exports.ts'
import { auditEvents } from '../../../src/audit/schema.ts'
import type { CallList } from '../../../src/calls/records/api.ts'
import { calls } from '../../../src/calls/records/schema.ts'
import type { TicketTotal } from '../../../src/tickets/api.ts'
import { anOffice } from '../tickets/office.ts'
import { aWeb, type World } from '../web/world.ts'

const exported = ['export.begun', 'calls.exported', 'tickets.exported'] as const
const audited = async (world: Pick<World, 'db'>) =>
  world.db
    .select()
    .from(auditEvents)
    .where(inArray(auditEvents.action, [...exported]))
    .orderBy(asc(auditEvents.id))

async function aSupervisor(world: World): Promise<string> {
  await world.person('boss', ['SUPERVISOR'])
  return world.logIn('boss')
}

test('calls leave as a table that has what the page shows: masked, in Shanghai’s time, safe in Excel, and audited', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const agent = await world.agent('1001')
  const arrivedAt = Date.parse('2026-11-23T23:30:00+08:00')
  await world.call({
    ...{ arrivedAt, queuedAt: arrivedAt + 4_000, answeredAt: arrivedAt + 9_400, endedAt: arrivedAt + 69_400 },
    ...{ agentId: agent.id, outcome: 'ANSWERED', endedBy: 'CALLER', callerName: '=cmd|calc' },
  })
  await world.call({ arrivedAt: arrivedAt - 1_000, callerNumber: null, outcome: 'LEFT_QUEUE' })
  const answer = await world.get('/api/calls/export.csv?outcome=ANSWERED', cookie)
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="calls-\d{8}-\d{4}\.csv"$/)
  expect(answer.headers['cache-control']).toBe('no-store')
  const [header = '', row = '', ...rest] = answer.body.split('\r\n')
  expect(rest).toEqual([''])
  expect(header.startsWith('\ufeff"通话编号","来电时间","来电号码"')).toBe(true)
  expect(row).toContain('"2026-11-23 23:30:00","139****5678","否"')
  expect(row).toContain('"1001","1001的名字𠀀","已接听","市民挂机"')
  expect(row.endsWith('"5","60","否"')).toBe(true)
  expect(answer.body).not.toMatch(/13912345678/)
  expect((await audited(world)).map(({ action, actor, details }) => ({ action, actor, ...details }))).toEqual([
    { action: 'export.begun', actor: 'boss', what: 'calls.exported', filter: { outcome: 'ANSWERED' } },
    { action: 'calls.exported', actor: 'boss', filter: { outcome: 'ANSWERED' }, rows: 1, isWhole: true },
  ])
})

test('agents export no calls, and administrators neither; everybody who reads the list may count it', async () => {
  const world = await aWeb()
  await world.agent('1001')
  await world.person('admin', ['ADMIN'])
  const agent = await world.logIn('1001')
  expect((await world.get('/api/calls/export.csv', agent)).statusCode).toBe(403)
  expect((await world.get('/api/calls/export.csv', await world.logIn('admin'))).statusCode).toBe(403)
  for (let n = 0; n < 3; n += 1) await world.call({ outcome: n === 0 ? 'ANSWERED' : 'LEFT_QUEUE' })
  expect((await world.get('/api/calls/total', agent)).json()).toEqual({ count: 3, isMore: false })
  expect((await world.get('/api/calls/total?outcome=LEFT_QUEUE', agent)).json()).toEqual({ count: 2, isMore: false })
  expect((await world.get('/api/calls/total?line=99999', agent)).json()).toEqual({ count: 0, isMore: false })
})

test('a table ends at its bound and says so, and counting at its own', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  const at = Date.now()
  const row = (n: number) => {
    const id = ulid(at + n)
    const line = { lineSource: 'DIALLED', lineConfidence: 'CERTAIN', dialled: '12345', lineId: 1 } as const
    return { id: id as never, node: 'node-1', channel: id, ...line, arrivedAt: at + n, version: 1 }
  }
  for (let n = 0; n <= mostRows; n += 5_000) {
    const size = Math.min(5_000, mostRows + 1 - n)
    await world.db.insert(calls).values(Array.from({ length: size }, (_, i) => row(n + i)))
  }
  expect((await world.get('/api/calls/total', cookie)).json()).toEqual({ count: 10_000, isMore: true })
  const { body } = await world.get('/api/calls/export.csv', cookie)
  const lines = body.split('\r\n')
  expect(lines).toHaveLength(mostRows + 3)
  expect(lines.at(-2)).toContain('已到 20000 行上限')
  expect((await audited(world)).at(-1)?.details).toMatchObject({ rows: mostRows, isWhole: false })
}, 120_000)

test('somebody who exports again and again is stopped, and told for how long', async () => {
  const world = await aWeb()
  const cookie = await aSupervisor(world)
  for (let n = 0; n < 20; n += 1) expect((await world.get('/api/calls/export.csv', cookie)).statusCode).toBe(200)
  const refused = await world.get('/api/calls/export.csv', cookie)
  expect(refused.json()).toMatchObject({ status: 429, code: 'export.too-many' })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_000)
})

test('a table of tickets has no more in it than the page of the same person: units their own, hidden callers hidden', async () => {
  const office = await anOffice()
  const open = await office.create()
  const secret = await office.create({
    isConfidential: true,
    content: '单位拖欠工资',
    caller: { name: '李四海', phone: '13800138000' },
  })
  const all = await office.list('director')
  expect(all.tickets).toHaveLength(2)
  for (const name of ['director', 'dispatcher', 'cgj', 'rsj']) {
    const { tickets } = await office.list(name)
    const { body } = await office.ask(name, '/api/tickets/export.csv')
    const rows = body.split('\r\n').slice(1, -1)
    expect(rows.map((row) => row.slice(1, 17))).toEqual(tickets.map((ticket) => ticket.number))
    for (const [n, ticket] of tickets.entries()) {
      expect(rows[n]).toContain(ticket.isCallerHidden ? '"保密",""' : `"${ticket.caller?.name}","139****5678"`)
    }
    expect(body).not.toMatch(/李四海|13800138000|138\*{4}8000/)
    const total = await office.get<TicketTotal>(name, '/api/tickets/total')
    expect(total).toEqual({ count: tickets.length, isMore: false })
  }
  expect([open, secret]).toHaveLength(2)
  expect((await office.ask('1001', '/api/tickets/export.csv')).statusCode).toBe(403)
  expect(await office.get<TicketTotal>('director', '/api/tickets/total?state=DISPATCHED,SIGNED&type=HELP')).toEqual({
    count: (await office.list('director', 'state=DISPATCHED,SIGNED&type=HELP')).tickets.length,
    isMore: false,
  })
  expect(await office.get<TicketTotal>('director', '/api/tickets/total?line=99999')).toEqual({
    count: 0,
    isMore: false,
  })
  expect(await office.get<TicketTotal>('director', `/api/tickets/total?search=${encodeURIComponent('路灯')}`)).toEqual({
    count: null,
    isMore: false,
  })
  expect(await office.get<TicketTotal>('director', `/api/tickets/total?search=${open}`)).toEqual({
    count: 1,
    isMore: false,
  })
})

test('a call that is tied to a hidden caller’s ticket tells no number in the table either', async () => {
  const office = await anOffice()
  const callId = await office.ownCall({ endedAt: Date.now() - 2 * 3_600_000, callerName: '13912345678' })
  await office.create({ isConfidential: true, callIds: [callId] })
  await office.join('quality', 'QUALITY')
  const { calls: listed } = await office.get<CallList>('quality', '/api/calls')
  expect(listed).toMatchObject([{ id: callId, isCallerHidden: true }])
  const { body } = await office.ask('quality', '/api/calls/export.csv')
  expect(body).toContain(`"${callId}"`)
  expect(body).not.toMatch(/139[*\d]{4}5678/)
})
