import { index, int, mysqlTable, primaryKey, text } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { TicketId, UnitCode } from '../../platform/types.ts'
import { tickets } from '../records/schema.ts'
import type { RedoReason, RoundKind } from './words.ts'

/**
 * The rounds of tickets that were handled more than once. The first one gets its row when the second begins, so a ticket
 * that is closed once has none. What was answered in a round is kept here; that of the present one stands in `tickets`.
 */
export const ticketRounds = mysqlTable(
  'ticket_rounds',
  {
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    number: int('number').notNull(),
    kind: code<RoundKind>('kind', 8).notNull(),
    reason: code<RedoReason>('reason', 24),
    note: text('note'),
    /** The event that opened it. */
    openedSeq: int('opened_seq').notNull(),
    openedAt: instant('opened_at').notNull(),
    openedBy: int('opened_by'),
    unitCode: code<UnitCode>('unit_code'),
    /** As it was counted when it began. */
    dueAt: instant('due_at'),
    publicReply: text('public_reply'),
    internalReply: text('internal_reply'),
    repliedAt: instant('replied_at'),
    endedAt: instant('ended_at'),
  },
  (t) => [primaryKey({ columns: [t.ticketId, t.number] }), index('ticket_rounds_opened').on(t.openedAt, t.kind)],
)
