import { createHash, randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { audit } from '../audit/store.ts'
import type { Bus } from '../bus.ts'
import { sipDigest } from '../floor/agents/credentials.ts'
import { devices } from '../floor/agents/schema.ts'
import type { Db } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant } from '../platform/types.ts'

/** Citizens' phones in the browser: without a log-in, so each is short-lived and reaches our own numbers only. */
export interface Guests {
  issue(callerNumber: string, address: string): Promise<Guest>
  /** @returns the phone whose websocket this token opens, and until when; null when it has expired */
  find(token: string): Promise<{ endpoint: string; expiresAt: Instant } | null>
}

export interface Guest {
  endpoint: string
  password: string
  /** Opens the websocket; the password is for Asterisk only. */
  token: string
  expiresAt: Instant
}

export const guestLifeMs = 30 * 60_000
const pushMs = 1_500

const tokenKey = (token: string): string => `{hotline}:guest:${createHash('sha256').update(token).digest('base64url')}`

export function openGuests(parts: {
  db: Db
  redis: Redis
  bus: Pick<Bus, 'request'>
  now(): Instant
  log: Log
}): Guests {
  const { db, redis, bus, now, log } = parts
  return {
    async issue(callerNumber, address) {
      const at = now()
      const endpoint = `g-${newId(at)}`
      const password = randomBytes(24).toString('base64url')
      const token = randomBytes(24).toString('base64url')
      const expiresAt = at + guestLifeMs
      await redis.set(tokenKey(token), endpoint, 'PX', guestLifeMs)
      await db.transaction(async (tx) => {
        await tx.insert(devices).values({
          id: endpoint,
          kind: 'GUEST',
          callerNumber,
          digest: sipDigest(endpoint, password),
          createdAt: at,
          expiresAt,
        })
        await audit(tx, { at, actorId: null, actor: 'guest', action: 'guest-phone.issued', subject: endpoint, address })
      })
      try {
        await bus.request('device.push', { deviceId: endpoint }, pushMs)
      } catch (error) {
        log.info(
          { deviceId: endpoint, why: String(error) },
          'guest phone not pushed: the calls role pushes it when it is back',
        )
      }
      return { endpoint, password, token, expiresAt }
    },

    async find(token) {
      if (!/^[\w-]{32}$/.test(token)) return null
      const [endpoint, leftMs] = await Promise.all([redis.get(tokenKey(token)), redis.pttl(tokenKey(token))])
      return endpoint === null || leftMs <= 0 ? null : { endpoint, expiresAt: now() + leftMs }
    },
  }
}
