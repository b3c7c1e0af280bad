import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { type Applied, type Migration, migrationsDir, readMigrations } from './migrations.ts'
import { spreadOf } from './spread.ts'
import { effectOf, type Trace } from './statement.ts'

/**
 * Brings a database up to the SQL files of `migrations/`, forward only, one process at a time.
 *
 * It may be killed at any moment. Rows change in a transaction with the note of their progress, those of a large table in
 * many (`spread.ts`). MariaDB and MySQL
 * commit every change of structure at once, before its progress is noted: the next process checks whether the statement
 * after the last noted one has taken effect (`statement.ts`).
 */

const lockSeconds = 60

export class MigrationError extends Error {}

interface Progress extends Applied {
  /** Number, from 1, of the statement that the server refused last; 0 when none. It is known to have had no effect. */
  refused: number
  /** Of the statement after the last done one: rows up to this key are changed; null: none is. */
  reached: string | null
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
    'SELECT name, digest, done, refused, reached FROM schema_migrations',
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
      reached varchar(64),
      changed_at datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)
    )`,
  )
  // A table made by an earlier version lacks them.
  for (const [name, definition] of [
    ['refused', 'int NOT NULL DEFAULT 0 AFTER total'],
    ['reached', 'varchar(64) AFTER refused'],
  ] as const) {
    const trace = { kind: 'column', table: 'schema_migrations', name, isThere: true } as const
    if (await hasTakenEffect(connection, trace)) continue
    await connection.query(`ALTER TABLE schema_migrations ADD COLUMN ${name} ${definition}`)
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
    const isFirst = left !== undefined && index === left.done
    const isInDoubt = isFirst && left.refused !== number
    const reached = isFirst ? left.reached : null
    try {
      await applyStatement(connection, statement, { name, number, isInDoubt, reached })
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
  reached: string | null
}

async function applyStatement(connection: Connection, statement: string, place: Place) {
  const { name, number, isInDoubt } = place
  const note = (column: 'done' | 'refused') =>
    connection.query('UPDATE schema_migrations SET ?? = ? WHERE name = ?', [column, number, name])
  const effect = effectOf(statement)
  if (!effect) throw new Error('of a form that cannot be resumed: see docs/developing.md, "Change a table"')
  if (effect.kind === 'rows') {
    await changeRows(connection, statement, place)
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

/** Rows in a transaction: half a second, in which calls and tickets of a running hotline wait for at most these. */
const rowsAtOnce = 5_000

async function changeRows(connection: Connection, statement: string, { name, number, reached }: Place) {
  const within = async (sql: string, note: () => Promise<unknown>): Promise<void> => {
    await connection.beginTransaction()
    await connection.query(sql)
    await note()
    await connection.commit()
  }
  const done = () =>
    connection.query('UPDATE schema_migrations SET done = ?, reached = NULL WHERE name = ?', [number, name])
  const spread = spreadOf(statement)
  const key = spread && (await keyOf(connection, spread.table))
  if (!spread || key === null || spread.sets(key)) return within(statement, done)

  const column = `\`${spread.name}\`.\`${key}\``
  let from = reached
  let to = await keyAfter(connection, { table: spread.table, key, from })
  // As it stands: the whole table is no more than a range.
  if (from === null && to === null) return within(statement, done)
  while (to !== null) {
    const until: string = to
    const range = [
      ...(from === null ? [] : [`${column} > ${connection.escape(from)}`]),
      `${column} <= ${connection.escape(until)}`,
    ]
    await within(spread.where(range.join(' AND ')), () =>
      connection.query('UPDATE schema_migrations SET reached = ? WHERE name = ?', [until, name]),
    )
    from = until
    to = await keyAfter(connection, { table: spread.table, key, from })
  }
  return within(spread.where(`${column} > ${connection.escape(from)}`), done)
}

/** The only column of the primary key; null: it has several, or there is none. */
async function keyOf(connection: Connection, table: string): Promise<string | null> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT COLUMN_NAME AS name FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND INDEX_NAME = 'PRIMARY'`,
    [table],
  )
  return rows.length === 1 ? String(rows[0]?.name) : null
}

/** The last key of the next range; null: fewer rows are left. Rows that are added meanwhile are in a later one. */
async function keyAfter(
  connection: Connection,
  { table, key, from }: { table: string; key: string; from: string | null },
): Promise<string | null> {
  const after = from === null ? '' : `WHERE ?? > ${connection.escape(from)}`
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT CAST(?? AS CHAR) AS found FROM ?? ${after} ORDER BY ?? LIMIT 1 OFFSET ?`,
    [key, table, ...(from === null ? [] : [key]), key, rowsAtOnce - 1],
  )
  const [row] = rows
  return row ? String(row.found) : null
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
