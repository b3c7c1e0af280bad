import { boolean, int, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { code, instant } from '../platform/database/columns.ts'
import type { DirectoryKind } from './entry.ts'

/**
 * 转接目录, a few hundred rows that are read as a whole. A row follows `config/directory.yaml` until an administrator edits
 * it (`edited_at`). A number keeps its row permanently: removed and added again, it is the same row.
 */
export const directoryEntries = mysqlTable(
  'directory_entries',
  {
    id: int('id').autoincrement().primaryKey(),
    /** As it is dialled from here, digits only. */
    number: code('number', 24).notNull(),
    name: varchar('name', { length: 64 }).notNull(),
    kind: code<DirectoryKind>('kind', 12).notNull(),
    hours: varchar('hours', { length: 200 }).notNull().default(''),
    remark: varchar('remark', { length: 200 }).notNull().default(''),
    sortOrder: int('sort_order').notNull(),
    isSeeded: boolean('is_seeded').notNull().default(false),
    isSample: boolean('is_sample').notNull().default(false),
    changedAt: instant('changed_at').notNull(),
    editedAt: instant('edited_at'),
    withdrawnAt: instant('withdrawn_at'),
  },
  (t) => [uniqueIndex('directory_entries_number').on(t.number)],
)
