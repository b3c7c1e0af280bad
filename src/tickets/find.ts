import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../platform/database.ts'
import type { Instant } from '../platform/types.ts'
import { findWithWords, usualReach } from './find-words.ts'
import { tickets } from './schema.ts'
import type { TicketPerson } from './ticket.ts'
import { wordsToFind } from './tokens.ts'
import { ticketNumberIn } from './typed-number.ts'
import {
  afterCursor,
  conditionsOf,
  type Found,
  firstOf,
  foundOf,
  type Page,
  type Row,
  rowsOf,
  scopeOf,
  type TicketFilter,
  type Walk,
} from './walk.ts'

/** Which tickets stand on a page of a list: all that are in it, the one of a number, or those with some words. */

/**
 * @param reach how far it is looked through for words
 * @returns up to `limit`, in the order of the page
 */
export async function findPage(
  db: Db,
  person: TicketPerson,
  filter: TicketFilter,
  { cursor, limit }: Page,
  now: Instant,
  reach = usualReach,
): Promise<Found[]> {
  const walk = walkOf(db, person, filter, cursor, now)
  if (walk === null) return []
  const ofNumber = async (number: string | undefined) => {
    const first = await firstOf(walk, number, limit)
    return first === null ? [] : (await rowsOf<Row>(db, first)).map(foundOf)
  }
  if (filter.search === undefined) return ofNumber(undefined)
  const number = ticketNumberIn(filter.search, now)
  if (number !== null && (await isThere(db, number))) return ofNumber(number)
  const words = wordsToFind(filter.search)
  return words.length === 0 ? [] : findWithWords(walk, words, { cursor, limit }, reach)
}

/** Six digits, or fourteen, may be something in a text as well. */
async function isThere(db: Db, number: string): Promise<boolean> {
  const rows = await db.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, number))
  return rows.length > 0
}

/** @returns how many there are, at most `most`; null for a search by words, which would read all of them */
export async function countFound(
  db: Db,
  person: TicketPerson,
  filter: TicketFilter,
  most: number,
  now: Instant,
): Promise<number | null> {
  const number = filter.search === undefined ? undefined : ticketNumberIn(filter.search, now)
  if (number === null || (number !== undefined && !(await isThere(db, number)))) return null
  const walk = walkOf(db, person, filter, undefined, now)
  const first = walk && (await firstOf(walk, number, most))
  if (first === null) return 0
  const [row] = await rowsOf<Row & { count: number }>(db, sql`SELECT COUNT(*) AS count FROM (${first}) AS counted`)
  return Number(row?.count ?? 0)
}

/** @returns null for somebody of no unit */
function walkOf(
  db: Db,
  person: TicketPerson,
  filter: TicketFilter,
  cursor: string | undefined,
  now: Instant,
): Walk | null {
  const scope = scopeOf(person, filter)
  if (scope === null) return null
  const isByDue = filter.sort === 'due'
  const where = and(
    ...conditionsOf(person, filter, now),
    cursor === undefined || cursor === '' ? undefined : afterCursor(cursor, isByDue),
  )
  return { db, scope, filter, where, isByDue }
}
