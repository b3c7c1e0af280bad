import { expect, test } from 'vitest'
import { withoutRegion } from '../../../../src/platform/text/region.ts'

test.each([
  ['山西省长治市潞州区英雄中路88号', '英雄中路88号'],
  ['黑龙江省哈尔滨市南岗区学府路', '学府路'],
  ['长治市潞州区英雄中路', '英雄中路'],
  ['长治市 潞州区 英雄中路', ' 英雄中路'],
  ['长治市英雄中路', '英雄中路'],
  ['潞州区英雄中路', '英雄中路'],
  ['襄垣县古韩镇', '古韩镇'],
  ['英雄中路紫金小区12号楼', '英雄中路紫金小区12号楼'],
])('%s is %s', (address, place) => {
  expect(withoutRegion(address)).toBe(place)
})

test.each([
  ...[
    '紫金小区12号楼',
    '东街社区3号',
    '太行景区北门',
    '阳光园区',
    '步行街区8号',
    '东片区',
    '老校区5号楼',
    '新厂区宿舍',
    '库区2号',
    '3号B区',
  ],
  ...['石圪节矿区7号', '辖区派出所', '东城区域', '南菜市场', '城南菜市5号', '大超市旁', '夜市口', '早集市口', '闹市口'],
])('%s is a place and no region', (place) => {
  expect(withoutRegion(place)).toBe(place)
})
