import { index, mysqlTable, tinyint } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { CallId } from '../../platform/types.ts'
import type { KeypadResult } from '../machine/keypad/keypad.ts'
import { calls } from '../records/schema.ts'

/** What came of calls by machine, written with their closed records; the follow-up takes it from here, once. */
export const keypadCalls = mysqlTable(
  'keypad_calls',
  {
    callId: ulid<CallId>('call_id')
      .primaryKey()
      .references(() => calls.id),
    followUpId: ulid('follow_up_id').notNull(),
    result: code<KeypadResult>('result', 16).notNull(),
    /** Keys of Q2 and Q3. */
    solved: tinyint('solved'),
    satisfied: tinyint('satisfied'),
    endedAt: instant('ended_at').notNull(),
    /** Taken over by its follow-up. */
    settledAt: instant('settled_at'),
  },
  (t) => [index('keypad_calls_open').on(t.settledAt, t.endedAt)],
)
