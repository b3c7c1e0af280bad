import { bigint, boolean, index, int, mysqlTable, uniqueIndex } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { CallId, RecordingName } from '../../platform/types.ts'
import { calls } from '../records/schema.ts'

/** One sound file of one call; the digest is computed when it is closed, so that a later change is detected. */
export const recordings = mysqlTable(
  'recordings',
  {
    id: ulid('id').primaryKey(),
    callId: ulid<CallId>('call_id')
      .notNull()
      .references(() => calls.id),
    name: code<RecordingName>('name', 128).notNull(),
    status: code<'RECORDING' | 'KEPT' | 'LOST'>('status', 12).notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at'),
    durationMs: int('duration_ms'),
    bytes: bigint('bytes', { mode: 'number' }),
    sha256: code('sha256', 64),
    isOnHold: boolean('is_on_legal_hold').notNull().default(false),
    deletedAt: instant('deleted_at'),
  },
  (t) => [
    uniqueIndex('recordings_name').on(t.name),
    index('recordings_call').on(t.callId),
    index('recordings_status').on(t.status, t.startedAt),
  ],
)
