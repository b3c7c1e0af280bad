import { and, eq, or, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import { ulidTime } from '../../platform/text/ulid-time.ts'
import type { Call } from '../machine/call.ts'
import { callbacks } from './schema.ts'

/** The agent's own phone was not there, or they hung up before the citizen's rang: the citizen was never called. Pure. */
export function neverRang({ stage, segments }: Pick<Call, 'stage' | 'segments'>): boolean {
  if (stage.phase !== 'ended') return false
  if (stage.outcome === 'OUT_NOT_PLACED') return true
  return stage.outcome === 'OUT_CANCELLED' && !segments.some(({ kind }) => kind === 'RINGING')
}

/**
 * A try of a callback is counted when its call is placed; of a call that never rang it was none. The try before had its
 * pause, or this one had been refused: the callback is due at once. May be repeated: a try is known by its agent and by
 * its instant, which is that of the call's id.
 */
export async function takeBackTries(db: Pick<Db, 'select' | 'update'>, given: readonly Call[]): Promise<void> {
  for (const call of given) {
    const { outgoing } = call
    if (outgoing?.about.kind !== 'callback' || outgoing.by === null || !neverRang(call)) continue
    const isIt = eq(callbacks.id, outgoing.about.id)
    const [row] = await db.select({ number: callbacks.callerNumber }).from(callbacks).where(isIt)
    if (!row) continue
    const isTry = and(
      ...[eq(callbacks.triedBy, Number(outgoing.by)), eq(callbacks.triedAt, ulidTime(call.id))],
      eq(callbacks.status, 'TO_CALL_BACK'),
    )
    await db
      .update(callbacks)
      .set({ tries: sql`GREATEST(${callbacks.tries} - 1, 0)`, triedAt: null, nextAt: null, triedBy: null })
      .where(and(isTry, row.number === null ? isIt : or(isIt, eq(callbacks.callerNumber, row.number))))
  }
}
