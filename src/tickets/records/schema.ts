import {
  bigint,
  boolean,
  customType,
  date,
  double,
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
import { categories } from '../../catalogue/schema.ts'
import { citizens } from '../../citizens/schema.ts'
import type { NoticeTopic } from '../../notifications/notification.ts'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { CallId, CategoryCode, CountyCode, TicketId, UnitCode } from '../../platform/types.ts'
import { counties, units } from '../../units/schema.ts'
import type { ClassCode } from '../exits/classified.ts'
import type { AttachmentKind, MediaType } from '../files/attachment.ts'
import type { Proposed } from '../life/facts.ts'
import type {
  Channel,
  ClockKind,
  CloseKind,
  Decision,
  EventKind,
  HistoryState,
  InboxMark,
  Pause,
  RequestKind,
  RequestReason,
  TaskRole,
  TaskStep,
  TicketState,
  TicketType,
  Urgency,
  VoidReason,
} from '../life/ticket.ts'
import type { Problem, RedoReason } from '../rounds/words.ts'

/**
 * One row a ticket, 5 million of them. The key is a ULID: rows go to the end, and `(…, id)` pages newest first.
 * Units, counties and categories stand here by code, so that lists need no join. A foreign key costs an index of its own:
 * columns that nothing is found by have none, and what they name is never deleted.
 */
export const tickets = mysqlTable(
  'tickets',
  {
    id: ulid<TicketId>('id').primaryKey(),
    /** `CZ` + day + 6 digits: what people say and read. */
    number: code('number', 16).notNull(),
    /** With the number, what a citizen proves himself with when he asks for the state. */
    queryCode: code('query_code', 6).notNull(),
    state: code<TicketState>('state', 16).notNull(),
    /** Grows by one with each event; who writes on an older one is refused. */
    version: int('version').notNull(),
    type: code<TicketType>('type', 12).notNull(),
    categoryCode: code<CategoryCode>('category_code', 6)
      .notNull()
      .references(() => categories.code),
    urgency: code<Urgency>('urgency', 4).notNull(),
    isConfidential: boolean('is_confidential').notNull(),
    isAnonymous: boolean('is_anonymous').notNull(),
    needsReply: boolean('needs_reply').notNull(),
    title: varchar('title', { length: 128 }).notNull(),
    content: text('content').notNull(),
    wish: varchar('wish', { length: 1000 }).notNull().default(''),
    occurredAt: instant('occurred_at'),
    countyCode: code<CountyCode>('county_code', 6).references(() => counties.code),
    township: varchar('township', { length: 64 }),
    place: varchar('place', { length: 255 }).notNull().default(''),
    /** GCJ-02, as Chinese maps have it. */
    longitude: double('longitude'),
    latitude: double('latitude'),
    isCrossCity: boolean('is_cross_city').notNull().default(false),
    /** At the caller's own home: a unit that may not know the caller is not told the place. */
    isAtHome: boolean('is_at_home').notNull().default(false),
    accused: varchar('accused', { length: 128 }),
    accusedUnit: code<UnitCode>('accused_unit'),
    tags: json('tags').$type<string[]>().notNull(),

    channel: code<Channel>('channel', 16).notNull(),
    lineId: int('line_id'),
    /** Number of the province, of 110, of another city. */
    upstreamNumber: code('upstream_number', 64),
    /** The limit that came with it: it wins where it is shorter than ours. */
    upstreamDueAt: instant('upstream_due_at'),
    citizenId: bigint('citizen_id', { mode: 'number' }).references(() => citizens.id),
    /** As the caller gave it for this ticket; the citizen's row may change later. */
    callerName: varchar('caller_name', { length: 64 }),
    callerPhone: code('caller_phone', 24),
    /** To be dialled when it has answered. */
    callerExtension: code('caller_extension', 6),
    /** A second number that was given, `+863552123456;ext=801`. */
    callerOtherPhone: code('caller_other_phone', 32),
    callerAddress: varchar('caller_address', { length: 255 }),

    /**
     * Of the LEAD among its tasks, once more: the worklists of units walk an index of this table in the order of their
     * page. Who helped, was first or gave it back stands in tasks and requests only.
     */
    leadUnit: code<UnitCode>('lead_unit').references(() => units.code),
    /** Of whoever took it on, with a word of why: a dispatcher decides. */
    suggestedUnit: code<UnitCode>('suggested_unit'),
    suggestedReason: varchar('suggested_reason', { length: 200 }),
    /** Rule and reason of the dispatch that holds, readable after the rule has ended. */
    ruleKey: code('rule_key', 64),
    dispatchReason: varchar('dispatch_reason', { length: 512 }),
    inboxMark: code<InboxMark>('inbox_mark', 16),
    internalReply: text('internal_reply'),
    publicReply: text('public_reply'),
    /** An answer that a second person of the unit has yet to sign. */
    proposed: json('proposed').$type<Proposed>(),
    closeKind: code<CloseKind>('close_kind', 16),
    dispatchCount: int('dispatch_count').notNull().default(0),
    urgeCount: int('urge_count').notNull().default(0),
    /** What was answered in earlier ones: `ticket_rounds`. */
    round: int('round').notNull().default(1),
    redoCount: int('redo_count').notNull().default(0),
    reopenBy: instant('reopen_by'),
    problem: code<Problem>('problem', 12),
    /** Persons who may not answer it; NULL: all may. */
    notBy: json('not_by').$type<number[]>(),

    createdBy: int('created_by').references(() => users.id),
    registeredAt: instant('registered_at').notNull(),
    dispatchedAt: instant('dispatched_at'),
    signedAt: instant('signed_at'),
    repliedAt: instant('replied_at'),
    closedAt: instant('closed_at'),
    changedAt: instant('changed_at').notNull(),

    /** Of the clocks that run, as in `ticket_deadlines`; the nearest of them is what lists show and sort by. */
    signDueAt: instant('sign_due_at'),
    handleDueAt: instant('handle_due_at'),
    returnBy: instant('return_by'),
    warnAt: instant('warn_at'),
    nextDueAt: instant('next_due_at'),
    /** Profile of limits and its version, `default.1`, that it was dispatched under; its later clocks follow it, too. */
    limitsKey: code('limits_key', 32),
    /** Versions of the years that the due dates were counted with. */
    calendarVersion: code('calendar_version', 64),
    /** e.g. `NO_CALENDAR`: no due date could be counted, and everybody shall see it. */
    clockMark: code<'NO_CALENDAR'>('clock_mark', 16),

    parentId: ulid<TicketId>('parent_id'),
    mergedInto: ulid<TicketId>('merged_into'),
  },
  (t) => [
    uniqueIndex('tickets_number').on(t.number),
    // A unit's worklist: one state after the other, what is due first at the top.
    index('tickets_unit_due').on(t.leadUnit, t.state, t.nextDueAt, t.id),
    // The same, newest first.
    index('tickets_unit_state').on(t.leadUnit, t.state, t.id),
    // What runs out, whoever has it: a closed ticket has no due time, so that only open ones stand here.
    index('tickets_due').on(t.nextDueAt, t.id, t.warnAt),
    // The dispatchers' inbox, and every list by state: newest first, and what is due first.
    index('tickets_state').on(t.state, t.id),
    index('tickets_state_due').on(t.state, t.nextDueAt, t.id),
    index('tickets_urgency').on(t.urgency, t.id),
    // The caller's open tickets, shown before the phone is answered.
    index('tickets_caller').on(t.callerPhone, t.state, t.id),
    index('tickets_category').on(t.categoryCode, t.id),
    index('tickets_county').on(t.countyCode, t.id),
    index('tickets_type').on(t.type, t.id),
    // An old number has few of all: what its department asks for.
    index('tickets_line').on(t.lineId, t.id),
    index('tickets_creator').on(t.createdBy, t.id),
    index('tickets_citizen').on(t.citizenId, t.id),
    index('tickets_closed').on(t.closedAt),
    // Until when what is closed may be taken up again: then it is archived.
    index('tickets_end').on(t.state, t.reopenBy, t.closedAt, t.id),
    // Who follows a ticket, in the order in which they came.
    index('tickets_merged').on(t.mergedInto, t.id),
    // Problem tickets: few have any.
    index('tickets_problem').on(t.problem, t.state, t.id),
  ],
)

const asciiWords = customType<{ data: string; driverData: string }>({
  dataType: () => 'mediumtext CHARACTER SET ascii COLLATE ascii_bin',
})

/**
 * What the search finds a ticket by: pairs of characters as ASCII words, see `tickets/tokens.ts`. Chinese has no spaces;
 * MySQL's n-gram parser is not in MariaDB, the plain FULLTEXT index is in both. A table of its own, so that writing to
 * `tickets` does not wake it. The FULLTEXT index stands in the migration: Drizzle has no word for it.
 */
export const ticketSearch = mysqlTable('ticket_search', {
  ticketId: ulid<TicketId>('ticket_id')
    .primaryKey()
    .references(() => tickets.id),
  tokens: asciiWords('tokens').notNull(),
})

/** How far the words of the search have been made anew, newest first: one row each time that what is indexed changed. */
export const ticketReindex = mysqlTable('ticket_reindex', {
  version: int('version').primaryKey(),
  /** What is older is still to be done. */
  beforeId: ulid<TicketId>('before_id').notNull(),
  finishedAt: instant('finished_at'),
})

/** One call may give several tickets, a ticket several calls. No key to `calls`: a living call may have no row yet. */
export const ticketCalls = mysqlTable(
  'ticket_calls',
  {
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    callId: ulid<CallId>('call_id').notNull(),
    /**
     * `INQUIRED`: the caller had number and query code, so that number and ticket belong together. `CALLED`: an agent
     * called the ticket's people.
     */
    kind: code<'CREATED' | 'URGED' | 'SUPPLEMENTED' | 'INQUIRED' | 'CALLED'>('kind', 12).notNull(),
    at: instant('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticketId, t.callId] }), index('ticket_calls_call').on(t.callId)],
)

/**
 * What units had and have to do with a ticket, see `life/tasks.ts`. `slot` is 1 while it holds and NULL afterwards: a
 * unique index lets many NULLs stand and only one 1, so that a ticket has one lead at most whatever two processes do;
 * `leadSlot` is 1 for the lead and 2 for the unit that answers until the lead has signed.
 */
export const ticketTasks = mysqlTable(
  'ticket_tasks',
  {
    id: ulid('id').primaryKey(),
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    unitCode: code<UnitCode>('unit_code')
      .notNull()
      .references(() => units.code),
    role: code<TaskRole>('role', 8).notNull(),
    /** Of a part, see `life/parts.ts`: its step, which unit sent it (NULL: the hotline), what to do, what was done. */
    partStep: code<TaskStep>('part_step', 8),
    sentBy: code<UnitCode>('sent_by'),
    demand: text('demand'),
    answer: text('answer'),
    slot: tinyint('slot'),
    leadSlot: tinyint('lead_slot'),
    sentAt: instant('sent_at').notNull(),
    signedAt: instant('signed_at'),
    answeredAt: instant('answered_at'),
    leftAt: instant('left_at'),
  },
  (t) => [
    uniqueIndex('ticket_tasks_lead').on(t.ticketId, t.leadSlot),
    uniqueIndex('ticket_tasks_unit').on(t.ticketId, t.unitCode, t.role, t.slot),
    // What a unit helps with, and what it answers for until another one signs: newest first.
    index('ticket_tasks_part').on(t.unitCode, t.slot, t.role, t.ticketId),
    // The parts of a unit that it has to do, and those that it sent: few of all are open.
    index('ticket_tasks_todo').on(t.unitCode, t.partStep, t.slot, t.ticketId),
    index('ticket_tasks_sent').on(t.sentBy, t.partStep, t.slot, t.ticketId),
  ],
)

/**
 * What a unit asked for beside the ticket's way, see `life/requests.ts`, and what was decided. Known by the event that
 * asked; `slot` as in tasks: of a kind one waits at most.
 */
export const ticketRequests = mysqlTable(
  'ticket_requests',
  {
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    askedSeq: int('asked_seq').notNull(),
    kind: code<RequestKind>('kind', 12).notNull(),
    unitCode: code<UnitCode>('unit_code').notNull(),
    askedBy: int('asked_by'),
    askedAt: instant('asked_at').notNull(),
    reason: code<RequestReason>('reason', 24),
    note: text('note').notNull(),
    suggestedUnit: code<UnitCode>('suggested_unit'),
    /** What only its kind says, as it was asked for. */
    details: json('details').$type<Record<string, unknown>>(),
    /** The first of two who have to agree. */
    reviewedBy: int('reviewed_by'),
    reviewedAt: instant('reviewed_at'),
    slot: tinyint('slot'),
    decision: code<Decision>('decision', 8),
    decidedSeq: int('decided_seq'),
    decidedBy: int('decided_by'),
    decidedAt: instant('decided_at'),
    decisionNote: text('decision_note'),
  },
  (t) => [
    primaryKey({ columns: [t.ticketId, t.askedSeq] }),
    uniqueIndex('ticket_requests_pending').on(t.ticketId, t.kind, t.slot),
    // What waits for a dispatcher.
    index('ticket_requests_inbox').on(t.slot, t.kind, t.ticketId),
    // What a unit asked for last.
    index('ticket_requests_unit').on(t.unitCode, t.kind, t.askedAt),
  ],
)

/**
 * The history: one row an event, 50 million of them, only ever added. Clustered by ticket, so that a history is one
 * read; `hash` chains each row to the one before, so that a row changed behind our back shows.
 */
export const ticketEvents = mysqlTable(
  'ticket_events',
  {
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    /** The version of the ticket after it. */
    seq: int('seq').notNull(),
    kind: code<EventKind>('kind', 24).notNull(),
    fromState: code<HistoryState>('from_state', 16).notNull(),
    toState: code<HistoryState>('to_state', 16).notNull(),
    /** Null: the machine. */
    actorId: int('actor_id').references(() => users.id),
    actorName: varchar('actor_name', { length: 64 }).notNull(),
    unitCode: code<UnitCode>('unit_code').references(() => units.code),
    at: instant('at').notNull(),
    reason: code<RequestReason | VoidReason | InboxMark | RedoReason | ClassCode>('reason', 24),
    note: text('note'),
    details: json('details').$type<Record<string, unknown>>().notNull(),
    hash: code('hash', 64).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ticketId, t.seq] }),
    index('ticket_events_actor').on(t.actorId, t.at),
    index('ticket_events_unit').on(t.unitCode, t.at),
  ],
)

