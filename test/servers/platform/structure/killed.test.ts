import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { expect, inject, onTestFinished, test } from 'vitest'
import {
  type Migration,
  migrationsDir,
  readMigrations,
} from '../../../../src/platform/database/structure/migrations.ts'
import { effectOf } from '../../../../src/platform/database/structure/statement.ts'
import { freshDatabaseUrl } from '../../world.ts'
import { type StatementWatch, watchStatements } from './statement-watch.ts'

/** Where the process dies: the server has not seen the statement yet, or has done it and nobody has noted so. */
type Moment = 'before' | 'after'

class Killer {
  #child: ChildProcess | null = null
  #target: { sql: string; moment: Moment } | null = null
  #way: StatementWatch | null = null
  #cacheDir = ''

  async open(url: string): Promise<void> {
    const cacheDir = await mkdtemp(join(tmpdir(), 'compiled-'))
    this.#cacheDir = cacheDir
    this.#way = await watchStatements(url, (sql) => {
      if (sql.trim() !== this.#target?.sql) return true
      if (this.#target.moment === 'after') return () => this.#kill()
      this.#kill()
      return false
    })
    onTestFinished(() => {
      this.#way?.close()
      this.#child?.kill('SIGKILL')
      return rm(cacheDir, { recursive: true, force: true })
    })
  }

  #kill(): void {
    this.#child?.kill('SIGKILL')
  }

  /** @returns how the process ended */
  async migrate(target: { sql: string; moment: Moment } | null): Promise<string> {
    this.#target = target
    const script = join(import.meta.dirname, 'migrating.ts')
    // Some hundred processes: none has to compile what the one before has compiled.
    const env = { ...process.env, NODE_COMPILE_CACHE: this.#cacheDir }
    const args = [script, this.#way?.url ?? '', migrationsDir]
    this.#child = spawn(process.execPath, args, { env, stdio: 'inherit' })
    const [code, signal] = await once(this.#child, 'exit')
    return signal ?? `exit code ${code}`
  }
}

/** Rows that the statements which change rows would spoil if they were done twice, or not at all. */
const rowsBefore: Record<string, string[]> = {
  '0006_lists': ["INSERT INTO ticket_search (ticket_id, tokens) VALUES ('01JABCDEFGHJKMNPQRSTVWXYZ0', 'lu deng')"],
  '0007_rule_titles': [
    `INSERT INTO catalogue_rules (rule_key, category_code, target, co_unit_codes, changed_at)
      VALUES ('lamps', '010101', 'UNIT', '[]', NOW(3))`,
  ],
  '0009_callbacks': [
    `INSERT INTO voice_messages (id, file_name, left_at, duration_ms, sha256, status)
      VALUES ('01JABCDEFGHJKMNPQRSTVWXYZ1', 'messages/a.wav', NOW(3), 1000, REPEAT('0', 64), 'NEW')`,
  ],
}

const rowsAfter = {
  "SELECT tokens FROM ticket_search WHERE ticket_id = '01JABCDEFGHJKMNPQRSTVWXYZ0'": [{ tokens: '01jalu 01jadeng' }],
  "SELECT title FROM catalogue_rules WHERE rule_key = 'lamps'": [{ title: 'lamps' }],
  "SELECT reason, file_name FROM callbacks WHERE id = '01JABCDEFGHJKMNPQRSTVWXYZ1'": [
    { reason: 'MESSAGE', file_name: 'messages/a.wav' },
  ],
}

test('a migration that is killed at any statement, before it or after it took effect, is resumed and does nothing twice', {
  timeout: 600_000,
}, async () => {
  const url = await freshDatabaseUrl({ isMigrated: false })
  const connection = await createConnection(url)
  onTestFinished(() => connection.end())
  await connection.query('SET SESSION foreign_key_checks = 0')
  const killer = new Killer()
  await killer.open(url)

  const migrations = await readMigrations(migrationsDir)
  for (const migration of migrations) {
    for (const statement of rowsBefore[migration.name] ?? []) await connection.query(statement)
    await killAtEach(killer, migration)
  }
  expect(await killer.migrate(null)).toBe('exit code 0')

  expect(await structureIn(connection)).toEqual(await structureOf(inject('servers').databaseUrl))
  for (const [query, rows] of Object.entries(rowsAfter)) {
    expect((await connection.query<RowDataPacket[]>(query))[0]).toEqual(rows)
  }
  const [unfinished] = await connection.query('SELECT name FROM schema_migrations WHERE done <> total')
  expect(unfinished).toEqual([])
})

async function killAtEach(killer: Killer, { name, statements }: Migration): Promise<void> {
  const seen = new Set<string>()
  for (const [index, sql] of statements.entries()) {
    // Before a statement all is as after the one before it, and its form alone decides what is looked for: once for each.
    const effect = JSON.stringify(effectOf(sql), (key, value) => (['table', 'name'].includes(key) ? undefined : value))
    const moments = seen.has(effect) ? (['after'] as const) : (['before', 'after'] as const)
    seen.add(effect)
    for (const moment of moments) {
      expect(await killer.migrate({ sql, moment }), `${name}, ${moment} statement ${index + 1}`).toBe('SIGKILL')
    }
  }
}

async function structureOf(url: string): Promise<Record<string, string>> {
  const connection = await createConnection(url)
  try {
    return await structureIn(connection)
  } finally {
    await connection.end()
  }
}

async function structureIn(connection: Connection): Promise<Record<string, string>> {
  const [tables] = await connection.query<RowDataPacket[]>('SHOW TABLES')
  const made: Record<string, string> = {}
  for (const name of tables.map((row) => String(Object.values(row)[0]))) {
    const [[row]] = await connection.query<RowDataPacket[]>('SHOW CREATE TABLE ??', [name])
    made[name] = String(row?.['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '')
  }
  return made
}
