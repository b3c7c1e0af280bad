import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { asc, eq, sql } from 'drizzle-orm'
import { ulid } from 'ulid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { citizens } from '../../../../src/citizens/schema.ts'
import { type Database, type Db, openDatabase } from '../../../../src/platform/database/database.ts'
import { newId } from '../../../../src/platform/database/ids.ts'
import { outbox } from '../../../../src/platform/database/schema.ts'
import type { CallId, CategoryCode, CountyCode } from '../../../../src/platform/types.ts'
import type { TicketEvent } from '../../../../src/tickets/life/ticket.ts'
import { bucketsBetween, searchOf, wantedIn } from '../../../../src/tickets/lists/tokens.ts'
import { faultsIn } from '../../../../src/tickets/records/history.ts'
import type { By, NewTicket } from '../../../../src/tickets/records/rows.ts'
import {
  ticketCalls,
  ticketDeadlines,
  ticketEvents,
  ticketRequests,
  ticketSearch,
  tickets,
  ticketTasks,
} from '../../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket, type Request } from '../../../../src/tickets/records/store.ts'
import { freshDatabaseUrl } from '../../world.ts'
import { aMatter, aPerson, loadBasics, monday, timing, unit } from '../world.ts'
import { readHistory } from './history-rows.ts'

let databaseUrl: string
let database: Database
let db: Db
let agent: NonNullable<By>
let dispatcher: NonNullable<By>
let clerk: NonNullable<By>
let otherClerk: NonNullable<By>

beforeEach(async () => {
  databaseUrl = await freshDatabaseUrl()
  database = openDatabase({ databaseUrl })
  db = database.db
  await loadBasics(db)
  agent = await aPerson(db, '1001', 'AGENT')
  dispatcher = await aPerson(db, 'dispatcher', 'DISPATCHER')
  clerk = await aPerson(db, 'cgj', 'CLERK', 'cgj')
  otherClerk = await aPerson(db, 'rsj', 'CLERK', 'rsj')
})
afterEach(() => database.close())

const at = (by: By, now = monday, key?: string): Request => ({ by, now, timing, key })
const toUnit = (lead: string, coUnits: string[] = []): TicketEvent => ({
  kind: 'dispatch',
  lead: unit(lead),
  coUnits: coUnits.map(unit),
  ruleKey: null,
  reason: '属地优先',
  returnBy: null,
})
const giveBack: TicketEvent = { kind: 'return', reason: 'U2', note: '三定规定', suggestedUnit: null }

async function create(change: Partial<NewTicket> = {}, request = at(agent)) {
  const outcome = await createTicket(db, aMatter(change), { kind: 'register' }, request)
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome
}

async function act(number: string, event: TicketEvent, version: number, request: Request) {
  const outcome = await actOnTicket(db, number, event, version, request)
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome
}

async function rowOf(number: string) {
  const [row] = await db.select().from(tickets).where(eq(tickets.number, number))
  if (!row) throw new Error(`no ${number}`)
  return row
}

