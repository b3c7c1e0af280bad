import type { Redis } from 'ioredis'
import type { Database } from '../platform/database.ts'
import type { Instant } from '../platform/types.ts'

/** Whether calls can be taken: each thing that is needed, and whether it answers. */

export type Part = 'database' | 'redis' | 'calls' | 'ari'
/** Longer without a sign of life, and the calls role is taken for gone. */
const signOfLifeMs = 5_000
const limitMs = 2_000

export interface HealthParts {
  database: Pick<Database, 'ping'>
  redis: Redis
  /** Node whose controller we count on. */
  node: string
  now(): Instant
}

/** @returns what is missing */
export async function whatIsMissing(parts: HealthParts): Promise<Part[]> {
  const [isDatabaseHere, sign] = await Promise.all([
    within(parts.database.ping().then(() => true)).catch(() => false),
    within(parts.redis.get(`{hotline}:calls-role:${parts.node}`)).catch(() => undefined),
  ])
  const missing: Part[] = isDatabaseHere ? [] : ['database']
  if (sign === undefined) return [...missing, 'redis']
  const { ariConnected, at } = readSign(sign)
  if (at === undefined || parts.now() - at > signOfLifeMs) missing.push('calls')
  else if (!ariConnected) missing.push('ari')
  return missing
}

function readSign(text: string | null): { ariConnected?: boolean; at?: Instant } {
  try {
    return text === null ? {} : JSON.parse(text)
  } catch {
    // Not written by a controller of ours: as good as no sign.
    return {}
  }
}

function within<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs).unref()
    }),
  ])
}
