import { boolean, index, int, mysqlTable, text, tinyint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../people/schema.ts'
import { code, instant, ulid } from '../platform/database/columns.ts'
import type { CallId, TicketId, UnitCode } from '../platform/types.ts'
import { tickets } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'
import type {
  AttemptResult,
  ContactAnswer,
  Exemption,
  FollowUpState,
  Level,
  Means,
  Outcome,
  ReasonCode,
  SolvedAnswer,
  Verdict,
} from './words.ts'

/** One round of one matter that one citizen is asked about, see `follow-up.ts`. */
export const followUps = mysqlTable(
  'follow_ups',
  {
    id: ulid('id').primaryKey(),
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    round: int('round').notNull(),
    /** That handled it: of a follower, the unit of its lead. */
    unitCode: code<UnitCode>('unit_code').references(() => units.code),
    state: code<FollowUpState>('state', 12).notNull(),
    isByPerson: boolean('is_by_person').notNull(),
    mayMessage: boolean('may_message').notNull(),
    mayCall: boolean('may_call').notNull(),
    isFinal: boolean('is_final').notNull(),
    plannedAt: instant('planned_at').notNull(),
    /** Until when it should have been asked: three working days. Null: their calendar is not loaded. */
    dueAt: instant('due_at'),
    /** What comes next by itself; NULL while a call is under way and when it is over. */
    nextMeans: code<'LINK' | 'KEYPAD' | 'AGENT' | 'END'>('next_means', 8),
    nextAt: instant('next_at'),

    contacted: code<ContactAnswer>('contacted', 8),
    solved: code<SolvedAnswer>('solved', 12),
    satisfied: code<Level>('satisfied', 20),
    attitude: code<Level>('attitude', 20),
    reason: code<ReasonCode>('reason', 4),
    words: text('words'),
    wantsContact: boolean('wants_contact'),
    answeredAt: instant('answered_at'),
    answeredBy: code<Means>('answered_by', 8),
    isLate: boolean('is_late').notNull().default(false),
    /** Until when a person has to decide: one working day after the answer. */
    reviewDueAt: instant('review_due_at'),

    outcome: code<Outcome>('outcome', 24),
    exemption: code<Exemption>('exemption', 12),
    verdict: code<Verdict>('verdict', 12),
    verdictNote: text('verdict_note'),
    judgedBy: int('judged_by').references(() => users.id),
    judgedAt: instant('judged_at'),
    /** R3, and proved: 虚假办结. */
    isFalseClosure: boolean('is_false_closure').notNull().default(false),
    /** Proposed: code under which it is left out of the unit's score. */
    exclusion: code('exclusion', 4),
    /** Number of the ticket that was made of it. */
    newTicket: code('new_ticket', 16),
    endedAt: instant('ended_at'),
    version: int('version').notNull(),
  },
  (t) => [
    // A matter is planned once a round, whatever two processes do.
    uniqueIndex('follow_ups_round').on(t.ticketId, t.round),
    // What is due next, by means: links, calls by machine, the agents' list.
    index('follow_ups_next').on(t.nextMeans, t.nextAt),
    // What waits for a decision, and lists by state.
    index('follow_ups_state').on(t.state, t.reviewDueAt, t.id),
    // What a unit's citizens said, by month.
    index('follow_ups_unit').on(t.unitCode, t.answeredAt),
  ],
)

/** Each time that the citizen was asked, or not reached. `slot` is 1 while a call is under way: one at most. */
export const followUpAttempts = mysqlTable(
  'follow_up_attempts',
  {
    id: ulid('id').primaryKey(),
    followUpId: ulid('follow_up_id')
      .notNull()
      .references(() => followUps.id),
    means: code<Means>('means', 8).notNull(),
    at: instant('at').notNull(),
    by: int('by_id').references(() => users.id),
    /** No key to `calls`: a living call may have no row yet. */
    callId: ulid<CallId>('call_id'),
    result: code<AttemptResult>('result', 16),
    note: varchar('note', { length: 200 }),
    slot: tinyint('slot'),
  },
  (t) => [
    uniqueIndex('follow_up_attempts_open').on(t.followUpId, t.slot),
    // Calls whose result nobody gave.
    index('follow_up_attempts_lost').on(t.slot, t.at),
    index('follow_up_attempts_call').on(t.callId),
  ],
)

/**
 * When the hotline began to ask: one row. Matters closed before it are left alone, so that neither an upgrade nor an import
 * of old tickets sends citizens messages.
 */
export const followUpBegin = mysqlTable('follow_up_begin', {
  id: tinyint('id').primaryKey(),
  at: instant('at').notNull(),
})
