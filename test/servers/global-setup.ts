import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ownerUrl, startMariadb } from '../../src/setup/mariadb.ts'
import { freePort } from '../../src/setup/ports.ts'
import { startRedis } from '../../src/setup/redis.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Addresses of the private servers; a test takes its own database of each, see `world.ts`. */
    servers: { databaseUrl: string; redisUrl: string; logDir: string }
  }
}

/** A MariaDB and a Redis of this test run's own, gone with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'hotline-servers-'))
  const options = { runDir: join(dir, 'run'), logDir: join(dir, 'log'), diesWithUs: true, isThrowaway: true }
  const password = randomBytes(12).toString('hex')
  const database = { dir: join(dir, 'mariadb'), port: await freePort(), ownerPassword: password, password }
  const redisPort = await freePort()
  const kept = await Promise.all([
    startMariadb({ ...options, ...database }),
    startRedis({ ...options, dir: join(dir, 'redis'), port: redisPort, password }),
  ])
  project.provide('servers', {
    databaseUrl: ownerUrl(database),
    redisUrl: `redis://:${password}@127.0.0.1:${redisPort}`,
    logDir: options.logDir,
  })
  return async () => {
    await Promise.all(kept.map((server) => server.stop()))
    await rm(dir, { recursive: true, force: true })
  }
}
