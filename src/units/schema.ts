import { type AnyMySqlColumn, boolean, index, int, json, mysqlTable, varchar } from 'drizzle-orm/mysql-core'
import { code, instant } from '../platform/database/columns.ts'
import type { CategoryCode, CountyCode, UnitCode } from '../platform/types.ts'
import type { AssessClass, UnitKind } from './unit.ts'

/** Counties and zones of the city. `formerCodes`: codes abolished by a reform that other systems still send. */
export const counties = mysqlTable('counties', {
  code: code<CountyCode>('code', 6).primaryKey(),
  name: varchar('name', { length: 32 }).notNull(),
  /** First letters of the pinyin: `lzq` for 潞州区. */
  initials: code('initials', 32).notNull(),
  population: int('population'),
  formerCodes: json('former_codes').$type<string[]>().notNull(),
  sortOrder: int('sort_order').notNull(),
})

/**
 * The tree of units: city units, the workstation of each county with its departments below, companies. A few hundred
 * rows that are read as a whole; the code is the key, because people, rules and tickets refer to a unit by it. Rows
 * seeded by `config/` follow it until a person edits them (`edited_at`).
 */
export const units = mysqlTable(
  'units',
  {
    code: code<UnitCode>('code').primaryKey(),
    name: varchar('name', { length: 64 }).notNull(),
    shortName: varchar('short_name', { length: 32 }).notNull(),
    initials: code('initials', 64).notNull(),
    kind: code<UnitKind>('kind', 16).notNull(),
    parentCode: code<UnitCode>('parent_code').references((): AnyMySqlColumn => units.code),
    /** Of a workstation and what is below it. */
    countyCode: code<CountyCode>('county_code', 6).references(() => counties.code),
    assessClass: code<AssessClass>('assess_class', 12).notNull(),
    /** The unit that is assessed in place of a company outside of the assessment. */
    regulatorCode: code<UnitCode>('regulator_code').references((): AnyMySqlColumn => units.code),
    duties: varchar('duties', { length: 512 }).notNull().default(''),
    phone: code('phone', 24),
    email: varchar('email', { length: 190 }),
    /** Its answers are signed by a second person of it (审签). */
    isReplySigned: boolean('is_reply_signed').notNull().default(false),
    /** Who of the unit asked that this ends; another person of it has to agree. */
    signingOffBy: int('signing_off_by'),
    sortOrder: int('sort_order').notNull(),
    isSeeded: boolean('is_seeded').notNull().default(false),
    isSample: boolean('is_sample').notNull().default(false),
    changedAt: instant('changed_at').notNull(),
    editedAt: instant('edited_at'),
    /** No new ticket is sent there; never deleted, older tickets refer to it. */
    withdrawnAt: instant('withdrawn_at'),
  },
  (t) => [index('units_parent').on(t.parentCode), index('units_county').on(t.countyCode)],
)

/** What a township or street may be given (乡镇街道履职清单), by matter of any level. */
export const townshipDuties = mysqlTable('township_duties', {
  categoryCode: code<CategoryCode>('category_code', 6).primaryKey(),
  basis: varchar('basis', { length: 255 }).notNull(),
})
