import { bigint, index, int, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { code, instant } from '../platform/database/columns.ts'
import type { MessageKind } from './message.ts'

/** Messages to telephones, written in the transaction of their cause; a worker sends them. */
export const messages = mysqlTable(
  'messages',
  {
    id: bigint('id', { mode: 'number' }).autoincrement().primaryKey(),
    /** The same cause twice is one message. */
    dedupeKey: code('dedupe_key', 128).notNull(),
    kind: code<MessageKind>('kind', 16).notNull(),
    toNumber: code('to_number', 24).notNull(),
    /** With `{secret}` in the place of what only the receiver may read. */
    text: varchar('text', { length: 500 }).notNull(),
    /** NULL as soon as it was sent. */
    secret: varchar('secret', { length: 255 }),
    /** Number of the ticket that it is about. */
    subject: code('subject', 64),
    createdAt: instant('created_at').notNull(),
    sentAt: instant('sent_at'),
    attempts: int('attempts').notNull().default(0),
    /** What the gateway said became of it; NULL: nothing yet, or it sends no receipts. */
    receipt: code<'DELIVERED' | 'FAILED'>('receipt', 12),
    receiptAt: instant('receipt_at'),
    lastError: varchar('last_error', { length: 255 }),
  },
  (t) => [uniqueIndex('messages_key').on(t.dedupeKey), index('messages_created').on(t.createdAt)],
)
