import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import { ulid } from 'ulid'
import { inject } from 'vitest'

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

/** What `openDatabase`, `openRedis` and `openBus` want of the settings. */
export async function freshServers(): Promise<{ databaseUrl: string; redisUrl: string }> {
  const [databaseUrl, redisUrl] = await Promise.all([freshDatabaseUrl(), freshRedisUrl()])
  return { databaseUrl, redisUrl }
}
