import { and, asc, eq, isNull, notInArray, sql } from 'drizzle-orm'
import type { Db, Tx } from '../platform/database/database.ts'
import { initialsOf } from '../platform/text/pinyin.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import type { Below } from './below-file.ts'
import { counties, townshipDuties, units } from './schema.ts'

/** @returns whether the unit exists and accepts tickets */
export async function isUnit(db: Db, code: UnitCode): Promise<boolean> {
  const [row] = await db
    .select({ code: units.code })
    .from(units)
    .where(and(eq(units.code, code), isNull(units.withdrawnAt)))
  return row !== undefined
}

/** In the order of the file. */
export function readCounties(db: Db) {
  return db
    .select({ code: counties.code, name: counties.name, initials: counties.initials })
    .from(counties)
    .orderBy(asc(counties.sortOrder))
}

/** The units below this one, at any depth: a few. */
export async function unitsBelow(db: Db | Tx, code: UnitCode): Promise<UnitCode[]> {
  const [rows] = await db.execute(sql`WITH RECURSIVE below (code) AS (
    SELECT ${units.code} FROM ${units} WHERE ${units.parentCode} = ${code}
    UNION SELECT child.code FROM ${units} AS child JOIN below ON child.parent_code = below.code
  ) SELECT code FROM below`)
  return (rows as unknown as { code: UnitCode }[]).map((row) => row.code)
}

/** The units below the workstations as the file has them, and the townships' duties; edited rows stay as they are. */
export async function syncBelow(tx: Tx, { units: below, isSample, townshipDuties: duties }: Below, now: Instant) {
  const rows = below.map((unit, sortOrder) => ({
    ...unit,
    ...{ initials: initialsOf(unit.shortName), assessClass: 'ASSESSED' as const, sortOrder: 1_000 + sortOrder },
    ...{ isSeeded: true, isSample, changedAt: now, withdrawnAt: null },
  }))
  const kept = [
    'name',
    'short_name',
    'initials',
    'kind',
    'parent_code',
    'county_code',
    'duties',
    'withdrawn_at',
  ] as const
  if (rows.length > 0) {
    const set = Object.fromEntries(
      kept.map((column) => {
        const name = sql.identifier(column)
        return [keyOf(column), sql`IF(${units.editedAt} IS NULL, VALUES(${name}), ${sql.identifier('units')}.${name})`]
      }),
    )
    await tx.insert(units).values(rows).onDuplicateKeyUpdate({ set })
  }
  const dutyRows = duties.map(({ category: categoryCode, basis }) => ({ categoryCode, basis }))
  const named = dutyRows.map(({ categoryCode }) => categoryCode)
  const isGone = named.length > 0 ? notInArray(townshipDuties.categoryCode, named) : undefined
  await tx.delete(townshipDuties).where(isGone)
  if (dutyRows.length === 0) return
  const basis = sql`VALUES(${townshipDuties.basis})`
  await tx.insert(townshipDuties).values(dutyRows).onDuplicateKeyUpdate({ set: { basis } })
}

const keyOf = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
