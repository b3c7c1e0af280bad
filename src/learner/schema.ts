import { boolean, double, index, int, mediumtext, mysqlTable } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../platform/database/columns.ts'
import type { TicketId, UnitCode } from '../platform/types.ts'
import { tickets } from '../tickets/records/schema.ts'

/** One row a training. The version is claimed before it begins: of two processes one trains. */
export const learnerModels = mysqlTable('learner_models', {
  version: int('version').primaryKey(),
  state: code<'TRAINING' | 'READY' | 'FAILED'>('state', 8).notNull(),
  startedAt: instant('started_at').notNull(),
  trainedAt: instant('trained_at'),
  /** Closed tickets that it was made of, words that it knows, units that it tells apart. */
  tickets: int('tickets').notNull().default(0),
  words: int('words').notNull().default(0),
  units: int('units').notNull().default(0),
  /** Share of a fifth that it was not shown, guessed right. */
  heldOut: double('held_out'),
  /** JSON; NULL where a newer one has replaced it long ago. */
  model: mediumtext('model'),
})

/** What it would have said of a ticket that a person dispatched, and who closed it. */
export const learnerOutcomes = mysqlTable(
  'learner_outcomes',
  {
    ticketId: ulid<TicketId>('ticket_id')
      .primaryKey()
      .references(() => tickets.id),
    version: int('version').notNull(),
    guessed: code<UnitCode>('guessed').notNull(),
    chosen: code<UnitCode>('chosen').notNull(),
    isAgreed: boolean('is_agreed').notNull(),
    closedAt: instant('closed_at').notNull(),
  },
  (t) => [index('learner_outcomes_closed').on(t.closedAt)],
)

/** Up to which closed ticket the learner has been compared with the dispatchers: one row. */
export const learnerMarks = mysqlTable('learner_marks', {
  id: int('id').primaryKey(),
  closedAt: instant('closed_at').notNull(),
  ticketId: ulid<TicketId>('ticket_id').notNull(),
})
