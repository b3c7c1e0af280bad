import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

/**
 * Wrong passwords, counted in Redis so that all web processes agree. A try counts before its password is looked at:
 * a hundred at once are not let through because none of them has failed yet.
 */

/** Source: 等保 level 3: five wrong passwords lock an account for 15 minutes. */
export const accountLimit = { tries: 5, windowMs: 15 * 60_000 }
/** A whole floor may log in from one address; somebody who tries one password on many names is slowed down. */
export const addressLimit = { tries: 30, windowMs: 60_000 }

const countAttempt = readFileSync(new URL('count-attempt.lua', import.meta.url), 'utf8')
const takeBackAttempt = readFileSync(new URL('take-back-attempt.lua', import.meta.url), 'utf8')

export interface Attempt {
  tries: number
  isAllowed: boolean
  /** Until the tries are forgotten. */
  waitMs: number
}

export interface Attempts {
  account(username: string): Promise<Attempt>
  address(address: string): Promise<Attempt>
  /** The password was right: the account's wrong ones are forgotten, the address gets its try back. */
  succeeded(username: string, address: string): Promise<void>
  /** No password was looked at after all. */
  takeBack(what: { username?: string; address?: string }): Promise<void>
}

export function openAttempts(redis: Redis): Attempts {
  const count = async (key: string, limit: { tries: number; windowMs: number }): Promise<Attempt> => {
    const answer = await redis.eval(countAttempt, 1, key, limit.tries, limit.windowMs)
    const [tries = 0, waitMs = 0] = Array.isArray(answer) ? answer.map(Number) : []
    return { tries, isAllowed: tries <= limit.tries, waitMs: Math.max(0, waitMs) }
  }
  const takeBack = (key: string): Promise<unknown> => redis.eval(takeBackAttempt, 1, key)
  return {
    account: (username) => count(accountKey(username), accountLimit),
    address: (address) => count(addressKey(address), addressLimit),
    async succeeded(username, address) {
      await redis.del(accountKey(username))
      await takeBack(addressKey(address))
    },
    async takeBack({ username, address }) {
      if (username !== undefined) await takeBack(accountKey(username))
      if (address !== undefined) await takeBack(addressKey(address))
    },
  }
}

/** A name as typed may be anything; its digest is a safe key. */
function accountKey(username: string): string {
  return `{hotline}:log-in:account:${createHash('sha256').update(username).digest('base64url')}`
}

function addressKey(address: string): string {
  return `{hotline}:log-in:address:${address}`
}
