import { expect, test } from 'vitest'
import type { CategoryList, UnitList } from '../../../src/catalogue/api.ts'
import { suggestCategories } from '../../../src/catalogue/category.ts'
import type { CategoryCode } from '../../../src/platform/types.ts'
import { anOffice } from '../tickets/office.ts'

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
