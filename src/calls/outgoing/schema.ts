import { int, mysqlTable, tinyint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'

/**
 * 勿扰名单: citizens who want no calls from the hotline. A row that was lifted stays as it was; `slot` is 1 while it holds
 * and NULL afterwards, so that a number is listed once.
 */
export const neverCalls = mysqlTable(
  'never_calls',
  {
    id: ulid('id').primaryKey(),
    /** E.164 */
    number: code('number', 24).notNull(),
    reason: varchar('reason', { length: 200 }).notNull(),
    at: instant('at').notNull(),
    by: int('by_id')
      .notNull()
      .references(() => users.id),
    slot: tinyint('slot'),
    liftedAt: instant('lifted_at'),
    liftedBy: int('lifted_by').references(() => users.id),
    liftReason: varchar('lift_reason', { length: 200 }),
  },
  (t) => [uniqueIndex('never_calls_number').on(t.number, t.slot)],
)
