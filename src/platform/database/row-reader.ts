import { Column, getTableName, is, SQL, Subquery, type Table } from 'drizzle-orm'

/**
 * Turns rows of a prepared SELECT into objects. Drizzle asks for every value of every row what kind of column it has,
 * where in the object it belongs and whether its table was joined: for a page of tickets that takes longer than the
 * server. Here it is asked once per statement. The resulting objects are the same.
 */

type Decoder = { mapFromDriverValue(value: unknown): unknown }
interface Field {
  path: string[]
  field: unknown
}
type Values = readonly unknown[]

/** Drizzle internals, not in its types: if it renames them, nothing is found here and Drizzle's own way is used. */
interface Select {
  fields?: Field[]
  joinsNotNullableMap?: Record<string, boolean>
  customResultMapper?: (rows: Values[]) => unknown[]
}

/** One object of a row: the row itself, or its part under one name. */
interface Part {
  name: string | null
  fields: { key: string; place: number; decoder: Decoder }[]
  /** A column whose NULL shows that a joined table had no row. */
  witness: number | null
}

/** @param statement changed in place; anything but a SELECT of Drizzle's, or one that nests deeper, stays as it is */
export function readFaster(statement: unknown): void {
  const select = statement as Select
  const { fields, customResultMapper } = select
  if (!fields || customResultMapper || fields.some(({ path }) => path.length > 2)) return
  const read = compiled(partsOf(fields, select.joinsNotNullableMap))
  select.customResultMapper = (rows) => rows.map((row) => read(row))
}

function partsOf(fields: Field[], isAlwaysThere: Record<string, boolean> | undefined): Part[] {
  const placed = fields.map(({ path, field }, place) => ({ path, field, place }))
  const groups = Map.groupBy(placed, ({ path }) => (path.length === 1 ? null : (path[0] ?? null)))
  return [...groups].map(([name, of]) => ({
    name,
    fields: of.map(({ path, field, place }) => ({ key: path.at(-1) ?? '', place, decoder: decoderOf(field) })),
    witness: name === null || !isAlwaysThere ? null : witnessOf(of, isAlwaysThere),
  }))
}

/** Like Drizzle: the first column, when all of them belong to one table that may have no row. */
function witnessOf(of: (Field & { place: number })[], isAlwaysThere: Record<string, boolean>): number | null {
  const columns = of.flatMap(({ field, place }) => (is(field, Column) ? { table: tableOf(field), place } : []))
  const [first] = columns
  if (!first || isAlwaysThere[first.table] || columns.some(({ table }) => table !== first.table)) return null
  return first.place
}

const tableOf = (column: Column) => getTableName(column.table as Table)

function decoderOf(field: unknown): Decoder {
  if (is(field, Column)) return field
  const sql = is(field, SQL) ? field : is(field, Subquery) ? field._.sql : (field as SQL.Aliased).sql
  return (sql as unknown as { decoder: Decoder }).decoder
}

/**
 * A function that consists of one object literal, as mysql2 compiles for each statement: filling an object key by key
 * takes three times as long. The names in it are those of our own code.
 */
function compiled(parts: Part[]): (values: Values) => unknown {
  const decoders: Decoder[] = []
  const readingOf = (place: number, decoder: Decoder) => {
    if (decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue) return `row[${place}]`
    return `row[${place}] === null ? null : decoders[${decoders.push(decoder) - 1}].mapFromDriverValue(row[${place}])`
  }
  const texts = parts.map(({ name, fields, witness }) => {
    const entries = fields
      .map(({ key, place, decoder }) => `${JSON.stringify(key)}: ${readingOf(place, decoder)}`)
      .join()
    if (name === null) return entries
    const isThere = witness === null ? '' : `row[${witness}] === null ? null : `
    return `${JSON.stringify(name)}: ${isThere}{ ${entries} }`
  })
  return new Function('decoders', `return (row) => ({ ${texts.join()} })`)(decoders)
}
