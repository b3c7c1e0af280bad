import { sql } from 'drizzle-orm'
import { dayMs, dayNumberOf, startOfDayNumber } from '../calendar/days.ts'
import { outcomes } from '../calls/machine/call.ts'
import { callSegments, calls } from '../calls/records/schema.ts'
import type { Db } from '../platform/database/database.ts'
import { kept } from '../platform/redis/kept.ts'
import type { Instant } from '../platform/types.ts'
import { type DayFigures, fates, noCalls, promisedWaitMs, shortWaitMs, type Tally, together } from './figures.ts'

/** Calls are counted from their records. One statement along the index of arrivals. */

/** Longest time from a call's arrival to its entry into the queue: greeting and inquiry are in between. */
const longestEntryMs = 3_600_000

interface Row {
  arrivedIn: number
  enteredIn: number | null
  outcome: string | null
  isAnswered: number
  within15s: number
  isShort: number
  isLong: number
  count: number
  waitedMs: string | number | null
}

/**
 * Calls that arrived between each two bounds, `[bounds[n], bounds[n + 1])`. A call that waits, talks or is rung now
 * counts with its present state; its stages get rows when it is closed.
 */
export async function countCalls(db: Db, bounds: readonly Instant[], now: Instant): Promise<Tally[]> {
  const [first, last] = [bounds[0] ?? now, bounds.at(-1) ?? now]
  const arrivedAt = sql`${calls.arrivedAt}`
  const at = (instant: Instant) => sql`${sql.param(instant, calls.arrivedAt)}`
  const bucketOf = (value: ReturnType<typeof sql>) =>
    sql.join(
      bounds.map((bound) => sql`(${value} >= ${at(bound)})`),
      sql` + `,
    )
  const ms = (from: ReturnType<typeof sql>, to: ReturnType<typeof sql>) =>
    sql`TIMESTAMPDIFF(MICROSECOND, ${from}, ${to}) / 1000`
  const waited = ms(sql`entered`, sql`answered_at`)
  const still = sql`answered_at IS NULL AND outcome IS NULL`
  // An answered call needs no look at the stages; neither does one that never entered the queue.
  const stages = sql`s.call_id = ${calls.id} AND s.kind IN ('WAITING', 'OFFER', 'FALLBACK')
    AND (${calls.answeredAt} IS NULL OR ${calls.queuedAt} IS NULL)`
  const statement = sql`
    SELECT ${bucketOf(sql`arrived_at`)} AS arrivedIn, ${bucketOf(sql`entered`)} AS enteredIn, outcome,
      answered_at IS NOT NULL AS isAnswered,
      COALESCE(${waited} <= ${promisedWaitMs}, FALSE) AS within15s,
      COALESCE(answered_at IS NULL AND ${ms(sql`entered`, sql`left_at`)} < ${shortWaitMs}, FALSE) AS isShort,
      COALESCE(${still} AND ${ms(sql`entered`, at(now))} > ${promisedWaitMs}, FALSE) AS isLong,
      COUNT(*) AS count, SUM(GREATEST(0, ${waited})) AS waitedMs
    FROM (
      SELECT ${arrivedAt} AS arrived_at, ${calls.answeredAt} AS answered_at, ${calls.outcome} AS outcome,
        COALESCE(${calls.queuedAt}, MIN(s.started_at)) AS entered,
        COALESCE(MAX(s.ended_at), ${calls.endedAt}, IF(${calls.outcome} IS NULL, NULL, ${at(now)})) AS left_at
      FROM ${calls} FORCE INDEX (calls_arrived)
      LEFT JOIN ${callSegments} AS s FORCE INDEX (call_segments_order) ON ${stages}
      WHERE ${calls.direction} = 'IN' AND ${arrivedAt} >= ${at(first - longestEntryMs)} AND ${arrivedAt} < ${at(last)}
      GROUP BY ${calls.id}
    ) AS one
    GROUP BY arrivedIn, enteredIn, outcome, isAnswered, within15s, isShort, isLong`
  const [rows] = await db.execute(statement)
  const tallies = bounds.slice(1).map(() => ({ ...noCalls }))
  for (const row of rows as unknown as Row[]) {
    const [arrived, entered] = [tallies[Number(row.arrivedIn) - 1], tallies[Number(row.enteredIn ?? 0) - 1]]
    if (arrived) arrived.arrived += Number(row.count)
    if (entered) addTo(entered, row)
  }
  return tallies
}

function addTo(tally: Tally, row: Row): void {
  const count = Number(row.count)
  tally.offered += count
  if (Number(row.isAnswered) === 1) {
    tally.answered += count
    tally.waitedMs += Math.round(Number(row.waitedMs))
    if (Number(row.within15s) === 1) tally.answeredWithin15s += count
    return
  }
  const outcome = outcomes.find((known) => known === row.outcome)
  if (outcome === undefined) {
    tally.waiting += count
    if (Number(row.isLong) === 1) tally.waitingLong += count
  } else if (fates[outcome] !== 'caller-left') tally.notAnswered += count
  else if (Number(row.isShort) === 1) tally.leftShort += count
  else tally.gaveUp += count
}

/** Midnight in Shanghai of this instant's day. Without daylight saving time yesterday's time of day is 24 h ago. */
export function midnightOf(at: Instant): Instant {
  return startOfDayNumber(dayNumberOf(at))
}

export async function readDay(db: Db, now: Instant): Promise<DayFigures> {
  const today = midnightOf(now)
  // Four periods give all figures: from 48 h ago, yesterday's midnight, 24 h ago, midnight.
  const [z, a, b, c] = await countCalls(db, [now - 2 * dayMs, today - dayMs, now - dayMs, today, now + 1], now)
  if (!z || !a || !b || !c) throw new Error('figures of the day: a period is missing in the answer of the database')
  return { at: now, today: c, yesterday: a, last24h: together(b, c), before24h: together(z, a) }
}

/** Pages ask often, and all of them for the same. */
const keptMs = 4_000

export interface Day {
  /** As of a few seconds ago. @throws while the database is unreachable */
  read(): Promise<DayFigures>
}

export function openDay({ db, now }: { db: Db; now(): Instant }): Day {
  return { read: kept((at) => readDay(db, at), keptMs, now) }
}
