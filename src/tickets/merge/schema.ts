import { index, int, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { CategoryCode, CountyCode, TicketId } from '../../platform/types.ts'
import { tickets } from '../records/schema.ts'

/**
 * Events (事件): one cause, many callers, as a heating outage. One ticket leads; a person who calls about the matter and place is
 * offered the event, and told what is announced. Who follows stands in `tickets.merged_into`.
 */
export const ticketClusters = mysqlTable(
  'ticket_clusters',
  {
    id: ulid('id').primaryKey(),
    leadId: ulid<TicketId>('lead_id')
      .notNull()
      .references(() => tickets.id),
    title: varchar('title', { length: 64 }).notNull(),
    /** Read to each caller. */
    announcement: varchar('announcement', { length: 1000 }).notNull(),
    categoryCode: code<CategoryCode>('category_code', 6).notNull(),
    countyCode: code<CountyCode>('county_code', 6),
    /** Empty: the whole county, or the whole city. */
    place: varchar('place', { length: 255 }).notNull().default(''),
    createdBy: int('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    changedBy: int('changed_by').notNull(),
    changedAt: instant('changed_at').notNull(),
    /** From then on it is offered to nobody. */
    endedAt: instant('ended_at'),
  },
  (t) => [
    uniqueIndex('ticket_clusters_lead').on(t.leadId),
    // Those that are offered, by matter; and all, the last first.
    index('ticket_clusters_offered').on(t.endedAt, t.categoryCode, t.id),
  ],
)
