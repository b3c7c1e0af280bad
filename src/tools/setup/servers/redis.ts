import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { SetupFailure, tailOf } from '../failure.ts'
import { writeWhole } from '../files.ts'
import { answersAtLast, type KeeperOptions, type Kept, keep } from '../keeper.ts'

export interface PrivateRedis extends KeeperOptions {
  dir: string
  port: number
  password: string
  /** For tests: nothing is written to disk, and there are many databases. */
  isThrowaway?: boolean
}

const readyMs = 30_000

/** A Redis of our own on loopback. It never evicts keys: they are the waiting callers. */
export async function startRedis(options: PrivateRedis): Promise<Kept> {
  await mkdir(options.dir, { recursive: true })
  const file = join(options.dir, 'redis.conf')
  const lines = [
    'bind 127.0.0.1',
    `port ${options.port}`,
    `dir "${options.dir}"`,
    `requirepass ${options.password}`,
    'maxmemory-policy noeviction',
    'tcp-keepalive 30',
    ...(options.isThrowaway
      ? ['save ""', 'appendonly no', 'databases 1024']
      : ['save ""', 'appendonly yes', 'appendfsync everysec']),
  ]
  // In a file of ours: a password on the command line would be readable for all users.
  await writeWhole(file, `${lines.join('\n')}\n`, 0o600)
  const kept = await keep({ name: 'redis', command: 'redis-server', args: [file], stopLimitMs: 10_000 }, options)
  const url = `redis://:${options.password}@127.0.0.1:${options.port}`
  if (!(await answersAtLast(kept, () => answers(url), readyMs))) {
    const tail = await tailOf(kept.logFile)
    await kept.stop()
    throw new SetupFailure(
      `Redis does not answer on port ${options.port}`,
      'is the port taken? set REDIS_PORT, or REDIS_URL to use a server of your own',
      tail,
    )
  }
  return kept
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 1_000, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return (await redis.ping()) === 'PONG'
  } catch {
    // Not yet: that is the answer.
    return false
  } finally {
    redis.disconnect()
  }
}
