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
  /** The agent who places it; null: the machine, which asks by keys. */
  by: AgentId | null
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
  /** Of a call by machine: the follow-up whose questions it asks. */
  followUp?: string
}

/** Whom a controller is asked to call by machine; checked by who asks. */
export interface KeypadAsk {
  callId: CallId
  node: string
  /** E.164 */
  number: string
  outgoing: Outgoing & { by: null; followUp: string }
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
