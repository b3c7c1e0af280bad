import type { Redis } from 'ioredis'
import type { Log } from '../process/log.ts'

/** A player asks for many pieces of one file: within this time that is one reading. */
const oneReadingMs = 10 * 60_000

/**
 * Writes down the reading of a file, once for all its pieces. Noted only after it was written down: an audit that failed
 * is tried again with the next piece.
 * @param session of the reader
 */
export async function oneReading(
  { redis, log }: { redis: Redis; log: Log },
  session: { id: string },
  file: string,
  write: () => Promise<void>,
): Promise<void> {
  const key = `{hotline}:reading:${session.id}:${file}`
  // Without Redis rather one row too many.
  const isKnown = await redis.exists(key).catch(() => 0)
  if (isKnown === 1) return
  await write()
  await redis
    .set(key, '1', 'PX', oneReadingMs)
    .catch((error: unknown) => log.debug({ err: error }, 'reading not cached: the next one is audited again'))
}
