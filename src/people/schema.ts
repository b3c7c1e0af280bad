import { boolean, date, index, int, json, mysqlTable, primaryKey, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../platform/database/columns.ts'
import type { SessionId, UnitCode } from '../platform/types.ts'
import type { EndReason, RoleName } from './person.ts'

/** All people who log in: agents, supervisors, dispatchers, clerks, administrators. */
export const users = mysqlTable(
  'users',
  {
    id: int('id').autoincrement().primaryKey(),
    username: varchar('username', { length: 64 }).notNull(),
    name: varchar('name', { length: 64 }).notNull(),
    /** argon2id in PHC form; empty until the person has set one. */
    passwordHash: varchar('password_hash', { length: 255 }).notNull(),
    isActive: boolean('is_active').notNull().default(true),
    mustChangePassword: boolean('must_change_password').notNull().default(false),
    /** Unit of a clerk or workstation; the units table comes with the tickets. */
    unitCode: code<UnitCode>('unit_code'),
    createdAt: instant('created_at').notNull(),
    passwordChangedAt: instant('password_changed_at').notNull(),
  },
  (t) => [uniqueIndex('users_username').on(t.username)],
)

export const userRoles = mysqlTable(
  'user_roles',
  {
    userId: int('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: code<RoleName>('role', 24).notNull(),
    grantedOn: date('granted_on', { mode: 'string' }),
  },
  (t) => [primaryKey({ columns: [t.userId, t.role] })],
)

/** One log-in. The cookie holds a random token, of which only the SHA-256 is stored here. */
export const sessions = mysqlTable(
  'sessions',
  {
    id: ulid<SessionId>('id').primaryKey(),
    userId: int('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: code('token_hash', 64).notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    endedAt: instant('ended_at'),
    endReason: code<EndReason>('end_reason', 24),
    address: varchar('address', { length: 45 }),
    userAgent: varchar('user_agent', { length: 255 }),
  },
  (t) => [
    uniqueIndex('sessions_token').on(t.tokenHash),
    index('sessions_user').on(t.userId, t.endedAt),
    index('sessions_expiry').on(t.endedAt, t.expiresAt),
  ],
)

/**
 * A link with which a person sets their own password, once. The page's address contains a random token, of which only
 * the SHA-256 is stored here; a newer link for the same person withdraws it.
 */
export const passwordLinks = mysqlTable(
  'password_links',
  {
    id: ulid('id').primaryKey(),
    userId: int('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: code('token_hash', 64).notNull(),
    createdBy: int('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
    withdrawnAt: instant('withdrawn_at'),
  },
  (t) => [uniqueIndex('password_links_token').on(t.tokenHash), index('password_links_user').on(t.userId, t.usedAt)],
)

/** Personal settings of a user, e.g. columns of a list, automatic answer. */
export const userPreferences = mysqlTable('user_preferences', {
  userId: int('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  preferences: json('preferences').$type<Record<string, unknown>>().notNull(),
  changedAt: instant('changed_at').notNull(),
})
