import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import type { Settings } from '../../../settings.ts'
import { SetupFailure } from '../failure.ts'
import { placeOf } from '../running.ts'

/**
 * The site's own servers are asked before anything is started: a wrong address or password is reported here, all at
 * once, and not after a minute of waiting in some log.
 */
export async function refuseSilentServers(settings: Settings): Promise<void> {
  const { database, redis, asterisk } = settings.isPrivate
  const answers = await Promise.all([
    database ? null : silence(`DATABASE_URL: ${placeOf(settings.databaseUrl)}`, () => askDatabase(settings)),
    redis ? null : silence(`REDIS_URL: ${placeOf(settings.redisUrl)}`, () => askRedis(settings)),
    asterisk ? null : silence(`ARI_URL: ${placeOf(settings.ariUrl)}`, () => askAsterisk(settings)),
  ])
  const silent = answers.filter((answer) => answer !== null)
  if (silent.length === 0) return
  throw new SetupFailure(
    `servers of your own do not answer as they should:\n${silent.map((line) => `    ${line}`).join('\n')}`,
    'start them, or correct the settings; without these settings private ones are started (docs/operations.md, 5)',
  )
}

const limitMs = 3_000

async function silence(what: string, ask: () => Promise<void>): Promise<string | null> {
  try {
    await ask()
    return null
  } catch (error) {
    return `${what}: ${wordsOf(error)}`
  }
}

async function askDatabase({ databaseUrl }: Settings): Promise<void> {
  const connection = await createConnection({ uri: databaseUrl, connectTimeout: limitMs })
  connection.destroy()
}

async function askRedis({ redisUrl }: Settings): Promise<void> {
  const redis = new Redis(redisUrl, { lazyConnect: true, connectTimeout: limitMs, retryStrategy: () => null })
  // The error arrives there, not from `connect`.
  const trouble = new Promise<never>((_, reject) => redis.on('error', reject))
  try {
    await Promise.race([redis.connect().then(() => redis.ping()), trouble])
  } finally {
    redis.disconnect()
  }
}

async function askAsterisk({ ariUrl, ARI_USERNAME, ariPassword }: Settings): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${ARI_USERNAME}:${ariPassword}`).toString('base64')}`
  const response = await fetch(`${ariUrl}/ari/asterisk/ping`, {
    headers: { authorization },
    signal: AbortSignal.timeout(limitMs),
  })
  if (response.status === 401) throw new Error('refuses ARI_USERNAME and ARI_PASSWORD')
  if (!response.ok) throw new Error(`answers ${response.status} where Asterisk's ARI should be`)
}

function wordsOf(error: unknown): string {
  const { cause, message, code } = error as Error & { code?: string }
  if (cause instanceof Error) return wordsOf(cause)
  return message || code || String(error)
}
