import { resolve } from 'node:path'
import { assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { requireSeeds } from '../../../src/catalogue/load.ts'
import { countyIn, onlyCountyIn, placeInWords } from '../../../src/units/unit.ts'

const counties = requireSeeds(resolve(import.meta.dirname, '../../../config')).units.counties.map(({ code, name }) => ({
  code,
  name,
  initials: '',
}))

test.each([
  ['潞州区英雄中路', '潞州区'],
  ['长治市沁县定昌镇', '沁县'],
  ['沁源县沁河镇', '沁源县'],
  ['沁源城关', '沁源县'],
  ['武乡蟠龙镇', '武乡县'],
  ['高新区捉马东大街', '长治高新区'],
  ['长治经开区', '长治经开区'],
  ['潞城', '潞城区'],
  ['从潞州区搬到上党区', '上党区'],
  ['英雄中路', undefined],
  ['沁', undefined],
  ['', undefined],
])('“%s” lies in %s', (place, name) => expect(countyIn(place, counties)?.name).toBe(name))

test.each([
  ['住在潞州区英雄中路，路灯三晚不亮', '潞州区'],
  ['高新区一处工地夜间施工', '长治高新区'],
  ['我的长子在城区上学', undefined],
  ['从潞州区搬到上党区', undefined],
  ['', undefined],
])('“%s” is about %s', (text, name) => expect(onlyCountyIn(text, counties)?.name).toBe(name))

test('every county is known by its own name, whatever street follows', () => {
  assert(
    property(constantFrom(...counties), constantFrom('', '英雄中路1号', '太行东街', '𠀀村'), (county, street) => {
      expect(countyIn(`长治市${county.name}${street}`, counties)?.code).toBe(county.code)
    }),
  )
})

test.each([
  ['潞州区', null, '英雄中路', '潞州区 英雄中路'],
  ['潞州区', null, '潞州区英雄中路', '潞州区英雄中路'],
  ['潞州区', null, '山西省长治市潞州区英雄中路', '山西省长治市潞州区英雄中路'],
  ['潞州区', '紫金街道', '潞州区英雄中路', '紫金街道 潞州区英雄中路'],
  ['潞州区', '紫金街道', '潞州区紫金街道英雄中路', '潞州区紫金街道英雄中路'],
  ['潞州区', '紫金街道', '紫金街道英雄中路', '潞州区 紫金街道英雄中路'],
  ['长治高新区', null, '高新区捉马东大街', '高新区捉马东大街'],
  // A road that has its name from the county, and one that only borders on it.
  ['潞州区', null, '潞州大道', '潞州区 潞州大道'],
  ['上党区', null, '与潞州区交界处', '上党区 与潞州区交界处'],
  ['潞州区', null, '潞州区市场北门', '潞州区市场北门'],
  ['沁县', null, '', '沁县'],
  [null, null, '市区各公交站亭', '市区各公交站亭'],
])('a place in %s, %s, “%s” is said as %s: no name twice', (county, township, place, words) => {
  expect(placeInWords(county, township, place)).toBe(words)
})
