import { boolean, date, index, int, mysqlTable, primaryKey, varchar } from 'drizzle-orm/mysql-core'
import { code, instant } from '../platform/database/columns.ts'
import type { DayKind } from './calendar.ts'

/**
 * Years whose working days are known, and years that are awaited: the notice for a year comes late in the year before.
 * Kept in step with `config/calendar/` at start. Due dates are never computed into a year that is not loaded.
 */
export const calendarYears = mysqlTable('calendar_years', {
  year: int('year').primaryKey(),
  isLoaded: boolean('is_loaded').notNull().default(false),
  /** The version of the year's file whose days are in use; 0 as long as none was loaded. */
  version: int('version').notNull().default(0),
  /** The notice that the days were taken from. */
  source: varchar('source', { length: 255 }),
  loadedAt: instant('loaded_at'),
})

/**
 * Every day of a loaded year. Days of earlier versions stay: a due date can be explained by the days it was computed
 * from.
 */
export const calendarDays = mysqlTable(
  'calendar_days',
  {
    year: int('year')
      .notNull()
      .references(() => calendarYears.year),
    version: int('version').notNull(),
    date: date('date', { mode: 'string' }).notNull(),
    isWorkingDay: boolean('is_working_day').notNull(),
    kind: code<DayKind>('kind', 16).notNull(),
    /** Of the holiday, or of the one that a make-up day is worked for. */
    name: varchar('name', { length: 64 }),
  },
  (t) => [primaryKey({ columns: [t.year, t.version, t.date] }), index('calendar_days_date').on(t.date)],
)
