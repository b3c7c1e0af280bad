import type { AgentId, CallId, Instant, OfferId, SkillId } from '../../platform/types.ts'
import type { Agent } from '../agents/agent.ts'
import { expectedWaitMs, type Offer, type WaitingCall } from './queue.ts'
import { answerableOf, paceOf, partiesOf, waitingOf } from './replies.ts'
import { keyPart, type Steps } from './steps.ts'

export interface MatchOptions {
  /** Only calls of this node; without it all calls, and the caller of match hands the offer to `offer.node`. */
  node?: string
  /** Ring time and a margin: after it any controller may expire the offer. */
  offerMs: number
  /** Given again after a lost reply, it brings the same offer. */
  newOfferId: OfferId
}

export type Left =
  /** Not in the queue: never was, or left before. */
  | { was: 'unknown' }
  | { was: 'waiting' }
  /** The agent was reserved for it and goes on as before: stop ringing. */
  | { was: 'offered'; offer: Offer; agent: Agent }
  /** An agent took it: nothing was changed, `finishCall` ends it. */
  | { was: 'talking'; agentId: AgentId }

/** A call that the floor knows, with the offer or the agents that have it. */
export type KnownCall = WaitingCall & {
  offerId: OfferId | null
  /** Who is answerable for it. */
  agentId: AgentId | null
  /** Every agent who takes part, with their role. */
  parts: ReadonlyMap<AgentId, string>
}

export type Reserved = { offer: Offer; agent: Agent }

/** The queue of waiting callers. */
export function waitingLine({ run, step, hashes }: Steps) {
  return {
    /** @returns false when the call is known already (waiting, offered or with an agent): nothing changes */
    async enqueue(call: WaitingCall): Promise<boolean> {
      check(call)
      const rest = { priority: String(call.priority), queuedAt: String(call.queuedAt), lastAgent: call.lastAgent ?? '' }
      const reply = await step('enqueue', call.callId, call.node, call.skill, JSON.stringify(rest))
      return reply.status === 'new'
    },

    /** The caller is gone while waiting or offered. */
    async leave(callId: CallId, now: Instant): Promise<Left> {
      const { status, offers, agent, extra } = await step('leave', callId, now)
      const [offer] = offers
      if (status === 'offered' && offer && agent) return { was: 'offered', offer, agent }
      if (status === 'talking') return { was: 'talking', agentId: extra[0] as AgentId }
      return { was: status === 'waiting' ? 'waiting' : 'unknown' }
    },

    /** Reserves the best pair; null when no waiting caller can be served. Call it again until it returns null. */
    async match(now: Instant, { node, offerMs, newOfferId }: MatchOptions): Promise<Reserved | null> {
      const reply = await step('match', now, node ?? '', offerMs, newOfferId)
      const [offer] = reply.offers
      return offer && reply.agent ? { offer, agent: reply.agent } : null
    },

    /** Place among all who wait for the same skill, 1 is next; null when the call does not wait. */
    async position(callId: CallId): Promise<number | null> {
      return paceOf(await run('position', callId))?.position ?? null
    },

    /** Whether an agent with this skill is signed in with a live phone, ready or not. */
    async isAttended(skill: SkillId): Promise<boolean> {
      return (await run('attended', skill)) === 1
    },

    /** The announcement for a waiting caller; `waitMs` is null when there is no honest figure. */
    async prospect(callId: CallId, now: Instant): Promise<{ position: number; waitMs: number | null } | null> {
      const found = paceOf(await run('position', callId))
      return found && { position: found.position, waitMs: expectedWaitMs(found.position, found.pace, now) }
    },

    /** All waiting callers, in the order in which they are served; callers of one millisecond by lane, then by id. */
    async waiting(): Promise<WaitingCall[]> {
      const found = await hashes('calls', 'call')
      return found
        .filter(([, hash]) => hash.offerId === '' && partiesOf(hash).size === 0)
        .map(([callId, hash]) => waitingOf(callId, hash))
        .sort((a, b) => a.priority - b.priority || a.queuedAt - b.queuedAt || (tieBreak(a) < tieBreak(b) ? -1 : 1))
    },

    /** Every call that the floor knows, with the offer or agent that has it: for comparing with what Asterisk says. */
    async calls(): Promise<KnownCall[]> {
      const found = await hashes('calls', 'call')
      return found.map(([callId, hash]) => ({
        ...waitingOf(callId, hash),
        offerId: (hash.offerId || null) as OfferId | null,
        agentId: answerableOf(hash),
        parts: partiesOf(hash),
      }))
    },
  }
}

/** What would break the keys or the order of the line is refused before it reaches Redis. */
export function check(call: WaitingCall): void {
  if (!keyPart.test(call.callId) || !keyPart.test(call.node) || !keyPart.test(call.skill)) {
    throw new Error(`queue: ${JSON.stringify(call)}: id, node and skill are letters, digits, '_', '.' and '-'`)
  }
  if (!Number.isInteger(call.priority) || call.priority < 0 || call.priority > 99) {
    throw new Error(`queue: ${call.callId}: priority ${call.priority} is not between 0 and 99`)
  }
  if (!Number.isInteger(call.queuedAt) || call.queuedAt < 0 || call.queuedAt >= 1e13) {
    throw new Error(`queue: ${call.callId}: queuedAt ${call.queuedAt} is no instant`)
  }
}

function tieBreak(call: WaitingCall): string {
  return `${call.node}/${call.skill} ${call.callId}`
}
