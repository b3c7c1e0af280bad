import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Instant } from '../../platform/types.ts'

/**
 * Browsers in which an account has logged in before. Each account leaves a cookie of its own, signed by us. It grants
 * no access: it only gives its browser a separate count of wrong passwords. Source: OWASP, device cookies.
 */
export interface KnownBrowsers {
  /** @returns the browser's id; null for one that this account does not know */
  recognise(userId: number, cookies: Cookies): Promise<string | null>
  /** @param browser the recognised one, whose id stays the same */
  cookieFor(userId: number, browser: string | null): Promise<{ name: string; value: string; maxAge: number }>
}

type Cookies = Record<string, string | undefined>

const lifeS = 180 * 24 * 3_600
/** Created by the first process that needs it. Without it, e.g. when Redis lost it, all browsers are unknown once. */
const secretKey = '{hotline}:log-in:browser-secret'
const shape = /^([\w-]{22})\.(\d{10,11})\.([\w-]{43})$/

/** A browser sends all of them at each log-in, in a head of at most 16 kB; one has some 120 bytes. */
const mostKept = 40
const prefix = 'hotline_device_'

/** @returns names of the oldest cookies, which a shared computer has to drop to make room for this person's */
export function cookiesToDrop(userId: number, cookies: Cookies): string[] {
  const untilOf = (value = '') => Number(shape.exec(value)?.[2] ?? 0)
  return Object.entries(cookies)
    .filter(([name]) => name.startsWith(prefix) && name !== nameOf(userId))
    .sort(([, one], [, other]) => untilOf(other) - untilOf(one))
    .slice(mostKept - 1)
    .map(([name]) => name)
}

export function openKnownBrowsers({ redis, now }: { redis: Redis; now(): Instant }): KnownBrowsers {
  async function sign(userId: number, browser: string, until: number): Promise<string> {
    await redis.set(secretKey, randomBytes(32).toString('base64url'), 'NX')
    const secret = await redis.get(secretKey)
    if (!secret) throw new Error('the secret of known browsers was not stored in Redis')
    return createHmac('sha256', secret).update(`${userId}.${browser}.${until}`).digest('base64url')
  }

  return {
    async recognise(userId, cookies) {
      const [, browser, until, signature] = shape.exec(cookies[nameOf(userId)] ?? '') ?? []
      if (!browser || !signature || Number(until) * 1_000 < now()) return null
      const right = await sign(userId, browser, Number(until))
      return timingSafeEqual(Buffer.from(right), Buffer.from(signature)) ? browser : null
    },

    async cookieFor(userId, known) {
      const browser = known ?? randomBytes(16).toString('base64url')
      const until = Math.floor(now() / 1_000) + lifeS
      const value = `${browser}.${until}.${await sign(userId, browser, until)}`
      return { name: nameOf(userId), value, maxAge: lifeS }
    },
  }
}

const nameOf = (userId: number): string => `${prefix}${userId}`
