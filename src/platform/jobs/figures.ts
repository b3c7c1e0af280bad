import type { Redis } from 'ioredis'
import type { Log } from '../process/log.ts'

/**
 * Counters shared by the jobs processes: processes come and go, so the numbers are in Redis and are read from there.
 * Emptied with Redis, they begin at zero again, as a counter may.
 */
export const figureNames = [
  'alarms_yellow',
  'alarms_red',
  'alarms_for_nothing',
  'mails_sent',
  'mails_failed',
  'sweep_ms',
] as const
export type FigureName = (typeof figureNames)[number]

export interface Figures {
  add(name: FigureName, by?: number): void
  /** The latest value of a figure that is not a sum. */
  set(name: FigureName, value: number): void
}

const key = 'hotline:jobs-figures'

/** @param redis a client that fails while Redis is unreachable: losing a count does no harm */
export function openFigures(redis: Redis, log: Log): Figures {
  const lost = (error: unknown) => log.debug({ err: error }, 'counter not written: one value lost')
  return {
    add: (name, by = 1) => {
      if (by > 0) redis.hincrby(key, name, by).catch(lost)
    },
    set: (name, value) => {
      redis.hset(key, name, value).catch(lost)
    },
  }
}

export async function readFigures(redis: Redis): Promise<Record<FigureName, number>> {
  const values = await redis.hmget(key, ...figureNames)
  return Object.fromEntries(figureNames.map((name, index) => [name, Number(values[index] ?? 0)])) as Record<
    FigureName,
    number
  >
}
