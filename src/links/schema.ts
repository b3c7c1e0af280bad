import { int, mysqlTable, tinyint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../people/schema.ts'
import { code, instant, ulid } from '../platform/database/columns.ts'
import type { TicketId, UnitCode } from '../platform/types.ts'
import { tickets } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'

/** One-time links of bodies without accounts, see `link.ts`. Of token, code and pass only digests are stored. */
export const ticketLinks = mysqlTable(
  'ticket_links',
  {
    id: ulid('id').primaryKey(),
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    unitCode: code<UnitCode>('unit_code')
      .notNull()
      .references(() => units.code),
    /** 1 while it holds, NULL afterwards: a unit has one link of a ticket at most. */
    slot: tinyint('slot'),
    tokenHash: code('token_hash', 64).notNull(),
    /** That link and codes go to: the unit's at that time. */
    phone: code('phone', 24).notNull(),
    /** Null: the machine, with the dispatch. */
    madeBy: int('made_by').references(() => users.id),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    /** First time that the right code was typed. */
    openedAt: instant('opened_at'),
    usedAt: instant('used_at'),
    withdrawnAt: instant('withdrawn_at'),
    withdrawnReason: varchar('withdrawn_reason', { length: 200 }),
    codeHash: code('code_hash', 64),
    codeUntil: instant('code_until'),
    codeTries: int('code_tries').notNull().default(0),
    passHash: code('pass_hash', 64),
    passUntil: instant('pass_until'),
  },
  (t) => [
    uniqueIndex('ticket_links_token').on(t.tokenHash),
    uniqueIndex('ticket_links_open').on(t.ticketId, t.unitCode, t.slot),
  ],
)
