import { and, eq, inArray, isNull, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { categories } from '../../catalogue/schema.ts'
import type { Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { CategoryCode, UnitCode } from '../../platform/types.ts'
import { counties, units } from '../../units/schema.ts'
import { Refused } from './refusal.ts'
import type { NewTicket } from './rows.ts'

/** Codes that a form or an event names: each must be there and at work. */

const codesNamed = prepared((db) =>
  db
    .select({
      level: categories.level,
      statutoryDays: categories.statutoryDays,
      county: counties.code,
      unit: units.code,
    })
    .from(categories)
    .leftJoin(counties, eq(counties.code, sql.placeholder('county')))
    .leftJoin(units, unitsThatWork([sql.placeholder('suggested'), sql.placeholder('accused')]))
    .where(and(eq(categories.code, sql.placeholder('category')), isNull(categories.withdrawnAt)))
    .prepare(),
)

/** All that the form names, in one question. @throws Refused for what is not there */
export async function checkCodes(tx: Tx, input: NewTicket): Promise<{ statutoryDays: number | null }> {
  const { categoryCode, countyCode, suggestedUnit, accusedUnit } = input
  const named = [suggestedUnit, accusedUnit].filter((unit) => unit !== null)
  // No code is empty: what is not named is found nowhere.
  const [county, suggested, accused] = [countyCode ?? '', suggestedUnit ?? '', accusedUnit ?? '']
  const rows = await codesNamed(tx).execute({ category: categoryCode, county, suggested, accused })
  const category = requireLeaf(rows[0])
  if (countyCode !== null && category.county === null) {
    throw new Refused('ticket.county-unknown', '没有这个县区，请重新选择。')
  }
  refuseStrayUnit(
    named,
    rows.flatMap((row) => row.unit ?? []),
  )
  return category
}

/** @throws Refused for a category that is not there, or not of the third level */
export async function checkCategory(
  tx: Tx,
  code: CategoryCode,
): Promise<{ name: string; statutoryDays: number | null }> {
  const { name, level, statutoryDays } = categories
  const [row] = await tx
    .select({ name, level, statutoryDays })
    .from(categories)
    .where(and(eq(categories.code, code), isNull(categories.withdrawnAt)))
  return requireLeaf(row)
}

function requireLeaf<Row extends { level: number }>(row: Row | undefined): Row {
  if (row?.level === 3) return row
  throw new Refused('ticket.category-unknown', '没有这个事项分类，或它不是第三级，请重新选择。')
}

function unitsThatWork(named: (UnitCode | Placeholder)[]): SQL | undefined {
  return and(inArray(units.code, named), isNull(units.withdrawnAt))
}

function refuseStrayUnit(named: UnitCode[], known: UnitCode[]): void {
  const stray = named.find((unit) => !known.includes(unit))
  if (stray !== undefined) throw new Refused('ticket.unit-unknown', `没有承办单位“${stray}”，或它已停用，请重新选择。`)
}
