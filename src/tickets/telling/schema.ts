import { index, int, mysqlTable, primaryKey, text, varchar } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { TicketId } from '../../platform/types.ts'
import { tickets } from '../records/schema.ts'

/**
 * What the citizen is to be told of a decision on their ticket, in plain words: known by the event that decided. Who
 * tells it, and how, is another matter: `told_at` is empty until then.
 */
export const ticketTellings = mysqlTable(
  'ticket_tellings',
  {
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    seq: int('seq').notNull(),
    words: text('words').notNull(),
    createdAt: instant('created_at').notNull(),
    toldAt: instant('told_at'),
    /** How. `SMS` without `told_at`: a message is on its way. NULL: a person has to tell. */
    toldBy: code<'SMS' | 'PHONE'>('told_by', 16),
    /** Of the person who told by telephone. */
    toldByName: varchar('told_by_name', { length: 64 }),
  },
  (t) => [primaryKey({ columns: [t.ticketId, t.seq] }), index('ticket_tellings_untold').on(t.toldAt, t.createdAt)],
)