/**
 * Of each night, how far the histories were checked against their digests, and what was found wrong. One row a day; two
 * processes that check at once wait for each other's batch.
 */
export const historyChecks = mysqlTable('history_checks', {
  /** `2026-11-23`, in the city. */
  day: code('day', 10).primaryKey(),
  startedAt: instant('started_at').notNull(),
  finishedAt: instant('finished_at'),
  /** The last ticket that was looked at. */
  afterId: ulid<TicketId>('after_id').notNull(),
  tickets: int('tickets').notNull(),
  events: bigint('events', { mode: 'number' }).notNull(),
  faults: int('faults').notNull(),
  /** The first of them. */
  found: json('found').$type<FoundFault[]>().notNull(),
})

/** A fault of a history, with the ticket that it is in. */
export interface FoundFault {
  number: string
  seq: number
  what: 'CHANGED' | 'MISSING' | 'ADDED'
}

/** One row a run of a clock. `slot` as in tasks, and 2 while it stands still: no unit has the same clock of a ticket twice. */
export const ticketDeadlines = mysqlTable(
  'ticket_deadlines',
  {
    id: ulid('id').primaryKey(),
    ticketId: ulid<TicketId>('ticket_id')
      .notNull()
      .references(() => tickets.id),
    clock: code<ClockKind>('clock', 12).notNull(),
    /** That has to keep it; empty: the hotline. Not NULL, which no index would take for the same twice. */
    unitCode: code<UnitCode | ''>('unit_code').notNull().default(''),
    slot: tinyint('slot'),
    /** Which one of several, from 1 on: a promise has a clock for each milestone; 0: the only one. */
    item: tinyint('item').notNull().default(0),
    startedAt: instant('started_at').notNull(),
    warnAt: instant('warn_at'),
    /** Null as long as the calendar of the year is not loaded. */
    dueAt: instant('due_at'),
    limitsVersion: code('limits_version'),
    /** The time that it was given, and what extended it: `5 wd+3 wd`, see `clocks/allowance.ts`. */
    allowed: code('allowed', 64),
    /** When it stood still. */
    pauses: json('pauses').$type<Pause[]>(),
    calendarVersion: code('calendar_version', 64),
    metAt: instant('met_at'),
    cancelledAt: instant('cancelled_at'),
    /** Alarms that were given: each once. */
    warnedAt: instant('warned_at'),
    overdueAt: instant('overdue_at'),
  },
  (t) => [
    uniqueIndex('ticket_deadlines_item').on(t.ticketId, t.clock, t.unitCode, t.item, t.slot),
    // The sweep: clocks that run and have not rung, by when they do.
    index('ticket_deadlines_due').on(t.slot, t.overdueAt, t.dueAt),
    index('ticket_deadlines_warn').on(t.slot, t.warnedAt, t.warnAt),
  ],
)

