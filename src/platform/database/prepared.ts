import { type Column, getTableColumns, sql } from 'drizzle-orm'
import type { MySqlTable } from 'drizzle-orm/mysql-core'
import type { ResultSetHeader } from 'mysql2'
import type { Db, Tx } from './database.ts'
import { readFaster } from './row-reader.ts'

/**
 * Statements that are built once and reused: Drizzle takes longer to build the text of one than the server to answer
 * it. The statements that every ticket needs are prepared, beside the function that sends them.
 */

/** @param make with `sql.placeholder` for each value, and `.prepare()` at its end */
export function prepared<Statement, On extends object = Db | Tx>(make: (db: On) => Statement): (db: On) => Statement {
  const made = new WeakMap<On, Statement>()
  return (db) => {
    const known = made.get(db)
    if (known !== undefined) return known
    const statement = make(db)
    readFaster(statement)
    made.set(db, statement)
    return statement
  }
}

interface PreparedInsert {
  execute(values: Record<string, unknown>): Promise<unknown>
}

/**
 * Inserts rows in one statement, prepared for each number of rows: for small groups.
 * @param make for more than a plain INSERT; receives the placeholders of all columns as rows
 */
export function insertInto<Table extends MySqlTable>(
  table: Table,
  make: (db: Db | Tx, rows: Table['$inferInsert'][]) => PreparedInsert = (db, rows) =>
    db.insert<MySqlTable>(table).values(rows).prepare(),
): (db: Db | Tx, ...rows: Table['$inferInsert'][]) => Promise<ResultSetHeader> {
  const columns = columnsToFill(table)
  const placeOf = (key: string, at: number) => `${key} ${at}`
  const statements = new Map<number, (db: Db | Tx) => PreparedInsert>()
  const statementFor = (count: number) => {
    const known = statements.get(count)
    if (known) return known
    const places = Array.from({ length: count }, (_, at) =>
      Object.fromEntries(columns.map(([key]) => [key, sql`${sql.placeholder(placeOf(key, at))}`])),
    )
    const statement = prepared((db) => make(db, places as Table['$inferInsert'][]))
    statements.set(count, statement)
    return statement
  }
  return async (db, ...rows) => {
    const values = rows.flatMap((row, at) =>
      columns.map(([key, column]) => [placeOf(key, at), driverValueOf(row, key, column)]),
    )
    const [result] = (await statementFor(rows.length)(db).execute(Object.fromEntries(values))) as [ResultSetHeader]
    return result
  }
}

/** All columns that the database does not number by itself. */
export function columnsToFill(table: MySqlTable): [key: string, column: Column][] {
  return Object.entries(getTableColumns(table)).filter(
    ([, column]) => !('autoIncrement' in column && column.autoIncrement),
  )
}

/** Converted as the schema says; Drizzle's placeholders would treat NULL as a value of the column's type. */
export function driverValueOf(row: Record<string, unknown>, key: string, column: Column): unknown {
  const value = row[key] === undefined ? column.default : row[key]
  return value === undefined || value === null ? null : column.mapToDriverValue(value)
}
