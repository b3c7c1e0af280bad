import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Written } from '../../platform/redis/bus.ts'
import type { CallId } from '../../platform/types.ts'
import type { Call } from '../machine/call.ts'
import { readStoredCall } from '../machine/stored.ts'
import type { CallStore } from '../records/store.ts'
import { openRows } from './rows.ts'

/**
 * Stores the state of live calls before anything is done about it: in Redis at once, in the database a moment later. If
 * one of the two is unreachable, the other one serves; without both the call goes on nevertheless, because a citizen on
 * the line matters more than a record (it is written when a store is back).
 */
export interface Ledger {
  /**
   * Resolves when the state is safe in one store, or when neither answered. Call before acting on it.
   * @param news announced to desks and floors in the same step of Redis; `onUntold` when Redis does not answer
   */
  keep(call: Call, news: Written): Promise<void>
  /** The dialplan's fallback has taken the call: no controller has it for now, and its state is kept. */
  setAside(callId: CallId): void
  /** A controller has it again, or its record is closed. */
  endAside(callId: CallId): void
  /**
   * By their ids. Empty while Redis is unreachable: the fallback's import then corrects calls that counted as ended.
   */
  aside(): Promise<ReadonlyMap<CallId, Call>>
  /**
   * Redis was unreachable, and may have been restored to an earlier state: writes all live calls to it, with their
   * news, and deletes the others.
   */
  retell(news: (call: Call) => Written): Promise<void>
  /** Resolves when the row of this call is in the database, with retries until it succeeds. */
  settled(callId: CallId): Promise<void>
  /**
   * Open calls of this node in both stores, the newer version of each. An unreachable store is left out: `isWhole` is
   * false then, and its calls have to be loaded later.
   */
  load(): Promise<{ calls: Call[]; isWhole: boolean }>
  stop(): Promise<void>
}

/** A hash: the live calls by their ids. */
export const livingKey = '{hotline}:living-calls'
/** A hash of the same kind: calls that the dialplan's fallback has taken in. */
const asideKey = '{hotline}:calls-aside'

/**
 * No controller has this call for now, and no page shows it as live. Its state is kept.
 * @returns that state; null when Redis did not have it as live
 */
export async function setAside(redis: Redis, id: CallId): Promise<Call | null> {
  const text = await redis.hget(livingKey, id)
  if (text === null) return null
  await redis.multi().hset(asideKey, id, text).hdel(livingKey, id).exec()
  return readStoredCall(text)
}

/** Whether this call is over but for its rating. */
export async function isBeingRated(redis: Redis, id: CallId): Promise<boolean> {
  const text = await redis.hget(livingKey, id)
  return text !== null && readStoredCall(text).stage.phase === 'surveying'
}

export function openLedger(options: {
  redis: Redis
  store: CallStore
  node: string
  /** Aborted when another controller leads, which writes what is still pending. */
  over?: AbortSignal
  /** A write to Redis failed: the live calls have to be written to it again. */
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

  /** It ended while Redis was unreachable, and its controller died before Redis learned of it: Redis brings it back. */
  async function isOver(call: Call): Promise<boolean> {
    if (call.stage.phase === 'ended') return false
    const isClosed = await store.isClosed(call.node, call.channel).catch(() => false)
    if (isClosed) await redis.hdel(livingKey, call.id).catch(() => {})
    return isClosed
  }

  return {
    async keep(call, news) {
      // A late repetition: a newer state stays.
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
