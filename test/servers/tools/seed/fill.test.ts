import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { asc, count, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calls } from '../../../../src/calls/records/schema.ts'
import { citizens } from '../../../../src/citizens/schema.ts'
import { ownNumber } from '../../../../src/lines/dialled.ts'
import { lines } from '../../../../src/lines/schema.ts'
import { type Database, openDatabase } from '../../../../src/platform/database/database.ts'
import { outbox } from '../../../../src/platform/database/schema.ts'
import { openStates } from '../../../../src/tickets/life/ticket.ts'
import { listTickets } from '../../../../src/tickets/lists/reads.ts'
import { faultsIn } from '../../../../src/tickets/records/history.ts'
import {
  ticketCalls,
  ticketDeadlines,
  ticketEvents,
  ticketRequests,
  ticketSearch,
  tickets,
  ticketTasks,
} from '../../../../src/tickets/records/schema.ts'
import { units } from '../../../../src/units/schema.ts'
import { freshDatabaseUrl } from '../../world.ts'
import { seeded, until } from './world.ts'

/** `npm run seed`: what it makes up could have been. */

const howMany = 1_500
let databaseUrl: string
let database: Database

beforeAll(async () => {
  databaseUrl = await freshDatabaseUrl()
  database = openDatabase({ databaseUrl }, { limitMs: 60_000 })
  await seeded(database, { tickets: howMany })
})
afterAll(() => database.close())

async function countOf(table: Parameters<ReturnType<typeof database.db.select>['from']>[0]): Promise<number> {
  const [row] = await database.db.select({ rows: count() }).from(table)
  return row?.rows ?? 0
}

describe('a database that was filled', () => {
  it('has every ticket with its search words, of all ages, none in the future', async () => {
    expect(await countOf(tickets)).toBe(howMany)
    expect(await countOf(ticketSearch)).toBe(howMany)
    const rows = await database.db.select().from(tickets).orderBy(asc(tickets.id))
    expect(rows.every((row) => row.registeredAt <= until && row.changedAt <= until)).toBe(true)
    expect(new Set(rows.map((row) => row.number)).size).toBe(howMany)
    const days = rows.map((row) => row.registeredAt)
    expect(Math.max(...days) - Math.min(...days)).toBeGreaterThan(30 * 86_400_000)
    // Most is asked and answered at once, the rest is somewhere on its way or at its end.
    const states = Map.groupBy(rows, (row) => row.state)
    expect(states.get('DIRECT_CLOSED')?.length).toBeGreaterThan(howMany / 2)
    for (const state of ['SIGNED', 'REPLIED', 'CLOSED'] as const) expect(states.get(state)?.length).toBeGreaterThan(0)
    const share = rows.filter((row) => row.type === 'CONSULT').length / howMany
    expect(share).toBeGreaterThan(0.5)
    expect(share).toBeLessThan(0.7)
  })

  it('has histories that are whole and say how each ticket came to be as it is', async () => {
    const events = await database.db.select().from(ticketEvents).orderBy(asc(ticketEvents.ticketId), ticketEvents.seq)
    const histories = Map.groupBy(events, (event) => event.ticketId)
    for (const ticket of await database.db.select().from(tickets)) {
      const history = histories.get(ticket.id) ?? []
      expect(faultsIn(ticket.version, history)).toEqual([])
      expect(history.at(-1)).toMatchObject({ seq: ticket.version, toState: ticket.state, at: ticket.changedAt })
      expect(history.at(0)?.at).toBe(ticket.registeredAt)
    }
  })

  it('has one lead for each ticket that a unit holds, and clocks that run for open tickets only', async () => {
    const leads = await database.db.select().from(ticketTasks).where(eq(ticketTasks.leadSlot, 1))
    const leadOf = new Map(leads.map((row) => [row.ticketId, row.unitCode]))
    const running = await database.db.select().from(ticketDeadlines).where(eq(ticketDeadlines.slot, 1))
    const clocksOf = Map.groupBy(running, (run) => run.ticketId)
    for (const ticket of await database.db.select().from(tickets)) {
      expect(leadOf.get(ticket.id) ?? null).toBe(ticket.leadUnit)
      // What a unit has to keep that gave it back makes no lamp of this one red.
      const shown = (clocksOf.get(ticket.id) ?? []).filter(({ unitCode }) => ['', ticket.leadUnit].includes(unitCode))
      const dues = shown.map((run) => run.dueAt ?? 0)
      expect(ticket.nextDueAt).toBe(dues.length === 0 ? null : Math.min(...dues))
      if (!openStates.some((state) => state === ticket.state)) expect(dues).toEqual([])
    }
    // Nobody who starts on it is told of what was due long ago.
    expect(running.filter((run) => run.dueAt !== null && run.dueAt < until && run.overdueAt === null)).toEqual([])
  })

  it('has requests of units with their decisions, and parts that workstations handed to their bureaus', async () => {
    const requests = await database.db.select().from(ticketRequests)
    const extensions = requests.filter(({ kind }) => kind === 'EXTENSION')
    expect(new Set(extensions.map(({ decision }) => decision))).toEqual(new Set(['GRANTED', 'REFUSED']))
    expect(requests.some(({ kind }) => kind === 'RETURN')).toBe(true)
    const handedOn = (await database.db.select().from(ticketTasks)).filter(({ role }) => role === 'SUB')
    expect(handedOn.some(({ partStep }) => partStep === 'ANSWERED')).toBe(true)
    const below = await database.db.select({ code: units.code, parent: units.parentCode }).from(units)
    const parentOf = new Map<string, string | null>(below.map(({ code, parent }) => [code, parent]))
    expect(handedOn.filter(({ unitCode, sentBy }) => parentOf.get(unitCode) !== sentBy)).toEqual([])
  })

  it('has callers who call again, and the calls in which they did', async () => {
    const callers = await countOf(citizens)
    expect(callers).toBeGreaterThan(howMany / 3)
    expect(callers).toBeLessThan(howMany)
    const linked = await database.db
      .select({ caller: tickets.callerPhone, called: calls.callerNumber, isAnonymous: tickets.isAnonymous })
      .from(ticketCalls)
      .innerJoin(calls, eq(calls.id, ticketCalls.callId))
      .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
    expect(linked.length).toBeGreaterThan(howMany * 0.8)
    expect(linked.every((row) => row.isAnonymous || row.caller === row.called)).toBe(true)
    // Not one of them is in a network.
    const [real] = await database.db
      .select({ rows: count() })
      .from(citizens)
      .where(sql`${citizens.phone} NOT LIKE '+86154%' AND ${citizens.phone} NOT LIKE '+863551%'`)
    expect(real?.rows).toBe(0)
  })

  it('has calls that came by 12345, few by each old number, and tickets that know which', async () => {
    const dialled = await database.db
      .select({ ofCall: calls.lineId, ofTicket: tickets.lineId, number: lines.number, dialled: calls.dialled })
      .from(ticketCalls)
      .innerJoin(calls, eq(calls.id, ticketCalls.callId))
      .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
      .innerJoin(lines, eq(lines.id, calls.lineId))
    expect(dialled.length).toBe(await countOf(ticketCalls))
    expect(dialled.every((row) => row.ofTicket === row.ofCall && row.number === row.dialled)).toBe(true)
    const numbers = Map.groupBy(dialled, (row) => row.number)
    expect(numbers.size).toBeGreaterThan(10)
    for (const [number, those] of numbers) {
      const share = those.length / dialled.length
      if (number === ownNumber) expect(share).toBeGreaterThan(0.8)
      else expect(share).toBeLessThan(0.03)
    }
  })

  it('is found by its words, and what waits for dispatch is announced', async () => {
    const supervisor = { id: 1, roles: ['SUPERVISOR' as const], unitCode: null }
    const filter = { search: '暖气', part: 'any' as const, sort: 'newest' as const, caller: undefined }
    const found = await listTickets(database.db, supervisor, filter, { cursor: undefined, limit: 10 }, until)
    expect(found.tickets).toHaveLength(10)
    const waiting = await database.db
      .select({ id: tickets.id })
      .from(tickets)
      .where(sql`${tickets.state} = 'REGISTERED' AND ${tickets.inboxMark} IS NULL`)
    expect((await database.db.select().from(outbox)).map((row) => row.payload.ticketId)).toEqual(
      waiting.map((row) => row.id),
    )
  })
})

