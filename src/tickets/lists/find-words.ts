import { and, asc, desc, eq, max, min, type SQL, sql } from 'drizzle-orm'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { TicketId } from '../../platform/types.ts'
import { ticketSearch, tickets } from '../records/schema.ts'
import { bucketLength, bucketsBetween, marksFor, searchOf, type Wanted } from './tokens.ts'
import {
  afterCursor,
  areOpenOnly,
  cursorAfter,
  type Found,
  firstOf,
  foundOf,
  idAfterOldest,
  olderThan,
  orderOf,
  type Page,
  type Row,
  rowsOf,
  scopeWhere,
  statesOf,
  statesWhere,
  type Walk,
} from './walk.ts'

/**
 * The tickets of a list that have all of some words. A common word fills the page from the first of the list, each read by
 * its id: the index of words has no order, and would fetch all that some days have of it. Other words are asked of the
 * index. It knows nothing of what is open, which is little beside all that ever had the word: so it is asked for the days
 * only from which most of that is; what is open since longer is looked through as well.
 */

/** How many are looked through, at some 6 µs each. */
export interface Reach {
  /** First ones of the list. */
  first: number
  /** Oldest ones of what is open. */
  oldest: number
}

export const usualReach: Reach = { first: 2_000, oldest: 1_000 }
/** A word that every sixth ticket has fills the page with so many for each of its places. */
const firstOfPlace = 6

export async function findWithWords(walk: Walk, wanted: Wanted, page: Page, reach: Reach): Promise<Found[]> {
  const among = await findAmongFirst(walk, wanted, page.limit, reach)
  if (among) return among
  if (!isOpenOnly(walk)) return findByWords(walk, wanted, page, '')
  const border = await borderOf(walk, reach.oldest)
  const young = await findByWords(walk, wanted, page, border)
  if (!walk.isByDue && young.length >= page.limit) return young
  const old = await lookThrough(olderThan(walk, border), wanted, reach.oldest)
  const found = [...young, ...old.filter(isMeant).map(foundOf)]
  return (walk.isByDue ? found.sort(byDue) : found).slice(0, page.limit)
}

const isOpenOnly = ({ filter }: Walk) => areOpenOnly(statesOf(filter))

/** One thing is what the list is walked by; what a second one does not have would be walked over. */
function isWalkedStraight({ filter }: Walk): boolean {
  const { asks, lamp, type, urgency, county, category, line, caller, problem } = filter
  const asked = [statesOf(filter) ?? undefined, asks, problem, lamp, type, urgency, county, category, line, caller]
  return lamp === undefined && asked.filter((one) => one !== undefined).length <= 1
}

/** @returns null when the first ones of the list do not fill the page; of what is open, as soon as they do not promise to */
async function findAmongFirst(walk: Walk, wanted: Wanted, limit: number, reach: Reach): Promise<Found[] | null> {
  const few = Math.min(limit * firstOfPlace, reach.first)
  const isSmall = walk.scope.unit !== null || isOpenOnly(walk)
  const most = isSmall ? reach.first : isWalkedStraight(walk) ? few : 0
  const meant: Found[] = []
  let last: Found | undefined
  for (let seen = 0, size = few; size > 0 && seen + size <= most; ) {
    const after = last && afterCursor(cursorAfter(last, walk.filter.sort), walk.isByDue)
    const rows = await lookThrough({ ...walk, where: and(walk.where, after) }, wanted, size)
    meant.push(...rows.filter(isMeant).map(foundOf))
    const end = rows.at(-1)
    if (meant.length >= limit || rows.length < size || !end) return meant.slice(0, limit)
    last = foundOf(end)
    seen += size
    const promised = Math.ceil((seen * (limit - meant.length) * someMore) / meant.length)
    size = isOpenOnly(walk) ? promised : most - seen
  }
  return null
}

/** Than needed, were the words spread evenly. */
const someMore = 1.2
const isMeant = (row: { isMeant: number }) => row.isMeant === 1

async function lookThrough(walk: Walk, wanted: Wanted, size: number): Promise<(Row & { isMeant: number })[]> {
  const first = await firstOf(walk, undefined, size)
  if (first === null) return []
  const tokens = sql`CONCAT(' ', ${ticketSearch.tokens}, ' ')`
  const bucket = sql`LOWER(LEFT(first.id, ${sql.raw(String(bucketLength))}))`
  const marks = marksFor(wanted)
  const hasAll = wanted.words.map(({ word, isBeginning }) => {
    const has = marks.map((mark) => {
      const rest = `${mark}${word}${isBeginning ? '' : ' '}`
      return sql`INSTR(${tokens}, CONCAT(' ', ${bucket}, ${rest})) > 0`
    })
    return sql`(${sql.join(has, sql` OR `)})`
  })
  return rowsOf(
    walk.db,
    sql`SELECT first.id, first.due, ${sql.join(hasAll, sql` AND `)} AS isMeant FROM (${first}) AS first
      STRAIGHT_JOIN ${ticketSearch} ON ${ticketSearch.ticketId} = first.id ORDER BY ${orderOf(walk.isByDue ? 'due' : 'newest', sql`due`, sql`id`)}`,
  )
}

/**
 * The beginning of the bucket before which the list has at most this many tickets; the end of time when it has no more
 * at all.
 */
async function borderOf(walk: Walk, oldest: number): Promise<TicketId> {
  const id = await idAfterOldest(walk, oldest)
  return (id === undefined ? endOfTime : id.slice(0, bucketLength).padEnd(id.length, '0')) as TicketId
}

const endOfTime = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'

/**
 * By the index of words. One that is common in winter is in hundreds of thousands of tickets, and the index has no order:
 * so each bucket of time has words of its own, and older ones are asked only until the page is full.
 * @param border begin of a bucket; nothing older is asked for
 */
async function findByWords(walk: Walk, wanted: Wanted, { cursor, limit }: Page, border: string): Promise<Found[]> {
  const { db, scope, filter, isByDue } = walk
  const where = and(scopeWhere(db, scope), statesWhere(filter), walk.where)
  const [ends] = await db.select({ oldest: min(tickets.id), newest: max(tickets.id) }).from(tickets)
  if (!ends?.oldest || !ends.newest) return []
  // No further than there are tickets, whatever cursor was made up.
  const { from, to } = filter
  const [oldest = ''] = [from === undefined ? '' : firstUlidAt(from), border, ends.oldest].sort().reverse()
  const bounds = [ends.newest, to === undefined ? [] : firstUlidAt(to), isByDue || !cursor ? [] : cursor].flat()
  const newestFirst = bucketsBetween(oldest, bounds.sort()[0] ?? ends.newest)
  const found: Found[] = []
  for (let at = 0, size = 1; at < newestFirst.length && (isByDue || found.length < limit); at += size, size *= 3) {
    const rows = await db
      .select({ id: tickets.id, nextDueAt: tickets.nextDueAt })
      .from(ticketSearch)
      .innerJoin(tickets, eq(tickets.id, ticketSearch.ticketId))
      .where(and(matches(searchOf(wanted, newestFirst.slice(at, at + size))), where))
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
