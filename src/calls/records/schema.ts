import { boolean, index, int, json, mysqlTable, text, tinyint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core'
import { agents } from '../../floor/agents/schema.ts'
import type { LineConfidence, LineSource } from '../../lines/dialled.ts'
import { lines } from '../../lines/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { CallId } from '../../platform/types.ts'
import type {
  Call,
  CallbackReason,
  CallbackResult,
  CallbackStatus,
  EndedBy,
  Outcome,
  SegmentKind,
} from '../machine/call.ts'
import type { Inquired } from '../machine/inquiry.ts'
import type { Outgoing } from '../machine/outgoing/outgoing.ts'
import type { OldCall } from '../machine/stored.ts'

/**
 * One row a call, from the INVITE on. 5 million a year: the key is a ULID, so new rows go to the end of every
 * index; lists are read newest first by `(…, id)` keyset pages.
 */
export const calls = mysqlTable(
  'calls',
  {
    id: ulid<CallId>('id').primaryKey(),
    /** Asterisk node (`entityid`) and the caller's channel there. */
    node: code('node').notNull(),
    channel: code('channel', 64).notNull(),
    lineId: int('line_id').references(() => lines.id),
    /** As dialled, kept even when the line is not known. */
    dialled: varchar('dialled', { length: 64 }).notNull(),
    diverted: varchar('diverted', { length: 64 }),
    lineSource: code<LineSource>('line_source', 24).notNull(),
    lineConfidence: code<LineConfidence>('line_confidence', 12).notNull(),
    /** E.164 where it could be read, else null. */
    callerNumber: code('caller_number', 24),
    /** As received, cleaned of control characters. */
    callerRaw: varchar('caller_raw', { length: 128 }),
    callerName: varchar('caller_name', { length: 128 }),
    /** The caller asked the network to withhold the number. */
    isCallerWithheld: boolean('is_caller_withheld').notNull().default(false),
    /** `OUT`: an agent called the citizen, who then is the caller of these columns. */
    direction: code<'IN' | 'OUT'>('direction', 4).notNull().default('IN'),
    /** An agent placed it without being shown whom they call. */
    isSecret: boolean('is_secret').notNull().default(false),
    /** Of an outgoing call: what it is about. */
    about: json('about').$type<Outgoing['about']>(),
    skill: code('skill'),
    priority: tinyint('priority'),
    /** Tickets asked for by keypad. */
    inquired: json('inquired').$type<Inquired[]>(),
    keys: varchar('keys_pressed', { length: 32 }).notNull().default(''),
    arrivedAt: instant('arrived_at').notNull(),
    /** The carrier bills from here: the hotline picked up. */
    pickedUpAt: instant('picked_up_at'),
    queuedAt: instant('queued_at'),
    /** An agent and the caller hear each other from here. */
    answeredAt: instant('answered_at'),
    endedAt: instant('ended_at'),
    agentId: int('agent_id').references(() => agents.userId),
    outcome: code<Outcome>('outcome', 24),
    endedBy: code<EndedBy>('ended_by', 12),
    hangupCause: int('hangup_cause'),
    /** The machine's state while the call lives, perhaps kept by an earlier version; null once it is closed. */
    state: json('state').$type<Call | OldCall>(),
    version: int('version').notNull(),
  },
  (t) => [
    uniqueIndex('calls_channel').on(t.node, t.channel),
    index('calls_caller').on(t.callerNumber, t.id),
    index('calls_line').on(t.lineId, t.id),
    index('calls_agent').on(t.agentId, t.id),
    index('calls_outcome').on(t.outcome, t.id),
    index('calls_arrived').on(t.arrivedAt),
    // Open calls of a node, read at every reconnect: few rows have no end.
    index('calls_open').on(t.node, t.endedAt),
  ],
)

/**
 * What was noted of a call: a row a line, only ever added. No key to `calls`: a living call may have no row yet.
 */
export const callNotes = mysqlTable(
  'call_notes',
  {
    id: ulid('id').primaryKey(),
    callId: ulid<CallId>('call_id').notNull(),
    at: instant('at').notNull(),
    authorId: int('author_id'),
    /** As they were called then. */
    author: varchar('author', { length: 64 }).notNull(),
    text: text('text').notNull(),
  },
  (t) => [index('call_notes_call').on(t.callId, t.id)],
)

/** What happened in a call, in order: greeting, waiting, each offer, talking, hold; beside them who was asked in. */
export const callSegments = mysqlTable(
  'call_segments',
  {
    id: ulid('id').primaryKey(),
    callId: ulid<CallId>('call_id')
      .notNull()
      .references(() => calls.id),
    seq: int('seq').notNull(),
    kind: code<SegmentKind>('kind', 12).notNull(),
    agentId: int('agent_id').references(() => agents.userId),
    channel: code('channel', 64),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at'),
    /** Why it ended, e.g. `ANSWERED`, `NO_ANSWER`, `CALLER_LEFT`. */
    result: code('result', 24),
    isRecorded: boolean('is_recorded').notNull().default(false),
    /** The id in the call of a party whom an agent brought in. Null for a segment of the caller's own. */
    party: code('party', 64),
    partyName: varchar('party_name', { length: 64 }),
    partyNumber: code('party_number', 32),
  },
  (t) => [
    uniqueIndex('call_segments_order').on(t.callId, t.seq),
    index('call_segments_agent').on(t.agentId, t.startedAt),
  ],
)

/**
 * A caller who has to be called back: a row for each call and reason. People see all rows of one number as one entry;
 * when it is done, the newest row represents the others (`mergedInto`).
 */
export const callbacks = mysqlTable(
  'callbacks',
  {
    id: ulid('id').primaryKey(),
    reason: code<CallbackReason>('reason', 12).notNull(),
    callId: ulid<CallId>('call_id').references(() => calls.id),
    callerNumber: code('caller_number', 24),
    lineId: int('line_id').references(() => lines.id),
    /** When the call ended. */
    since: instant('since').notNull(),
    /** Of the message; length and digest are there as soon as it was measured. */
    fileName: code('file_name', 160),
    durationMs: int('duration_ms'),
    sha256: code('sha256', 64),
    status: code<CallbackStatus>('status', 16).notNull(),
    handledBy: int('handled_by').references(() => agents.userId),
    handledAt: instant('handled_at'),
    /** Calls to this number because of it, when the last one was, and before when it is not tried again. */
    tries: int('tries').notNull().default(0),
    triedAt: instant('tried_at'),
    nextAt: instant('next_at'),
    /** Who tried last. */
    triedBy: int('tried_by').references(() => agents.userId),
    /** What the agent said of it. */
    result: code<CallbackResult>('result', 16),
    /** The row that stands for it in lists of what is done. */
    mergedInto: ulid('merged_into'),
  },
  (t) => [
    // An import that is repeated, or a record that is written again, adds nothing.
    uniqueIndex('callbacks_call').on(t.callId, t.reason),
    index('callbacks_todo').on(t.status, t.since),
    index('callbacks_number').on(t.callerNumber, t.status),
    index('callbacks_merged').on(t.mergedInto),
  ],
)
