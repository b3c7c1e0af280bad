import { count, desc, eq, inArray, ne, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lastAgentsOf } from '../../../src/calls/outgoing/last-agents.ts'
import { calls } from '../../../src/calls/records/schema.ts'
import { mostReturnsSeen } from '../../../src/catalogue/risk.ts'
import { openRiskReads } from '../../../src/catalogue/risk-reads.ts'
import { readSamples } from '../../../src/learner/store.ts'
import { ownNumber } from '../../../src/lines/dialled.ts'
import { lines } from '../../../src/lines/schema.ts'
import { type Database, openDatabase } from '../../../src/platform/database/database.ts'
import { newId } from '../../../src/platform/database/ids.ts'
import type { CallId, CategoryCode, TicketId, UnitCode } from '../../../src/platform/types.ts'
import { archivedAtOnce, overAt } from '../../../src/tickets/clockwork/archiving.ts'
import { openStates, type TicketPerson } from '../../../src/tickets/life/ticket.ts'
import { findDuplicates } from '../../../src/tickets/lists/duplicates.ts'
import { findPage } from '../../../src/tickets/lists/find.ts'
import type { Reach } from '../../../src/tickets/lists/find-words.ts'
import { listTickets, ticketsOfCaller } from '../../../src/tickets/lists/reads.ts'
import { bucketLength, wantedIn } from '../../../src/tickets/lists/tokens.ts'
import { cursorAfter, type LineAsked, type TicketFilter } from '../../../src/tickets/lists/walk.ts'
import { ticketSearch, tickets } from '../../../src/tickets/records/schema.ts'
import { countUntold, listUntold } from '../../../src/tickets/telling/untold.ts'
import { seeded, until } from '../tools/seed/world.ts'
import { freshDatabaseUrl } from '../world.ts'

/**
 * Every list that a page shows walks an index and stops: what the server reads for it, by its own counters, does not
 * grow with the tickets that there are.
 */

const howMany = 4_000
const limit = 20
/** A page from each of nine states, put together, and the rows that are shown with what is joined to them. */
const mostRead = 600

let database: Database
let unit: UnitCode
let matter: CategoryCode
let caller: string
let mainLine: LineAsked
let oldLine: LineAsked

const hotline: TicketPerson = { id: 1, roles: ['DISPATCHER'], unitCode: null }
const clerk = (): TicketPerson => ({ id: 2, roles: ['CLERK'], unitCode: unit })

beforeAll(async () => {
  const databaseUrl = await freshDatabaseUrl()
  const filling = openDatabase({ databaseUrl }, { limitMs: 120_000 })
  await seeded(filling, { tickets: howMany })
  await filling.close()
  // One connection only: the counters are its own.
  database = openDatabase({ databaseUrl }, { connections: 1 })
  unit = (await mostFrequent(tickets.leadUnit)) as UnitCode
  matter = (await mostFrequent(tickets.categoryCode)) as CategoryCode
  caller = await mostFrequent(tickets.callerPhone)
  const [main, old] = [await mostFrequentLine(false), await mostFrequentLine(true)]
  expect(main.tickets).toBeGreaterThan(20 * old.tickets)
  mainLine = main.line
  oldLine = old.line
}, 240_000)
afterAll(() => database.close())

async function mostFrequent(
  column: typeof tickets.leadUnit | typeof tickets.categoryCode | typeof tickets.callerPhone,
) {
  const [row] = await database.db
    .select({ value: sql<string>`${column}` })
    .from(tickets)
    .where(sql`${column} IS NOT NULL`)
    .groupBy(column)
    .orderBy(sql`COUNT(*) DESC`)
    .limit(1)
  return row?.value ?? ''
}

async function mostFrequentLine(isOld: boolean): Promise<{ line: LineAsked; tickets: number }> {
  const [row] = await database.db
    .select({ id: lines.id, tickets: count() })
    .from(tickets)
    .innerJoin(lines, eq(lines.id, tickets.lineId))
    .where(isOld ? ne(lines.number, ownNumber) : eq(lines.number, ownNumber))
    .groupBy(lines.id)
    .orderBy(desc(count()))
    .limit(1)
  if (!row) throw new Error(`nobody dialled ${isOld ? 'an old number' : ownNumber}`)
  return { line: { id: row.id, isOld }, tickets: row.tickets }
}

