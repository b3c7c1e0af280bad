import { expect, test } from 'vitest'
import type { Category } from '../../../src/catalogue/category.ts'
import type { CategoryCode } from '../../../src/platform/types.ts'
import { above, choicesFor } from '../../../src/web/tickets/pickers/categoryChoice.ts'

const category = (code: string, level: number, path: string[], initials = ''): Category => ({
  code: code as CategoryCode,
  level,
  name: path.at(-1) ?? '',
  path,
  initials,
  pinyin: '',
  terms: {},
  keywords: '',
  urgency: null,
})
const top = category('030000', 1, ['城市管理'])
const group = category('030400', 2, ['城市管理', '市政设施'])
const leaf = category('030401', 3, ['城市管理', '市政设施', '路灯照明'], 'ldzm')
const all = [top, category('040000', 1, ['公用事业']), group, category('040200', 2, ['公用事业', '供热']), leaf]

test('without a word the tree is gone down level by level, and up again', () => {
  expect(choicesFor(all, '', null).options.map(({ name }) => name)).toEqual(['城市管理', '公用事业'])
  expect(choicesFor(all, '', top)).toEqual({ path: ['城市管理'], options: [group] })
  expect(choicesFor(all, ' ', group)).toEqual({ path: ['城市管理', '市政设施'], options: [leaf] })
  expect(above(all, group)).toBe(top)
  expect(above(all, top)).toBeNull()
})

test('with a word every level is searched at once', () => {
  expect(choicesFor(all, 'ldz', top)).toEqual({ path: [], options: [leaf] })
  expect(choicesFor(all, '没有的事', null).options).toEqual([])
})
