import { asc, eq, isNull } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import type { Call } from '../machine/call.ts'
import { keypadCalls } from './schema.ts'

export type KeypadCall = typeof keypadCalls.$inferSelect

/** With the closed records of these calls; written again it stays as it was. */
export async function writeKeypadCalls(tx: Tx, ended: readonly Call[]): Promise<void> {
  const rows = ended.flatMap(({ id: callId, stage, outgoing, keypad, endedAt, arrivedAt, pickedUpAt }) => {
    const followUpId = outgoing?.followUp
    if (followUpId === undefined || keypad === undefined || stage.phase !== 'ended') return []
    const { solved, satisfied } = keypad
    // The platform was lost meanwhile: somebody may have been asked.
    const result = keypad.result ?? (pickedUpAt === null ? 'NO_ANSWER' : 'BROKEN_OFF')
    return [{ callId, followUpId, result, solved, satisfied, endedAt: endedAt ?? arrivedAt }]
  })
  if (rows.length > 0) await tx.insert(keypadCalls).ignore().values(rows)
}

/** Calls that have ended and that their follow-up does not know of yet, the oldest first. */
export async function unsettledKeypadCalls(db: Db, limit: number): Promise<KeypadCall[]> {
  return db
    .select()
    .from(keypadCalls)
    .where(isNull(keypadCalls.settledAt))
    .orderBy(asc(keypadCalls.endedAt))
    .limit(limit)
}

export async function settleKeypadCall(db: Db, callId: CallId, now: Instant): Promise<void> {
  await db.update(keypadCalls).set({ settledAt: now }).where(eq(keypadCalls.callId, callId))
}
