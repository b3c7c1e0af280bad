import type { Redis } from 'ioredis'
import type { ForcedNotice } from '../floor/agents/agent.ts'
import { isBusy } from '../floor/agents/agent.ts'
import type { Queue } from '../floor/queue/store.ts'
import type { AgentId, Instant } from '../platform/types.ts'

/**
 * States set by supervisors, in Redis, until the agent has read the notice: their page shows who did it and why. A
 * sign-out also keeps this log-in from signing in again by itself.
 */
export interface Forced {
  keep(id: AgentId, notice: ForcedNotice): Promise<void>
  read(id: AgentId): Promise<ForcedNotice | null>
  clear(id: AgentId): Promise<void>
  /** Signs out agents who were in a call when a supervisor decided it, as soon as the call is over. */
  settle(): Promise<void>
}

/** A hash: notices by the agent's id; bounded by the number of agents. */
const key = '{hotline}:forced'

export function openForced({ redis, queue, now }: { redis: Redis; queue: Queue; now(): Instant }): Forced {
  const parse = (text: string): ForcedNotice => JSON.parse(text) as ForcedNotice
  return {
    async keep(id, notice) {
      await redis.hset(key, id, JSON.stringify(notice))
    },
    async read(id) {
      const text = await redis.hget(key, id)
      return text === null ? null : parse(text)
    },
    async clear(id) {
      await redis.hdel(key, id)
    },
    async settle() {
      for (const [id, text] of Object.entries(await redis.hgetall(key))) {
        const { state, sessionId } = parse(text)
        if (state !== 'OFFLINE' || sessionId === null) continue
        const agent = await queue.agent(id as AgentId)
        if (agent?.sessionId !== sessionId || isBusy(agent.state) || agent.state === 'WRAP_UP') continue
        await queue.signOut(agent.id, sessionId, now())
      }
    },
  }
}
