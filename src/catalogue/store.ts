import { and, asc, eq, isNull, notInArray, type SQL, sql } from 'drizzle-orm'
import type { MySqlColumn } from 'drizzle-orm/mysql-core'
import type { Db } from '../platform/database/database.ts'
import { prepared } from '../platform/database/prepared.ts'
import { initialsOf, pinyinOf } from '../platform/text/pinyin.ts'
import type { CategoryCode, CountyCode, Instant } from '../platform/types.ts'
import { counties, units } from '../units/schema.ts'
import { syncBelow } from '../units/store.ts'
import { kindsBelow } from '../units/unit.ts'
import type { Rule, RuleUnit } from './catalogue.ts'
import type { Category } from './category.ts'
import type { Seeds } from './load.ts'
import { catalogueRules, categories } from './schema.ts'
import type { Named } from './terms.ts'

/** Units, categories and rules in the database, where people edit them; `config/` only seeds them. */

/**
 * Inserts missing seeds and updates rows that were never edited; an edited row stays as it is. Any number of processes
 * may run it at once.
 */
export async function syncSeeds(db: Db, seeds: Seeds, now: Instant): Promise<void> {
  await db.transaction(async (tx) => {
    const sample = { isSeeded: true, changedAt: now, withdrawnAt: null }
    await tx
      .insert(counties)
      .values(
        seeds.units.counties.map(({ code, name, population, former }, sortOrder) => ({
          code: code as CountyCode,
          name,
          initials: initialsOf(name),
          population: population ?? null,
          formerCodes: former,
          sortOrder,
        })),
      )
      .onDuplicateKeyUpdate({ set: given(counties.name, counties.initials, counties.population, counties.sortOrder) })

    const rows = seeds.units.units.map((unit, sortOrder) => ({
      ...sample,
      code: unit.code,
      name: unit.name,
      shortName: unit.shortName,
      initials: initialsOf(unit.shortName),
      kind: unit.kind,
      countyCode: (unit.county ?? null) as CountyCode | null,
      assessClass: unit.assessClass,
      duties: unit.duties,
      phone: unit.phone ?? null,
      email: unit.email ?? null,
      sortOrder,
      isSample: seeds.units.isSample,
    }))
    const { name, shortName, initials, kind, countyCode, assessClass, duties, sortOrder, isSample } = units
    await tx
      .insert(units)
      .values(rows)
      .onDuplicateKeyUpdate({
        set: unlessEdited(units.editedAt, [
          ...[name, shortName, initials, kind, countyCode, assessClass, duties, sortOrder, isSample],
          ...[units.changedAt, units.withdrawnAt],
        ]),
      })
    // Only now all rows exist that others may refer to.
    for (const { code, parent, regulator } of seeds.units.units) {
      const above = { parentCode: parent ?? null }
      const watching = { regulatorCode: regulator ?? null }
      await tx
        .update(units)
        .set({ ...above, ...watching })
        .where(and(eq(units.code, code), isNull(units.editedAt)))
    }
    await syncBelow(tx, seeds.below, now)
    const unitCodes = [...rows, ...seeds.below.units].map((row) => row.code)
    await tx
      .update(units)
      .set({ withdrawnAt: now, changedAt: now })
      .where(left(units, notInArray(units.code, unitCodes)))

    const tree = treeOf(seeds)
    for (const level of [1, 2, 3]) {
      await tx
        .insert(categories)
        .values(tree.filter((row) => row.level === level).map((row) => ({ ...sample, ...row })))
        .onDuplicateKeyUpdate({
          set: unlessEdited(categories.editedAt, [
            ...[categories.name, categories.initials, categories.keywords, categories.hints],
            ...[categories.urgency, categories.statutoryDays, categories.sortOrder, categories.isSample],
            ...[categories.changedAt, categories.withdrawnAt],
          ]),
        })
    }
    const categoryCodes = tree.map((row) => row.code)
    await tx
      .update(categories)
      .set({ withdrawnAt: now, changedAt: now })
      .where(left(categories, notInArray(categories.code, categoryCodes)))

    const rules = seeds.catalogue.rules.map((rule) => ({
      ...sample,
      key: rule.key,
      title: rule.title,
      categoryCode: rule.category as CategoryCode,
      countyCode: (rule.county ?? null) as CountyCode | null,
      target: rule.target,
      unitCode: rule.unit ?? null,
      coUnitCodes: rule.coUnits,
      priority: rule.priority,
      effectiveFrom: rule.effectiveFrom ?? null,
      effectiveTo: rule.effectiveTo ?? null,
      basis: rule.basis,
      isSample: seeds.catalogue.isSample,
    }))
    if (rules.length > 0) {
      const { title, categoryCode, countyCode: where, target, unitCode, coUnitCodes, priority, basis } = catalogueRules
      await tx
        .insert(catalogueRules)
        .values(rules)
        .onDuplicateKeyUpdate({
          set: unlessEdited(catalogueRules.editedAt, [
            ...[title, categoryCode, where, target, unitCode, coUnitCodes, priority, basis],
            ...[catalogueRules.effectiveFrom, catalogueRules.effectiveTo, catalogueRules.isSample],
            ...[catalogueRules.changedAt, catalogueRules.withdrawnAt],
          ]),
        })
    }
    const keys = ['', ...rules.map((rule) => rule.key)]
    await tx
      .update(catalogueRules)
      .set({ withdrawnAt: now, changedAt: now })
      .where(left(catalogueRules, notInArray(catalogueRules.key, keys)))
  })
}