/** Rows that the server read for it, and rows that it sorted. */
async function costOf(work: () => Promise<unknown>): Promise<{ read: number; sorted: number }> {
  const before = await counters()
  await work()
  const after = await counters()
  const grown = (name: RegExp) =>
    [...after].reduce((sum, [key, value]) => (name.test(key) ? sum + value - (before.get(key) ?? 0) : sum), 0)
  return { read: grown(/^Handler_read_/), sorted: grown(/^Sort_rows$/) }
}

async function counters(): Promise<Map<string, number>> {
  const [rows] = await database.pool.query(
    "SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler\\_read\\_%' OR Variable_name = 'Sort_rows'",
  )
  return new Map(
    (rows as { Variable_name: string; Value: string }[]).map((row) => [row.Variable_name, Number(row.Value)]),
  )
}

const page = (person: TicketPerson, filter: Partial<TicketFilter>, cursor?: string, rows = limit) =>
  listTickets(
    database.db,
    person,
    { part: 'any', sort: 'newest', caller: undefined, ...filter },
    { cursor, limit: rows },
    until,
  )

type View = [name: string, filter: () => Partial<TicketFilter>]
const open = [...openStates]
const ofHotline: View[] = [
  ['all, newest first', () => ({})],
  ['of one state', () => ({ state: ['CLOSED'] })],
  ['of a rare state', () => ({ state: ['VOIDED'] })],
  ['open ones, newest first', () => ({ state: open })],
  ["the dispatchers' inbox", () => ({ state: ['REGISTERED', 'RETURNED'] })],
  ['what is due first', () => ({ sort: 'due' })],
  ['replies to check, due first', () => ({ sort: 'due', state: ['REPLIED'] })],
  ['of a type', () => ({ type: 'REPORT' })],
  ['of an urgency', () => ({ urgency: 'P1' })],
  ['of a county', () => ({ county: '140431' })],
  ['of a category', () => ({ category: matter })],
  ['of a category of the first level', () => ({ category: '070000' })],
  ['of 12345', () => ({ line: mainLine })],
  ['of 12345, urgent', () => ({ line: mainLine, urgency: 'P1' })],
  ['of 12345, of a rare type', () => ({ line: mainLine, type: 'REPORT' })],
  ['of an old number', () => ({ line: oldLine })],
  ['of an old number, in the largest county', () => ({ line: oldLine, county: '140403' })],
  ['of an old number, of the commonest type', () => ({ line: oldLine, type: 'CONSULT' })],
  ['of a unit', () => ({ unit })],
  ['of a unit, closed', () => ({ unit, state: ['CLOSED'] })],
  ['of a caller', () => ({ caller })],
  ['by a number', () => ({ search: 'CZ20261124000001' })],
]
const ofUnit: View[] = [
  ['all that it takes part in', () => ({})],
  ['to sign', () => ({ state: ['DISPATCHED'], part: 'lead', sort: 'due' })],
  ['in hand, due first', () => ({ state: ['SIGNED'], part: 'lead', sort: 'due' })],
  ['what it helps with', () => ({ part: 'co' })],
  ['closed', () => ({ state: ['CLOSED'] })],
]

describe.each([
  ['the hotline sees', () => hotline, ofHotline],
  ['a unit sees', clerk, ofUnit],
] as const)('%s', (_who, person, views) => {
  it.each(views)('%s, and reads a page for it', async (_name, filter) => {
    const first = await costOf(() => page(person(), filter()))
    expect(first.read).toBeLessThan(mostRead)
    expect(first.sorted).toBeLessThan(mostRead)
  })
})

it('a page far back costs what the first one does', async () => {
  let cursor: string | undefined
  for (let turned = 0; turned < 30; turned += 1) cursor = (await page(hotline, {}, cursor)).next ?? cursor
  const [near, far] = [await costOf(() => page(hotline, {})), await costOf(() => page(hotline, {}, cursor))]
  expect(far.read).toBeLessThan(near.read * 1.5)
})

async function allPages(person: TicketPerson, filter: Partial<TicketFilter>): Promise<string[]> {
  const numbers: string[] = []
  let cursor: string | undefined
  for (;;) {
    const { tickets: shown, next } = await page(person, filter, cursor, 100)
    numbers.push(...shown.map(({ number }) => number))
    if (next === null) return numbers
    cursor = next
  }
}

it.each([
  ['all', () => ({})],
  ['of a county', () => ({ county: '140403' })],
  ['closed', () => ({ state: ['CLOSED' as const] })],
  ['of a unit', () => ({ unit })],
  ['open', () => ({ state: open })],
])('%s: a word that most tickets have is found in the first ones of the list', async (_name, filter) => {
  const { read } = await costOf(() => page(hotline, { ...filter(), search: '市民' }))
  expect(read).toBeLessThan(1.5 * mostRead)
})