it('an interrupted run goes on where it stopped and ends with the same tickets', async () => {
  const url = await freshDatabaseUrl()
  const other = openDatabase({ databaseUrl: url }, { limitMs: 60_000 })
  try {
    const stop = new AbortController()
    const first = await seeded(other, { tickets: howMany }, ({ written }) => written > 300 && stop.abort(), stop.signal)
    expect(first.written).toBeLessThan(howMany)
    const second = await seeded(other, { tickets: howMany })
    expect(second).toEqual({ written: howMany - first.written, kept: first.written })
    const idsOf = ({ db }: Database) =>
      db.select({ id: tickets.id, number: tickets.number, state: tickets.state }).from(tickets).orderBy(tickets.id)
    expect(await idsOf(other)).toEqual(await idsOf(database))
  } finally {
    await other.close()
  }
})

describe('the command', () => {
  const script = resolve(import.meta.dirname, '../../../../src/tools/setup/seed.ts')

  async function refusal(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'hotline-seed-'))
    try {
      await promisify(execFile)(process.execPath, [script, ...args], {
        env: { ...process.env, HOTLINE_VAR: dir, ...env },
      })
      return 'it ran'
    } catch (error) {
      return String((error as { stderr?: string }).stderr)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }

  it('does not touch a server of the site without being told so', async () => {
    expect(await refusal(['--tickets', '1'], { DATABASE_URL: databaseUrl })).toContain('--own-server')
  })

  it('does not add to tickets that are there without being told so', async () => {
    const said = await refusal(['--tickets', '1', '--own-server'], { DATABASE_URL: databaseUrl })
    expect(said).toContain('there are tickets already')
    expect(said).toContain('--yes')
    expect(await countOf(tickets)).toBe(howMany)
  })

  it('says what is wrong with what was typed', async () => {
    expect(await refusal(['--tickets', '1.5'], {})).toContain('whole number')
    expect(await refusal(['--tickets', '1', '--until', '2999-01-01'], {})).toContain('--until')
  })
})
