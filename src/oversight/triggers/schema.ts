import { index, int, mysqlTable, tinyint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { TicketId, UnitCode } from '../../platform/types.ts'
import type { Level, SignalKind, TriggerId } from './trigger.ts'

/**
 * A trigger that was pulled, by a ticket, a unit or a paper: one row each time that its cause begins, at most one a day.
 * `slot` is 1 while it stands and NULL afterwards, so that the database refuses a second one beside it.
 */
export const oversightAlerts = mysqlTable(
  'oversight_alerts',
  {
    id: ulid('id').primaryKey(),
    trigger: code<TriggerId>('trigger_id', 4).notNull(),
    /** Number of the ticket or of the paper, or code of the unit. */
    subject: varchar('subject', { length: 48 }).notNull(),
    ticketId: ulid<TicketId>('ticket_id'),
    unitCode: code<UnitCode>('unit_code'),
    level: code<Level>('level', 8).notNull(),
    /** Of the city, on which it was raised. */
    day: code('day', 10).notNull(),
    since: instant('since').notNull(),
    raisedAt: instant('raised_at').notNull(),
    endedAt: instant('ended_at'),
    slot: tinyint('slot'),
    rulesVersion: int('rules_version').notNull(),
  },
  (t) => [
    uniqueIndex('oversight_alerts_day').on(t.trigger, t.subject, t.day),
    uniqueIndex('oversight_alerts_standing').on(t.trigger, t.subject, t.slot),
    index('oversight_alerts_ticket').on(t.ticketId, t.slot),
    // Lists: what stands, of a level or a unit, newest first.
    index('oversight_alerts_level').on(t.slot, t.level, t.id),
    index('oversight_alerts_unit').on(t.slot, t.unitCode, t.id),
  ],
)

/** Facts from outside of tickets that pull a trigger; see `signals.ts`. */
export const oversightSignals = mysqlTable(
  'oversight_signals',
  {
    id: ulid('id').primaryKey(),
    /** Who found it and which finding: the same twice is one. */
    source: code('source', 64).notNull(),
    kind: code<SignalKind>('kind', 24).notNull(),
    ticketId: ulid<TicketId>('ticket_id').notNull(),
    level: code<Level>('level', 8),
    words: varchar('words', { length: 500 }).notNull(),
    at: instant('at').notNull(),
    /** NULL: another program. */
    byId: int('by_id').references(() => users.id),
    endedAt: instant('ended_at'),
    endedWhy: varchar('ended_why', { length: 200 }),
  },
  (t) => [
    uniqueIndex('oversight_signals_source').on(t.source),
    index('oversight_signals_ticket').on(t.ticketId, t.endedAt),
    index('oversight_signals_open').on(t.endedAt, t.id),
  ],
)