/** @param reach how many are looked through for words; fewer than there are, and the index of words is asked */
async function allFound(person: TicketPerson, asked: Partial<TicketFilter>, reach?: Reach): Promise<TicketId[]> {
  const filter: TicketFilter = { part: 'any', sort: 'newest', caller: undefined, ...asked }
  const ids: TicketId[] = []
  let cursor: string | undefined
  for (;;) {
    const found = await findPage(database.db, person, filter, { cursor, limit: 8 }, until, reach)
    ids.push(...found.map(({ id }) => id))
    const last = found.at(-1)
    if (!last) return ids
    cursor = cursorAfter(last, filter.sort)
  }
}

it('a word that many tickets have is searched for in what is new, not in all', async () => {
  const all = await costOf(() => allPages(hotline, { search: '市民' }))
  const one = await costOf(() => page(hotline, { search: '市民' }))
  expect(one.read).toBeLessThan(all.read / 5)
})

describe.each(['市民', '上门', '市民 协调解决'])('lists with %s', (search) => {
  const lists: [name: string, person: () => TicketPerson, filter: () => Partial<TicketFilter>][] = [
    ['open, due first', () => hotline, () => ({ sort: 'due' })],
    ['open, newest first', () => hotline, () => ({ state: open })],
    ['of a unit', () => hotline, () => ({ unit })],
    ['of my unit', clerk, () => ({})],
    ['all', () => hotline, () => ({})],
    ['of a county', () => hotline, () => ({ county: '140403' })],
    ['of a county, closed', () => hotline, () => ({ county: '140403', state: ['CLOSED'] })],
  ]
  it.each(lists)(
    '%s: as the list has it, and never by reading all that has the word',
    async (_name, person, filter) => {
      const withWord = new Set(await allPages(hotline, { search }))
      const list = await allPages(person(), filter())
      const expected = list.filter((number) => withWord.has(number))
      expect(await allPages(person(), { ...filter(), search })).toEqual(expected)
      const { read } = await costOf(() => page(person(), { ...filter(), search }))
      expect(read).toBeLessThan(5 * list.length + mostRead)
    },
  )
  it.each(lists)('%s: the same where there are more than are looked through', async (_name, person, filter) => {
    const found = (reach?: Reach) => allFound(person(), { ...filter(), search }, reach)
    const all = await found()
    for (const oldest of [1, 40, howMany]) expect(await found({ first: 60, oldest })).toEqual(all)
  })
})

it('a search among what is open reads nothing of what was closed long ago, however often that has the word', async () => {
  const search = '量子'
  const ages = await database.db
    .select({ id: tickets.id })
    .from(tickets)
    .where(inArray(tickets.state, open))
    .orderBy(tickets.id)
  const reach = { first: 20, oldest: Math.floor(ages.length / 2) }
  const filter: TicketFilter = { part: 'any', sort: 'due', caller: undefined, search }
  const find = () => findPage(database.db, hotline, filter, { cursor: undefined, limit }, until, reach)
  const before = await costOf(find)
  const longAgo = sql`${tickets.state} = 'CLOSED' AND ${tickets.id} < ${ages[reach.oldest]?.id.slice(0, bucketLength)}`
  await database.db.execute(sql`
    UPDATE ${ticketSearch} JOIN ${tickets} ON ${tickets.id} = ${ticketSearch.ticketId}
    SET ${ticketSearch.tokens} = CONCAT(${ticketSearch.tokens}, ' ', LOWER(LEFT(${tickets.id}, 4)), ${wantedIn(search, false)?.words[0]?.word})
    WHERE ${longAgo}`)
  expect((await allPages(hotline, { search })).length).toBeGreaterThan(howMany / 20)
  expect((await costOf(find)).read).toBe(before.read)
})

it("the caller's tickets beside a call are read by his number alone", async () => {
  const { read } = await costOf(() =>
    ticketsOfCaller(database.db, { phone: caller, callId: '' as CallId }, hotline, until),
  )
  expect(read).toBeLessThan(mostRead)
})

it('duplicates are looked for in one matter and one caller of thirty days, however many tickets there are', async () => {
  const place = { countyCode: null, place: '惠丰小区3号楼', longitude: null, latitude: null }
  const typed = { ...place, categoryCode: matter, phone: caller, callId: null, text: '' }
  const { read } = await costOf(() => findDuplicates(database.db, typed, hotline, until))
  expect(read).toBeLessThan(mostRead)
})

