import { double, index, int, json, mysqlTable, primaryKey, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { UnitCode } from '../../platform/types.ts'
import type { MediaType } from '../../tickets/files/attachment.ts'
import { units } from '../../units/schema.ts'
import type { Level, TriggerId } from '../triggers/trigger.ts'
import type { CaseEventKind, CaseState } from './case.ts'
import type { CaseKind, Texts } from './fields.ts'
import type { Report } from './stages.ts'

/** A paper of supervision as it stands; what happened to it is in its events. */
export const oversightCases = mysqlTable(
  'oversight_cases',
  {
    id: ulid('id').primaryKey(),
    kind: code<CaseKind>('kind', 8).notNull(),
    state: code<CaseState>('state', 12).notNull(),
    version: int('version').notNull(),
    /** From the issue on: `长热督〔2026〕0003号`. */
    number: varchar('number', { length: 40 }),
    level: code<Level>('level', 8).notNull(),
    trigger: code<TriggerId>('trigger_id', 4),
    unitCode: code<UnitCode>('unit_code').references(() => units.code),
    subject: varchar('subject', { length: 200 }).notNull(),
    leader: varchar('leader', { length: 64 }),
    texts: json('texts').$type<Texts>().notNull(),
    dueAt: instant('due_at'),
    /** Of a draft whose due time no person has set: how long after the issue, in ms. */
    dueAfterMs: int('due_after_ms'),
    meetAt: instant('meet_at'),
    draftedBy: int('drafted_by').references(() => users.id),
    draftedAt: instant('drafted_at').notNull(),
    submittedBy: int('submitted_by').references(() => users.id),
    approvedBy: int('approved_by').references(() => users.id),
    issuedAt: instant('issued_at'),
    receivedAt: instant('received_at'),
    answeredAt: instant('answered_at'),
    verdict: varchar('verdict', { length: 500 }),
    score: double('score'),
    instruction: varchar('instruction', { length: 1000 }),
    instructedAt: instant('instructed_at'),
    reports: json('reports').$type<Report[]>().notNull(),
    endedAt: instant('ended_at'),
  },
  (t) => [
    uniqueIndex('oversight_cases_number').on(t.number),
    // Lists: of a state or a kind, newest first; what a unit owes.
    index('oversight_cases_state').on(t.state, t.id),
    index('oversight_cases_kind').on(t.kind, t.state, t.id),
    index('oversight_cases_unit').on(t.unitCode, t.state, t.id),
  ],
)

export const oversightCaseTickets = mysqlTable(
  'oversight_case_tickets',
  {
    caseId: ulid('case_id')
      .notNull()
      .references(() => oversightCases.id),
    ticketNumber: code('ticket_number', 16).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.caseId, t.ticketNumber] }),
    index('oversight_case_tickets_ticket').on(t.ticketNumber, t.caseId),
  ],
)

/** Its history: one row a step, only ever added. */
export const oversightCaseEvents = mysqlTable(
  'oversight_case_events',
  {
    caseId: ulid('case_id')
      .notNull()
      .references(() => oversightCases.id),
    seq: int('seq').notNull(),
    kind: code<CaseEventKind | 'begin'>('kind', 12).notNull(),
    at: instant('at').notNull(),
    byId: int('by_id').references(() => users.id),
    byName: varchar('by_name', { length: 64 }).notNull(),
    unitCode: code<UnitCode>('unit_code').references(() => units.code),
    details: json('details').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.seq] })],
)

/** The last number of each series and year: counted in the transaction that issues, so that none is missing. */
export const oversightCaseCounters = mysqlTable(
  'oversight_case_counters',
  {
    kind: code<CaseKind>('kind', 8).notNull(),
    year: int('year').notNull(),
    last: int('last_number').notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.year] })],
)

/** Photos of a paper, of 现场办公 above all; the bytes lie with the files of tickets, by their digest. */
export const oversightPhotos = mysqlTable(
  'oversight_photos',
  {
    id: ulid('id').primaryKey(),
    caseId: ulid('case_id')
      .notNull()
      .references(() => oversightCases.id),
    fileName: varchar('file_name', { length: 255 }).notNull(),
    mediaType: code<MediaType>('media_type', 128).notNull(),
    bytes: int('bytes').notNull(),
    sha256: code('sha256', 64).notNull(),
    addedBy: int('added_by').references(() => users.id),
    addedAt: instant('added_at').notNull(),
  },
  (t) => [index('oversight_photos_case').on(t.caseId, t.id), index('oversight_photos_digest').on(t.sha256)],
)
