import { describe, expect, it } from 'vitest'
import { findPlaces, locate } from '../../../src/units/places.ts'
import { loadPlaces } from '../../../src/units/places-file.ts'

const counties = [
  { code: '140403', name: '潞州区', initials: 'lzq' },
  { code: '140430', name: '沁县', initials: 'qx' },
  { code: '140431', name: '沁源县', initials: 'qyx' },
]
const townships = [
  { code: '140403001', name: '东街街道', villages: ['和平社区', '北石槽'] },
  { code: '140430100', name: '定昌镇', villages: ['南寨', '西石槽村', '北寺上村'] },
  { code: '140430101', name: '郭村镇', villages: ['石槽村', '端村'] },
  { code: '140431100', name: '沁河镇', villages: ['南寨', '和平社区'] },
]
const meant = (text: string, county: string | null = null) => {
  const found = locate(text, county, { townships, counties })
  return found && [found.county, found.township.name, found.village]
}

describe('a place that is named', () => {
  it('says its township and county; the longest name wins', () => {
    expect(meant('定昌镇北寺上村村口')).toEqual(['140430', '定昌镇', '北寺上村'])
    expect(meant('西石槽村三组')).toEqual(['140430', '定昌镇', '西石槽村'])
    expect(meant('石槽村三组')).toEqual(['140430', '郭村镇', '石槽村'])
    expect(meant('郭村镇政府对面')).toEqual(['140430', '郭村镇', null])
  })

  it('is nothing where several could be meant, until the county is known', () => {
    expect(meant('南寨村')).toBeNull()
    expect(meant('沁源县南寨村')).toEqual(['140431', '沁河镇', '南寨'])
    expect(meant('南寨村', '140430')).toEqual(['140430', '定昌镇', '南寨'])
    expect(meant('和平社区')).toBeNull()
  })

  it('of two characters counts only where the county is known', () => {
    expect(meant('端村')).toBeNull()
    expect(meant('沁县端村')).toEqual(['140430', '郭村镇', '端村'])
    expect(meant('英雄中路 12 号')).toBeNull()
    expect(meant('')).toBeNull()
  })

  it('is offered while it is typed, those that begin with it first', () => {
    expect(findPlaces('石槽', null, townships, 9).map(({ village }) => village)).toEqual([
      '石槽村',
      '北石槽',
      '西石槽村',
    ])
    expect(findPlaces('石槽', '140403', townships, 9)).toHaveLength(1)
    expect(findPlaces(' ', null, townships, 9)).toEqual([])
  })
})

it('knows the villages of the city, each below a township that there is', () => {
  const { places, faults } = loadPlaces('config')
  expect(faults).toEqual([])
  expect(places).toHaveLength(149)
  expect(places.reduce((sum, { villages }) => sum + villages.length, 0)).toBeGreaterThan(2_500)
})
