import { date, index, int, mysqlTable, primaryKey, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../people/schema.ts'
import { code, instant } from '../platform/database/columns.ts'
import type { UnitCode } from '../platform/types.ts'
import { units } from '../units/schema.ts'
import type { AlarmKind, Cover, DutyShift } from './roster.ts'

const station = () =>
  code<UnitCode>('unit_code')
    .notNull()
    .references(() => units.code)
const personName = (name: string) => varchar(name, { length: 32 }).notNull().default('')
const phone = (name: string) => varchar(name, { length: 40 }).notNull().default('')

/** The record of a county's workstation (专人负责、专人承办、专人反馈、专门经费). No row: nothing was filled in yet. */
export const workstations = mysqlTable('workstations', {
  unitCode: station().primaryKey(),
  leaderName: personName('leader_name'),
  leaderPhone: phone('leader_phone'),
  handlerName: personName('handler_name'),
  handlerPhone: phone('handler_phone'),
  backupName: personName('backup_name'),
  backupPhone: phone('backup_phone'),
  feedbackName: personName('feedback_name'),
  feedbackPhone: phone('feedback_phone'),
  dutyPhone: phone('duty_phone'),
  funding: varchar('funding', { length: 200 }).notNull().default(''),
  cover: code<Cover>('cover', 8).notNull().default('ALL'),
  version: int('version').notNull(),
  changedAt: instant('changed_at').notNull(),
})

/** Who has which shift of which day; the night belongs to the day on which it begins. */
export const workstationDuties = mysqlTable(
  'workstation_duties',
  {
    unitCode: station(),
    day: date('on_day', { mode: 'string' }).notNull(),
    shift: code<DutyShift>('shift', 8).notNull(),
    leader: personName('leader'),
    name: personName('name'),
    phone: phone('phone'),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.unitCode, t.day, t.shift] }),
    // All stations in one turn.
    index('workstation_duties_day').on(t.day, t.shift),
  ],
)

/** That a month's list is right, said once by a person of the station. */
export const workstationConfirmations = mysqlTable(
  'workstation_confirmations',
  {
    unitCode: station(),
    month: code('month', 7).notNull(),
    at: instant('confirmed_at').notNull(),
    /** NULL: it came with the sample. */
    byId: int('by_id').references(() => users.id),
    byName: varchar('by_name', { length: 64 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.unitCode, t.month] })],
)

/** What is wrong at a station, from when until when: one row a cause, which may return. */
export const workstationAlarms = mysqlTable(
  'workstation_alarms',
  {
    unitCode: station(),
    kind: code<AlarmKind>('kind', 16).notNull(),
    key: code('about', 24).notNull(),
    words: varchar('words', { length: 200 }).notNull(),
    raisedAt: instant('raised_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.unitCode, t.kind, t.key] }),
    // Those that stand: few.
    index('workstation_alarms_open').on(t.settledAt),
  ],
)
