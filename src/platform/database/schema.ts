import { bigint, index, int, json, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { code, instant } from './columns.ts'

/**
 * Announcements to the job queues, written in the transaction of the change that they announce. A relay moves
 * them to BullMQ with `jobId` and marks them; a row moved twice makes one job.
 */
export const outbox = mysqlTable(
  'outbox',
  {
    id: bigint('id', { mode: 'number' }).autoincrement().primaryKey(),
    queue: code('queue', 48).notNull(),
    jobId: code('job_id', 128).notNull(),
    topic: code('topic', 64).notNull(),
    payload: json('payload').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull(),
    relayedAt: instant('relayed_at'),
    /** A worker has done it. Until then Redis may lose the job, and the row is moved again. */
    doneAt: instant('done_at'),
    attempts: int('attempts').notNull().default(0),
    lastError: varchar('last_error', { length: 512 }),
  },
  (t) => [
    uniqueIndex('outbox_job').on(t.queue, t.jobId),
    index('outbox_waiting').on(t.relayedAt, t.id),
    index('outbox_undone').on(t.doneAt, t.relayedAt),
  ],
)
