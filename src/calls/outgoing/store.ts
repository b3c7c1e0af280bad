import { and, count, desc, eq, gte, lt } from 'drizzle-orm'
import { dayNumberOf, startOfDayNumber } from '../../calendar/days.ts'
import { maskNumber } from '../../lines/mask.ts'
import { placeOf } from '../../lines/place.ts'
import { users } from '../../people/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { calls } from '../records/schema.ts'
import type { NeverCallList } from './api.ts'
import { neverCalls } from './schema.ts'

/** What the rules of outgoing calls count: citizens who want no calls, and the calls of today. */

/** Placed to this number since midnight, whatever came of them; those that never left the hotline do not count. */
export async function callsToday(db: Db | Tx, number: string, now: Instant): Promise<number> {
  const midnight = startOfDayNumber(dayNumberOf(now))
  const rows = await db
    .select({ outcome: calls.outcome })
    .from(calls)
    .where(
      and(
        ...[eq(calls.callerNumber, number), eq(calls.direction, 'OUT')],
        gte(calls.id, firstUlidAt(midnight) as CallId),
      ),
    )
  return rows.filter(({ outcome }) => outcome !== 'OUT_NOT_PLACED').length
}

export async function isNeverCalled(db: Db | Tx, number: string): Promise<boolean> {
  const [row] = await db
    .select({ count: count() })
    .from(neverCalls)
    .where(and(eq(neverCalls.number, number), eq(neverCalls.slot, 1)))
  return (row?.count ?? 0) > 0
}

/** The numbers that are listed now, the newest first. */
export async function listNeverCalls(
  db: Db,
  page: { after: string | null; limit: number },
  areaCode: string,
): Promise<NeverCallList> {
  const rows = await db
    .select({ row: neverCalls, by: users.name })
    .from(neverCalls)
    .innerJoin(users, eq(users.id, neverCalls.by))
    .where(and(eq(neverCalls.slot, 1), page.after === null ? undefined : lt(neverCalls.id, page.after)))
    .orderBy(desc(neverCalls.id))
    .limit(page.limit + 1)
  const shown = rows.slice(0, page.limit)
  return {
    numbers: shown.map(({ row: { id, number, reason, at }, by }) => ({
      ...{ id, reason, at, by },
      number: maskNumber(number) ?? '',
      place: placeOf(number, areaCode),
    })),
    next: rows.length > page.limit ? (shown.at(-1)?.row.id ?? null) : null,
  }
}

/** @returns id of the row @throws Refusal when it is listed already */
export async function addNeverCall(
  tx: Tx,
  { number, reason, by }: { number: string; reason: string; by: number },
  now: Instant,
): Promise<string> {
  if (await isNeverCalled(tx, number)) throw new Refusal('never-call.listed')
  const id = newId(now)
  await tx.insert(neverCalls).values({ id, number, reason, at: now, by, slot: 1 })
  return id
}

/** @throws Refusal when it is not listed (any more) */
export async function liftNeverCall(
  tx: Tx,
  id: string,
  { reason, by }: { reason: string; by: number },
  now: Instant,
): Promise<void> {
  const [result] = await tx
    .update(neverCalls)
    .set({ slot: null, liftedAt: now, liftedBy: by, liftReason: reason })
    .where(and(eq(neverCalls.id, id), eq(neverCalls.slot, 1)))
  if (result.affectedRows === 0) throw new Refusal('never-call.not-found')
}
