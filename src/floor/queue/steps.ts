import type { Redis } from 'ioredis'
import type { Agent, AgentChange } from '../agents/agent.ts'
import { type CommandName, commandRunner, type Fence } from './commands.ts'
import type { Offer } from './queue.ts'
import { type Reply, replyOf } from './replies.ts'

export interface QueueOptions {
  /** Its hash tag keeps all keys on one node of a cluster. */
  prefix?: string
  /** A READY agent whose phone is lost and comes back within this time (a page reload) is READY again. */
  phoneBackWithinMs?: number
  /** For a controller: with which epoch it acts. */
  fence?: Fence
  /** Called with every change, after it is stored; the one place from which changes are published and recorded. */
  onChange?: (changes: AgentChange[]) => void
}

export type Taken = { ok: true; offer: Offer; agent: Agent } | { ok: false }

/** Allowed characters in a Redis key. */
export const keyPart = /^[\w.-]+$/

export type Steps = ReturnType<typeof openSteps>

/** How a step is taken in Redis, and read from there. */
export function openSteps(redis: Redis, options: QueueOptions) {
  const prefix = options.prefix ?? '{hotline}:floor:'
  const backWithinMs = options.phoneBackWithinMs ?? 30_000
  const run = commandRunner(redis, prefix, options.fence)

  async function step(command: CommandName, ...args: (string | number)[]): Promise<Reply> {
    const reply = replyOf(await run(command, ...args))
    if (reply.changes.length > 0) options.onChange?.(reply.changes)
    return reply
  }

  /** For steps about one agent: null when there was nothing to do it to. */
  async function agentStep(command: CommandName, ...args: (string | number)[]): Promise<Agent | null> {
    const reply = await step(command, ...args)
    return reply.status === 'ok' ? reply.agent : null
  }

  async function offerStep(command: CommandName, ...args: (string | number)[]): Promise<Taken> {
    const reply = await step(command, ...args)
    const [offer] = reply.offers
    return reply.status === 'ok' && offer && reply.agent ? { ok: true, offer, agent: reply.agent } : { ok: false }
  }

  async function hashes(index: string, kind: string): Promise<[string, Record<string, string>][]> {
    const key = prefix + index
    const ids = (index === 'offers' ? await redis.zrange(key, '0', '-1') : await redis.smembers(key)).map(String)
    const found = await Promise.all(ids.map((id) => redis.hgetall(`${prefix}${kind}:${id}`)))
    return found.flatMap((hash, i) => (Object.keys(hash).length > 0 ? [[ids[i] ?? '', hash]] : []))
  }

  const node = options.fence?.node ?? ''
  return { redis, prefix, backWithinMs, node, run, step, agentStep, offerStep, hashes }
}
