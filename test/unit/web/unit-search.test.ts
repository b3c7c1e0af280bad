import { expect, test } from 'vitest'
import type { UnitList } from '../../../src/catalogue/api.ts'
import { pinyinOf } from '../../../src/platform/text/pinyin.ts'
import { findUnits } from '../../../src/web/tickets/pickers/unitSearch.ts'

const unit = (code: string, shortName: string): UnitList['units'][number] => ({
  ...{ code, shortName, name: shortName, initials: '', pinyin: pinyinOf(shortName) },
  ...{ kind: 'CITY', countyCode: null, parentCode: null },
})
const units = [unit('a', '吕梁市热线中心'), unit('b', '物业管理处'), unit('c', '长子县工作站')]

test.each([
  ['lvliang', 'a'],
  ['luliang', 'a'],
  ['lüliang', 'a'],
  ['wuye', 'b'],
  ['zhangzi', 'c'],
])('%s finds the unit that is spelled so', (typed, code) => {
  expect(findUnits(units, typed, 5).map((one) => one.code)).toEqual([code])
})
