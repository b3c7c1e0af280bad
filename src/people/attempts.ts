import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { openTries, type Try } from '../platform/tries.ts'

/** Wrong passwords, by account and by address. */

/** Source: 等保 level 3: five wrong passwords lock an account for 15 minutes. */
export const accountLimit = { tries: 5, windowMs: 15 * 60_000 }
/** A whole floor may log in from one address; somebody who tries one password on many names is slowed down. */
export const addressLimit = { tries: 30, windowMs: 60_000 }

export interface Attempts {
  account(username: string): Promise<Try>
  address(address: string): Promise<Try>
  /** The password was right: the account's wrong ones are forgotten, the address gets its try back. */
  succeeded(username: string, address: string): Promise<void>
  /** No password was looked at after all. */
  takeBack(what: { username?: string; address?: string }): Promise<void>
}

export function openAttempts(redis: Redis): Attempts {
  const tries = openTries(redis)
  return {
    account: (username) => tries.count(accountKey(username), accountLimit),
    address: (address) => tries.count(addressKey(address), addressLimit),
    async succeeded(username, address) {
      await tries.forget(accountKey(username))
      await tries.takeBack(addressKey(address))
    },
    async takeBack({ username, address }) {
      if (username !== undefined) await tries.takeBack(accountKey(username))
      if (address !== undefined) await tries.takeBack(addressKey(address))
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
