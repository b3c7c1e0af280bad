import { and, eq, inArray } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { OutgoingRules } from '../../site/site.ts'
import type { CallbackResult } from '../machine/call.ts'
import { markCalledBack } from '../records/callbacks.ts'
import type { CallReader } from '../records/reads.ts'
import { callbacks, calls } from '../records/schema.ts'
import { isNotHiddenFrom } from '../records/ties.ts'
import { nextTryAt } from './rules.ts'

/**
 * How often a number was called back, by whom, and what came of it: alike on all open rows of the number that the agent
 * may know, as one entry shows them. A hidden caller's row stands alone: counted together it would tell whose it is.
 */

type Row = typeof callbacks.$inferSelect
export type Tried = Pick<Row, 'tries' | 'triedAt' | 'nextAt' | 'triedBy'>

export const untried: Tried = { tries: 0, triedAt: null, nextAt: null, triedBy: null }

/** Of several rows that are one entry. */
export function triedOf(rows: readonly Tried[]): Tried {
  const last = rows.toSorted((one, other) => (other.triedAt ?? 0) - (one.triedAt ?? 0))[0]
  if (!last) return untried
  const { triedAt, nextAt, triedBy } = last
  return { triedAt, nextAt, triedBy, tries: Math.max(...rows.map(({ tries }) => tries)) }
}

async function entryOf(tx: Db | Tx, { id, callerNumber }: Row, reader: CallReader, isHidden: boolean): Promise<Row[]> {
  const isIt = eq(callbacks.id, id)
  if (callerNumber === null || isHidden) return tx.select().from(callbacks).where(isIt)
  return openOfNumbers(tx, [callerNumber], reader)
}

/** A citizen who has called again since the last try: what was tried stands on the row of the call before. */
export async function openOfNumbers(tx: Db | Tx, numbers: readonly string[], reader: CallReader): Promise<Row[]> {
  if (numbers.length === 0) return []
  const rows = await tx
    .select({ row: callbacks })
    .from(callbacks)
    .leftJoin(calls, eq(calls.id, callbacks.callId))
    .where(
      and(
        ...[eq(callbacks.status, 'TO_CALL_BACK'), inArray(callbacks.callerNumber, [...numbers])],
        isNotHiddenFrom(tx, reader.person, reader.now),
      ),
    )
  return rows.map(({ row }) => row)
}

const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id)

/** Another agent has begun a moment ago: the citizen's phone may be ringing. */
const callingMs = 120_000

/** A try that has begun, and how the rows were before it. */
export interface Begun {
  ids: string[]
  before: Tried
}

/**
 * An agent begins to call: counted before the phone rings, so that no second agent calls the same person.
 * @param check throws when it may not be tried now
 * @throws Refusal
 */
export async function beginTry(
  tx: Tx,
  { id, isHidden }: { id: string; isHidden: boolean },
  reader: CallReader,
  rules: OutgoingRules,
  check: (tried: Tried) => void,
): Promise<Begun> {
  const row = await lockedRow(tx, id)
  const rows = await entryOf(tx, row, reader, isHidden)
  const before = triedOf(rows)
  const { triedBy, triedAt } = before
  const { now } = reader
  if (triedAt !== null && triedBy !== reader.person.id && now - triedAt < callingMs)
    throw new Refusal('callback.being-called')
  check(before)
  const tried = { tries: before.tries + 1, triedAt: now, nextAt: nextTryAt(rules, now), triedBy: reader.person.id }
  await tx
    .update(callbacks)
    .set(tried)
    .where(inArray(callbacks.id, idsOf(rows)))
  return { ids: idsOf(rows), before }
}

async function lockedRow(tx: Tx, id: string): Promise<Row> {
  const [row] = await tx.select().from(callbacks).where(eq(callbacks.id, id)).for('update')
  if (!row) throw new Refusal('callback.not-found')
  if (row.status !== 'TO_CALL_BACK') throw new Refusal('callback.already-handled')
  return row
}

/** The call was not placed: it was no try. */
export async function undoTry(db: Db, { ids, before }: Begun): Promise<void> {
  await db.update(callbacks).set(before).where(inArray(callbacks.id, ids))
}

/**
 * What came of calling back, in the agent's word. Reached, wrong number and refused end it; not reached leaves it open
 * for the next try.
 * @param handledBy null for a person without a 工号
 * @throws Refusal
 */
export async function giveResult(
  tx: Tx,
  id: string,
  result: CallbackResult,
  { handledBy, isHidden }: { handledBy: number | null; isHidden: boolean },
  reader: CallReader,
): Promise<void> {
  const row = await lockedRow(tx, id)
  if (result === 'NOT_REACHED') {
    const rows = await entryOf(tx, row, reader, isHidden)
    await tx
      .update(callbacks)
      .set({ result })
      .where(inArray(callbacks.id, idsOf(rows)))
    return
  }
  const done = { status: result === 'REACHED' ? 'CALLED_BACK' : 'CLOSED', result } as const
  if (isHidden) {
    await tx
      .update(callbacks)
      .set({ ...done, handledBy, handledAt: reader.now })
      .where(eq(callbacks.id, id))
  } else await markCalledBack(tx, id, handledBy, reader, done)
}