describe('a ticket', () => {
  it('is written whole: row, history, clock, search, call, citizen and announcement', async () => {
    const callId = ulid() as CallId
    const made = await create({ callIds: [callId, callId] })
    expect(made.number).toBe('CZ20261123000001')
    expect(made.queryCode).toMatch(/^\d{6}$/)
    const row = await rowOf(made.number)
    expect(row).toMatchObject({
      state: 'REGISTERED',
      version: 1,
      title: '英雄路路灯不亮，已经三天了 𠀀🐎',
      callerPhone: '+8613912345678',
      registeredAt: monday,
      createdBy: agent.id,
      // Two hours, day and night.
      nextDueAt: monday + 2 * 3_600_000,
      clockMark: null,
    })
    const history = await readHistory(db, row.id)
    expect(history).toMatchObject([
      { seq: 1, kind: 'register', fromState: 'DRAFT', toState: 'REGISTERED', actorId: agent.id, at: monday },
    ])
    expect(await db.select().from(ticketCalls)).toMatchObject([{ ticketId: row.id, callId, kind: 'CREATED' }])
    expect(await db.select().from(citizens)).toMatchObject([{ id: row.citizenId, phone: '+8613912345678' }])
    expect(await db.select().from(outbox)).toMatchObject([
      { queue: 'dispatch', topic: 'ticket.register', jobId: `ticket:${row.id}:1`, payload: { number: made.number } },
    ])
  })

  it('goes to its end with one row of history and one announcement a step, which agree with its state', async () => {
    const { number } = await create()
    await act(number, toUnit('cgj', ['rsj']), 1, at(dispatcher, monday + 1))
    expect(await rowOf(number)).toMatchObject({
      leadUnit: 'cgj',
      dispatchedAt: monday + 1,
      signDueAt: Date.parse('2026-11-24T23:59:59.999+08:00'),
      handleDueAt: Date.parse('2026-11-30T23:59:59.999+08:00'),
      calendarVersion: '2026.1',
    })
    await act(number, { kind: 'sign' }, 2, at(clerk, monday + 2))
    const reply = { publicReply: '已修复', internalReply: '换灯', missingParts: '协办单位未反馈' }
    await act(number, { kind: 'reply', ...reply }, 3, at(clerk, monday + 3))
    await act(number, { kind: 'close' }, 4, at(dispatcher, monday + 4))
    const row = await rowOf(number)
    expect(row).toMatchObject({ state: 'CLOSED', version: 5, closedAt: monday + 4, nextDueAt: null, warnAt: null })
    const history = await readHistory(db, row.id)
    expect(history.map((one) => [one.seq, one.kind, one.fromState, one.toState])).toEqual([
      [1, 'register', 'DRAFT', 'REGISTERED'],
      [2, 'dispatch', 'REGISTERED', 'DISPATCHED'],
      [3, 'sign', 'DISPATCHED', 'SIGNED'],
      [4, 'reply', 'SIGNED', 'REPLIED'],
      [5, 'close', 'REPLIED', 'CLOSED'],
    ])
    expect(history[1]).toMatchObject({ note: '属地优先', details: { lead: 'cgj', coUnits: ['rsj'] } })
    expect(history[3]).toMatchObject({ unitCode: 'cgj', details: { publicReply: '已修复' } })
    expect(await db.select().from(outbox)).toHaveLength(5)
    const all = await db.select().from(ticketDeadlines).orderBy(asc(ticketDeadlines.metAt))
    const clocks = all.filter(({ unitCode }) => unitCode !== 'rsj')
    // A working day before the unit in charge, and over with the ticket.
    expect(
      all.filter((clock) => !clocks.includes(clock)).map((clock) => [clock.clock, clock.dueAt, clock.slot]),
    ).toEqual(
      expect.arrayContaining([
        ['PART_SIGN', Date.parse('2026-11-24T23:59:59.999+08:00'), null],
        ['PART', Date.parse('2026-11-27T23:59:59.999+08:00'), null],
      ]),
    )
    expect(clocks.map((clock) => [clock.clock, clock.slot, clock.metAt])).toEqual([
      // Nobody wrote down that the citizen was called.
      ['CONTACT', null, null],
      ['DISPATCH', null, monday + 1],
      ['SIGN', null, monday + 2],
      ['HANDLE', null, monday + 3],
      ['CHECK', null, monday + 4],
    ])
  })

  it('of the province has the limit that came with it where that is shorter, and keeps it at the next unit', async () => {
    const upstreamDueAt = Date.parse('2026-11-25T17:00:00+08:00')
    const { number } = await create({ channel: 'PROVINCE', upstreamNumber: 'SX-1', upstreamDueAt })
    await act(number, toUnit('cgj'), 1, at(dispatcher))
    const opening = Date.parse('2026-11-24T08:30:00+08:00')
    expect(await rowOf(number)).toMatchObject({ handleDueAt: upstreamDueAt, upstreamDueAt })
    const [handle] = await db.select().from(ticketDeadlines).where(eq(ticketDeadlines.clock, 'HANDLE'))
    expect(handle).toMatchObject({ dueAt: upstreamDueAt, warnAt: opening })
    await act(number, giveBack, 2, at(clerk))
    await act(number, toUnit('rsj'), 3, at(dispatcher, monday + 3_600_000))
    expect(await rowOf(number)).toMatchObject({ leadUnit: 'rsj', handleDueAt: upstreamDueAt })
    const other = await create({ upstreamDueAt: Date.parse('2027-01-25T17:00:00+08:00') })
    await act(other.number, toUnit('cgj'), 1, at(dispatcher))
    expect((await rowOf(other.number)).handleDueAt).toBe(Date.parse('2026-11-30T23:59:59.999+08:00'))
  })

  it('that is given back stays with its unit until another one has signed', async () => {
    const { number, id } = await create()
    await act(number, toUnit('cgj', ['rsj']), 1, at(dispatcher, monday + 1))
    await act(number, giveBack, 2, at(clerk, monday + 2))
    const active = async () => {
      const rows = await db
        .select()
        .from(ticketTasks)
        .where(sql`${ticketTasks.ticketId} = ${id} AND ${ticketTasks.slot} = 1`)
      return rows.map(({ unitCode, role, signedAt }) => `${unitCode} ${role}${signedAt ? ' signed' : ''}`).sort()
    }
    const running = async () => {
      const rows = await db.select().from(ticketDeadlines).where(eq(ticketDeadlines.slot, 1))
      return rows.map(({ clock, unitCode }) => `${clock} ${unitCode}`).sort()
    }
    expect(await active()).toEqual(['cgj LEAD', 'rsj CO'])
    const [ofRsj, ofCgj] = ['rsj', 'cgj'].map((code) => [`PART ${code}`, `PART_SIGN ${code}`])
    expect(await running()).toEqual(['CONTACT cgj', 'HANDLE cgj', ...(ofRsj ?? []), 'REVIEW ', 'SIGN cgj'])
    const asked = {
      askedSeq: 3,
      kind: 'RETURN',
      unitCode: 'cgj',
      askedBy: clerk.id,
      askedAt: monday + 2,
      note: '三定规定',
    }
    expect(await db.select().from(ticketRequests)).toMatchObject([{ ...asked, slot: 1, decision: null }])

    await act(number, toUnit('rsj', ['cgj']), 3, at(dispatcher, monday + 3))
    expect(await active()).toEqual(['cgj CO', 'cgj HOLDER', 'rsj LEAD'])
    expect(await running()).toEqual([
      'CONTACT cgj',
      'CONTACT rsj',
      'HANDLE cgj',
      'HANDLE rsj',
      ...(ofCgj ?? []),
      'SIGN rsj',
    ])
    const granted = { slot: null, decision: 'GRANTED', decidedSeq: 4, decidedBy: dispatcher.id, decidedAt: monday + 3 }
    expect(await db.select().from(ticketRequests)).toMatchObject([{ ...asked, ...granted }])
    // Of the unit that it is with, though the other one's is due before.
    const row = await rowOf(number)
    const [due] = await db.select().from(ticketDeadlines).where(sql`clock = 'HANDLE' AND unit_code = 'rsj'`)
    expect(row).toMatchObject({ leadUnit: 'rsj', state: 'DISPATCHED', handleDueAt: due?.dueAt })

    await act(number, { kind: 'sign' }, 4, at(otherClerk, monday + 4))
    expect(await active()).toEqual(['cgj CO', 'rsj LEAD signed'])
    expect(await running()).toEqual(['CONTACT rsj', 'HANDLE rsj', ...(ofCgj ?? [])])
    expect((await readHistory(db, id)).map(({ kind, toState }) => `${kind} ${toState}`)).toEqual([
      ...['register REGISTERED', 'dispatch DISPATCHED', 'return DISPATCHED', 'dispatch DISPATCHED', 'sign SIGNED'],
    ])
  })

  it('waits for one return at a time, whatever two processes do', async () => {
    const { number, id } = await create()
    await act(number, toUnit('cgj'), 1, at(dispatcher))
    await act(number, giveBack, 2, at(clerk))
    const [kept] = await db.select().from(ticketRequests)
    await expect(
      db.insert(ticketRequests).values({ ...(kept as NonNullable<typeof kept>), askedSeq: 9 }),
    ).rejects.toThrow()
    const task = {
      id: newId(1),
      ticketId: id,
      unitCode: unit('rsj'),
      role: 'LEAD' as const,
      slot: 1,
      leadSlot: 1,
      sentAt: 1,
    }
    await expect(db.insert(ticketTasks).values(task)).rejects.toThrow()
  })

  it('goes on with the time it had when its answer is sent back', async () => {
    const { number } = await create()
    await act(number, toUnit('cgj'), 1, at(dispatcher))
    const due = (await rowOf(number)).handleDueAt
    await act(number, { kind: 'sign' }, 2, at(clerk))
    await act(number, { kind: 'reply', publicReply: 'x', internalReply: 'y' }, 3, at(clerk, monday + 5))
    expect((await rowOf(number)).handleDueAt).toBeNull()
    await act(number, { kind: 'send-back', note: '未说明' }, 4, at(dispatcher, monday + 6))
    expect(await rowOf(number)).toMatchObject({ handleDueAt: due, repliedAt: null, publicReply: null })
  })

  it('has a mark in place of a date when the year of its due date is not loaded', async () => {
    const late = Date.parse('2026-12-31T10:00:00+08:00')
    const { number } = await create({}, at(agent, late))
    await act(number, toUnit('cgj'), 1, at(dispatcher, late))
    expect(await rowOf(number)).toMatchObject({ nextDueAt: null, handleDueAt: null, clockMark: 'NO_CALENDAR' })
  })

  it('takes another call of the citizen while it is open, on whatever version', async () => {
    const { number, id } = await create()
    await act(number, toUnit('cgj'), 1, at(dispatcher))
    const callId = ulid() as CallId
    const urged = await actOnTicket(db, number, { kind: 'urge', note: '还没人来' }, null, { ...at(agent), callId })
    expect(urged).toMatchObject({ ok: true, version: 3, state: 'DISPATCHED' })
    expect(await rowOf(number)).toMatchObject({ urgeCount: 1 })
    expect(await db.select().from(ticketCalls).where(eq(ticketCalls.ticketId, id))).toMatchObject([
      { callId, kind: 'URGED' },
    ])
  })

  it('of one telephone number is of one citizen, and an anonymous one of nobody', async () => {
    await Promise.all(['张三丰', null, '张三丰'].map((name) => create({ caller: { ...aMatter().caller, name } })))
    await create({ isAnonymous: true })
    expect(await db.select().from(citizens)).toMatchObject([{ name: '张三丰' }])
    expect(await rowOf('CZ20261123000004')).toMatchObject({ citizenId: null, callerName: null, callerPhone: null })
  })

  it('is found by any two characters of it, also of four bytes; a hidden name is not', async () => {
    const open = await create()
    const hidden = await create({ isConfidential: true, content: '我是张三丰，139 1234 5678，路灯不亮' })
    const found = async (typed: string) => {
      const wanted = wantedIn(typed, false)
      if (wanted === null) throw new Error(`nothing to find in ${typed}`)
      const asked = searchOf(wanted, bucketsBetween(open.id, hidden.id))
      const rows = await db
        .select({ id: ticketSearch.ticketId })
        .from(ticketSearch)
        .where(sql`MATCH(${ticketSearch.tokens}) AGAINST (${asked} IN BOOLEAN MODE)`)
      return rows.map((row) => row.id).sort()
    }
    expect(await found('路灯')).toEqual([open.id, hidden.id].sort())
    expect(await found('𠀀')).toEqual([open.id])
    expect(await found('三天了')).toEqual([open.id])
    expect(await found('路灯 解放路')).toEqual([open.id, hidden.id].sort())
    expect(await found('张三丰')).toEqual([])
    expect(await found('1234')).toEqual([])
  })
})

