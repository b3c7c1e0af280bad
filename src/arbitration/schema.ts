import {
  boolean,
  date,
  index,
  int,
  json,
  mysqlTable,
  primaryKey,
  text,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/mysql-core'
import { categories } from '../catalogue/schema.ts'
import { users } from '../people/schema.ts'
import { code, instant, ulid } from '../platform/database/columns.ts'
import type { CategoryCode, CountyCode, UnitCode } from '../platform/types.ts'
import type { MediaType } from '../tickets/files/attachment.ts'
import { counties, units } from '../units/schema.ts'
import type { DisputeEventKind, DisputeState, PartyRole, Ruling, Rung } from './dispute.ts'

/** A dispute and the meeting of the rung that it is on; earlier meetings are in its events. */
export const disputes = mysqlTable(
  'disputes',
  {
    id: ulid('id').primaryKey(),
    state: code<DisputeState>('state', 12).notNull(),
    version: int('version').notNull(),
    rung: code<Rung>('rung', 8).notNull(),
    question: varchar('question', { length: 500 }).notNull(),
    isKind: boolean('is_kind').notNull(),
    categoryCode: code<CategoryCode>('category_code', 6)
      .notNull()
      .references(() => categories.code),
    countyCode: code<CountyCode>('county_code', 6).references(() => counties.code),
    proposedBy: int('proposed_by').references(() => users.id),
    proposedAt: instant('proposed_at').notNull(),
    holdBy: instant('hold_by'),
    meetingAt: instant('meeting_at'),
    place: varchar('place', { length: 100 }),
    chair: varchar('chair', { length: 64 }),
    viewsBy: instant('views_by'),
    heldAt: instant('held_at'),
    minutes: text('minutes'),
    ruling: json('ruling').$type<Ruling | null>(),
    minutesNumber: varchar('minutes_number', { length: 32 }),
    signedOn: date('signed_on', { mode: 'string' }),
    inForceAt: instant('in_force_at'),
    reviewAt: instant('review_at'),
    endedAt: instant('ended_at'),
  },
  (t) => [
    // Lists: of a state, newest first.
    index('disputes_state').on(t.state, t.id),
    // Open ones about a matter, and rulings that are to be looked at again.
    index('disputes_matter').on(t.categoryCode, t.state),
    index('disputes_review').on(t.state, t.reviewAt),
    uniqueIndex('disputes_minutes').on(t.minutesNumber),
  ],
)

export const disputeParties = mysqlTable(
  'dispute_parties',
  {
    disputeId: ulid('dispute_id')
      .notNull()
      .references(() => disputes.id),
    unitCode: code<UnitCode>('unit_code')
      .notNull()
      .references(() => units.code),
    role: code<PartyRole>('role', 8).notNull(),
    view: text('view'),
    viewAt: instant('view_at'),
    isPresent: boolean('is_present'),
    attendee: varchar('attendee', { length: 64 }),
    position: varchar('position_said', { length: 1000 }),
    dissent: varchar('dissent', { length: 1000 }),
  },
  (t) => [
    primaryKey({ columns: [t.disputeId, t.unitCode] }),
    // What a unit takes part in, newest first.
    index('dispute_parties_unit').on(t.unitCode, t.disputeId),
  ],
)

/** NONE: not ruled yet. PENDING: to be designated. DONE: it is, or needs not be. FAILED: refused; tried again. */
export type DesignationState = 'NONE' | 'PENDING' | 'DONE' | 'FAILED'

export const disputeTickets = mysqlTable(
  'dispute_tickets',
  {
    disputeId: ulid('dispute_id')
      .notNull()
      .references(() => disputes.id),
    ticketNumber: code('ticket_number', 16).notNull(),
    state: code<DesignationState>('state', 8).notNull(),
    /** What became of it, in words. */
    words: varchar('words', { length: 255 }),
    doneAt: instant('done_at'),
  },
  (t) => [
    primaryKey({ columns: [t.disputeId, t.ticketNumber] }),
    index('dispute_tickets_ticket').on(t.ticketNumber),
    index('dispute_tickets_pending').on(t.state, t.disputeId),
  ],
)

/** Its history: one row a step, only ever added. */
export const disputeEvents = mysqlTable(
  'dispute_events',
  {
    disputeId: ulid('dispute_id')
      .notNull()
      .references(() => disputes.id),
    seq: int('seq').notNull(),
    kind: code<DisputeEventKind | 'propose'>('kind', 12).notNull(),
    at: instant('at').notNull(),
    byId: int('by_id').references(() => users.id),
    byName: varchar('by_name', { length: 64 }).notNull(),
    unitCode: code<UnitCode>('unit_code').references(() => units.code),
    details: json('details').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.disputeId, t.seq] })],
)

/** Evidence of a dispute as files; their bytes lie with those of tickets. Never removed: a ruling rests on them. */
export const disputeFiles = mysqlTable(
  'dispute_files',
  {
    id: ulid('id').primaryKey(),
    disputeId: ulid('dispute_id')
      .notNull()
      .references(() => disputes.id),
    unitCode: code<UnitCode>('unit_code').references(() => units.code),
    fileName: varchar('file_name', { length: 255 }).notNull(),
    mediaType: code<MediaType>('media_type', 96).notNull(),
    bytes: int('bytes').notNull(),
    sha256: code('sha256', 64).notNull(),
    uploadedBy: int('uploaded_by')
      .notNull()
      .references(() => users.id),
    byName: varchar('by_name', { length: 64 }).notNull(),
    uploadedAt: instant('uploaded_at').notNull(),
  },
  (t) => [index('dispute_files_dispute').on(t.disputeId, t.id), index('dispute_files_digest').on(t.sha256)],
)

/** The last number of minutes of each year: counted in the transaction that signs, so that none is missing. */
export const minutesCounters = mysqlTable('minutes_counters', {
  year: int('year').primaryKey(),
  last: int('last_number').notNull(),
})
