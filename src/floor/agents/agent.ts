import type { AgentId, CallId, Instant, OfferId, SessionId, SkillId } from '../../platform/types.ts'

/**
 * An agent on the floor. Pure. Source of the states: domain model 8.2. The steps are `src/floor/queue/commands/*.lua`.
 *
 *     OFFLINE ──1──► NOT_READY, BREAK ◄──2──► READY ──3──► RESERVED ──4──► RINGING
 *                            ▲                  ▲             │               │
 *                            │                  ├──── 5 ──────┴───────────────┤
 *                            ├─────────────── 6 ┼─────────────────────────────┤
 *                            │                  │                             7
 *                            │                  │                             ▼
 *                            └──────────────────┴── 9 ── WRAP_UP ◄──9── TALKING ◄──8──► HOLD
 *
 *   1 signIn; signOut leads back from everywhere, in the middle of work (RESERVED to HOLD) as soon as that is over
 *   2 choose, force; a lost phone or desk page makes READY NOT_READY, a phone that is back at once READY again
 *   3 match
 *   4 ringing
 *   5 withdraw, leave, expire before the ring: no blame, same place among the ready
 *   6 reject, expire after the ring: a ForcedReason; the call goes to the head of the line
 *   7 accept (also straight from RESERVED)
 *   8 hold, resume
 *   OUTBOUND: takePart for a call that the agent places themselves, from every signed-in state but those of a call's work;
 *     then 9. What they were before (NOT_READY, BREAK) is what they are afterwards
 *   9 finishCall, then finishWrapUp or endWrapUps: what was chosen meanwhile, else READY, or NOT_READY without a phone
 */

export const agentStates = [
  'OFFLINE',
  'NOT_READY',
  'BREAK',
  'READY',
  'RESERVED',
  'RINGING',
  'TALKING',
  'HOLD',
  'OUTBOUND',
  'WRAP_UP',
] as const
export type AgentState = (typeof agentStates)[number]

export const agentStateTitles: Record<AgentState, string> = {
  OFFLINE: '签出',
  NOT_READY: '示忙',
  BREAK: '小休',
  READY: '示闲',
  RESERVED: '预占',
  RINGING: '振铃',
  TALKING: '通话',
  HOLD: '保持',
  OUTBOUND: '外呼',
  WRAP_UP: '整理',
}

/** States that an agent chooses; all others follow from the call. */
export type ChosenState = 'READY' | 'NOT_READY' | 'BREAK' | 'OFFLINE'

/** Why the floor, not the agent, set an agent NOT_READY. Shown on the desk with the way back. */
export type ForcedReason =
  | 'ring-missed'
  | 'desk-lost'
  | 'phone-lost'
  | 'phone-failed'
  | 'signed-in-elsewhere'
  | 'by-supervisor'

export interface Agent {
  id: AgentId
  /** 工号 */
  number: string
  name: string
  skills: SkillId[]
  state: AgentState
  /** A break's code from the site's list, or a ForcedReason. */
  reason: string | null
  since: Instant
  /** The log-in whose desk page controls the agent; null when signed out. */
  sessionId: SessionId | null
  /** SIP endpoint that rings, e.g. `b-01JD…`; null when signed out. */
  endpoint: string | null
  /** The endpoint is registered at Asterisk. Without it the agent gets no offers. */
  isReachable: boolean
  offerId: OfferId | null
  callId: CallId | null
  /** The call that this agent ended last; in WRAP_UP the call being wrapped up. */
  lastCallId: CallId | null
  /** State chosen during a call, which takes effect after wrap-up. */
  next: { state: 'READY' | 'NOT_READY' | 'BREAK'; reason: string | null } | null
  wrapUpUntil: Instant | null
  /** When this agent's last call ended, for the order among equals. */
  idleSince: Instant
  version: number
}

/** One finished stay in one state. */
export interface Stay {
  state: AgentState
  reason: string | null
  callId: CallId | null
  lastCallId: CallId | null
  since: Instant
  /** Version of the agent with which the stay began; with the agent's id it identifies the stay. */
  version: number
}

/** An agent's present data; `stay` is its current stay, `ended` the one that this change ended. */
export interface AgentChange {
  agent: Agent
  stay: number
  ended: Stay | null
}

/** An agent's identity on the floor; from the database. */
export interface Profile {
  id: AgentId
  number: string
  name: string
  skills: SkillId[]
  /** Last version known to the database; a floor that Redis lost continues from it. */
  version: number
}

export const forcedReasonTitles: Record<ForcedReason, string> = {
  'ring-missed': '振铃未接',
  'desk-lost': '页面失联',
  'phone-lost': '话机离线',
  'phone-failed': '话机故障',
  'signed-in-elsewhere': '已在别处签入',
  'by-supervisor': '班长置忙',
}

export function isForcedReason(reason: string | null): reason is ForcedReason {
  return reason !== null && reason in forcedReasonTitles
}

/** An agent in the middle of a call's work: a state chosen now takes effect after it. */
export function isBusy(state: AgentState): boolean {
  return state === 'RESERVED' || state === 'RINGING' || state === 'TALKING' || state === 'HOLD' || state === 'OUTBOUND'
}

/** On duty, in a call or not: not signed out, not ready or on a break, nor about to be. */
export function isServing({ state, next }: Pick<Agent, 'state' | 'next'>): boolean {
  return state !== 'OFFLINE' && state !== 'NOT_READY' && state !== 'BREAK' && (next === null || next.state === 'READY')
}

/**
 * Effect of a state chosen for an agent: immediate, after the call's work, or refused. The same rule as `choose.lua`.
 */
export type Choice = 'now' | 'after-call' | 'signed-out' | 'phone-unreachable'

export function choiceOf(agent: Pick<Agent, 'state' | 'isReachable'>, state: ChosenState): Choice {
  if (agent.state === 'OFFLINE') return 'signed-out'
  if (isBusy(agent.state)) return 'after-call'
  if (state === 'READY' && !agent.isReachable) return 'phone-unreachable'
  return 'now'
}

/** What a supervisor has set for an agent; told at the desk until it is read. */
export interface ForcedNotice {
  at: Instant
  /** Name of the supervisor. */
  by: string
  state: ChosenState
  /** Code of a break of the site; for BREAK. */
  breakReason: string | null
  /** In the supervisor's words. */
  reason: string
  /** The log-in that it was done to; one that was signed out does not sign in again by itself. */
  sessionId: SessionId | null
}
