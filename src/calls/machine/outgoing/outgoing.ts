import type { AgentId, CallId, TicketId } from '../../../platform/types.ts'

/**
 * An outgoing call (外呼): an agent of ours calls a citizen. It is a call with the same parties as any other; only the
 * way in which they come together differs, see `dialling.ts`. Pure.
 */

/** What the call is about: by this the number was found. The agent never names it. */
export const outgoingKinds = ['ticket', 'callback', 'call', 'directory'] as const
export type OutgoingKind = (typeof outgoingKinds)[number]

/** What is known of an outgoing call when it is placed; never changes. */
export interface Outgoing {
  /** The agent who places it. */
  by: AgentId
  /** What Asterisk dials, e.g. `13903551234@trunk-carrier`. */
  endpoint: string
  /** How long the citizen's phone may ring. */
  ringMs: number
  /** The agent may not know whom they call: neither number nor name is shown or told to their phone. */
  isHidden: boolean
  /** `id`: as people know it, e.g. a ticket's number. */
  about: { kind: OutgoingKind; id: string }
  /** Tickets to which the call belongs from the start: they hide its caller where theirs is hidden. */
  ties: TicketId[]
}

/** What a controller is asked to place; checked by who asks. */
export interface PlaceAsk {
  callId: CallId
  /** Whose Asterisk the agent's phone is registered at. */
  node: string
  agentId: AgentId
  agentNumber: string
  /** The agent's phone. */
  endpoint: string
  /** Whom, E.164, and their name in the directory. */
  number: string
  name: string | null
  outgoing: Outgoing
}
