import { and } from 'drizzle-orm'
import type { Db } from '../platform/database.ts'
import type { Instant } from '../platform/types.ts'
import { findWithWords, usualReach } from './find-words.ts'
import type { TicketPerson } from './ticket.ts'
import { wordsToFind } from './tokens.ts'
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
  return words.length === 0 ? [] : findWithWords(walk, words, { cursor, limit }, reach)
}

const isNumber = (typed: string) => /^CZ\d{14}$/.test(typed)

/** A number is found as the desk shows it, too: in groups. */
function typedOf(search: string): string {
  const typed = search.trim().toUpperCase()
  const together = typed.replace(/\s/g, '')
  return isNumber(together) ? together : typed
}
