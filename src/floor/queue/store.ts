import type { Redis } from 'ioredis'
import type { Instant, SessionId } from '../../platform/types.ts'
import type { Profile } from '../agents/agent.ts'
import { agentSteps, joined } from './floor-agents.ts'
import { offerSteps } from './offers.ts'
import type { OngoingTalk, WaitingCall } from './queue.ts'
import { openSteps, type QueueOptions } from './steps.ts'
import { check, waitingLine } from './waiting.ts'
import { workSteps } from './work.ts'

/**
 * The floor in Redis: who waits, who is ready, who is reserved for whom. Each change is one atomic step (`commands/`),
 * so that any number of processes may call these functions at once. Redis may lose it all: see `rebuild`.
 */

/** An agent to put back: from the database, with the session and phone that are still valid. */
export interface KeptAgent extends Profile {
  state: 'READY' | 'NOT_READY' | 'BREAK' | 'WRAP_UP'
  reason: string | null
  sessionId: SessionId
  endpoint: string | null
  wrapUpUntil: Instant | null
  idleSince: Instant
}

export interface FloorSnapshot {
  agents: KeptAgent[]
  talks: OngoingTalk[]
  waiting: WaitingCall[]
}

export function openQueue(redis: Redis, options: QueueOptions = {}) {
  const steps = openSteps(redis, options)
  const { prefix, backWithinMs, step } = steps
  return {
    ...waitingLine(steps),
    ...offerSteps(steps),
    ...workSteps(steps),
    ...agentSteps(steps),

    /** Offers, wrap-ups and waiting callers are moved along, as if the clock of this node had not been stepped. */
    async followClock(now: Instant, stepMs: number, node: string): Promise<void> {
      await step('followClock', now, stepMs, node)
    },

    /** True when Redis is new or lost everything: the floor has to be rebuilt. */
    async isEmpty(): Promise<boolean> {
      return (await redis.exists(`${prefix}alive`)) === 0
    },

    /** @returns false when the floor is alive: nothing was touched */
    async rebuild(snapshot: FloorSnapshot, now: Instant): Promise<boolean> {
      for (const call of snapshot.waiting) check(call)
      const reply = await step('rebuild', snapshotJson(snapshot), now, backWithinMs)
      return reply.status === 'ok'
    },
  }
}

export type Queue = ReturnType<typeof openQueue>

/** Lua gets strings only, with '' for null: its JSON knows neither null nor an empty list. */
function snapshotJson({ agents, talks, waiting }: FloorSnapshot): string {
  return JSON.stringify({
    agents: agents.map((agent) => ({
      id: agent.id,
      number: agent.number,
      name: agent.name,
      version: agent.version,
      state: agent.state,
      skills: joined(agent.skills),
      reason: agent.reason ?? '',
      sessionId: agent.sessionId,
      endpoint: agent.endpoint ?? '',
      wrapUpUntil: agent.wrapUpUntil === null ? '' : String(agent.wrapUpUntil),
      idleSince: String(agent.idleSince),
    })),
    talks: talks.map((talk) => ({ ...talk, since: String(talk.since) })),
    waiting: waiting.map((call) => ({
      ...call,
      priority: String(call.priority),
      queuedAt: String(call.queuedAt),
      lastAgent: call.lastAgent ?? '',
    })),
  })
}
