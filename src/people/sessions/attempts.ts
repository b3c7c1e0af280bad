import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { openTries, type Try, type TryLimit } from '../../platform/redis/tries.ts'
import { clientOf } from '../../platform/web/origin.ts'

/**
 * Wrong passwords. They lock an account for the address that they came from, not for all: else an attacker could keep a
 * whole floor out by typing its names. A browser that the account knows has its own count, so that an attacker behind
 * the same address, or behind a hundred addresses, does not lock its owner out.
 */

/** Source: 等保 level 3: five wrong passwords lock an account for 15 minutes. */
export const accountLimit = { tries: 5, windowMs: 15 * 60_000 }
/** A whole floor may log in from one address; trying one password on many names is slowed down. */
export const addressLimit = { tries: 30, windowMs: 60_000 }
/** Of all addresses together, except known browsers. Source: NIST SP 800-63B, 5.2.2: at most 100. */
export const everywhereLimit = { tries: 100, windowMs: 15 * 60_000 }

export interface AttemptOn {
  /** The person's id, or the name as typed if no account has it. */
  account: number | string
  address: string
  /** A browser that this account knows, see `known-browsers.ts`. */
  browser: string | null
}

/** One log-in attempt. It counts before the password is checked, so that a hundred at once do not all pass. */
export interface Attempt {
  /** Why the password is not checked. */
  stop: { code: 'session.locked' | 'session.too-many-failures'; waitMs: number; isFirst: boolean } | null
  /** The password was right: wrong ones from this origin are forgotten, shared counters get their attempt back. */
  succeeded(): Promise<void>
}

interface Count {
  key: string
  limit: TryLimit
  code: 'session.locked' | 'session.too-many-failures'
  /** Attempts of others do not count there. */
  isOwn: boolean
}

export function openAttempts(redis: Redis): { begin(on: AttemptOn): Promise<Attempt> } {
  const tries = openTries(redis)

  /** An attempt that is not checked counts where it was stopped, and nowhere else. */
  async function stopAt(count: Count, counted: Count[], made: Try): Promise<Attempt> {
    for (const { key } of counted) await tries.takeBack(key)
    const isFirst = made.tries === count.limit.tries + 1
    return { stop: { code: count.code, waitMs: made.waitMs, isFirst }, succeeded: async () => {} }
  }

  return {
    async begin(on) {
      const counts = countsOf(on)
      for (const [index, count] of counts.entries()) {
        const made = await tries.count(count.key, count.limit)
        if (!made.isAllowed) return stopAt(count, counts.slice(0, index), made)
      }
      return {
        stop: null,
        async succeeded() {
          for (const { key, isOwn } of counts) await (isOwn ? tries.forget(key) : tries.takeBack(key))
        },
      }
    },
  }
}

function countsOf({ account, address, browser }: AttemptOn): Count[] {
  // A typed name may be anything; its digest is a safe key.
  const id = digest(String(account))
  const key = (kind: string, ...parts: string[]) => `{hotline}:log-in:${[kind, ...parts].join(':')}`
  if (browser !== null) {
    return [{ key: key('browser', id, browser), limit: accountLimit, code: 'session.locked', isOwn: true }]
  }
  const client = clientOf(address)
  return [
    { key: key('here', id, client), limit: accountLimit, code: 'session.locked', isOwn: true },
    { key: key('address', client), limit: addressLimit, code: 'session.too-many-failures', isOwn: false },
    { key: key('everywhere', id), limit: everywhereLimit, code: 'session.locked', isOwn: false },
  ]
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
