import type { AgentId, CallId, Instant, OfferId, SkillId } from '../../platform/types.ts'

/**
 * The queue and the matching of callers and agents. Pure types and rules; the atomic steps are the `.lua` files beside
 * this.
 */

export interface WaitingCall {
  callId: CallId
  /** Asterisk node whose controller carries the offer out. */
  node: string
  skill: SkillId
  /** 0 is served first. */
  priority: number
  /** A call that comes back after a missed ring keeps its first instant, and with it its place at the head. */
  queuedAt: Instant
  /** Preferred if free when the call is matched: the agent who spoke with this caller last. */
  lastAgent: AgentId | null
}

export interface Offer {
  id: OfferId
  callId: CallId
  node: string
  agentId: AgentId
  agentNumber: string
  /** SIP endpoint to ring. */
  endpoint: string
  madeAt: Instant
  /** After this instant any controller may expire it: its own controller is gone. */
  expiresAt: Instant
}

export interface QueueFigures {
  waiting: number
  oldestSince: Instant | null
  ready: number
  signedIn: number
  talking: number
  bySkill: Record<string, { waiting: number; oldestSince: Instant | null; ready: number }>
}

/** A call that an agent has, for a floor that does not know of it. */
export interface OngoingTalk {
  callId: CallId
  agentId: AgentId
  node: string
  skill: SkillId
  /** RINGING without an offer: by the fallback's queue, or asked in by another agent. OUTBOUND: they placed it. */
  state: 'RINGING' | 'TALKING' | 'HOLD' | 'OUTBOUND'
  /** Instant of the answer. */
  since: Instant
}

/** What an agent is in a call: answerable for it, asked by the one who is, or a third in the talk. */
export type Part = 'AGENT' | 'CONSULTED' | 'PARTNER'

/** An agent in a call that they did not get from the line. */
export interface TakenPart {
  agentId: AgentId
  callId: CallId
  /** Tells one reservation of an agent from the next one for the same call. */
  part: string
  node: string
  skill: SkillId
  role: Part
  /** OUTBOUND: the agent places the call themselves. */
  state: 'RINGING' | 'TALKING' | 'OUTBOUND'
}

/** What is known of how fast the line of one skill moves. Newest first. */
export interface Pace {
  /** Agents with this skill who are ready or at work now. */
  serving: number
  /** Calls that an agent took: when, and how long after the one before it, where this call waited all the time. */
  taken: { at: Instant; intervalMs: number | null }[]
  /** Calls that were finished with their wrap-up: when, and how long they kept an agent. */
  handled: { at: Instant; ms: number }[]
}

export const paceWindowMs = 30 * 60_000
const fewestSamples = 5

/**
 * How long a caller at this place (1 is next) will still wait; null when the data is too sparse to say.
 *
 * 1. From the queue itself: the mean time between two calls being answered, counted only where the second one waited
 *    all the while, so that idle time is not mistaken for slowness: `position × interval`. It holds for agents who share
 *    several skills, because it counts only answers of this queue.
 * 2. Without five such intervals in the last half hour, from the work: `position × mean handling time ÷ agents`.
 *    Too optimistic where the agents also serve other lines.
 * 3. Without five handled calls, or without agents who serve: unknown.
 */
export function expectedWaitMs(position: number, pace: Pace, now: Instant): number | null {
  if (pace.serving === 0) return null
  const isRecent = (sample: { at: Instant }) => now - sample.at <= paceWindowMs
  const intervals = pace.taken
    .filter(isRecent)
    .flatMap((sample) => (sample.intervalMs === null ? [] : sample.intervalMs))
  if (intervals.length >= fewestSamples) return Math.round(position * mean(intervals))
  const handlings = pace.handled.filter(isRecent).map((sample) => sample.ms)
  if (handlings.length >= fewestSamples) return Math.round((position * mean(handlings)) / pace.serving)
  return null
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
