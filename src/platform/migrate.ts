import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'

/**
 * Brings a database up to the SQL files of `migrations/`, forward only, one process at a time.
 * MariaDB and MySQL commit every change of structure at once, so progress is kept per statement: a migration that was
 * interrupted goes on where it stopped.
 */

const lockSeconds = 60
const folder = resolve(import.meta.dirname, '../../migrations')

export class MigrationError extends Error {}

interface Migration {
  name: string
  digest: string
  statements: string[]
}

interface Applied extends RowDataPacket {
  name: string
  digest: string
  done: number
  total: number
}

/** @returns names of the migrations that were applied now */
export async function migrate(databaseUrl: string, from = folder): Promise<string[]> {
  const migrations = await readMigrations(from)
  const connection = await createConnection({ uri: databaseUrl, connectTimeout: 3_000, timezone: 'Z' })
  try {
    return await underLock(connection, async () => {
      await ensureCharset(connection)
      return apply(connection, migrations)
    })
  } finally {
    await connection.end()
  }
}

async function readMigrations(from: string): Promise<Migration[]> {
  const journal: { entries: { tag: string }[] } = JSON.parse(await readFile(join(from, 'meta/_journal.json'), 'utf8'))
  return Promise.all(
    journal.entries.map(async ({ tag }) => {
      const text = await readFile(join(from, `${tag}.sql`), 'utf8')
      const statements = text.split('--> statement-breakpoint').map((statement) => statement.trim())
      return {
        name: tag,
        digest: createHash('sha256').update(text).digest('hex'),
        statements: statements.filter((statement) => statement !== ''),
      }
    }),
  )
}

async function underLock<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  // The lock belongs to the server, not to a database: the name says which one is meant.
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT GET_LOCK(LEFT(CONCAT('hotline-migrate-', DATABASE()), 64), ?) AS got",
    [lockSeconds],
  )
  if (rows[0]?.got !== 1) throw new MigrationError(`another process migrates for more than ${lockSeconds} s`)
  // Closing the connection gives the lock back.
  return work()
}

const charset = 'utf8mb4'
const collation = 'utf8mb4_unicode_520_ci'

/** In any other charset names of people and places would be refused, or kept as question marks. */
async function ensureCharset(connection: Connection): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT DEFAULT_CHARACTER_SET_NAME AS charset, DATABASE() AS name,
      (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()) AS tables
      FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()`,
  )
  const [found] = rows
  if (!found || found.charset === charset) return
  const alter = `ALTER DATABASE ${connection.escapeId(String(found.name))} CHARACTER SET ${charset} COLLATE ${collation}`
  if (Number(found.tables) > 0) {
    throw new MigrationError(
      `database ${found.name} is ${found.charset} and has tables already: it must be ${charset}. ` +
        `Give an empty database, or convert this one: ${alter}, then each table with CONVERT TO CHARACTER SET ${charset}`,
    )
  }
  await connection.query(alter)
}

async function apply(connection: Connection, migrations: Migration[]): Promise<string[]> {
  await connection.query(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
      name varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      digest char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      done int NOT NULL,
      total int NOT NULL,
      changed_at datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)
    )`,
  )
  const [rows] = await connection.query<Applied[]>('SELECT name, digest, done, total FROM schema_migrations')
  const applied = new Map(rows.map((row) => [row.name, row]))
  refuseStrangers(migrations, applied)

  const now: string[] = []
  for (const migration of migrations) {
    const done = applied.get(migration.name)?.done ?? 0
    if (done === migration.statements.length) continue
    await applyOne(connection, migration, done)
    now.push(migration.name)
  }
  return now
}

/** An older checkout on a newer database, or a file edited after it was applied, would end in a structure that nobody knows. */
function refuseStrangers(migrations: Migration[], applied: Map<string, Applied>): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const row of applied.values()) {
    const file = known.get(row.name)
    if (!file) {
      throw new MigrationError(
        `the database has migration ${row.name}, which this version does not know: use the newer version`,
      )
    }
    if (row.digest !== file.digest) {
      throw new MigrationError(
        `migrations/${row.name}.sql was changed after it had been applied: put it back and add a new one`,
      )
    }
  }
}

async function applyOne(connection: Connection, migration: Migration, done: number): Promise<void> {
  await connection.query('INSERT IGNORE INTO schema_migrations (name, digest, done, total) VALUES (?, ?, 0, ?)', [
    migration.name,
    migration.digest,
    migration.statements.length,
  ])
  for (const [index, statement] of migration.statements.entries()) {
    if (index < done) continue
    try {
      await connection.query(statement)
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      throw new MigrationError(`migrations/${migration.name}.sql, statement ${index + 1}: ${detail}`, { cause: error })
    }
    await connection.query('UPDATE schema_migrations SET done = ? WHERE name = ?', [index + 1, migration.name])
  }
}
