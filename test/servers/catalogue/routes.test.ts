import { expect, test } from 'vitest'
import type { CategoryList, UnitChoice, UnitList } from '../../../src/catalogue/api.ts'
import { suggestCategories } from '../../../src/catalogue/category.ts'
import { catalogueRules } from '../../../src/catalogue/schema.ts'
import type { CategoryCode } from '../../../src/platform/types.ts'
import { anOffice } from '../tickets/office.ts'
import { lamps, monday, unit } from '../tickets/world.ts'

/** The lists that the form chooses from, as the page gets them. */

test('matters come with the words that speak for them, so that the page can suggest one', async () => {
  const office = await anOffice()
  const { categories } = await office.get<CategoryList>('1001', '/api/categories')
  const tree = categories.map((one) => ({ ...one, code: one.code as CategoryCode }))
  expect(suggestCategories(tree, '这条街的路灯又黑了', 3)[0]).toMatchObject({ code: '030401' })
  const again = await office.get<CategoryList>('1001', '/api/categories')
  expect(again.categories).toEqual(categories)
})

test('matters and units are found by their whole pinyin', async () => {
  const office = await anOffice()
  const found = await office.get<CategoryList>('1001', '/api/categories?search=ludeng')
  expect(found.categories.map(({ code }) => code)).toEqual(['030401'])
  const { counties } = await office.get<UnitList>('1001', '/api/units')
  expect(counties[0]).toMatchObject({ name: '潞州区', pinyin: 'lu zhou qu' })
})

test('the choice tells how likely it comes back: returns of this matter by this unit, open disputes, age of the rule', async () => {
  const office = await anOffice()
  await office.db.insert(catalogueRules).values({
    ...{ key: 'lamps', title: '路灯', categoryCode: lamps, target: 'UNIT', unitCode: unit('cgj'), coUnitCodes: [] },
    ...{ effectiveFrom: '2021-01-01', changedAt: monday },
  })
  const choice = () => office.get<UnitChoice>('1001', '/api/catalogue/choice?category=030401')
  expect((await choice()).risk).toMatchObject({ returns: 0, disputes: 0, level: 'MIDDLE', ruleFrom: '2021-01-01' })
  const number = await office.create()
  const lead = { version: 1, lead: 'cgj', reason: '路灯' }
  expect((await office.act('dispatcher', number, 'dispatch', lead)).statusCode).toBe(200)
  const back = { version: 2, reason: 'U2', note: '三定方案' }
  expect((await office.act('cgj', number, 'return', back)).statusCode).toBe(200)
  const dispute = { question: '归谁', rung: 'J1', tickets: [number], parties: ['cgj'] }
  expect((await office.send('dispatcher', '/api/disputes', dispute)).statusCode).toBe(201)
  // Asked again after a minute: until then the answer is kept.
  expect((await choice()).risk).toMatchObject({ returns: 0 })
  office.wait(61_000)
  expect((await choice()).risk).toMatchObject({ returns: 1, disputes: 1, level: 'HIGH' })
  expect((await office.get<UnitChoice>('1001', '/api/catalogue/choice?category=200101')).risk).toBeNull()
})
