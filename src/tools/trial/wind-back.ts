import { cp, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { migrate } from '../../platform/database/structure/migrate.ts'
import { migrationsDir, readMigrations } from '../../platform/database/structure/migrations.ts'

/** A database as an earlier version left it, with the rows of one of today: what migrations have to cope with. */

/** @returns a folder with the migrations up to this one */
export async function migrationsUpTo(last: string): Promise<string> {
  const names = (await readMigrations(migrationsDir)).map(({ name }) => name)
  const at = names.findIndex((name) => name === last || name.startsWith(`${last}_`))
  if (at === -1) throw new Error(`there is no migration ${last}; the first is ${names[0]}, the last ${names.at(-1)}`)
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  const known = names.slice(0, at + 1)
  for (const name of known) await cp(join(migrationsDir, `${name}.sql`), join(folder, `${name}.sql`))
  const journal = JSON.stringify({ entries: known.map((tag) => ({ tag })) })
  await cp(join(migrationsDir, 'meta/_journal.json'), join(folder, 'meta/_journal.json'))
  await writeFile(join(folder, 'meta/_journal.json'), journal)
  return folder
}

/** What a table was called, or made of, before 0023. What the old keys do not allow, e.g. the clocks of parts, is left out. */
const former: Record<string, string> = {
  ticket_participants: `SELECT id, ticket_id, unit_code, IF(role = 'LEAD', 'LEAD', 'CO') AS role, slot, lead_slot,
    sent_at AS joined_at, left_at FROM ticket_tasks WHERE role IN ('LEAD', 'CO')`,
}

/**
 * Fills an old structure: each table with the columns that it shares with the one of today.
 * @param url of the empty database that gets the old structure
 */
export async function windBack(connection: Connection, url: string, folder: string, source: string): Promise<void> {
  await migrate(url, folder)
  const target = new URL(url).pathname.slice(1)
  await connection.query('SET SESSION foreign_key_checks = 0')
  const [columns] = await connection.query<RowDataPacket[]>(
    `SELECT TABLE_SCHEMA AS place, TABLE_NAME AS name, COLUMN_NAME AS col FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA IN (?, ?) AND EXTRA NOT LIKE '%GENERATED%' ORDER BY ORDINAL_POSITION`,
    [target, source],
  )
  const columnsIn = (place: string, name: string) =>
    columns.filter((row) => row.place === place && row.name === name).map((row) => String(row.col))
  const tables = new Set(columns.filter(({ place }) => place === target).map(({ name }) => String(name)))
  tables.delete('schema_migrations')
  for (const table of tables) {
    const [own, today] = [columnsIn(target, table), columnsIn(source, table)]
    const shared = own.filter((column) => today.includes(column)).map((column) => connection.escapeId(column))
    const made = former[table]
    if (made !== undefined && today.length === 0) {
      await connection.query(`USE ${connection.escapeId(source)}`)
      await connection.query(
        `INSERT INTO ??.?? (id, ticket_id, unit_code, role, slot, lead_slot, joined_at, left_at) ${made}`,
        [target, table],
      )
    } else if (shared.length > 0) {
      const list = shared.join(', ')
      await connection.query(`DELETE FROM ??.??`, [target, table])
      await connection.query(`INSERT IGNORE INTO ??.?? (${list}) SELECT ${list} FROM ??.??`, [
        target,
        table,
        source,
        table,
      ])
    }
  }
}
