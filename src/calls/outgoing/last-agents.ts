import { and, desc, eq, gte } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/mysql-core'
import { dayMs } from '../../calendar/days.ts'
import type { Db } from '../../platform/database/database.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { calls } from '../records/schema.ts'

const rememberedMs = 30 * dayMs
/** Of a number that calls a hundred times a day, and nobody answers: further back nobody remembers the talk. */
const callsLookedAt = 20

/** Of one statement. */
const numbersAtOnce = 50

/** Who spoke with each of these numbers last, as far as its last calls say. */
export async function lastAgentsOf(db: Db, numbers: readonly string[], now: Instant): Promise<Map<string, number>> {
  const asked = [...new Set(numbers)]
  const last = new Map<string, number>()
  for (let at = 0; at < asked.length; at += numbersAtOnce) {
    const rows = await lastCallsOf(db, asked.slice(at, at + numbersAtOnce), now)
    for (const { number, agentId, answeredAt } of rows.toSorted((a, b) => (a.id < b.id ? 1 : -1))) {
      if (number !== null && agentId !== null && answeredAt !== null && !last.has(number)) last.set(number, agentId)
    }
  }
  return last
}

async function lastCallsOf(db: Db, numbers: readonly string[], now: Instant) {
  const since = firstUlidAt(now - rememberedMs) as CallId
  const [one, other, ...rest] = numbers.map((number) =>
    db
      .select({ id: calls.id, number: calls.callerNumber, agentId: calls.agentId, answeredAt: calls.answeredAt })
      .from(calls)
      .where(and(eq(calls.callerNumber, number), gte(calls.id, since)))
      .orderBy(desc(calls.id))
      .limit(callsLookedAt),
  )
  if (!one) return []
  return other ? unionAll(one, other, ...rest) : one
}
