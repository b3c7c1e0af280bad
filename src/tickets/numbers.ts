import { randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Db } from '../platform/database.ts'
import type { Instant } from '../platform/types.ts'
import { codeDigits, ticketPrefix } from './progress.ts'
import { ticketCounters } from './schema.ts'

/** Numbers of tickets: `CZ` + day of the city + 6 digits. */

const mostADay = 999_999
const cityOffsetMs = 8 * 3_600_000

/**
 * The next number of the day. In a statement of its own, before the ticket's transaction: nobody waits for anybody
 * else's ticket. A number that is then not used is missing, which hurts nobody.
 */
export async function nextNumber(db: Pick<Db, 'insert'>, now: Instant): Promise<string> {
  const [number = ''] = await nextNumbers(db, now, 1)
  return number
}

/** So many in a row. */
export async function nextNumbers(db: Pick<Db, 'insert'>, now: Instant, count: number): Promise<string[]> {
  const day = new Date(now + cityOffsetMs).toISOString().slice(0, 10)
  // LAST_INSERT_ID(expression) hands the value to this connection alone.
  const [result] = await db
    .insert(ticketCounters)
    .values({ day, last: sql`LAST_INSERT_ID(${count})` })
    .onDuplicateKeyUpdate({ set: { last: sql`LAST_INSERT_ID(${ticketCounters.last} + ${count})` } })
  const last = result.insertId
  if (last < count || last > mostADay) throw new Error(`no ticket number left on ${day}: ${last}`)
  const numberOf = (at: number) => `${ticketPrefix}${day.replaceAll('-', '')}${String(at).padStart(6, '0')}`
  return Array.from({ length: count }, (_, at) => numberOf(last - count + 1 + at))
}

/** Six digits that cannot be guessed from the number. */
export function newQueryCode(): string {
  return String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0')
}
