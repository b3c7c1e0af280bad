import { resolve } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chooseUnit } from '../../../src/catalogue/catalogue.ts'
import { findCategories } from '../../../src/catalogue/category.ts'
import { requireSeeds } from '../../../src/catalogue/load.ts'
import { catalogueRules, categories } from '../../../src/catalogue/schema.ts'
import { readCatalogue, readCategories, syncSeeds } from '../../../src/catalogue/store.ts'
import { type Database, type Db, openDatabase } from '../../../src/platform/database/database.ts'
import type { CategoryCode, CountyCode, UnitCode } from '../../../src/platform/types.ts'
import { counties, units } from '../../../src/units/schema.ts'
import { freshDatabaseUrl } from '../world.ts'

const seeds = requireSeeds(resolve(import.meta.dirname, '../../../config'))
const now = Date.parse('2026-11-23T10:00:00+08:00')

let database: Database
let db: Db
beforeEach(async () => {
  database = openDatabase({ databaseUrl: await freshDatabaseUrl() })
  db = database.db
})
afterEach(() => database.close())

const everything = () =>
  Promise.all([
    db.select().from(counties).orderBy(counties.code),
    db.select().from(units).orderBy(units.code),
    db.select().from(categories).orderBy(categories.code),
    db.select().from(catalogueRules).orderBy(catalogueRules.key),
  ])

test('the sample is all there, and seeding it again, by several at once, changes nothing', async () => {
  await syncSeeds(db, seeds, now)
  const before = await everything()
  const { units: file, categories: tree, catalogue, below } = seeds
  const groups = tree.categories.flatMap((category) => category.groups)
  const matters = tree.categories.length + groups.length + groups.flatMap((group) => group.matters).length
  const unitsInFiles = file.units.length + below.units.length
  const inFiles = [file.counties.length, unitsInFiles, matters, catalogue.rules.length]
  expect(before.map((rows) => rows.length)).toEqual(inFiles)
  // The city's 12 counties and two zones.
  expect(inFiles[0]).toBe(14)
  const traffic = before[1].find((unit) => unit.code === 'jjzd')
  // Ten bureaus in each county, and every township, street and committee, each below its station.
  expect(below.units.length).toBe(12 * 10 + 149)
  expect(before[1].find((unit) => unit.code === 't140403001')).toMatchObject({
    ...{ parentCode: 'luzhou', countyCode: '140403', kind: 'TOWNSHIP', name: '潞州区东街街道' },
  })
  expect((await readCatalogue(db)).units.some(({ kind }) => kind === 'TOWNSHIP' || kind === 'COUNTY')).toBe(false)
  expect(traffic).toMatchObject({ parentCode: 'gaj', kind: 'CITY', isSample: true, initials: 'sjjzd' })
  await Promise.all([syncSeeds(db, seeds, now), syncSeeds(db, seeds, now)])
  expect(await everything()).toEqual(before)
})

test('what a person edited stays, what left the file takes no new tickets and comes back with it', async () => {
  await syncSeeds(db, seeds, now)
  await db
    .update(units)
    .set({ name: '改了名', editedAt: now })
    .where(eq(units.code, 'cgj' as UnitCode))
  await db
    .update(units)
    .set({ name: '错名' })
    .where(eq(units.code, 'rsj' as UnitCode))
  const without = { ...seeds.units, units: seeds.units.units.filter((unit) => !['hg', 'cgj'].includes(unit.code)) }
  await syncSeeds(db, { ...seeds, units: without }, now + 1)
  const of = async (code: string) =>
    (
      await db
        .select()
        .from(units)
        .where(eq(units.code, code as UnitCode))
    )[0]
  expect(await of('cgj')).toMatchObject({ name: '改了名', withdrawnAt: null })
  expect(await of('rsj')).toMatchObject({ name: '长治市人力资源和社会保障局' })
  expect(await of('hg')).toMatchObject({ withdrawnAt: now + 1 })
  expect((await readCatalogue(db)).units.map((unit) => unit.code)).not.toContain('hg')
  await syncSeeds(db, seeds, now + 2)
  expect(await of('hg')).toMatchObject({ withdrawnAt: null })
})

test('matters are found and dispatched as the sample says', async () => {
  await syncSeeds(db, seeds, now)
  const tree = (await readCategories(db)).map((row) => ({ ...row, terms: {} }))
  const find = (typed: string) => findCategories(tree, typed, 1)[0]
  expect(find('ldzm')).toMatchObject({ code: '030401', path: ['城市管理', '市政设施', '路灯照明'] })
  expect(find('wuyefuwu')).toMatchObject({ name: '物业服务质量' })
  expect(find('暖气不热')).toMatchObject({ name: '室温不达标', urgency: 'P2' })
  const { rules, units: takers } = await readCatalogue(db)
  const unitFor = (typed: string, countyCode: string | null) => {
    const matter = { type: 'HELP' as const, isCrossCity: false, accusedUnit: null }
    const categoryCode = (find(typed)?.code ?? '') as CategoryCode
    return chooseUnit({ ...matter, categoryCode, countyCode: countyCode as CountyCode | null }, rules, takers, now).lead
  }
  expect(unitFor('路灯不亮', '140403')).toBe('luzhou')
  expect(unitFor('路灯不亮', null)).toBe('cgj')
  expect(unitFor('暖气不热', '140403')).toBe('rl')
  expect(unitFor('暖气不热', '140428')).toBe('zhangzi')
  expect(unitFor('公积金提取', '140403')).toBe('gjj')
  expect(unitFor('其他咨询', '140403')).toBeNull()
})
