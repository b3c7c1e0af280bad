import { boolean, index, int, json, mysqlTable, primaryKey } from 'drizzle-orm/mysql-core'
import { code, instant, ulid } from '../platform/database/columns.ts'
import type { CallId } from '../platform/types.ts'
import type { Account, Following, Holder, OwnershipReason } from './ownership.ts'
import type { Message, Reply } from './packet.ts'

/** A call that we share with the province, and who owns its matter. Locked while anything about it is written. */
export const exchangeMatters = mysqlTable(
  'exchange_matters',
  {
    /** As messages name it: our call's id, or theirs for a call that they send us. */
    callId: ulid('call_id').primaryKey(),
    /** Our call: known from the start, or when a call of theirs comes in. */
    ownCallId: ulid<CallId>('own_call_id'),
    /** Ours, where the citizen called us. */
    account: json('account').$type<Account>(),
    /** Theirs, as far as we know it. */
    following: json('following').$type<Following>(),
    sentSeq: int('sent_seq').notNull().default(0),
    receivedSeq: int('received_seq').notNull().default(0),
    /** Since when a message of theirs has been missing. */
    gapSince: instant('gap_since'),
    /** When an offer of ours is over. */
    dueAt: instant('due_at'),
    /** A call of ours whose account is not closed: few, those that are shared at this moment. */
    isOpen: boolean('is_open').notNull().default(false),
    createdAt: instant('created_at').notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [
    index('exchange_matters_own').on(t.ownCallId),
    index('exchange_matters_due').on(t.dueAt),
    index('exchange_matters_open').on(t.isOpen),
    index('exchange_matters_changed').on(t.changedAt),
  ],
)

/**
 * Calls of theirs by the packet that each named: whichever of call and packet comes second finds the other here, in whatever
 * process.
 */
export const exchangeTies = mysqlTable(
  'exchange_ties',
  {
    packetId: ulid('packet_id').primaryKey(),
    callId: ulid<CallId>('call_id').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [index('exchange_ties_created').on(t.createdAt)],
)

/** `IN` is settled as it comes; `OUT` waits until it is answered, and is given up after a day. */
export type MessageState = 'WAITING' | 'ACKED' | 'NACKED' | 'GIVEN_UP'

/** Every message both ways, with the answer. Kept 90 days: the same one again is answered in the same way. */
export const exchangeMessages = mysqlTable(
  'exchange_messages',
  {
    id: ulid('id').primaryKey(),
    callId: ulid('call_id').notNull(),
    direction: code<'IN' | 'OUT'>('direction', 4).notNull(),
    seq: int('seq').notNull(),
    content: json('content').$type<Message>().notNull(),
    state: code<MessageState>('state', 12).notNull(),
    reply: json('reply').$type<Reply>(),
    attempts: int('attempts').notNull().default(0),
    nextAt: instant('next_at'),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (t) => [
    index('exchange_messages_call').on(t.callId, t.direction, t.seq),
    index('exchange_messages_waiting').on(t.state, t.nextAt),
  ],
)

/** Who owned the matter when. `US` is this hotline. */
export const exchangeOwners = mysqlTable(
  'exchange_owners',
  {
    callId: ulid('call_id').notNull(),
    epoch: int('epoch').notNull(),
    holder: code<Holder>('holder', 4).notNull(),
    why: code<OwnershipReason>('why', 24).notNull(),
    since: instant('since').notNull(),
  },
  (t) => [primaryKey({ columns: [t.callId, t.epoch] })],
)
