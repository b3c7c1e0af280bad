import {
  bigint,
  index,
  int,
  json,
  mysqlTable,
  primaryKey,
  text,
  tinyint,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { UnitCode } from '../../platform/types.ts'
import { units } from '../../units/schema.ts'
import { oversightBatches } from '../batches/schema.ts'
import type { CaseEventKind, CaseState, PlanNode, Verification } from './case.ts'
import type { IncomingType, OutgoingType, TheirAnswer } from './message.ts'

/** A case of the 13710 system about an item of a batch. */
export const cases13710 = mysqlTable(
  'cases_13710',
  {
    id: ulid('id').primaryKey(),
    /** As the system names it. */
    caseNumber: varchar('case_number', { length: 64 }).notNull(),
    batchNumber: code('batch_number', 12)
      .notNull()
      .references(() => oversightBatches.number),
    ticketNumber: code('ticket_number', 16).notNull(),
    unitCode: code<UnitCode>('unit_code')
      .notNull()
      .references(() => units.code),
    state: code<CaseState>('state', 12).notNull(),
    version: int('version').notNull(),
    enteredAt: instant('entered_at').notNull(),
    deployedAt: instant('deployed_at'),
    leader: varchar('leader', { length: 64 }),
    section: varchar('section', { length: 64 }),
    measure: varchar('measure', { length: 1000 }),
    reportedAt: instant('reported_at'),
    majorAskedAt: instant('major_asked_at'),
    majorAskedBy: int('major_asked_by').references(() => users.id),
    majorWhy: varchar('major_why', { length: 500 }),
    majorAt: instant('major_at'),
    plannedAt: instant('planned_at'),
    nodes: json('nodes').$type<PlanNode[]>().notNull(),
    claimedAt: instant('claimed_at'),
    claimedBy: int('claimed_by').references(() => users.id),
    result: text('result'),
    verification: json('verification').$type<Verification>(),
    bounceReason: varchar('bounce_reason', { length: 1000 }),
    bounces: int('bounces').notNull(),
    urges: int('urges').notNull(),
    urgedAt: instant('urged_at'),
    clearedAt: instant('cleared_at'),
    /** The nearest day of a mark that is not met or a node that is not done; NULL: nothing is owed. */
    nextDueAt: instant('next_due_at'),
    nextDay: tinyint('next_day'),
    /** The last step (`Owed`) whose passing was told. */
    toldDay: tinyint('told_day').notNull().default(0),
  },
  (t) => [
    uniqueIndex('cases_13710_number').on(t.caseNumber),
    index('cases_13710_ticket').on(t.ticketNumber),
    // Lists: of all units, and of one, newest first; those whose mark has passed.
    index('cases_13710_state').on(t.state, t.id),
    index('cases_13710_unit').on(t.unitCode, t.id),
    index('cases_13710_due').on(t.nextDueAt, t.id),
  ],
)

/** Its history: one row an event, only ever added. */
export const caseEvents13710 = mysqlTable(
  'case_events_13710',
  {
    caseId: ulid('case_id')
      .notNull()
      .references(() => cases13710.id),
    seq: int('seq').notNull(),
    kind: code<CaseEventKind | 'enter' | 'move'>('kind', 16).notNull(),
    at: instant('at').notNull(),
    byId: int('by_id').references(() => users.id),
    byName: varchar('by_name', { length: 64 }).notNull(),
    details: json('details').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.seq] })],
)

/** WAITING until the system has answered, however long that takes: nothing is given up. */
export type OutgoingState = 'WAITING' | 'ACKED' | 'NACKED'

/** What goes to the system, in the order of `seq`: written in the transaction of its cause, one sent after the other. */
export const outgoing13710 = mysqlTable(
  'outgoing_13710',
  {
    seq: bigint('seq', { mode: 'number' }).autoincrement().primaryKey(),
    /** The same for each attempt: the system takes it once. */
    id: ulid('id').notNull(),
    type: code<OutgoingType>('type', 8).notNull(),
    /** Number of the batch or of the case, for people. */
    subject: varchar('subject', { length: 64 }).notNull(),
    body: json('body').$type<Record<string, unknown>>().notNull(),
    state: code<OutgoingState>('state', 8).notNull(),
    attempts: int('attempts').notNull().default(0),
    nextAt: instant('next_at'),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
    answer: json('answer').$type<TheirAnswer>(),
  },
  (t) => [uniqueIndex('outgoing_13710_id').on(t.id), index('outgoing_13710_waiting').on(t.state, t.seq)],
)

/** What came from the system, with our answer: the same again is answered in the same way. */
export const incoming13710 = mysqlTable(
  'incoming_13710',
  {
    id: code('id', 64).primaryKey(),
    type: code<IncomingType>('type', 8).notNull(),
    body: json('body').$type<Record<string, unknown>>().notNull(),
    reply: code<'ACK' | 'NACK'>('reply', 4).notNull(),
    code: int('code'),
    text: varchar('text', { length: 255 }).notNull(),
    at: instant('at').notNull(),
  },
  (t) => [index('incoming_13710_at').on(t.at)],
)
