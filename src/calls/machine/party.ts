import type { AgentId, ChannelId, Instant, OfferId, SkillId } from '../../platform/types.ts'

/** Who takes part in a call. Whom they hear is worked out in `mix.ts`. Pure. */

/**
 * `AGENT` is the one who is answerable for the call: never more than one. A transfer hands this role on. `CONSULTED` is
 * asked by the agent, `PARTNER` talks with caller and agent, `LISTENER` supervises.
 */
export type Role = 'CALLER' | 'AGENT' | 'CONSULTED' | 'PARTNER' | 'LISTENER'

/**
 * `RESERVED`: their phone will ring on `channel`, which may not exist yet. `ANSWERED`: answered, not yet let in.
 * Parties who have left are removed. A party whom an agent brings in is in the room from `RINGING` on, so that the
 * people there hear the ringing.
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

/**
 * `consult`: the agent alone talks with them first. `three-way`: they come into the talk. `blind`: the agent leaves at
 * once, and the caller waits for them with music.
 */
export const partyModes = ['consult', 'blind', 'three-way'] as const
export type PartyMode = (typeof partyModes)[number]

/**
 * Whom an agent wants in the call: an agent of ours by their number (工号), the queue of a skill, or an external party.
 */
export type PartyTarget =
  | { kind: 'agent'; number: string }
  | { kind: 'skill'; skill: SkillId }
  /** `endpoint`: what Asterisk dials, e.g. `03552123456@province`. */
  | { kind: 'outside'; number: string; name: string; endpoint: string; isEmergency?: boolean }

/** The caller, an agent and four more. */
export const mostParties = 6
/** Emergencies come in beyond that: 110, 119, 120 and 122. */
export const mostWithEmergencies = mostParties + 4

export interface Party {
  /** Unique within the call: `caller`, the id of an offer, or of the request that asked them in. */
  id: string
  role: Role
  step: PartyStep
  channel: ChannelId
  /** Null for a party who is not an agent of ours. */
  agent: AgentOffer | null
  /** Of an external party, where known. */
  number: string | null
  /** Hears music instead of the room, and is not heard there. */
  isOnHold: boolean
  /** Null: not in any conversation yet. */
  room: Room | null
  /** New leg to the same person while their page comes back from a reload. */
  next: { leg: ChannelId; endpoint: string } | null
  /** Of a party whom an agent brought in; not of the caller and of an agent who got the call from the queue. */
  asked?: { mode: PartyMode; to: PartyTarget; by: AgentId; at: Instant }
  /** When Asterisk was told to ring them; before that a takeover finds a leg that no one rings. */
  dialledAt?: Instant
  /** Not heard by the others. Left out for a party who was never muted: Asterisk needs no request for them. */
  isMuted?: boolean
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

/** @param target an agent's number and phone are known only once the queue has reserved them */
export function anAsked(id: string, channel: ChannelId, asked: NonNullable<Party['asked']>): Party {
  const { mode, to } = asked
  const isAsked = mode === 'consult'
  return {
    ...{ id, role: isAsked ? 'CONSULTED' : 'PARTNER', step: 'RESERVED', channel },
    ...{ agent: null, number: to.kind === 'outside' ? to.number : null },
    ...{ isOnHold: false, room: isAsked ? 'CONSULT' : 'TALK', next: null, asked },
  }
}

/** @returns who is asked by the agent now, also while their phone still rings */
export function consultedOf({ parties }: WithParties): Party | null {
  return parties.find((party) => party.role === 'CONSULTED') ?? null
}

/** @returns who was asked in and has not answered yet: one at a time */
export function pendingOf({ parties }: WithParties): Party | null {
  return parties.find((party) => party.asked !== undefined && party.step !== 'UP') ?? null
}

/** @returns whom the agent asks or rings now: out of the call when the agent calls an emergency, unless they are one */
export function inTheWayOf(call: WithParties): Party | null {
  const asked = consultedOf(call) ?? pendingOf(call)
  return asked?.asked && isEmergency(asked.asked) ? null : asked
}

/** An emergency that comes into the talk: refused in no state of it. */
export function isEmergency({ to, mode }: { to: PartyTarget; mode: PartyMode }): boolean {
  return to.kind === 'outside' && to.isEmergency === true && mode === 'three-way'
}

/** @returns 110, 119, 120 or 122 whose phone still rings */
export function ringingEmergencyOf(call: WithParties): Party | null {
  const pending = pendingOf(call)
  return pending?.asked && isEmergency(pending.asked) ? pending : null
}

/** @returns false once the caller has hung up and the others go on */
export function hasCaller({ parties }: WithParties): boolean {
  return parties.some(({ role }) => role === 'CALLER')
}

export function partyOfAgent({ parties }: WithParties, agentId: AgentId): Party | null {
  return parties.find((party) => party.agent?.agentId === agentId) ?? null
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

/** The caller is in no conversation any more: all others are out of the call. */
export function withCallerAlone<C extends WithParties>(call: C): C {
  if (call.parties.length === 1 && call.parties[0]?.room === null) return call
  const callers = call.parties.filter((party) => party.role === 'CALLER')
  return { ...call, parties: callers.map((party) => ({ ...party, isOnHold: false, room: null })) }
}
