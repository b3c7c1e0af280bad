import {
  type AnyMySqlColumn,
  boolean,
  date,
  index,
  int,
  json,
  mysqlTable,
  tinyint,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/mysql-core'
import { code, instant } from '../platform/database/columns.ts'
import type { CategoryCode, CountyCode, UnitCode } from '../platform/types.ts'
import type { Urgency } from '../tickets/life/ticket.ts'
import { counties, units } from '../units/schema.ts'
import type { RuleTarget } from './catalogue.ts'

/**
 * Three levels in one table: 18 + some dozens + some hundreds of rows that are read as a whole. Shape of GB/T 39666.
 */
export const categories = mysqlTable(
  'categories',
  {
    code: code<CategoryCode>('code', 6).primaryKey(),
    parentCode: code<CategoryCode>('parent_code', 6).references((): AnyMySqlColumn => categories.code),
    level: tinyint('level').notNull(),
    name: varchar('name', { length: 64 }).notNull(),
    initials: code('initials', 64).notNull(),
    /** Words that callers use for it, for the search. */
    keywords: varchar('keywords', { length: 512 }).notNull().default(''),
    /** Said around it by callers who do not name it: weighs less than a keyword. */
    hints: varchar('hints', { length: 1024 }).notNull().default(''),
    /** Suggested on the form, e.g. P2 for heat, water, gas and power. */
    urgency: code<Urgency>('urgency', 4),
    /** Working days set by a law; takes precedence over the table of limits. */
    statutoryDays: int('statutory_days'),
    sortOrder: int('sort_order').notNull(),
    isSeeded: boolean('is_seeded').notNull().default(false),
    isSample: boolean('is_sample').notNull().default(false),
    changedAt: instant('changed_at').notNull(),
    editedAt: instant('edited_at'),
    withdrawnAt: instant('withdrawn_at'),
  },
  (t) => [index('categories_parent').on(t.parentCode)],
)

/**
 * Which unit is responsible for what, where and since when: one row a version. A version is ended, never changed under
 * tickets that rest on it; the next one begins the day after. Who wrote it: `catalogue_changes`.
 */
export const catalogueRules = mysqlTable(
  'catalogue_rules',
  {
    id: int('id').autoincrement().primaryKey(),
    /** Name of the rule, in the file or given when a person added it. */
    key: code('rule_key', 64).notNull(),
    /** That of the file is the first. */
    version: int('version').notNull().default(1),
    /** And in reasons that people read. */
    title: varchar('title', { length: 32 }).notNull().default(''),
    categoryCode: code<CategoryCode>('category_code', 6)
      .notNull()
      .references(() => categories.code),
    countyCode: code<CountyCode>('county_code', 6).references(() => counties.code),
    target: code<RuleTarget>('target', 12).notNull(),
    unitCode: code<UnitCode>('unit_code').references(() => units.code),
    coUnitCodes: json('co_unit_codes').$type<UnitCode[]>().notNull(),
    priority: int('priority').notNull().default(0),
    effectiveFrom: date('effective_from', { mode: 'string' }),
    effectiveTo: date('effective_to', { mode: 'string' }),
    basis: varchar('basis', { length: 255 }).notNull().default(''),
    isSeeded: boolean('is_seeded').notNull().default(false),
    isSample: boolean('is_sample').notNull().default(false),
    changedAt: instant('changed_at').notNull(),
    editedAt: instant('edited_at'),
    withdrawnAt: instant('withdrawn_at'),
  },
  (t) => [
    uniqueIndex('catalogue_rules_version').on(t.key, t.version),
    index('catalogue_rules_category').on(t.categoryCode, t.countyCode),
  ],
)
