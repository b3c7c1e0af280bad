import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { AgentId } from '../../platform/types.ts'

/**
 * The agent who spoke with a caller last: preferred when the same number calls again, so that nothing is explained
 * twice.
 */
export interface LastAgents {
  remember(callerNumber: string, agentId: AgentId): Promise<void>
  /** Null when unknown, too old, or when Redis does not answer: it is a preference, no caller waits for it. */
  recall(callerNumber: string): Promise<AgentId | null>
}

/** A matter is usually settled or raised again within a week. */
const keptSeconds = 7 * 24 * 3_600

export function openLastAgents(redis: Redis, log: Logger): LastAgents {
  const key = (callerNumber: string): string => `{hotline}:last-agent:${callerNumber}`
  return {
    async remember(callerNumber, agentId) {
      try {
        await redis.set(key(callerNumber), agentId, 'EX', keptSeconds)
      } catch (error) {
        log.warn({ err: error }, 'last agent of a caller not stored')
      }
    },
    async recall(callerNumber) {
      try {
        return (await redis.get(key(callerNumber))) as AgentId | null
      } catch (error) {
        log.warn({ err: error }, 'last agent of a caller not read: matched without')
        return null
      }
    },
  }
}
