import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../../../../src/platform/database/structure/migrate.ts'
import { freshDatabaseUrl } from '../../../world.ts'

let folder: string
let url: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  url = await freshDatabaseUrl({ isMigrated: false })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(files: Record<string, string>): Promise<void> {
  await mkdir(join(folder, 'meta'), { recursive: true })
  const entries = Object.keys(files).map((tag) => ({ tag }))
  await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ entries }))
  for (const [tag, text] of Object.entries(files)) await writeFile(join(folder, `${tag}.sql`), text)
}

async function tables(): Promise<string[]> {
  const connection = await createConnection(url)
  const [rows] = await connection.query<RowDataPacket[]>('SHOW TABLES')
  await connection.end()
  return rows.map((row) => String(Object.values(row)[0])).filter((name) => name !== 'schema_migrations')
}

test('the real migrations are applied once, also when many processes start at the same time', async () => {
  const results = await Promise.all([migrate(url), migrate(url), migrate(url)])
  expect(results.filter((applied) => applied.length > 0)).toHaveLength(1)
  expect(await tables()).toContain('calls')
  expect(await migrate(url)).toEqual([])
})

test('a migration that the server refused goes on where it stopped', async () => {
  const good = 'CREATE TABLE `a` (id int);\n--> statement-breakpoint\n'
  await write({ '0000_a': `${good}CREATE TABLE \`b\` (id int);` })
  const blocker = await createConnection(url)
  await blocker.query('CREATE TABLE b (other int)')
  await expect(migrate(url, folder)).rejects.toThrow('0000_a.sql, statement 2')
  // Somebody else's table is not taken for the one that the statement makes.
  await expect(migrate(url, folder)).rejects.toThrow('0000_a.sql, statement 2')
  await blocker.query('DROP TABLE b')
  await blocker.end()
  expect(await migrate(url, folder)).toEqual(['0000_a'])
  expect(await tables()).toEqual(['a', 'b'])
})

test('a file that was changed after it had been applied is refused', async () => {
  await write({ '0000_a': 'CREATE TABLE `a` (id int);' })
  await migrate(url, folder)
  await write({ '0000_a': 'CREATE TABLE `a` (id bigint);' })
  await expect(migrate(url, folder)).rejects.toThrow('was changed after it had been applied')
})

test('an older version refuses a database of a newer one', async () => {
  await write({ '0000_a': 'CREATE TABLE `a` (id int);', '0001_b': 'CREATE TABLE `b` (id int);' })
  await migrate(url, folder)
  await write({ '0000_a': 'CREATE TABLE `a` (id int);' })
  await expect(migrate(url, folder)).rejects.toThrow('0001_b')
})

test('an empty database of another charset is made utf8mb4, one with tables is refused', async () => {
  const name = new URL(url).pathname.slice(1)
  const connection = await createConnection(url)
  await connection.query(`ALTER DATABASE ${name} CHARACTER SET latin1 COLLATE latin1_swedish_ci`)
  await connection.query('CREATE TABLE old (name varchar(8))')
  await expect(migrate(url)).rejects.toThrow(`database ${name} is latin1 and has tables already`)
  await connection.query('DROP TABLE old')
  expect(await migrate(url)).not.toEqual([])
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT DISTINCT TABLE_COLLATION AS collation FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users'`,
  )
  await connection.end()
  expect(rows).toEqual([{ collation: 'utf8mb4_unicode_520_ci' }])
})
