import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/platform/database/structure/migrate.ts'
import { claimPorts } from '../../src/tools/setup/ports.ts'
import { ownerUrl, startMariadb } from '../../src/tools/setup/servers/mariadb.ts'
import { startRedis } from '../../src/tools/setup/servers/redis.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Addresses of the private servers; a test takes its own database of each, see `world.ts`. */
    servers: { databaseUrl: string; redisUrl: string; logDir: string; structure: string }
  }
}

/** A MariaDB and a Redis of this test run's own, gone with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'hotline-servers-'))
  const options = { runDir: join(dir, 'run'), logDir: join(dir, 'log'), diesWithUs: true, isThrowaway: true }
  const password = randomBytes(12).toString('hex')
  const port = await claimPorts(2)
  const database = { dir: join(dir, 'mariadb'), port, ownerPassword: password, password }
  const redisPort = port + 1
  const kept = await Promise.all([
    startMariadb({ ...options, ...database }),
    startRedis({ ...options, dir: join(dir, 'redis'), port: redisPort, password }),
  ])
  const databaseUrl = ownerUrl(database)
  await migrate(databaseUrl)
  project.provide('servers', {
    databaseUrl,
    structure: await structureOf(databaseUrl),
    redisUrl: `redis://:${password}@127.0.0.1:${redisPort}`,
    logDir: options.logDir,
  })
  return async () => {
    await Promise.all(kept.map((server) => server.stop()))
    await rm(dir, { recursive: true, force: true })
  }
}

/** What the migrations make, as one script: a test's own database is there in a tenth of the time that they take. */
async function structureOf(databaseUrl: string): Promise<string> {
  const connection = await createConnection({ uri: databaseUrl })
  try {
    const [tables] = await connection.query<RowDataPacket[]>(
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
    )
    const made = await Promise.all(
      tables.map(async ({ name }) => {
        const [[row]] = await connection.query<RowDataPacket[]>('SHOW CREATE TABLE ??', [name])
        return String(row?.['Create Table'])
      }),
    )
    const origin = new URL(databaseUrl).pathname.slice(1)
    const copied = `INSERT INTO schema_migrations SELECT * FROM ${origin}.schema_migrations`
    return ['SET FOREIGN_KEY_CHECKS = 0', ...made, copied, 'SET FOREIGN_KEY_CHECKS = 1'].join(';\n')
  } finally {
    await connection.end()
  }
}
