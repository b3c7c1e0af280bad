import { eq } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { followUpBegin } from '../schema.ts'

/** The one row that says when the hotline began to ask; by it calls begin one after the other. */

/** @returns when the hotline began to ask; now, the first time @param at to begin with then */
export async function beginAt(db: Db, at: Instant): Promise<Instant> {
  await db.insert(followUpBegin).ignore().values({ id: 1, at })
  const [row] = await db.select({ at: followUpBegin.at }).from(followUpBegin)
  return row?.at ?? at
}

/**
 * Calls begin one after the other in all processes until this transaction ends: what one of them counts, of a person or of
 * the lines in use, no other changes meanwhile. Milliseconds, some calls a second: one lock for all is enough.
 */
export async function lockBeginnings(db: Db, tx: Tx, now: Instant): Promise<void> {
  const locked = () =>
    tx.select({ id: followUpBegin.id }).from(followUpBegin).where(eq(followUpBegin.id, 1)).for('update')
  if ((await locked()).length > 0) return
  // Made outside: two transactions that insert it would wait for each other.
  await beginAt(db, now)
  await locked()
}