/** `name = VALUES(name)` for each. */
function given(...columns: MySqlColumn[]): Record<string, SQL> {
  return Object.fromEntries(columns.map((column) => [keyOf(column), sql`VALUES(${column})`]))
}

function unlessEdited(editedAt: MySqlColumn, columns: MySqlColumn[]): Record<string, SQL> {
  return Object.fromEntries(
    columns.map((column) => [keyOf(column), sql`IF(${editedAt} IS NULL, VALUES(${column}), ${column})`]),
  )
}

/** Drizzle's `set` uses the name in the code, a column only knows the one in the database. */
function keyOf(column: MySqlColumn): string {
  return column.name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Came from the file, is no longer in it, and was never edited. */
function left(
  table: { isSeeded: MySqlColumn; editedAt: MySqlColumn; withdrawnAt: MySqlColumn },
  isNotInFile: SQL,
): SQL | undefined {
  return and(eq(table.isSeeded, true), isNull(table.editedAt), isNull(table.withdrawnAt), isNotInFile)
}

function treeOf({ categories: file }: Seeds) {
  const row = (code: string, level: number, name: string, parent: string | null, sortOrder: number) => ({
    code: code as CategoryCode,
    parentCode: parent as CategoryCode | null,
    level,
    name,
    initials: initialsOf(name),
    sortOrder,
    isSample: file.isSample,
    keywords: '',
    hints: '',
    urgency: null,
    statutoryDays: null,
  })
  return file.categories.flatMap((top, at) => {
    const topCode = `${top.code}0000`
    return [
      row(topCode, 1, top.name, null, at),
      ...top.groups.flatMap((group, index) => {
        const groupCode = `${top.code}${group.code}00`
        return [
          row(groupCode, 2, group.name, topCode, index),
          ...group.matters.map((matter, place) => ({
            ...row(`${top.code}${group.code}${matter.code}`, 3, matter.name, groupCode, place),
            keywords: matter.words,
            hints: matter.hints,
            urgency: matter.urgency ?? null,
            statutoryDays: matter.statutoryDays ?? null,
          })),
        ]
      }),
    ]
  })
}

/** Categories that can be chosen now, with the names above each. */
export async function readCategories(db: Db): Promise<(Omit<Category, 'terms'> & Named)[]> {
  const rows = await db
    .select()
    .from(categories)
    .where(isNull(categories.withdrawnAt))
    .orderBy(asc(categories.level), asc(categories.code))
  const paths = new Map<CategoryCode, string[]>()
  return rows.map(({ code, parentCode, level, name, initials, keywords, hints, urgency }) => {
    const path = [...(parentCode === null ? [] : (paths.get(parentCode) ?? [])), name]
    paths.set(code, path)
    return { code, level, name, path, initials, pinyin: pinyinOf(name), keywords, hints, urgency }
  })
}

const rulesInForce = prepared((db) =>
  db.select().from(catalogueRules).where(isNull(catalogueRules.withdrawnAt)).prepare(),
)
const unitsAtWork = prepared((db) =>
  db
    .select({
      code: units.code,
      name: units.name,
      kind: units.kind,
      countyCode: units.countyCode,
      parentCode: units.parentCode,
    })
    .from(units)
    .where(and(isNull(units.withdrawnAt), notInArray(units.kind, [...kindsBelow])))
    .prepare(),
)

/** All that `chooseUnit` needs. A few hundred rows. */
export async function readCatalogue(db: Db): Promise<{ rules: Rule[]; units: RuleUnit[] }> {
  const [rules, found] = await Promise.all([rulesInForce(db).execute(), unitsAtWork(db).execute()])
  return { rules, units: found }
}
