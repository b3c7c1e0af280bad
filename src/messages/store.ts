import { and, asc, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../platform/database/database.ts'
import { outbox } from '../platform/database/schema.ts'
import type { Instant } from '../platform/types.ts'
import type { MessageKind } from './message.ts'
import { messages } from './schema.ts'

export interface NewMessage {
  /** Of its cause: the same twice is one message. */
  key: string
  kind: MessageKind
  /** Digits as they are dialled in the country. */
  to: string
  text: string
  secret: string | null
  subject: string
}

/** In the transaction of its cause. @returns whether it is new */
export async function keepMessage(tx: Tx, { key, kind, to, ...rest }: NewMessage, now: Instant): Promise<boolean> {
  const row = { dedupeKey: key, kind, toNumber: to, ...rest, createdAt: now }
  const [made] = await tx.insert(messages).ignore().values(row)
  if (made.affectedRows === 0) return false
  const jobId = `message:${made.insertId}`
  await tx
    .insert(outbox)
    .values({ queue: 'messages', jobId, topic: 'message', payload: { messageId: made.insertId }, createdAt: now })
  return true
}

export async function isKept(tx: Tx, key: string): Promise<boolean> {
  const [row] = await tx.select({ id: messages.id }).from(messages).where(eq(messages.dedupeKey, key))
  return row !== undefined
}

export type MessageRow = typeof messages.$inferSelect

export async function findMessage(db: Db, id: number): Promise<MessageRow | null> {
  const [row] = await db.select().from(messages).where(eq(messages.id, id))
  return row ?? null
}

/** What only its receiver may read is forgotten with it. */
export async function markSent(db: Db, id: number, now: Instant): Promise<void> {
  await db
    .update(messages)
    .set({ sentAt: now, secret: null, lastError: null, attempts: sql`${messages.attempts} + 1` })
    .where(eq(messages.id, id))
}

export async function markFailed(db: Db, id: number, reason: string): Promise<void> {
  await db
    .update(messages)
    .set({ lastError: reason.slice(0, 255), attempts: sql`${messages.attempts} + 1` })
    .where(eq(messages.id, id))
}

/**
 * The first receipt stands: gateways send them again until they are taken.
 * @returns whose receipt this is; null when there is one already, or no such message
 */
export async function keepReceipt(
  tx: Tx,
  id: number,
  receipt: 'DELIVERED' | 'FAILED',
  receiptAt: Instant,
): Promise<Pick<MessageRow, 'dedupeKey'> | null> {
  const [kept] = await tx
    .update(messages)
    .set({ receipt, receiptAt })
    .where(and(eq(messages.id, id), isNull(messages.receipt)))
  if (kept.affectedRows === 0) return null
  const [row] = await tx.select({ dedupeKey: messages.dedupeKey }).from(messages).where(eq(messages.id, id))
  return row ?? null
}

const keptMs = 180 * 86_400_000
const purgeBatch = 500

/** @returns how many rows were removed */
export async function purgeMessages(db: Db, now: Instant): Promise<number> {
  const old = await db
    .select({ id: messages.id })
    .from(messages)
    .where(lt(messages.createdAt, now - keptMs))
    .orderBy(asc(messages.createdAt))
    .limit(purgeBatch)
  if (old.length === 0) return 0
  await db.delete(messages).where(
    inArray(
      messages.id,
      old.map(({ id }) => id),
    ),
  )
  return old.length
}
