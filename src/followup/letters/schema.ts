import { index, int, json, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { UnitCode } from '../../platform/types.ts'
import { units } from '../../units/schema.ts'
import { followUps } from '../schema.ts'
import type { AppealDecision, Marks } from './letter.ts'

/** 评价反馈单: one for each answer of a citizen, to the unit that handled the matter, see `letter.ts`. */
export const followUpLetters = mysqlTable(
  'follow_up_letters',
  {
    id: ulid('id').primaryKey(),
    followUpId: ulid('follow_up_id')
      .notNull()
      .references(() => followUps.id),
    unitCode: code<UnitCode>('unit_code')
      .notNull()
      .references(() => units.code),
    marks: json('marks').$type<Marks>().notNull(),
    advice: varchar('advice', { length: 1000 }).notNull(),
    owed: varchar('owed', { length: 500 }),
    issuedAt: instant('issued_at').notNull(),
    /** Null: the machine. */
    issuedBy: int('issued_by').references(() => users.id),
    readAt: instant('read_at'),
    readBy: int('read_by').references(() => users.id),
    /** Null: without a limit, the calendar is not loaded. */
    appealBy: instant('appeal_by'),
    appealedAt: instant('appealed_at'),
    appealedBy: int('appealed_by').references(() => users.id),
    grounds: varchar('grounds', { length: 2000 }),
    decision: code<AppealDecision>('decision', 8),
    decisionNote: varchar('decision_note', { length: 1000 }),
    decidedAt: instant('decided_at'),
    decidedBy: int('decided_by').references(() => users.id),
  },
  (t) => [
    uniqueIndex('follow_up_letters_once').on(t.followUpId),
    // A unit's letters, newest first.
    index('follow_up_letters_unit').on(t.unitCode, t.issuedAt),
    // Appeals that wait for a decision: all others have either no time or a decision.
    index('follow_up_letters_appeals').on(t.decision, t.appealedAt),
  ],
)