const byLamp = (['YELLOW', 'RED'] as const).flatMap((lamp) =>
  (['due', 'newest'] as const).map((sort) => ({ lamp: [lamp], sort })),
)

it.each([
  ...byLamp,
  { lamp: ['YELLOW', 'RED'], sort: 'newest' },
  { lamp: ['YELLOW'], sort: 'due', state: ['DISPATCHED', 'SIGNED'] },
  { lamp: ['RED'], sort: 'newest', state: ['SIGNED', 'CLOSED'] },
] satisfies Partial<TicketFilter>[])('by lamp, what a list of all that is open shows with it: %o', async (filter) => {
  const { lamp, sort, state = open } = { state: undefined, ...filter }
  const expected: string[] = []
  let cursor: string | undefined
  do {
    const { tickets: shown, next } = await page(hotline, { sort, state: [...state] }, cursor, 100)
    expected.push(...shown.filter((one) => (lamp as string[]).includes(one.lamp)).map(({ number }) => number))
    cursor = next ?? undefined
  } while (cursor !== undefined)
  expect(expected).not.toEqual([])
  expect(await allPages(hotline, filter)).toEqual(expected)
})

it('the learner reads each closed ticket about once', async () => {
  const { read } = await costOf(() => readSamples(database.db))
  expect(read).toBeLessThan(1.3 * howMany + mostRead)
})

it('who spoke last with a number is looked for in its last calls, however often it called', async () => {
  const numbers = await database.db.selectDistinct({ number: calls.callerNumber }).from(calls).limit(20)
  const asked = numbers.flatMap(({ number }) => number ?? [])
  const find = () => lastAgentsOf(database.db, asked, until)
  expect((await find()).size).toBeGreaterThan(5)
  const before = await costOf(find)
  const [often = ''] = asked
  const [model] = await database.db.select().from(calls).where(eq(calls.callerNumber, often)).limit(1)
  if (!model) throw new Error('no call')
  const many = Array.from({ length: 500 }, (_, at) => {
    const id = `${newId(until - 500_000 + at * 1_000)}` as CallId
    return { ...model, id, agentId: null, answeredAt: null, channel: `often-${at}` }
  })
  await database.db.insert(calls).values(many)
  expect((await costOf(find)).read).toBeLessThan(before.read + 50)
})

it('what is to be archived is found by its end, however much is closed', async () => {
  const [closed] = await database.db.select({ count: count() }).from(tickets).where(eq(tickets.state, 'CLOSED'))
  expect(closed?.count).toBeGreaterThan(1_000)
  const over = (now: number) => costOf(() => overAt(database.db, now))
  expect((await over(0)).read).toBeLessThan(10)
  // Years of them: a bounded number, each with its lead.
  const { read, sorted } = await over(until + 10 * 365 * 86_400_000)
  expect(read).toBeLessThan(3 * archivedAtOnce)
  expect(sorted).toBe(0)
})

/** The last one: it makes many tickets open that were closed. */
it('what is overdue is read by its due time, however much else is open', async () => {
  const lamp: TicketFilter['lamp'] = ['RED']
  const costs = async () => [
    (await costOf(() => page(hotline, { lamp, sort: 'due' }))).read,
    (await costOf(() => page(hotline, { lamp, sort: 'newest' }))).read,
  ]
  const before = await costs()
  await database.db
    .update(tickets)
    .set({ state: 'SIGNED', nextDueAt: until + 20 * 86_400_000, warnAt: until + 19 * 86_400_000 })
    .where(inArray(tickets.state, ['CLOSED', 'DIRECT_CLOSED']))
  expect(await costs()).toEqual(before)
})

it('whom a person has to tell is read from what is untold, however much was told', async () => {
  await database.db.execute(sql`
    INSERT INTO ticket_tellings (ticket_id, seq, words, created_at, told_at, told_by)
    SELECT id, 1, '甲', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 'SMS' FROM tickets`)
  await database.db.execute(sql`UPDATE ticket_tellings SET told_at = NULL, told_by = NULL ORDER BY ticket_id LIMIT 25`)
  const list = await costOf(() => listUntold(database.db, hotline, { limit }, until))
  expect(list.read).toBeLessThan(mostRead)
  const counted = await costOf(async () => expect(await countUntold(database.db, until)).toBe(25))
  expect(counted.read).toBeLessThan(mostRead)
})

it('the risk of a unit for a matter reads its last returns, whatever number of tickets there is', async () => {
  const { read } = await costOf(() => openRiskReads(database.db, () => until)(unit, matter))
  expect(read).toBeLessThan(2 * mostReturnsSeen + 100)
})
