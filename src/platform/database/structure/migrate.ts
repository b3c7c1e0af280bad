import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { type Applied, type Migration, migrationsDir, readMigrations } from './migrations.ts'
import { effectOf, type Trace } from './statement.ts'

/**
 * Brings a database up to the SQL files of `migrations/`, forward only, one process at a time.
 *
 * It may be killed at any moment. Rows change in one transaction with the note of their progress. MariaDB and MySQL
 * commit every change of structure at once, before its progress is noted: the next process checks whether the statement
 * after the last noted one has taken effect (`statement.ts`).
 */

const lockSeconds = 60

export class MigrationError extends Error {}

interface Progress extends Applied {
  /** Number, from 1, of the statement that the server refused last; 0 when none. It is known to have had no effect. */
  refused: number
}

/** @returns names of the migrations that were applied now */
export async function migrate(databaseUrl: string, from = migrationsDir): Promise<string[]> {
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

async function underLock<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  // The lock is server-wide, not per database: its name contains the database's.
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT GET_LOCK(LEFT(CONCAT('hotline-migrate-', DATABASE()), 64), ?) AS got",
    [lockSeconds],
  )
  // A killed process may hold it, too: the server finishes the statement that it was given.
  if (rows[0]?.got !== 1) {
    throw new MigrationError(
      `another process migrates for more than ${lockSeconds} s, or a statement of one that was ended still runs: ` +
        'SHOW PROCESSLIST names it; try again when it is through',
    )
  }
  // Closing the connection releases the lock.
  return work()
}

const charset = 'utf8mb4'
const collation = 'utf8mb4_unicode_520_ci'

/** In any other charset names of people and places would be refused, or stored as question marks. */
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
  await createProgressTable(connection)
  const [rows] = await connection.query<(Progress & RowDataPacket)[]>(
    'SELECT name, digest, done, refused FROM schema_migrations',
  )
  const applied = new Map<string, Progress>(rows.map((row) => [row.name, row]))
  refuseStrangers(migrations, applied)

  const now: string[] = []
  for (const migration of migrations) {
    const progress = applied.get(migration.name)
    if (progress?.done === migration.statements.length) continue
    if (!progress) await begin(connection, migration)
    await applyOne(connection, migration, progress)
    now.push(migration.name)
  }
  return now
}

async function createProgressTable(connection: Connection): Promise<void> {
  await connection.query(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
      name varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      digest char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      done int NOT NULL,
      total int NOT NULL,
      refused int NOT NULL DEFAULT 0,
      changed_at datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)
    )`,
  )
  // A table made by an earlier version lacks it.
  const trace = { kind: 'column', table: 'schema_migrations', name: 'refused', isThere: true } as const
  if (!(await hasTakenEffect(connection, trace))) {
    await connection.query('ALTER TABLE schema_migrations ADD COLUMN refused int NOT NULL DEFAULT 0 AFTER total')
  }
}

/** An older checkout on a newer database, or a file edited after it was applied, would lead to an unknown structure. */
function refuseStrangers(migrations: Migration[], applied: Map<string, Progress>): void {
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

async function begin(connection: Connection, { name, digest, statements }: Migration): Promise<void> {
  await connection.query('INSERT INTO schema_migrations (name, digest, done, total) VALUES (?, ?, 0, ?)', [
    name,
    digest,
    statements.length,
  ])
}

/** @param left progress of an earlier process on it */
async function applyOne(connection: Connection, { name, statements }: Migration, left?: Progress): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    const number = index + 1
    if (left && number <= left.done) continue
    // The statement during which that process may have ended.
    const isInDoubt = left !== undefined && index === left.done && left.refused !== number
    try {
      await applyStatement(connection, statement, { name, number, isInDoubt })
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      throw new MigrationError(`migrations/${name}.sql, statement ${number}: ${detail}`, { cause: error })
    }
  }
}

interface Place {
  name: string
  /** From 1. */
  number: number
  isInDoubt: boolean
}

async function applyStatement(connection: Connection, statement: string, { name, number, isInDoubt }: Place) {
  const note = (column: 'done' | 'refused') =>
    connection.query('UPDATE schema_migrations SET ?? = ? WHERE name = ?', [column, number, name])
  const effect = effectOf(statement)
  if (!effect) throw new Error('of a form that cannot be resumed: see docs/developing.md, "Change a table"')
  if (effect.kind === 'rows') {
    await connection.beginTransaction()
    await connection.query(statement)
    await note('done')
    await connection.commit()
    return
  }
  const isDone = isInDoubt && effect.kind === 'structure' && (await hasTakenEffect(connection, effect.trace))
  if (!isDone) {
    try {
      await connection.query(statement)
    } catch (error) {
      if (isAnswer(error)) await note('refused')
      throw error
    }
  }
  await note('done')
}

/** Only the server itself sends an SQL state. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'sqlState' in error && typeof error.sqlState === 'string' && error.sqlState !== ''
}

/** The table of the information schema for each kind of object. */
const records: Record<Trace['kind'], { from: string; column: string }> = {
  table: { from: 'TABLES', column: 'TABLE_NAME' },
  column: { from: 'COLUMNS', column: 'COLUMN_NAME' },
  index: { from: 'STATISTICS', column: 'INDEX_NAME' },
  constraint: { from: 'TABLE_CONSTRAINTS', column: 'CONSTRAINT_NAME' },
  'primary-key': { from: 'TABLE_CONSTRAINTS', column: 'CONSTRAINT_NAME' },
}

async function hasTakenEffect(connection: Connection, trace: Trace): Promise<boolean> {
  const { from, column } = records[trace.kind]
  const name = trace.kind === 'primary-key' ? 'PRIMARY' : trace.name
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT 1 FROM information_schema.${from} WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND ${column} = ? LIMIT 1`,
    [trace.table, name],
  )
  return rows.length > 0 === trace.isThere
}
