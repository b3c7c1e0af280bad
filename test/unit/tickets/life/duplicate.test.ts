import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CountyCode } from '../../../../src/platform/types.ts'
import { isSamePlace, type Place } from '../../../../src/tickets/life/duplicate.ts'

const at = (place: string, more: Partial<Place> = {}): Place => ({
  ...{ countyCode: '140403' as CountyCode, place, longitude: null, latitude: null },
  ...more,
})
const isSame = (one: string, other: string) => isSamePlace(at(one), at(other))

test.each([
  ['英雄中路88号', '英雄中路８８号'],
  ['长治市潞州区英雄中路88号', '英雄中路 88 号'],
  ['英雄中路88号', '英雄中路88号附近'],
  ['惠丰小区', '惠丰小区3号楼'],
  ['惠丰小区3号楼', '惠丰小区3号楼2单元501'],
  ['英雄路与解放路口', '解放路和英雄路交叉口'],
  ['解放路口', '解放路口旁边'],
])('%s and %s are one place', (one, other) => {
  expect(isSame(one, other)).toBe(true)
  expect(isSame(other, one)).toBe(true)
})

test.each([
  ['英雄中路8号', '英雄中路88号'],
  ['惠丰小区3号楼', '惠丰小区5号楼'],
  ['惠丰小区1', '惠丰小区12号楼'],
  ['英雄路与解放路口', '英雄路与太行路口'],
  ['门口', '门口'],
  ['', ''],
  ['英雄中路', '太行中路'],
])('%s and %s are not', (one, other) => {
  expect(isSame(one, other)).toBe(false)
  expect(isSame(other, one)).toBe(false)
})

test('places in two counties are two; a county that nobody said may be either', () => {
  const other = '140430' as CountyCode
  expect(isSamePlace(at('人民路12号'), at('人民路12号', { countyCode: other }))).toBe(false)
  expect(isSamePlace(at('人民路12号'), at('人民路12号', { countyCode: null }))).toBe(true)
})

test('points on the map within sixty metres are one place, whatever is written', () => {
  const here = at('街角', { longitude: 113.1163, latitude: 36.1954 })
  expect(isSamePlace(here, at('路灯杆17', { longitude: 113.1167, latitude: 36.1954 }))).toBe(true)
  expect(isSamePlace(here, at('路灯杆17', { longitude: 113.1173, latitude: 36.1954 }))).toBe(false)
  expect(isSamePlace(here, at('路灯杆17'))).toBe(false)
})

test('it does not matter which of the two was first, and a real place is its own', () => {
  const places = fc.stringMatching(/^[英雄路街小区号楼与和口0-9 ]{0,12}$/)
  fc.assert(
    fc.property(places, places, (one, other) => {
      expect(isSame(one, other)).toBe(isSame(other, one))
      if (/^英雄路/.test(one)) expect(isSame(one, one)).toBe(true)
    }),
  )
})
