import { and, asc, desc, eq, max, min, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../platform/database.ts'
import { firstUlidAt } from '../platform/ulid-time.ts'
import { ticketSearch, tickets } from './schema.ts'
import { bucketLength, bucketsBetween, searchOf } from './tokens.ts'
import {
  afterCursor,
  areOpenOnly,
  cursorAfter,
  type Found,
  firstOf,
  foundOf,
  orderOf,
  type Page,
  type Row,
  rowsOf,
  type Scope,
  scopeWhere,
  statesOf,
  statesWhere,
  type TicketFilter,
  type Walk,
} from './walk.ts'

/** The tickets of a list that have all of some words. */

/** Each is looked up by its id: some 20 ms. */
export const mostLookedThrough = 2_000
/** A word that every sixth ticket has fills the page with so many for each of its places. */
const firstOfPlace = 6

/** @param most looked through before the index of words is asked */
export async function findWithWords(walk: Walk, words: string[], page: Page, most: number): Promise<Found[]> {
  const { db, scope, filter, where } = walk
  const among = await findAmongFirst(walk, words, page.limit, lookedThrough(scope, filter, page.limit, most))
  if (among) return among
  const inScope = and(scopeWhere(db, scope), statesWhere(filter), where)
  return findByWords(db, words, inScope, { filter, ...page })
}

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
