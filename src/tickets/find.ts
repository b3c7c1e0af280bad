import {
  and,
  asc,
  between,
  desc,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  max,
  min,
  ne,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { lineageOf } from '../catalogue/catalogue.ts'
import { categories } from '../catalogue/schema.ts'
import type { Db } from '../platform/database.ts'
import type { CategoryCode, CountyCode, Instant, TicketId, UnitCode } from '../platform/types.ts'
import { firstUlidAt, isUlid } from '../platform/ulid-time.ts'
import type { TicketQuery } from './api.ts'
import type { Lamp } from './limits.ts'
import { ticketParticipants, ticketSearch, tickets } from './schema.ts'
import { openStates, type TicketPerson, type TicketState, ticketStates } from './ticket.ts'
import { bucketLength, bucketsBetween, searchOf, wordsToFind } from './tokens.ts'
import { isOfHotline } from './view.ts'

/**
 * Which tickets stand on a page, of 5 million. A list is put together of branches, each of which walks one index in the
 * order of the page and stops when the page is full: no branch sorts, and none reads what other states, units or
 * categories have between. The rows themselves are read afterwards, for the tickets that are shown.
 */

export interface TicketFilter extends Omit<TicketQuery, 'caller' | 'cursor' | 'limit'> {
  /** E.164 or a short code. */
  caller: string | undefined
}

export interface Found {
  id: TicketId
  nextDueAt: Instant | null
}

/** Thrown for a cursor that is none of ours, or one of another order. */
export class BadCursor extends Error {}

interface Page {
  cursor: string | undefined
  limit: number
}

/** A range of one index in the order of the page. */
interface Branch {
  index: string
  where: SQL | undefined
  /** Walked by what a unit helps with, in place of an index of `tickets`. */
  isByPart?: true
}

/**
 * @param most looked through for words of a short list before the index of words is asked
 * @returns up to `limit`, in the order of the page
 */
export async function findPage(
  db: Db,
  person: TicketPerson,
  filter: TicketFilter,
  { cursor, limit }: Page,
  now: Instant,
  most = mostLookedThrough,
): Promise<Found[]> {
  const scope = scopeOf(person, filter)
  if (scope === null) return []
  const isByDue = filter.sort === 'due'
  const where = and(
    ...conditionsOf(person, filter, now),
    cursor === undefined || cursor === '' ? undefined : afterCursor(cursor, isByDue),
  )
  const typed = filter.search === undefined ? undefined : typedOf(filter.search)
  const walk: Walk = { db, scope, filter, where, isByDue }
  if (typed === undefined || isNumber(typed)) {
    const first = await firstOf(walk, typed, limit)
    return first === null ? [] : (await rowsOf<Row>(db, first)).map(foundOf)
  }
  const words = wordsToFind(typed)
  if (words.length === 0) return []
  const among = await findAmongFirst(walk, words, limit, lookedThrough(scope, filter, limit, most))
  if (among) return among
  const inScope = and(scopeWhere(db, scope), statesWhere(filter), where)
  return findByWords(db, words, inScope, { filter, cursor, limit })
}

/** What a list is walked for. */
interface Walk {
  db: Db
  scope: Scope
  filter: TicketFilter
  where: SQL | undefined
  isByDue: boolean
}

interface Row {
  id: TicketId
  due: string | null
}

const foundOf = ({ id, due }: Row): Found => ({
  id,
  nextDueAt: due === null ? null : (tickets.nextDueAt.mapFromDriverValue(due) as Instant),
})

async function rowsOf<R extends Row>(db: Db, statement: SQL): Promise<R[]> {
  const [rows] = await db.execute(statement)
  return rows as unknown as R[]
}

/** The first so many of a list, in its order; null for a category that nobody has heard of. */
async function firstOf(walk: Walk, number: string | undefined, limit: number): Promise<SQL | null> {
  const { db, scope, filter, where, isByDue } = walk
  const branches = await branchesOf(db, scope, filter, number)
  if (branches.length === 0) return null
  const parts = branches.map((branch) => branchSql(branch, where, scope, isByDue, limit))
  const order = orderOf(isByDue, sql`next_due_at`, sql`id`)
  return sql`SELECT id, next_due_at AS due FROM (${sql.join(parts, sql` UNION ALL `)}) AS found ORDER BY ${order} LIMIT ${limit}`
}

/** Each is looked up by its id: some 20 ms. */
const mostLookedThrough = 2_000
/** A word that every sixth ticket has fills the page with so many for each of its places. */
const firstOfPlace = 6

/**
 * How many of the list are looked through for words before the index of words is asked, which fetches all tickets of some
 * days for a common word. What is open, or of one unit, is little beside those: there more are, when the first are not enough.
 */
function lookedThrough(scope: Scope, filter: TicketFilter, limit: number, most: number): number[] {
  const few = Math.min(limit * firstOfPlace, most)
  const states = statesOf(filter)
  if (scope.unit !== null || areOpenOnly(states)) return few < most ? [few, most - few] : [few]
  const { lamp, type, urgency, county, category, caller } = filter
  const asked = [states ?? undefined, lamp, type, urgency, county, category, caller].filter((one) => one !== undefined)
  // One is what the list is walked by; what a second one does not have would be walked over.
  return asked.length > 1 || lamp !== undefined ? [] : [few]
}

/**
 * @param pieces of the list that are looked through until the page is full
 * @returns null when it is not and more come after them: then the words are not common
 */
async function findAmongFirst(walk: Walk, words: string[], limit: number, pieces: number[]): Promise<Found[] | null> {
  const meant: Row[] = []
  let last: Found | undefined
  for (const size of pieces) {
    const after = last && afterCursor(cursorAfter(last, walk.filter.sort), walk.isByDue)
    const rows = await lookThrough({ ...walk, where: and(walk.where, after) }, words, size)
    meant.push(...rows.filter((row) => row.isMeant === 1))
    const end = rows.at(-1)
    if (meant.length >= limit || rows.length < size || !end) return meant.slice(0, limit).map(foundOf)
    last = foundOf(end)
  }
  return null
}

async function lookThrough(walk: Walk, words: string[], size: number): Promise<(Row & { isMeant: number })[]> {
  const first = await firstOf(walk, undefined, size)
  if (first === null) return []
  const tokens = sql`CONCAT(' ', ${ticketSearch.tokens}, ' ')`
  const bucket = sql`LOWER(LEFT(first.id, ${sql.raw(String(bucketLength))}))`
  const hasAll = words.map((word) => sql`INSTR(${tokens}, CONCAT(' ', ${bucket}, ${`${word} `})) > 0`)
  return rowsOf(
    walk.db,
    sql`SELECT first.id, first.due, ${sql.join(hasAll, sql` AND `)} AS isMeant FROM (${first}) AS first
      STRAIGHT_JOIN ${ticketSearch} ON ${ticketSearch.ticketId} = first.id ORDER BY ${orderOf(walk.isByDue, sql`due`, sql`id`)}`,
  )
}

const isNumber = (typed: string) => /^CZ\d{14}$/.test(typed)

/** A number is found as the desk shows it, too: in groups. */
function typedOf(search: string): string {
  const typed = search.trim().toUpperCase()
  const together = typed.replace(/\s/g, '')
  return isNumber(together) ? together : typed
}

/** The hotline sees all; a unit what it takes part in. What is due is due to the unit in charge. */
interface Scope {
  unit: UnitCode | null
  isLead: boolean
  isCo: boolean
}

/** @returns null for somebody of no unit: he sees nothing */
function scopeOf(person: TicketPerson, { unit, part, sort }: TicketFilter): Scope | null {
  if (isOfHotline(person)) return { unit: (unit ?? null) as UnitCode | null, isLead: true, isCo: false }
  if (person.unitCode === null) return null
  return { unit: person.unitCode, isLead: part !== 'co', isCo: part === 'co' || (part === 'any' && sort !== 'due') }
}

function scopeWhere(db: Db, { unit, isLead, isCo }: Scope): SQL | undefined {
  if (unit === null) return undefined
  const helps = exists(
    db
      .select({ one: sql`1` })
      .from(ticketParticipants)
      .where(and(eq(ticketParticipants.ticketId, tickets.id), partOf(unit))),
  )
  return or(isLead ? eq(tickets.leadUnit, unit) : undefined, isCo ? helps : undefined)
}

const partOf = (unit: UnitCode) =>
  and(eq(ticketParticipants.unitCode, unit), eq(ticketParticipants.slot, 1), eq(ticketParticipants.role, 'CO'))

/** Only what is open has a due time, and a lamp that is not green. */
function statesOf({ state, sort, lamp }: TicketFilter): readonly TicketState[] | null {
  if (state !== undefined) return state
  const isOpenOnly = sort === 'due' || (lamp !== undefined && !lamp.includes('GREEN'))
  return isOpenOnly ? openStates : null
}

const areOpenOnly = (states: readonly TicketState[] | null): boolean =>
  states?.every((state) => openStates.some((open) => open === state)) ?? false

function statesWhere(filter: TicketFilter): SQL | undefined {
  const states = statesOf(filter)
  return states === null ? undefined : inArray(tickets.state, [...states])
}

/** The index that is walked follows from what is asked for: the fewest rows that do not belong to the answer. */
async function branchesOf(db: Db, scope: Scope, filter: TicketFilter, typed: string | undefined): Promise<Branch[]> {
  const { caller, category, county, type, urgency, sort } = filter
  const states = statesOf(filter)
  const ofStates = (index: string, more: SQL | undefined, wanted: readonly TicketState[]): Branch[] =>
    wanted.map((state) => ({ index, where: and(more, eq(tickets.state, state)) }))
  const inScope = and(scopeWhere(db, scope), statesWhere(filter))
  if (typed !== undefined) return [{ index: 'tickets_number', where: and(inScope, eq(tickets.number, typed)) }]
  if (caller !== undefined) return [{ index: 'tickets_caller', where: and(inScope, eq(tickets.callerPhone, caller)) }]
  if (scope.unit !== null) {
    const index = sort === 'due' ? 'tickets_unit_due' : 'tickets_unit_state'
    const leads = eq(tickets.leadUnit, scope.unit)
    const helps: Branch = { index: 'ticket_participants_part', where: statesWhere(filter), isByPart: true }
    return [...(scope.isLead ? ofStates(index, leads, states ?? ticketStates) : []), ...(scope.isCo ? [helps] : [])]
  }
  if (sort === 'due') return ofStates('tickets_state_due', undefined, states ?? openStates)
  if (states !== null && areOpenOnly(states)) return ofStates('tickets_state', undefined, states)
  if (category !== undefined) {
    const leaves = await leavesOf(db, category as CategoryCode)
    return leaves.map((code) => ({ index: 'tickets_category', where: and(inScope, eq(tickets.categoryCode, code)) }))
  }
  if (county !== undefined) return [{ index: 'tickets_county', where: inScope }]
  if (type !== undefined) return [{ index: 'tickets_type', where: inScope }]
  if (states !== null) return ofStates('tickets_state', undefined, states)
  return [{ index: urgency === undefined ? 'PRIMARY' : 'tickets_urgency', where: undefined }]
}

function branchSql(
  { index, where, isByPart }: Branch,
  conditions: SQL | undefined,
  { unit }: Scope,
  isByDue: boolean,
  limit: number,
): SQL {
  const force = sql`FORCE INDEX (${sql.identifier(index)})`
  const order = orderOf(isByDue, sql`${tickets.nextDueAt}`, sql`${isByPart ? ticketParticipants.ticketId : tickets.id}`)
  const from = isByPart
    ? sql`${ticketParticipants} ${force} STRAIGHT_JOIN ${tickets} ON ${tickets.id} = ${ticketParticipants.ticketId}`
    : sql`${tickets} ${force}`
  const all = and(where, isByPart && unit !== null ? partOf(unit) : undefined, conditions) ?? sql`TRUE`
  return sql`(SELECT ${tickets.id}, ${tickets.nextDueAt} FROM ${from} WHERE ${all} ORDER BY ${order} LIMIT ${limit})`
}

const orderOf = (isByDue: boolean, due: SQL, id: SQL) => (isByDue ? sql`${due}, ${id}` : sql`${id} DESC`)

function conditionsOf(person: TicketPerson, filter: TicketFilter, now: Instant): (SQL | undefined)[] {
  const { lamp, type, urgency, county, category, caller, from, to } = filter
  return [
    lamp === undefined ? undefined : or(...lamp.map((one) => shows(one, now))),
    type === undefined ? undefined : eq(tickets.type, type),
    urgency === undefined ? undefined : eq(tickets.urgency, urgency),
    county === undefined ? undefined : eq(tickets.countyCode, county as CountyCode),
    category === undefined ? undefined : below(category as CategoryCode),
    caller === undefined
      ? undefined
      : and(eq(tickets.callerPhone, caller), isOfHotline(person) ? undefined : isOpenly()),
    // The bound on the id lets every index stop where the time does.
    from === undefined ? undefined : gte(tickets.id, firstUlidAt(from) as TicketId),
    to === undefined ? undefined : lt(tickets.id, firstUlidAt(to) as TicketId),
  ]
}

/** As `lampAt`, for the database. Whatever is closed has no due time and is green. */
function shows(lamp: Lamp, now: Instant): SQL | undefined {
  const isInTime = or(isNull(tickets.nextDueAt), gte(tickets.nextDueAt, now))
  switch (lamp) {
    case 'RED':
      return lt(tickets.nextDueAt, now)
    case 'YELLOW':
      return and(lte(tickets.warnAt, now), gte(tickets.nextDueAt, now))
    case 'GREEN':
      return and(or(isNull(tickets.warnAt), gt(tickets.warnAt, now)), isInTime)
  }
}

/** Whom a unit may know: else asking for a number would tell who reported. As `isCallerHidden`, for the database. */
function isOpenly(): SQL | undefined {
  return and(eq(tickets.isConfidential, false), eq(tickets.isAnonymous, false), ne(tickets.type, 'REPORT'))
}

/** Codes of a category and of all that is below it. */
function rangeOf(code: CategoryCode): [CategoryCode, CategoryCode] {
  const depth = lineageOf(code).length
  return [code, depth >= 3 ? code : (code.slice(0, depth * 2).padEnd(6, '9') as CategoryCode)]
}

function below(code: CategoryCode): SQL {
  return between(tickets.categoryCode, ...rangeOf(code))
}

async function leavesOf(db: Db, code: CategoryCode): Promise<CategoryCode[]> {
  const rows = await db
    .select({ code: categories.code })
    .from(categories)
    .where(between(categories.code, ...rangeOf(code)))
  return rows.map((row) => row.code)
}

/** `next` of a page. */
export function cursorAfter({ id, nextDueAt }: Found, sort: TicketFilter['sort']): string {
  return sort === 'due' ? `${nextDueAt ?? ''}.${id}` : id
}

function afterCursor(cursor: string, isByDue: boolean): SQL | undefined {
  if (!isByDue) {
    if (!isUlid(cursor)) throw new BadCursor()
    return lt(tickets.id, cursor as TicketId)
  }
  const [, due, id] = /^(\d{0,15})\.([0-9A-Z]{26})$/.exec(cursor) ?? []
  if (due === undefined || id === undefined || !isUlid(id)) throw new BadCursor()
  const later = gt(tickets.id, id as TicketId)
  // What has no due time comes first, so that its mark is seen.
  if (due === '') return or(isNotNull(tickets.nextDueAt), and(isNull(tickets.nextDueAt), later))
  return or(gt(tickets.nextDueAt, Number(due)), and(eq(tickets.nextDueAt, Number(due)), later))
}

/**
 * The newest tickets with these words. A word that is common in winter is in hundreds of thousands of tickets, and the
 * index has no order: so each bucket of time has words of its own, and older ones are asked only until the page is full.
 */
async function findByWords(
  db: Db,
  words: string[],
  where: SQL | undefined,
  page: Page & { filter: TicketFilter },
): Promise<Found[]> {
  const [ends] = await db.select({ oldest: min(tickets.id), newest: max(tickets.id) }).from(tickets)
  if (!ends?.oldest || !ends.newest) return []
  const { filter, cursor, limit } = page
  const isByDue = filter.sort === 'due'
  // No further than there are tickets, whatever cursor was made up.
  const { from, to } = filter
  const [, oldest = ''] = [from === undefined ? '' : firstUlidAt(from), ends.oldest].sort()
  const bounds = [ends.newest, to === undefined ? [] : firstUlidAt(to), isByDue || !cursor ? [] : cursor].flat()
  const newestFirst = bucketsBetween(oldest, bounds.sort()[0] ?? ends.newest)
  const found: Found[] = []
  for (let at = 0, size = 1; at < newestFirst.length && (isByDue || found.length < limit); at += size, size *= 3) {
    const rows = await db
      .select({ id: tickets.id, nextDueAt: tickets.nextDueAt })
      .from(ticketSearch)
      .innerJoin(tickets, eq(tickets.id, ticketSearch.ticketId))
      .where(and(matches(searchOf(words, newestFirst.slice(at, at + size))), where))
      .orderBy(...(isByDue ? [asc(tickets.nextDueAt), asc(tickets.id)] : [desc(ticketSearch.ticketId)]))
      .limit(limit - (isByDue ? 0 : found.length))
    found.push(...rows)
  }
  return isByDue ? found.sort(byDue).slice(0, limit) : found
}

function matches(words: string): SQL {
  return sql`MATCH(${ticketSearch.tokens}) AGAINST (${words} IN BOOLEAN MODE)`
}

/** As the database sorts: what has no due time comes first. */
function byDue(one: Found, other: Found): number {
  return (one.nextDueAt ?? 0) - (other.nextDueAt ?? 0) || (one.id < other.id ? -1 : 1)
}
