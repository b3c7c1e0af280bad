import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Db, Tx } from '../platform/database/database.ts'
import type { UnitCode } from '../platform/types.ts'
import { units } from './schema.ts'

/** @returns whether the unit exists and accepts tickets */
export async function isUnit(db: Db, code: UnitCode): Promise<boolean> {
  const [row] = await db
    .select({ code: units.code })
    .from(units)
    .where(and(eq(units.code, code), isNull(units.withdrawnAt)))
  return row !== undefined
}

/** The units below this one, at any depth: a few. */
export async function unitsBelow(db: Db | Tx, code: UnitCode): Promise<UnitCode[]> {
  const [rows] = await db.execute(sql`WITH RECURSIVE below (code) AS (
    SELECT ${units.code} FROM ${units} WHERE ${units.parentCode} = ${code}
    UNION SELECT child.code FROM ${units} AS child JOIN below ON child.parent_code = below.code
  ) SELECT code FROM below`)
  return (rows as unknown as { code: UnitCode }[]).map((row) => row.code)
}
