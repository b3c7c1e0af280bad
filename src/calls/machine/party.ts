import type { AgentId, ChannelId, OfferId } from '../../platform/types.ts'

/** Who takes part in a call. Whom they hear is worked out in `mix.ts`. Pure. */

/**
 * `AGENT` is the one who is answerable for the call: never more than one. A transfer hands this role on. `CONSULTED` is
 * asked by the agent, `PARTNER` talks with caller and agent, `LISTENER` supervises.
 */
export type Role = 'CALLER' | 'AGENT' | 'CONSULTED' | 'PARTNER' | 'LISTENER'

/**
 * `RESERVED`: their phone will ring on `channel`, which may not exist yet. `ANSWERED`: picked up, not yet let in. Parties
 * who are gone are removed.
 */
export type PartyStep = 'RESERVED' | 'RINGING' | 'ANSWERED' | 'UP'

/** Where people hear each other: one bridge each. */
export type Room = 'TALK' | 'CONSULT'

/** One offer of this call to one agent, made by the queue. */
export interface AgentOffer {
  id: OfferId
  agentId: AgentId
  agentNumber: string
  endpoint: string
}

export interface Party {
  /** Unique within the call: `caller`, or the id of an offer. */
  id: string
  role: Role
  step: PartyStep
  channel: ChannelId
  /** Null for somebody who is no agent of ours. */
  agent: AgentOffer | null
  /** Of somebody outside, where known. */
  number: string | null
  /** Hears music instead of the room, and is not heard there. */
  isOnHold: boolean
  /** Null: not in any conversation yet. */
  room: Room | null
  /** New leg to the same person while their page comes back from a reload. */
  next: { leg: ChannelId; endpoint: string } | null
}

export type AgentParty = Party & { role: 'AGENT'; agent: AgentOffer }

interface WithParties {
  parties: Party[]
}

export function aCaller(channel: ChannelId, number: string | null): Party {
  return {
    ...{ id: 'caller', role: 'CALLER', step: 'UP', channel, agent: null, number },
    ...{ isOnHold: false, room: null, next: null },
  }
}

export function anAgent(agent: AgentOffer, channel: ChannelId): AgentParty {
  return {
    ...{ id: agent.id, role: 'AGENT', step: 'RESERVED', channel, agent, number: null },
    ...{ isOnHold: false, room: null, next: null },
  }
}

/** @returns the agent who is answerable for the call, from the reservation on; null while there is none */
export function answerableOf({ parties }: WithParties): AgentParty | null {
  return parties.find((party): party is AgentParty => party.role === 'AGENT' && party.agent !== null) ?? null
}

export function isCallerOnHold({ parties }: WithParties): boolean {
  return parties.some((party) => party.role === 'CALLER' && party.isOnHold)
}

/** Changes one party, or all of a role. */
export function withParty<C extends WithParties>(call: C, which: string, changes: Partial<Party>): C {
  const change = (party: Party) => (party.id === which || party.role === which ? { ...party, ...changes } : party)
  return { ...call, parties: call.parties.map(change) }
}

/** The caller is in no conversation any more: everybody else is out of the call. */
export function withCallerAlone<C extends WithParties>(call: C): C {
  if (call.parties.length === 1 && call.parties[0]?.room === null) return call
  const callers = call.parties.filter((party) => party.role === 'CALLER')
  return { ...call, parties: callers.map((party) => ({ ...party, isOnHold: false, room: null })) }
}
