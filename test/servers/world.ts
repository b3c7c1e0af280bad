import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import { ulid } from 'ulid'
import { inject, onTestFinished } from 'vitest'
import { claimPorts } from '../../src/tools/setup/ports.ts'
import { startRedis } from '../../src/tools/setup/servers/redis.ts'

/** An empty, migrated database that no other test sees; give the address to `openDatabase`. */
export async function freshDatabaseUrl(options: { isMigrated?: boolean } = {}): Promise<string> {
  const { databaseUrl, structure } = inject('servers')
  const url = new URL(databaseUrl)
  const name = `t_${ulid().toLowerCase()}`
  const connection = await createConnection({ uri: url.href, multipleStatements: true })
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`)
  if (options.isMigrated ?? true) await connection.query(`USE ${name};\n${structure}`)
  await connection.end()
  url.pathname = `/${name}`
  return url.href
}

/** An empty Redis database that no other test sees; give the address to `openRedis` or `openBus`. */
export async function freshRedisUrl(): Promise<string> {
  const url = new URL(inject('servers').redisUrl)
  const counter = new Redis(url.href)
  const number = await counter.incr('databases-given-out')
  counter.disconnect()
  url.pathname = `/${number % 1000}`
  return url.href
}

/** One that may go away and come back as it was, or stand still. */
export async function aRedisOfItsOwn() {
  const dir = await mkdtemp(join(tmpdir(), 'redis-'))
  const port = await claimPorts(1)
  const options = { dir, port, password: 'secret', runDir: dir, logDir: dir, diesWithUs: true }
  let server = await startRedis(options)
  onTestFinished(async () => {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  })
  return {
    redisUrl: `redis://:secret@127.0.0.1:${port}`,
    stop: () => server.stop(),
    async start() {
      server = await startRedis(options)
    },
  }
}

/** What `openDatabase`, `openRedis` and `openBus` want of the settings. */
export async function freshServers(): Promise<{ databaseUrl: string; redisUrl: string }> {
  const [databaseUrl, redisUrl] = await Promise.all([freshDatabaseUrl(), freshRedisUrl()])
  return { databaseUrl, redisUrl }
}
