import { createHash, randomBytes } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant } from '../../platform/types.ts'
import { ratingLinks } from './schema.ts'

/** Rating links in the database. A reader of the tables can open none of them. */

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** 128 random bits: 22 characters, which a message has room for. @returns the token, which cannot be read again */
export async function makeRatingLink(tx: Tx, followUpId: string, now: Instant): Promise<string> {
  const token = randomBytes(16).toString('base64url')
  await tx.insert(ratingLinks).values({ id: newId(now), followUpId, tokenHash: digestOf(token), createdAt: now })
  return token
}

export async function findRatingLink(db: Db, token: string): Promise<typeof ratingLinks.$inferSelect | null> {
  const [row] = await db
    .select()
    .from(ratingLinks)
    .where(eq(ratingLinks.tokenHash, digestOf(token)))
  return row ?? null
}

export async function markOpened(db: Db, id: string, now: Instant): Promise<void> {
  await db
    .update(ratingLinks)
    .set({ openedAt: now })
    .where(and(eq(ratingLinks.id, id), isNull(ratingLinks.openedAt)))
}
