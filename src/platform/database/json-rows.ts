import { type Column, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { MySqlTable } from 'drizzle-orm/mysql-core'

/**
 * Rows that hang on another one, read in its question as one array: a question of their own would cost a way there and
 * back. MariaDB gives JSON as text, MySQL as what it says; neither in an order that it promises.
 */

const parsed = (given: unknown): unknown => (typeof given === 'string' ? JSON.parse(given) : given)

/** @param query that selects one JSON_ARRAYAGG; no row of it is an empty array */
export function jsonArray<Item>(query: SQL): SQL<Item[]> {
  return sql`COALESCE((${query}), JSON_ARRAY())`.mapWith(parsed) as SQL<Item[]>
}

/** Whole rows of a table, read as the schema says. @param where with the word WHERE */
export function jsonRows<Table extends MySqlTable>(table: Table, where: SQL): SQL<Table['$inferSelect'][]> {
  const columns: [string, Column][] = Object.entries(getTableColumns(table))
  // Named with their table: Drizzle leaves it out where a question is of one table only.
  const pairs = columns.map(([key, column]) => sql`${sql.raw(`'${key}'`)}, ${table}.${sql.identifier(column.name)}`)
  const read = (row: Record<string, unknown>) =>
    Object.fromEntries(
      columns.map(([key, column]) => [key, row[key] == null ? null : column.mapFromDriverValue(row[key])]),
    )
  const query = sql`SELECT JSON_ARRAYAGG(JSON_OBJECT(${sql.join(pairs, sql`, `)})) FROM ${table} ${where}`
  return sql`COALESCE((${query}), JSON_ARRAY())`.mapWith((given: unknown) =>
    (parsed(given) as Record<string, unknown>[]).map(read),
  ) as SQL<Table['$inferSelect'][]>
}
