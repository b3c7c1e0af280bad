import { date, int, mysqlTable } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant } from '../../platform/database/columns.ts'

/**
 * Which profile of limits was chosen on a page, and for which day; only ever added to. With those of
 * `config/limits/in-force.yaml` they say what is in force, see `limit-book.ts`.
 */
export const limitChoices = mysqlTable('limit_choices', {
  id: int('id').autoincrement().primaryKey(),
  profile: code('profile', 24).notNull(),
  fromDay: date('from_day', { mode: 'string' }).notNull(),
  chosenBy: int('chosen_by')
    .notNull()
    .references(() => users.id),
  chosenAt: instant('chosen_at').notNull(),
})
