import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import type { Log } from '../../platform/process/log.ts'
import type { Session } from '../store.ts'

/**
 * Log-ins as last read from the database. Fresh entries save the query for a minute; older ones substitute while the
 * database is unreachable. An ended log-in leaves a mark, so that no answer read before its end is written after it.
 */
export interface SessionCache {
  read(tokenHash: string): Promise<{ isEnded: boolean; fresh: Session | null; kept: Session | null }>
  write(tokenHash: string, session: Session): Promise<void>
  /** Replaces the entry, e.g. with other roles: no answer read before overwrites it. */
  replace(tokenHash: string, session: Session): Promise<void>
  forget(tokenHash: string): Promise<void>
}

const freshMs = 60_000
const keptMs = 15 * 60_000
const ended = 'ended'
const keepSession = readFileSync(new URL('keep-session.lua', import.meta.url), 'utf8')

export function openSessionCache(redis: Redis, log: Log): SessionCache {
  const freshKey = (tokenHash: string) => `{hotline}:session:${tokenHash}`
  const keptKey = (tokenHash: string) => `{hotline}:session-kept:${tokenHash}`

  /** Without Redis the database is asked each time. */
  async function orElse<T>(what: string, work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work()
    } catch (error) {
      log.debug({ err: error }, what)
      return otherwise
    }
  }

  function keep(tokenHash: string, session: Session, how: 'over' | 'beside'): Promise<void> {
    const keys = [freshKey(tokenHash), keptKey(tokenHash)]
    const write = async () => {
      await redis.eval(keepSession, 2, ...keys, JSON.stringify(session), freshMs, keptMs, ended, how)
    }
    return orElse('log-in not kept in redis', write, undefined)
  }

  return {
    read: (tokenHash) =>
      orElse(
        'log-in not read from redis',
        async () => {
          const [fresh = null, kept = null] = await redis.mget(freshKey(tokenHash), keptKey(tokenHash))
          if (fresh === ended) return { isEnded: true, fresh: null, kept: null }
          return { isEnded: false, fresh: parse(fresh), kept: parse(kept) }
        },
        { isEnded: false, fresh: null, kept: null },
      ),
    // An existing entry is newer than this answer of the database.
    write: (tokenHash, session) => keep(tokenHash, session, 'beside'),
    replace: (tokenHash, session) => keep(tokenHash, session, 'over'),
    forget: (tokenHash) =>
      orElse(
        'ended log-in not marked in redis',
        async () => {
          await redis.multi().set(freshKey(tokenHash), ended, 'PX', keptMs).del(keptKey(tokenHash)).exec()
        },
        undefined,
      ),
  }
}

function parse(text: string | null): Session | null {
  return text === null ? null : (JSON.parse(text) as Session)
}
