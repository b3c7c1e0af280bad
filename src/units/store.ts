import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '../platform/database/database.ts'
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
