import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../../../src/platform/database/structure/migrate.ts'
import { migrationsDir, readMigrations } from '../../../../src/platform/database/structure/migrations.ts'
import { run } from '../../../../src/tools/setup/run.ts'
import { aWeb } from '../../web/world.ts'
import { freshDatabaseUrl, freshServers } from '../../world.ts'

/** The migrations of a version that had the first `count` of them, in a folder of their own. */
async function olderMigrations(count: number): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'older-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const names = migrations.slice(0, count).map(({ name }) => name)
  await mkdir(join(dir, 'meta'))
  await writeFile(join(dir, 'meta/_journal.json'), JSON.stringify({ entries: names.map((tag) => ({ tag })) }))
  for (const name of names) await cp(join(migrationsDir, `${name}.sql`), join(dir, `${name}.sql`))
  return dir
}

const migrations = await readMigrations(migrationsDir)
const last = migrations.at(-1)?.name ?? ''

async function inDatabase<T>(url: string, statement: string): Promise<T[]> {
  const connection = await createConnection(url)
  try {
    return (await connection.query<RowDataPacket[]>(statement))[0] as T[]
  } finally {
    await connection.end()
  }
}

/** @returns exit code and log of a jobs role that is started on these servers */
function startRole(servers: { databaseUrl: string; redisUrl: string }) {
  const env = { ...process.env, ROLES: 'jobs', DATABASE_URL: servers.databaseUrl, REDIS_URL: servers.redisUrl }
  const main = resolve(import.meta.dirname, '../../../../src/main.ts')
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let said = ''
  return new Promise<{ code: number | null; said: string }>((done) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('role started')) child.kill('SIGTERM')
    })
    child.on('close', (code) => done({ code, said }))
  })
}

const missingAsked = async (world: Awaited<ReturnType<typeof aWeb>>) => {
  const { missing } = (await world.get('/readyz')).json() as { missing: { part: string; message: string }[] }
  return missing.find(({ part }) => part === 'structure')?.message ?? null
}

test('a backup of an older version, restored as the manual says, ends in a hotline that starts', async () => {
  // The older version, with a message that nobody has handled yet.
  const older = await freshDatabaseUrl({ isMigrated: false })
  await migrate(older, await olderMigrations(6))
  await inDatabase(
    older,
    `INSERT INTO voice_messages (id, file_name, left_at, duration_ms, sha256, status)
      VALUES ('01JABCDEFGHJKMNPQRSTVWXYZ1', 'messages/a.wav', NOW(3), 1000, REPEAT('0', 64), 'NEW')`,
  )
  const { hostname, port, username, password, pathname } = new URL(older)
  const login = ['-h', hostname, '-P', port, '-u', username, `-p${password}`]
  const backup = await run('mariadb-dump', ['--single-transaction', '--routines', ...login, pathname.slice(1)])

  // This version, set up and running.
  const world = await aWeb()
  const { databaseUrl } = world.settings
  const name = new URL(databaseUrl).pathname.slice(1)
  expect(await missingAsked(world)).toBeNull()
  const manual = await readFile(resolve(import.meta.dirname, '../../../../docs/operations.md'), 'utf8')
  const [emptying = ''] = manual.match(/DROP DATABASE hotline; CREATE DATABASE hotline [^']+/) ?? []
  await run('mariadb', [...login, '-e', emptying.replaceAll(' hotline', ` ${name}`)])
  const dir = await mkdtemp(join(tmpdir(), 'backup-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const file = join(dir, 'hotline.sql')
  await writeFile(file, backup)
  await run('mariadb', [...login, name, '-e', `source ${file}`])

  expect(await missingAsked(world)).toBe(
    `数据库结构与本版本不符（缺少 0006_lists、…、${last}），请用对应版本，或重新 npm start 升级结构`,
  )
  const refused = await startRole(world.settings)
  expect(refused.code).toBe(1)
  expect(refused.said).toContain(`it lacks 0006_lists, …, ${last}. npm start brings it up to date`)

  expect(await migrate(databaseUrl)).toHaveLength(migrations.length - 6)
  expect(await missingAsked(world)).toBeNull()
  expect((await startRole(world.settings)).code).toBe(0)
  expect(await inDatabase(databaseUrl, 'SELECT reason, status FROM callbacks')).toEqual([
    { reason: 'MESSAGE', status: 'NEW' },
  ])
})

test('a role refuses a structure of a newer version, of another file, and one that is half done', async () => {
  const servers = await freshServers()
  const note = async (statement: string) => {
    await inDatabase(servers.databaseUrl, statement)
    return startRole(servers)
  }
  const half = await note(`UPDATE schema_migrations SET done = done - 1 WHERE name = '${last}'`)
  expect(half).toMatchObject({ code: 1, said: expect.stringContaining(`it has not finished ${last}`) })
  const other = await note(`UPDATE schema_migrations SET digest = 'x' WHERE name = '${last}'`)
  expect(other).toMatchObject({ code: 1, said: expect.stringContaining(`it had another file as ${last}`) })
  const newer = await note(`UPDATE schema_migrations SET name = '9999_later' WHERE name = '${last}'`)
  expect(newer).toMatchObject({
    code: 1,
    said: expect.stringContaining(`it lacks ${last}; it has migrations unknown to this version: 9999_later`),
  })
  const none = await note('DROP TABLE schema_migrations')
  expect(none).toMatchObject({ code: 1, said: expect.stringContaining(`it lacks 0000_foundations, …, ${last}`) })
})
