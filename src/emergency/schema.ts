import { index, int, json, mysqlTable, varchar } from 'drizzle-orm/mysql-core'
import type { Message, NoReply, Reply } from '../exchange/packet.ts'
import { code, instant, ulid } from '../platform/database/columns.ts'
import type { CallId } from '../platform/types.ts'
import type { PacketState } from './handover.ts'

/**
 * An emergency service that an agent called into a talk: written with the call's row, so no key to `calls`. Its times prove
 * the hand-over; its ticket is found by the call. Kept as long as the call.
 */
export const emergencyHandovers = mysqlTable(
  'emergency_handovers',
  {
    /** Of the party in the call, and of the packet. */
    id: code('id', 64).primaryKey(),
    callId: ulid<CallId>('call_id').notNull(),
    service: code('service', 8).notNull(),
    name: varchar('name', { length: 64 }).notNull(),
    agentId: int('agent_id').notNull(),
    askedAt: instant('asked_at').notNull(),
    dialledAt: instant('dialled_at'),
    pickedUpAt: instant('picked_up_at'),
    agentLeftAt: instant('agent_left_at'),
    endedAt: instant('ended_at'),
    result: code('result', 24),
    /** Of the call: an older state comes late. */
    version: int('version').notNull(),
    packetState: code<PacketState>('packet_state', 12).notNull(),
    packetAt: instant('packet_at'),
    /** Of the last try without an answer of theirs. `NOT_OURS`: the secrets differ. */
    packetTrouble: code<NoReply>('packet_trouble', 12),
    packetTries: int('packet_tries').notNull().default(0),
    nextAt: instant('next_at'),
    packet: json('packet').$type<Message>(),
    reply: json('reply').$type<Reply>(),
  },
  (t) => [
    index('emergency_handovers_call').on(t.callId),
    index('emergency_handovers_asked').on(t.askedAt),
    index('emergency_handovers_due').on(t.packetState, t.nextAt),
  ],
)
