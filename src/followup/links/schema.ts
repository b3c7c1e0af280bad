import { index, mysqlTable, uniqueIndex } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import { followUps } from '../schema.ts'

/** One-time links by which citizens rate, see `barToLink`. Of the token only its digest is stored. */
export const ratingLinks = mysqlTable(
  'rating_links',
  {
    id: ulid('id').primaryKey(),
    followUpId: ulid('follow_up_id')
      .notNull()
      .references(() => followUps.id),
    tokenHash: code('token_hash', 64).notNull(),
    createdAt: instant('created_at').notNull(),
    openedAt: instant('opened_at'),
  },
  (t) => [uniqueIndex('rating_links_token').on(t.tokenHash), index('rating_links_task').on(t.followUpId)],
)
