import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

/**
 * Attempts to guess a secret, counted in Redis so that all processes agree. An attempt counts before it is checked:
 * otherwise a hundred at once would all pass because none of them has failed yet.
 */
export interface Tries {
  count(key: string, limit: TryLimit): Promise<Try>
  /** Takes one attempt of this key back. */
  takeBack(key: string): Promise<void>
  forget(key: string): Promise<void>
}

export interface TryLimit {
  tries: number
  windowMs: number
}

export interface Try {
  tries: number
  isAllowed: boolean
  /** Until the attempts are forgotten. */
  waitMs: number
}

const countTry = readFileSync(new URL('count-try.lua', import.meta.url), 'utf8')
const takeBackTry = readFileSync(new URL('take-back-try.lua', import.meta.url), 'utf8')

export function openTries(redis: Redis): Tries {
  return {
    async count(key, limit) {
      const answer = await redis.eval(countTry, 1, key, limit.tries, limit.windowMs)
      const [tries = 0, waitMs = 0] = Array.isArray(answer) ? answer.map(Number) : []
      return { tries, isAllowed: tries <= limit.tries, waitMs: Math.max(0, waitMs) }
    },
    async takeBack(key) {
      await redis.eval(takeBackTry, 1, key)
    },
    async forget(key) {
      await redis.del(key)
    },
  }
}