/** What an agent types before it is handed in, at whatever desk. The id is made by the page. */
export const ticketDrafts = mysqlTable(
  'ticket_drafts',
  {
    id: ulid('id').primaryKey(),
    ownerId: int('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    callId: ulid<CallId>('call_id'),
    content: json('content').$type<Record<string, unknown>>().notNull(),
    version: int('version').notNull(),
    createdAt: instant('created_at').notNull(),
    changedAt: instant('changed_at').notNull(),
    /** Handed in, or thrown away: no longer listed. */
    ticketId: ulid<TicketId>('ticket_id'),
    endedAt: instant('ended_at'),
  },
  (t) => [
    index('ticket_drafts_owner').on(t.ownerId, t.endedAt, t.changedAt),
    index('ticket_drafts_call').on(t.callId),
    index('ticket_drafts_ended').on(t.endedAt),
  ],
)

/** Files of a ticket or of a draft; the bytes lie in a folder by their digest. */
export const attachments = mysqlTable(
  'attachments',
  {
    id: ulid('id').primaryKey(),
    ticketId: ulid<TicketId>('ticket_id').references(() => tickets.id),
    draftId: ulid('draft_id'),
    kind: code<AttachmentKind>('kind', 12).notNull(),
    fileName: varchar('file_name', { length: 255 }).notNull(),
    /** As found in the bytes, not as the browser says. */
    mediaType: code<MediaType>('media_type', 128).notNull(),
    bytes: int('bytes').notNull(),
    sha256: code('sha256', 64).notNull(),
    uploadedBy: int('uploaded_by'),
    /** Whose proof it is; NULL: the hotline's, or of an older version, which knows the person only. */
    unitCode: code<UnitCode>('unit_code'),
    uploadedAt: instant('uploaded_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (t) => [
    index('attachments_ticket').on(t.ticketId),
    index('attachments_draft').on(t.draftId),
    index('attachments_digest').on(t.sha256),
  ],
)

/** What a unit or a person is told. `dedupe_key`: a worker that runs twice tells once. */
export const notifications = mysqlTable(
  'notifications',
  {
    id: bigint('id', { mode: 'number' }).autoincrement().primaryKey(),
    dedupeKey: code('dedupe_key', 128).notNull(),
    ticketId: ulid<TicketId>('ticket_id').references(() => tickets.id),
    unitCode: code<UnitCode>('unit_code').references(() => units.code),
    userId: int('user_id').references(() => users.id, { onDelete: 'cascade' }),
    channel: code<'IN_APP' | 'EMAIL' | 'SMS'>('channel', 8).notNull(),
    topic: code<NoticeTopic>('topic', 48).notNull(),
    payload: json('payload').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull(),
    sentAt: instant('sent_at'),
    readAt: instant('read_at'),
    attempts: int('attempts').notNull().default(0),
    lastError: varchar('last_error', { length: 512 }),
  },
  (t) => [
    uniqueIndex('notifications_once').on(t.dedupeKey),
    index('notifications_unit').on(t.unitCode, t.readAt, t.id),
    index('notifications_user').on(t.userId, t.readAt, t.id),
    index('notifications_unsent').on(t.channel, t.sentAt, t.id),
    index('notifications_ticket').on(t.ticketId),
  ],
)

/** A request that was sent twice does its work once. Written in the transaction of that work. */
export const idempotencyKeys = mysqlTable(
  'idempotency_keys',
  {
    actorId: int('actor_id').notNull(),
    key: code('idempotency_key', 64).notNull(),
    /** Of the request: the same key with another content is a mistake. */
    digest: code('digest', 64).notNull(),
    ticketNumber: code('ticket_number', 16).notNull(),
    /** Version of the ticket after it. */
    version: int('version').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.actorId, t.key] }), index('idempotency_keys_created').on(t.createdAt)],
)

/** The last number given out on each day of the city. Numbers may be missing, never double. */
export const ticketCounters = mysqlTable('ticket_counters', {
  day: date('day', { mode: 'string' }).primaryKey(),
  last: int('last_number').notNull(),
})
