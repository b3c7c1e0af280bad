import { index, int, mysqlTable } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { instant, ulid } from '../../platform/database/columns.ts'
import type { TicketId } from '../../platform/types.ts'
import { tickets } from '../records/schema.ts'

/**
 * Who has taken a ticket on at the moment, so that two dispatchers do not work on one. It is no state of the ticket: it
 * bars nobody from a step, and ends by itself.
 */
export const ticketClaims = mysqlTable(
  'ticket_claims',
  {
    ticketId: ulid<TicketId>('ticket_id')
      .primaryKey()
      .references(() => tickets.id),
    userId: int('user_id')
      .notNull()
      .references(() => users.id),
    at: instant('at').notNull(),
  },
  (t) => [index('ticket_claims_at').on(t.at)],
)
