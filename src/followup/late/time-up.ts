import { and, eq, exists, inArray, isNull, lte, ne, or, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { type Next, nextOf } from '../follow-up.ts'
import { followUpAttempts, followUps } from '../schema.ts'
import { type FollowUpParts, findFollowUp, followUpIn } from '../store.ts'
import { voiceMeans } from '../words.ts'

/** Citizens who were tried and not called again until the task was due: they are called no more. Source: domain model 2, 3.2. */

/** @returns what comes instead of a call, by the id of the task */
export async function outOfTime({ db, rules, now }: FollowUpParts, limit: number): Promise<Map<string, Next['means']>> {
  const ids = await triedAndDue(db, now(), limit)
  const found = new Map<string, Next['means']>()
  for (const id of ids) {
    const kept = await findFollowUp(db, id)
    const next = kept && nextOf(followUpIn(kept), rules, now())
    if (next && next.at <= now()) found.set(id, next.means)
  }
  return found
}

async function triedAndDue(db: Db, now: Instant, limit: number): Promise<string[]> {
  const { followUpId, means, result } = followUpAttempts
  const rows = await db
    .select({ id: followUps.id })
    .from(followUps)
    .where(
      and(
        ...[eq(followUps.nextMeans, 'AGENT'), lte(followUps.dueAt, now)],
        exists(
          db
            .select({ one: sql`1` })
            .from(followUpAttempts)
            .where(
              and(
                eq(followUpId, followUps.id),
                inArray(means, [...voiceMeans]),
                or(isNull(result), ne(result, 'NOT_PLACED')),
              ),
            ),
        ),
      ),
    )
    .limit(limit)
  return rows.map(({ id }) => id)
}
