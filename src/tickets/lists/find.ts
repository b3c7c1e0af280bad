import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import type { TicketPerson } from '../life/ticket.ts'
import { isOfHotline } from '../life/view.ts'
import { searchTextsOf } from '../records/rows.ts'
import { tickets } from '../records/schema.ts'
import { findWithWords, usualReach } from './find-words.ts'
import { wordsFor } from './reader-words.ts'
import { readSaid } from './search-index.ts'
import { areWordsEnough, isIn, type Wanted, wantedIn } from './tokens.ts'
import { ticketNumberIn } from './typed-number.ts'
import {
  afterCursor,
  conditionsOf,
  cursorAfter,
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
  const wanted = wantedIn(filter.search, isOfHotline(person))
  if (wanted === null) return []
  if (areWordsEnough(wanted)) return findWithWords(walk, wanted, { cursor, limit }, reach)
  const found: Found[] = []
  let [at, from]: [Walk | null, string | undefined] = [walk, cursor]
  for (let round = 0; at !== null && round < mostRounds; round += 1) {
    const some = await findWithWords(at, wanted, { cursor: from, limit }, reach)
    found.push(...(await meantOf(db, some, wanted, person)))
    const last = some.at(-1)
    if (found.length >= limit || some.length < limit || !last) break
    from = cursorAfter(last, filter.sort)
    at = walkOf(db, person, filter, from, now)
  }
  return found.slice(0, limit)
}

/** Pages of the index for one page of the list, where words stand apart in most texts: bounds every search. */
const mostRounds = 100

const searched = {
  ...{ id: tickets.id, type: tickets.type, isConfidential: tickets.isConfidential, isAnonymous: tickets.isAnonymous },
  ...{ title: tickets.title, content: tickets.content, wish: tickets.wish, place: tickets.place },
  ...{ accused: tickets.accused, publicReply: tickets.publicReply, internalReply: tickets.internalReply },
  ...{ callerName: tickets.callerName, callerPhone: tickets.callerPhone, callerAddress: tickets.callerAddress },
  ...{ callerOtherPhone: tickets.callerOtherPhone, isAtHome: tickets.isAtHome },
}

/** Of tickets that have the words, those whose texts have what was typed, as this reader may read them. */
async function meantOf(db: Db, found: Found[], wanted: Wanted, person: TicketPerson): Promise<Found[]> {
  const ids = found.map(({ id }) => id)
  if (ids.length === 0) return []
  const [rows, said] = await Promise.all([
    db.select(searched).from(tickets).where(inArray(tickets.id, ids)),
    readSaid(db, ids),
  ])
  const words = await wordsFor(db, person, rows)
  const meant = rows.filter((row) => isIn(wanted, words(row).all(searchTextsOf(row, said.get(row.id) ?? []))))
  const isMeant = new Set(meant.map(({ id }) => id))
  return found.filter(({ id }) => isMeant.has(id))
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

/** @returns null for a person without a unit */
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
    ...conditionsOf(db, person, filter, now),
    cursor === undefined || cursor === '' ? undefined : afterCursor(cursor, isByDue),
  )
  return { db, scope, filter, where, isByDue }
}
