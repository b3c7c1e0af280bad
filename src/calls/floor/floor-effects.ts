import type { Bus } from '../../bus.ts'
import type { Queue } from '../../floor/queue/store.ts'
import { unreachable } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import { type PartyEffectParts, releaseAgent, reserveAgent } from '../control/party-effects.ts'
import type { Call, CallEvent, Effect } from '../machine/call.ts'
import { isPlacing } from '../machine/outgoing/placing.ts'
import type { LastAgents } from './last-agents.ts'

export interface FloorEffectParts extends PartyEffectParts {
  queue: Queue
  bus: Bus
  lastAgents: LastAgents
  timings: Timings
}

type FloorEffect = Extract<
  Effect,
  {
    do:
      | 'enqueue'
      | 'leave-queue'
      | 'pop'
      | 'mark-ringing'
      | 'accept-offer'
      | 'reject-offer'
      | 'withdraw-offer'
      | 'reserve-agent'
      | 'release-agent'
      | 'take-part'
      | 'mark-hold'
      | 'finish-agent'
  }
>

/** What calls ask of the queue, of agents' states and of desks. @returns as `effectsOf` */
export async function performOnFloor(
  parts: FloorEffectParts,
  effect: FloorEffect,
  call: Call,
): Promise<CallEvent | null> {
  const { queue, now } = parts
  switch (effect.do) {
    case 'enqueue':
      await enqueue(parts, effect, call)
      return (await queue.isAttended(effect.skill)) ? null : { type: 'unserved', playback: null }
    case 'leave-queue': {
      const left = await queue.leave(call.id, now())
      // Taken in the moment in which the caller hung up: there is nothing to wrap up.
      if (left.was === 'talking') await queue.finishCall(left.agentId, call.id, now(), 0)
      parts.onQueueMoved()
      return null
    }
    case 'pop':
      parts.bus.publish('call.popped', {
        agentId: effect.offer.agentId,
        offerId: effect.offer.id,
        call: parts.view(call),
      })
      return null
    case 'mark-ringing':
      await queue.ringing(effect.offer.id, now())
      return null
    case 'accept-offer': {
      const taken = await queue.accept(effect.offer.id, now())
      if (!taken.ok) return { type: 'offer-lost', offerId: effect.offer.id }
      if (call.caller.number) void parts.lastAgents.remember(call.caller.number, effect.offer.agentId)
      return { type: 'offer-accepted', offerId: effect.offer.id }
    }
    case 'reject-offer':
      await queue.reject(effect.offer.id, now(), effect.reason)
      parts.onQueueMoved()
      return null
    case 'withdraw-offer':
      await queue.withdraw(effect.offer.id, now())
      parts.onQueueMoved()
      return null
    case 'reserve-agent':
      return reserveAgent(parts, effect, call)
    case 'release-agent':
      await releaseAgent(parts, effect, call)
      return null
    case 'take-part': {
      const { agent, role } = effect
      if (role !== 'AGENT' && role !== 'CONSULTED' && role !== 'PARTNER') return null
      const { id: callId, node, skill } = call
      const state = isPlacing(call, agent.agentId) ? 'OUTBOUND' : 'TALKING'
      await queue.takePart({ agentId: agent.agentId, callId, part: agent.id, node, skill, role, state }, now())
      return null
    }
    case 'mark-hold':
      await (effect.isOnHold ? queue.hold(effect.agentId, now()) : queue.resume(effect.agentId, now()))
      return null
    case 'finish-agent': {
      const agent = await queue.finishCall(
        effect.agentId,
        call.id,
        now(),
        effect.isPhoneLost ? 0 : parts.timings.wrapUpMs,
      )
      if (effect.isPhoneLost && agent) await queue.force(effect.agentId, 'NOT_READY', 'phone-lost', now())
      parts.onQueueMoved()
      return null
    }
    default:
      return unreachable(effect)
  }
}

async function enqueue(parts: FloorEffectParts, effect: Extract<Effect, { do: 'enqueue' }>, call: Call): Promise<void> {
  const lastAgent = call.lastAgent ?? (call.caller.number ? await parts.lastAgents.recall(call.caller.number) : null)
  await parts.queue.enqueue({
    callId: call.id,
    node: call.node,
    skill: effect.skill,
    priority: effect.priority,
    queuedAt: effect.queuedAt,
    lastAgent,
  })
  parts.onQueueMoved()
}