describe('what cannot be', () => {
  const refused = async (change: Partial<NewTicket>) => {
    const outcome = await createTicket(db, aMatter(change), { kind: 'register' }, at(agent))
    return outcome.ok ? null : outcome.refusal.code
  }

  it('is refused by name, and nothing of it stays', async () => {
    expect(await refused({ categoryCode: '030400' as CategoryCode })).toBe('ticket.category-unknown')
    expect(await refused({ categoryCode: '999999' as CategoryCode })).toBe('ticket.category-unknown')
    expect(await refused({ countyCode: '110101' as CountyCode })).toBe('ticket.county-unknown')
    expect(await refused({ suggestedUnit: unit('old') })).toBe('ticket.unit-unknown')
    for (const table of [tickets, ticketEvents, outbox, ticketDeadlines, citizens]) {
      expect(await db.select().from(table)).toEqual([])
    }
  })

  it('is a unit that no longer exists', async () => {
    const { number } = await create()
    for (const event of [toUnit('old'), toUnit('nobody'), toUnit('cgj', ['old'])]) {
      const outcome = await actOnTicket(db, number, event, 1, at(dispatcher))
      expect(outcome).toMatchObject({ ok: false, refusal: { code: 'ticket.unit-unknown' } })
    }
    expect((await rowOf(number)).version).toBe(1)
  })

  it('is an event on a version that others have changed', async () => {
    const { number } = await create()
    await act(number, toUnit('cgj'), 1, at(dispatcher))
    const late = await actOnTicket(db, number, toUnit('rsj'), 1, at(dispatcher))
    expect(late).toMatchObject({ refusal: { code: 'ticket.stale' } })
    const strange = await actOnTicket(db, 'CZ20261123999999', toUnit('rsj'), 1, at(dispatcher))
    expect(strange).toMatchObject({ refusal: { code: 'ticket.not-found' } })
  })

  it('is a history that somebody changed behind our back', async () => {
    const { number, id } = await create()
    await act(number, toUnit('cgj'), 1, at(dispatcher))
    await act(number, { kind: 'sign' }, 2, at(clerk))
    expect(faultsIn(3, await readHistory(db, id))).toEqual([])
    await db.update(ticketEvents).set({ note: '上级要求' }).where(sql`seq = 2`)
    expect(faultsIn(3, await readHistory(db, id))).toEqual([{ seq: 2, what: 'CHANGED' }])
    await db.delete(ticketEvents).where(sql`seq = 2`)
    expect(faultsIn(3, await readHistory(db, id))).toEqual([{ seq: 2, what: 'MISSING' }])
  })
})

