import { bigint, index, json, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { code, instant } from '../platform/database/columns.ts'

/**
 * Callers: one row per telephone number, so that two agents who save at once meet in one row. What callers say about
 * themselves in one ticket is stored in that ticket; here is what was last known. Anonymous callers have no row.
 */
export const citizens = mysqlTable(
  'citizens',
  {
    id: bigint('id', { mode: 'number' }).autoincrement().primaryKey(),
    /** E.164 or a short code. */
    phone: code('phone', 24).notNull(),
    otherPhone: code('other_phone', 32),
    name: varchar('name', { length: 64 }),
    gender: code<'MALE' | 'FEMALE'>('gender', 8),
    kind: code<'PERSON' | 'ENTERPRISE'>('kind', 12).notNull().default('PERSON'),
    /** Sealed by the application; the key is not in the database. */
    sealedIdNumber: varchar('sealed_id_number', { length: 255 }),
    enterpriseName: varchar('enterprise_name', { length: 128 }),
    /** 统一社会信用代码 */
    creditCode: code('credit_code', 18),
    address: varchar('address', { length: 255 }),
    /** e.g. 老年, 残疾: what the next agent should know. */
    tags: json('tags').$type<string[]>().notNull(),
    createdAt: instant('created_at').notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [uniqueIndex('citizens_phone').on(t.phone), index('citizens_other_phone').on(t.otherPhone)],
)
