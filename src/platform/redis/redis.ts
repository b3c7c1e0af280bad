import { Redis } from 'ioredis'
import type { Settings } from '../../settings.ts'
import type { Log } from '../process/log.ts'

/**
 * - `commands`: fails at once while Redis is unreachable. A command that was given up must not run later: a call that
 *   left would enter the queue again.
 * - `subscriber`: listens; subscribes again by itself after each reconnect.
 * - `jobs`: as BullMQ requires: waits without limit.
 */
export type RedisPurpose = 'commands' | 'subscriber' | 'jobs'

const firstDelayMs = 50
const longestDelayMs = 2_000
const answerLimitMs = 2_500

/** Reconnects without end: doubling up to 2 s, half of it random so that many processes do not reconnect at once. */
export function reconnectDelay(attempt: number, random = Math.random()): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
  return Math.round(full / 2 + (full / 2) * random)
}

/**
 * Resolves as soon as Redis answers, or after `waitMs` without it: the client then keeps trying, and its commands fail
 * until it has succeeded. Never throws and never ends the process.
 */
export async function openRedis(
  settings: Pick<Settings, 'redisUrl'>,
  purpose: RedisPurpose,
  log?: Log,
  waitMs = 3_000,
): Promise<Redis> {
  const redis = new Redis(settings.redisUrl, {
    connectTimeout: answerLimitMs,
    retryStrategy: (times) => reconnectDelay(times),
    // A server that answers LOADING or READONLY may be another one after a reconnect.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    maxRetriesPerRequest: null,
    ...(purpose === 'jobs'
      ? {}
      : {
          commandTimeout: answerLimitMs,
          // A connection without any answer is dropped, not waited for.
          socketTimeout: answerLimitMs + 500,
          autoResendUnfulfilledCommands: false,
          enableOfflineQueue: purpose === 'subscriber',
        }),
  })
  // An 'error' event without a listener would end the process.
  let isLost = false
  redis.on('error', (error: Error) => {
    if (!isLost) log?.warn({ err: error, purpose }, 'redis unreachable: reconnecting')
    isLost = true
  })
  redis.on('ready', () => {
    if (isLost) log?.info({ purpose }, 'redis reconnected')
    isLost = false
  })
  await ready(redis, waitMs)
  return redis
}

function ready(redis: Redis, waitMs: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      redis.off('ready', done)
      resolve()
    }
    const timer = setTimeout(done, waitMs)
    redis.on('ready', done)
  })
}

/** Ends the connection; never throws, whatever state it is in. */
export function closeRedis(redis: Redis): void {
  redis.disconnect()
}

/** Number of the Redis database in the address: pub/sub is not divided by it, so channel names carry it. */
export function databaseNumber(redisUrl: string): number {
  return Number(new URL(redisUrl).pathname.slice(1) || 0)
}