describe('at once', () => {
  it('two processes give out every number once', async () => {
    const run = promisify(execFile)
    const writer = join(import.meta.dirname, 'writer.ts')
    const results = await Promise.all([1, 2].map(() => run(process.execPath, [writer, databaseUrl, '40'])))
    const numbers = results.flatMap((result) => JSON.parse(result.stdout) as string[])
    expect(new Set(numbers).size).toBe(80)
    expect(numbers.every((number) => /^CZ20261123\d{6}$/.test(number))).toBe(true)
    expect(await db.select().from(tickets)).toHaveLength(80)
  })

  it('the same submit twice makes one ticket, and both hear of it', async () => {
    const request = at(agent, monday, 'k-1')
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => create({}, request)))
    expect(new Set(outcomes.map((one) => one.number)).size).toBe(1)
    expect(new Set(outcomes.map((one) => one.queryCode)).size).toBe(1)
    expect(outcomes.filter((one) => !one.isRepeat)).toHaveLength(1)
    expect(await db.select().from(tickets)).toHaveLength(1)
    const other = await createTicket(db, aMatter({ content: '别的事' }), { kind: 'register' }, request)
    expect(other).toMatchObject({ refusal: { code: 'ticket.repeated-differently' } })
    // Another person's key is another key.
    await create({}, at(dispatcher, monday, 'k-1'))
  })

  it('the same action twice is done once; without a key the second one is told that it came late', async () => {
    const { number } = await create()
    const twice = await Promise.all(
      [1, 2].map(() => actOnTicket(db, number, toUnit('cgj'), 1, at(dispatcher, monday, 'k-2'))),
    )
    expect(twice).toMatchObject([
      { ok: true, version: 2 },
      { ok: true, version: 2 },
    ])
    const race = await Promise.all([1, 2].map(() => actOnTicket(db, number, { kind: 'sign' }, 2, at(clerk))))
    expect(race.map((one) => (one.ok ? 'done' : one.refusal.code)).sort()).toEqual(['done', 'ticket.stale'])
    expect(await readHistory(db, (await rowOf(number)).id)).toHaveLength(3)
  })

  it('a refused request leaves its key free for the right one', async () => {
    const request = at(agent, monday, 'k-3')
    const wrong = await createTicket(db, aMatter({ countyCode: 'xx' as CountyCode }), { kind: 'register' }, request)
    expect(wrong).toMatchObject({ refusal: { code: 'ticket.county-unknown' } })
    expect((await create({}, request)).isRepeat).toBe(false)
  })
})
