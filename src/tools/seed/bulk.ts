import { getTableName } from 'drizzle-orm'
import type { MySqlTable } from 'drizzle-orm/mysql-core'
import type { Connection } from 'mysql2/promise'
import { columnsToFill, driverValueOf } from '../../platform/database/prepared.ts'

/**
 * Many rows in one prepared statement. Drizzle makes an object of every value, which costs more than the server's own
 * work; names, defaults and conversions still come from the schema.
 */
export type InsertMany<Row> = (connection: Connection, rows: readonly Row[]) => Promise<void>

/** Few sizes, so that each statement is prepared once; the greatest stays below the server's 65,535 values. */
const sizes = [256, 64, 16, 4, 1]

/** @param onDuplicate the clause after `ON DUPLICATE KEY UPDATE` */
export function insertMany<Table extends MySqlTable>(
  table: Table,
  onDuplicate?: string,
): InsertMany<Table['$inferInsert']> {
  const columns = columnsToFill(table)
  const names = columns.map(([, column]) => `\`${column.name}\``).join(', ')
  const group = `(${columns.map(() => '?').join(', ')})`
  const ending = onDuplicate === undefined ? '' : ` ON DUPLICATE KEY UPDATE ${onDuplicate}`
  const statements = new Map(
    sizes.map((size) => {
      const groups = Array.from({ length: size }, () => group).join(', ')
      return [size, `INSERT INTO \`${getTableName(table)}\` (${names}) VALUES ${groups}${ending}`]
    }),
  )
  return async (connection, rows) => {
    let at = 0
    for (const size of sizes) {
      for (; rows.length - at >= size; at += size) {
        const values = rows
          .slice(at, at + size)
          .flatMap((row) => columns.map(([key, column]) => driverValueOf(row, key, column)))
        await connection.execute(statements.get(size) ?? '', values as string[])
      }
    }
  }
}
