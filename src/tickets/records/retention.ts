import { lt } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { idempotencyKeys, ticketDrafts } from './schema.ts'

/** What nobody asks for any more. Each throws away a bounded number, oldest first, and says how many. */

const dayMs = 24 * 3_600_000
/** A client that repeats a request does so within minutes. */
const keysForMs = 7 * dayMs
/** Handed in or thrown away: kept for a while for whoever threw away the wrong one. */
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
