import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Written } from '../../platform/redis/bus.ts'
import type { CallId } from '../../platform/types.ts'
import type { Call } from '../machine/call.ts'
import { readStoredCall } from '../machine/stored.ts'
import type { CallStore } from '../records/store.ts'
import { openRows } from './rows.ts'

/**
 * Where the state of living calls is kept before anything is done about it: in Redis at once, in the database a
 * moment later. With one of the two away the other one carries on; with both away the call goes on all the same,
 * for a citizen on the line matters more than a record (it is written when a store is back).
 */
export interface Ledger {
  /**
   * Resolves when the state is safe in one store, or when neither answered. Call before acting on it.
   * @param news told to desks and floors in the same step of Redis; `onUntold` when that does not answer
   */
  keep(call: Call, news: Written): Promise<void>
  /** The dialplan's fallback has taken it in: no controller has it for now, and what is known of it stays. */
  setAside(callId: CallId): void
  /** A controller has it again, or its record is closed. */
  endAside(callId: CallId): void
  /** By their ids. Empty while Redis is away: the fallback's import corrects what is taken for over then. */
  aside(): Promise<ReadonlyMap<CallId, Call>>
  /**
   * Redis was away, and may be back as it was some seconds before: it is told all that lives, with the news of it, and
   * forgets what does not.
   */
  retell(news: (call: Call) => Written): Promise<void>
  /** Resolves when the row of this call is in the database, waiting as long as that takes. */
  settled(callId: CallId): Promise<void>
  /**
   * Open calls of this node as either store remembers them, the newer version of each. A store that is away is done
   * without: `isWhole` is false then, and what only it knows has to be asked for later.
   */
  load(): Promise<{ calls: Call[]; isWhole: boolean }>
  stop(): Promise<void>
}

/** A hash: the living calls by their ids. */
export const livingKey = '{hotline}:living-calls'
/** A hash of the same kind: calls that the dialplan's fallback has taken in. */
const asideKey = '{hotline}:calls-aside'

/**
 * No controller has this call for now, and nobody sees it living. What is known of it stays.
 * @returns what that is; null when Redis did not know it as living
 */
export async function setAside(redis: Redis, id: CallId): Promise<Call | null> {
  const text = await redis.hget(livingKey, id)
  if (text === null) return null
  await redis.multi().hset(asideKey, id, text).hdel(livingKey, id).exec()
  return readStoredCall(text)
}

export function openLedger(options: {
  redis: Redis
  store: CallStore
  node: string
  /** Aborted when another controller leads: what is still open is written by that one. */
  over?: AbortSignal
  /** Redis did not take something: what lives has to be told to it again. */
  onUntold?(): void
  log: Logger
}): Ledger {
  const { redis, store, log } = options
  const rows = openRows({ store, onOver, log })

  async function onOver(ids: CallId[]): Promise<void> {
    try {
      await redis.hdel(livingKey, ...ids)
    } catch (error) {
      // Not waited for: the rows of others would wait as well. `retell` forgets them.
      log.warn({ err: error, calls: ids.length }, 'ended calls not deleted from Redis: deleted later')
      options.onUntold?.()
    }
  }

  async function keepInRedis(call: Call, news: Written): Promise<void> {
    const sent = redis.pipeline().hset(livingKey, call.id, JSON.stringify(call)).publish(news.channel, news.text)
    const answers = await sent.exec()
    if (!answers) throw new Error('Redis gave no answer to the write of the call state')
    for (const [error] of answers) if (error) throw error
  }

  /** It ended while Redis was away, and whoever led then died before that was told to it: Redis brings it back. */
  async function isOver(call: Call): Promise<boolean> {
    if (call.stage.phase === 'ended') return false
    const isClosed = await store.isClosed(call.node, call.channel).catch(() => false)
    if (isClosed) await redis.hdel(livingKey, call.id).catch(() => {})
    return isClosed
  }

  return {
    async keep(call, news) {
      // Told once more, and late: what is newer stays.
      if (rows.versionOf(call.id) > call.version) return
      rows.note(call)
      try {
        await keepInRedis(call, news)
        void rows.schedule()
      } catch (error) {
        log.warn({ callId: call.id, err: error }, 'call state not written to Redis: writing it to the database')
        options.onUntold?.()
        const inTime = new Promise<void>((resolve) => setTimeout(resolve, 1_000))
        await Promise.race([rows.schedule(), inTime])
      }
    },

    setAside(id) {
      setAside(redis, id).catch((error: unknown) =>
        log.warn({ callId: id, err: error }, 'call not moved to the calls set aside'),
      )
    },

    endAside(id) {
      redis
        .hdel(asideKey, id)
        .catch((error: unknown) => log.warn({ callId: id, err: error }, 'call not removed from the calls set aside'))
    },

    async aside() {
      const calls = await loadFromRedis(redis, asideKey, log).catch((error: unknown) => {
        log.warn({ err: error }, 'calls set aside not read from Redis: none assumed')
        return []
      })
      return new Map(calls.map((call) => [call.id, call]))
    },

    async retell(news) {
      const remembered = await loadFromRedis(redis, livingKey, log)
      const over = remembered
        .filter(({ id, node }) => node === options.node && rows.versionOf(id) === 0)
        .map(({ id }) => id)
      if (over.length > 0) await redis.hdel(livingKey, ...over)
      await Promise.all(rows.newest().map((call) => keepInRedis(call, news(call))))
    },

    settled: rows.settled,

    async load() {
      const memories = await Promise.allSettled([store.loadOpen(options.node), loadFromRedis(redis, livingKey, log)])
      const newest = new Map<CallId, Call>()
      for (const memory of memories) {
        if (memory.status === 'rejected') {
          log.warn({ err: memory.reason }, 'one store of open calls unreachable: using the other')
          continue
        }
        for (const call of memory.value) {
          const other = newest.get(call.id)
          if (call.node === options.node && (!other || other.version < call.version)) newest.set(call.id, call)
        }
      }
      const calls = await Promise.all([...newest.values()].map(async (call) => ((await isOver(call)) ? [] : [call])))
      return { calls: calls.flat(), isWhole: memories.every((memory) => memory.status === 'fulfilled') }
    },

    async stop() {
      if (options.over?.aborted) {
        rows.stop()
        return
      }
      const limit = new Promise<void>((resolve) => setTimeout(resolve, 3_000))
      await Promise.race([rows.allSettled(), limit])
      rows.stop()
    },
  }
}

async function loadFromRedis(redis: Redis, key: string, log: Logger): Promise<Call[]> {
  const texts = await redis.hvals(key)
  return texts.flatMap((text) => {
    try {
      return [readStoredCall(text)]
    } catch (error) {
      log.error({ err: error }, 'stored call in Redis malformed: using the database')
      return []
    }
  })
}
