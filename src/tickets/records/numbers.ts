import { randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { Instant } from '../../platform/types.ts'
import { codeDigits, ticketPrefix } from '../life/progress.ts'
import { ticketCounters } from './schema.ts'

/** Numbers of tickets: `CZ` + day of the city + 6 digits. */

const mostADay = 999_999
const cityOffsetMs = 8 * 3_600_000

type Counted = Pick<Db, 'insert'>

interface Ask {
  day: string
  resolve(number: string): void
  reject(error: unknown): void
}
const lines = new WeakMap<Counted, Ask[]>()

/**
 * The next number of the day. In a statement of its own, before the ticket's transaction: no request waits for another
 * one's ticket. An unused number is a gap, which does no harm. Requests that arrive during an allocation are served
 * together by the next one: one lock and one disk sync, in the order of arrival.
 */
export function nextNumber(db: Counted, now: Instant): Promise<string> {
  const line = lines.get(db) ?? []
  lines.set(db, line)
  return new Promise((resolve, reject) => {
    line.push({ day: dayOf(now), resolve, reject })
    if (line.length === 1) void serve(db, line)
  })
}

/** The first request stays in line until it is served, so that the next one does not begin a line of its own. */
async function serve(db: Counted, line: Ask[]): Promise<void> {
  for (let [first] = line; first; [first] = line) {
    const { day } = first
    const after = line.findIndex((ask) => ask.day !== day)
    const asks = after < 0 ? [...line] : line.slice(0, after)
    try {
      const numbers = await numbersOf(db, day, asks.length)
      for (const [at, ask] of asks.entries()) ask.resolve(numbers[at] ?? '')
    } catch (error) {
      for (const ask of asks) ask.reject(error)
    }
    line.splice(0, asks.length)
  }
}

/** This many consecutive numbers. */
export function nextNumbers(db: Counted, now: Instant, count: number): Promise<string[]> {
  return numbersOf(db, dayOf(now), count)
}

/** LAST_INSERT_ID(expression) hands the value to this connection alone. */
const countOn = prepared((db: Counted) =>
  db
    .insert(ticketCounters)
    .values({ day: sql`${sql.placeholder('day')}`, last: sql`LAST_INSERT_ID(${sql.placeholder('count')})` })
    .onDuplicateKeyUpdate({ set: { last: sql`LAST_INSERT_ID(${ticketCounters.last} + ${sql.placeholder('count')})` } })
    .prepare(),
)

async function numbersOf(db: Counted, day: string, count: number): Promise<string[]> {
  const [result] = await countOn(db).execute({ day, count })
  const last = result.insertId
  if (last < count || last > mostADay) throw new Error(`no ticket number left on ${day}: ${last}`)
  const numberOf = (at: number) => `${ticketPrefix}${day.replaceAll('-', '')}${String(at).padStart(6, '0')}`
  return Array.from({ length: count }, (_, at) => numberOf(last - count + 1 + at))
}

const dayOf = (now: Instant) => new Date(now + cityOffsetMs).toISOString().slice(0, 10)

/** Six digits that cannot be guessed from the number. */
export function newQueryCode(): string {
  return String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0')
}
