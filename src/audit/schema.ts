import { bigint, index, int, json, mysqlTable, varchar } from 'drizzle-orm/mysql-core'
import { code, instant } from '../platform/database/columns.ts'
import type { AuditAction } from './action.ts'

/**
 * Append-only: who did or read what. The application's database user may only insert and select here.
 * Source: 等保 level 3, audit of every user; personal data read is an event of its own.
 */
export const auditEvents = mysqlTable(
  'audit_events',
  {
    id: bigint('id', { mode: 'number' }).autoincrement().primaryKey(),
    at: instant('at').notNull(),
    actorId: int('actor_id'),
    actor: varchar('actor', { length: 64 }).notNull(),
    /** e.g. `session.opened`, `call.number-revealed`, `recording.played`. */
    action: code<AuditAction>('action', 48).notNull(),
    subject: code('subject', 64),
    address: varchar('address', { length: 45 }),
    isAllowed: int('is_allowed').notNull().default(1),
    details: json('details').$type<Record<string, unknown>>(),
  },
  (t) => [
    index('audit_events_at').on(t.at),
    index('audit_events_actor').on(t.actorId, t.at),
    // Actions of people who were not let in are stored under the name only.
    index('audit_events_actor_name').on(t.actor, t.at),
    index('audit_events_subject').on(t.subject, t.at),
    index('audit_events_action').on(t.action, t.at),
  ],
)
