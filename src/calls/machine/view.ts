import type { LineConfidence, LineSource } from '../../lines/dialled.ts'
import { maskNumber, maskNumbersIn } from '../../lines/mask.ts'
import type { AgentId, CallId, Instant, OfferId } from '../../platform/types.ts'
import {
  type Call,
  type CallAction,
  type EndedBy,
  type Outcome,
  type PartyResult,
  type Phase,
  partyResultTitles,
} from './call.ts'
import type { Inquired } from './inquiry.ts'
import { isCallerWaiting } from './mix.ts'
import type { Outgoing } from './outgoing/outgoing.ts'
import {
  answerableOf,
  isCallerOnHold,
  type Party,
  type PartyMode,
  type PartyStep,
  type Role,
  type Room,
} from './party.ts'
import { actionsOf } from './permits.ts'

/** One who takes part in a call. */
export interface PartyView {
  id: string
  /** `AGENT`: answerable for the call. */
  role: Role
  /** `RESERVED` and `RINGING`: they were asked in and have not answered yet. */
  step: PartyStep
  /** In the conversation, or on hold. */
  isUp: boolean
  /** Whom they hear: those in the same room. Null: no one yet. */
  room: Room | null
  agentId: AgentId | null
  agentNumber: string | null
  /** As the directory has it; of an agent and the caller null. */
  name: string | null
  /** Masked, of an external party; null when unknown, or hidden. */
  number: string | null
  isOnHold: boolean
  isMuted: boolean
  /** How they were asked in; null for the caller and an agent who got the call from the line. */
  mode: PartyMode | null
  /** Since when they ring or are here; null as for `mode`. */
  askedAt: Instant | null
  /** True after a page reload until the new phone is in the call. */
  isAway: boolean
}

export interface PartyResultView {
  /** Id of the party. */
  party: string
  /** Name in the directory, or an agent's number. */
  name: string
  mode: PartyMode
  result: PartyResult
  /** In words for the agent, e.g. `对方占线`. */
  title: string
  at: Instant
}

/** A call as desks and floors see it. The number is masked; revealing it is a request of its own, audited. */
export interface CallView {
  id: CallId
  version: number
  /** `OUT`: an agent of ours called the citizen, who is then the `caller`. */
  direction: 'IN' | 'OUT'
  /** Of an outgoing call: what it is about. */
  about: Outgoing['about'] | null
  /** `fallback`: an agent has it through the dialplan's own queue; no controller steers it. */
  phase: Phase | 'fallback'
  /** The present participants; empty once it is over. */
  parties: PartyView[]
  isOnHold: boolean
  /** The caller hears music: on hold, or because those who talk are elsewhere. */
  isCallerWaiting: boolean
  /** What the agent who is answerable may do now with the call as a whole. */
  actions: CallAction[]
  /**
   * Of the last party who was not reached, or has left by themselves; null when there is none, or another one is being
   * reached.
   */
  lastResult: PartyResultView | null
  isCallerHidden: boolean
  caller: {
    /** `139****1234`; null when the caller gave no number. */
    number: string | null
    /** e.g. `长治` or `手机`; null when unknown. */
    place: string | null
    name: string | null
    /** The caller asked the network to withhold the number. */
    isWithheld: boolean
  }
  line: {
    number: string
    name: string
    /** An old number that was forwarded: shown big. */
    isOld: boolean
    source: LineSource
    confidence: LineConfidence
    /** What the network said was dialled, where no line of ours fits it. */
    unknownDiversion: string | null
  }
  skill: string
  keys: string
  /** Tickets that the caller asked for by keypad. */
  inquired: Inquired[]
  arrivedAt: Instant
  queuedAt: Instant | null
  offeredAt: Instant | null
  answeredAt: Instant | null
  endedAt: Instant | null
  offerId: OfferId | null
  agentId: AgentId | null
  agentNumber: string | null
  /** True after a page reload until the agent's new phone is in the call. */
  isAgentAway: boolean
  outcome: Outcome | null
  endedBy: EndedBy | null
}

/** @param place where the caller's number belongs, e.g. `长治` */
export function viewOf(call: Call, place: string | null): CallView {
  const view = openView(call, place)
  return call.outgoing?.isHidden ? withoutCaller(view) : view
}

function openView(call: Call, place: string | null): CallView {
  const { stage } = call
  const answerable = answerableOf(call)
  const offer = answerable?.agent
  const isOver = stage.phase === 'ending' || stage.phase === 'ended'
  return {
    id: call.id,
    version: call.version,
    direction: call.outgoing ? 'OUT' : 'IN',
    about: call.outgoing?.about ?? null,
    phase: stage.phase,
    parties: call.parties.map(partyView),
    isOnHold: isCallerOnHold(call),
    isCallerWaiting: isCallerWaiting(call),
    actions: actionsOf(call),
    lastResult: call.lastResult ? { ...call.lastResult, title: partyResultTitles[call.lastResult.result] } : null,
    isCallerHidden: false,
    caller: {
      number: maskNumber(call.caller.number),
      place,
      name: maskNumbersIn(call.caller.name),
      isWithheld: call.caller.isWithheld ?? false,
    },
    // A citizen's own phone may be what forwards to us.
    line: { ...call.line, unknownDiversion: maskNumbersIn(call.line.unknownDiversion) },
    skill: call.skill,
    keys: call.keys,
    inquired: call.inquired ?? [],
    arrivedAt: call.arrivedAt,
    queuedAt: call.queuedAt,
    offeredAt: call.offeredAt,
    answeredAt: call.answeredAt,
    endedAt: call.endedAt,
    offerId: offer?.id ?? null,
    agentId: offer?.agentId ?? call.agent?.id ?? null,
    agentNumber: offer?.agentNumber ?? call.agent?.number ?? null,
    isAgentAway: (answerable?.next ?? null) !== null,
    outcome: isOver ? stage.outcome : null,
    endedBy: isOver ? stage.endedBy : null,
  }
}

export function partyView(party: Party): PartyView {
  const { id, role, step, room, agent, number, isOnHold, next, asked } = party
  return {
    ...{ id, role, step, room, isOnHold },
    isMuted: party.isMuted ?? false,
    name: asked?.to.kind === 'outside' ? asked.to.name : null,
    mode: asked?.mode ?? null,
    askedAt: asked?.at ?? null,
    agentId: agent?.agentId ?? null,
    agentNumber: agent?.agentNumber ?? (asked?.to.kind === 'agent' ? asked.to.number : null),
    number: maskNumber(number),
    isUp: step === 'UP',
    isAway: next !== null,
  }
}

export const hiddenCaller = { number: null, place: null, name: null, isWithheld: false }

/** For those who may not know who called: the matter of the call is in a ticket that hides its caller. */
export function withoutCaller(view: CallView): CallView {
  return {
    ...view,
    isCallerHidden: true,
    // Who was asked in from outside may be the reporter, by another of their phones.
    parties: view.parties.map((party) => ({ ...party, number: null })),
    caller: hiddenCaller,
    line: { ...view.line, unknownDiversion: null },
    inquired: [],
  }
}

/** Over for desks and floors, though its record may not be closed: no controller drives it, or not for now. */
export function asEnded(view: CallView, at: Instant): CallView {
  return { ...view, phase: 'ended', parties: [], actions: [], endedAt: at }
}
