import { boolean, date, index, int, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { code, instant } from '../platform/database/columns.ts'
import type { LineMode } from '../site/site.ts'

/** 12345 and every old number that was merged into it; kept in step with `config/numbers.yaml` at start. */
export const lines = mysqlTable(
  'lines',
  {
    id: int('id').autoincrement().primaryKey(),
    number: code('number', 24).notNull(),
    name: varchar('name', { length: 64 }).notNull(),
    department: varchar('department', { length: 64 }).notNull(),
    mode: code<LineMode>('mode', 24).notNull(),
    skill: code('skill').notNull(),
    keepNumber: boolean('keep_number').notNull(),
    isSample: boolean('is_sample').notNull(),
    effectiveFrom: date('effective_from', { mode: 'string' }),
    effectiveTo: date('effective_to', { mode: 'string' }),
    changedAt: instant('changed_at').notNull(),
    /** Set when the number has left the file; rows are never deleted, calls refer to them. */
    withdrawnAt: instant('withdrawn_at'),
  },
  (t) => [uniqueIndex('lines_number').on(t.number), index('lines_mode').on(t.mode)],
)
