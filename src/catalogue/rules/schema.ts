import { bigint, index, int, json, mysqlTable, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant } from '../../platform/database/columns.ts'
import type { ChangeKind, RuleFacts, RuleSource } from './rule.ts'

/** Who changed a row of the catalogue, when and why, with what it said before and after. Only ever added. */
export const catalogueChanges = mysqlTable(
  'catalogue_changes',
  {
    id: bigint('id', { mode: 'number' }).autoincrement().primaryKey(),
    ruleKey: code('rule_key', 64).notNull(),
    kind: code<ChangeKind>('kind', 8).notNull(),
    source: code<RuleSource>('source', 8).notNull(),
    at: instant('at').notNull(),
    byId: int('by_id').references(() => users.id),
    byName: varchar('by_name', { length: 64 }).notNull(),
    why: varchar('why', { length: 200 }).notNull(),
    before: json('before_it').$type<RuleFacts | null>(),
    after: json('after_it').$type<RuleFacts | null>(),
  },
  (t) => [index('catalogue_changes_rule').on(t.ruleKey, t.id)],
)
