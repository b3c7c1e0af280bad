import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { and, eq, isNull } from 'drizzle-orm'
import { Redis } from 'ioredis'
import { agents, devices } from '../../../src/floor/agents/schema.ts'
import { eventually } from '../../../src/tools/setup/files.ts'
import { isReady, settings } from '../hotline.ts'
import { leftOvers, withDatabase } from './books.ts'
import { patienceMs } from './patience.ts'

/**
 * What a test file may leave behind on the hotline is tickets and records. @throws naming anything else that would meet
 * the next file: a call, an agent who can be rung, a desk phone, a program that is away
 */
export async function nothingStays(): Promise<void> {
  // A browser that was closed is gone from Asterisk a moment later, and a killed program is back after some seconds.
  let stays: string[] = []
  const isClean = async (): Promise<boolean> => {
    stays = await whatStays()
    return stays.length === 0
  }
  if (await eventually(isClean, patienceMs, 200)) return
  throw new Error(`this file leaves behind on the hotline, for the next one:\n${stays.join('\n')}`)
}

async function whatStays(): Promise<string[]> {
  // Without its programs the rest cannot be asked for.
  if (!(await isReady())) return ['a program that is away: it is not ready']
  return [...(await heldPrograms()), ...(await leftOvers()), ...(await agentsWithPhone()), ...(await deskPhones())]
}

async function heldPrograms(): Promise<string[]> {
  const files = await readdir(join(settings().varDir, 'run'))
  return files.flatMap((file) => (file.endsWith('.hold') ? `a program that may not start: ${file}` : []))
}

async function agentsWithPhone(): Promise<string[]> {
  const redis = new Redis(settings().redisUrl)
  try {
    const keys = await redis.keys('{hotline}:floor:agent:*')
    const known = await Promise.all(keys.map((key) => redis.hmget(key, 'number', 'state', 'isReachable')))
    return known.flatMap(([number, state, isReachable]) =>
      isReachable === '1' ? `agent ${number}, ${state}, with a telephone` : [],
    )
  } finally {
    redis.disconnect()
  }
}

async function deskPhones(): Promise<string[]> {
  const rows = await withDatabase((db) =>
    db
      .select({ number: agents.number, label: devices.label })
      .from(devices)
      .innerJoin(agents, eq(agents.userId, devices.userId))
      .where(and(eq(devices.kind, 'DESK'), isNull(devices.withdrawnAt))),
  )
  return rows.map(({ number, label }) => `desk phone ${label} of ${number}`)
}
