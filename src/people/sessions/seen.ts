import type { Redis } from 'ioredis'
import type { Log } from '../../platform/process/log.ts'
import type { Instant, SessionId } from '../../platform/types.ts'

/** Without a request and without an open desk. Source: 等保 level 3, session time-out. */
export const idleMs = 30 * 60_000
const touchEveryMs = 30_000

const seenKey = '{hotline}:sessions-seen'

/** When each log-in was last active; in Redis, so that all processes know it. */
export function openSeen({ redis, now, log }: { redis: Redis; now(): Instant; log: Log }) {
  const touchedAt = new Map<SessionId, Instant>()

  /**
   * Found idle twice, some time apart: after a clock step every log-in looks idle until its page's next sign of life,
   * which removes the mark.
   */
  async function isIdle(id: SessionId, seen: string): Promise<boolean> {
    const [at = 0, foundAt] = seen.split(' ').map(Number)
    if (now() - at <= idleMs) return false
    if (foundAt !== undefined) return now() - foundAt >= touchEveryMs
    await redis.hset(seenKey, id, `${at} ${now()}`)
    return false
  }

  return {
    touch(id: SessionId): void {
      if (now() - (touchedAt.get(id) ?? 0) < touchEveryMs) return
      touchedAt.set(id, now())
      redis
        .hset(seenKey, id, now())
        .catch((error: unknown) => log.debug({ err: error }, 'last-seen time of a log-in not stored'))
    },

    /** In this process at once, in Redis when it answers. */
    async forget(id: SessionId): Promise<void> {
      touchedAt.delete(id)
      await redis.hdel(seenKey, id)
    },

    /** @returns the idle ones among them */
    async idleAmong(ids: SessionId[]): Promise<Set<SessionId>> {
      const seen = ids.length === 0 ? [] : await redis.hmget(seenKey, ...ids)
      const idle = new Set<SessionId>()
      for (const [index, id] of ids.entries()) {
        const at = seen[index]
        // Never seen, or Redis lost it: its idle time begins now.
        if (at === null || at === undefined) await redis.hsetnx(seenKey, id, String(now()))
        else if (await isIdle(id, at)) idle.add(id)
      }
      return idle
    },
  }
}
