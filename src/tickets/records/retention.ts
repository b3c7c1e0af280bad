import { lt } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { idempotencyKeys, ticketDrafts } from './schema.ts'

/** Deletes expired rows. Each deletes a bounded number, oldest first, and returns how many. */

const dayMs = 24 * 3_600_000
/** A client that repeats a request does so within minutes. */
const keysForMs = 7 * dayMs
/** Submitted or deleted drafts are kept for a while, in case the wrong one was deleted. */
const draftsForMs = 30 * dayMs
const batch = 2_000

export async function purgeKeys(db: Db, now: Instant): Promise<number> {
  const [result] = await db
    .delete(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, now - keysForMs))
    .limit(batch)
  return result.affectedRows
}

export async function purgeDrafts(db: Db, now: Instant): Promise<number> {
  const [result] = await db
    .delete(ticketDrafts)
    .where(lt(ticketDrafts.endedAt, now - draftsForMs))
    .limit(batch)
  return result.affectedRows
}
