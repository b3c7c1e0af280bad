import { describe, expect, it } from 'vitest'
import { chooseUnit, type Rule, type RuleUnit } from '../../../../src/catalogue/catalogue.ts'
import { conflictsIn, gapsIn } from '../../../../src/catalogue/rules/review.ts'
import { dayBefore, madeRoom, standingOf } from '../../../../src/catalogue/rules/rule.ts'
import type { CategoryCode, CountyCode, UnitCode } from '../../../../src/platform/types.ts'

const at = Date.parse('2026-11-30T12:00:00+08:00')
const luzhou = { code: '140403' as CountyCode, name: '潞州区' }
const qinxian = { code: '140430' as CountyCode, name: '沁县' }
const lamps = { code: '030401' as CategoryCode, path: ['城市管理', '市政设施', '路灯照明'] }
const other = { code: '200101' as CategoryCode, path: ['其他', '其他', '其他'] }
const units: RuleUnit[] = [
  { code: 'cgj' as UnitCode, name: '市城管局', kind: 'CITY', countyCode: null },
  { code: 'luzhou' as UnitCode, name: '潞州区工作站', kind: 'WORKSTATION', countyCode: luzhou.code },
]
const rule = (key: string, change: Partial<Rule> = {}): Rule => ({
  ...{ key, title: key, categoryCode: '030000' as CategoryCode, countyCode: null, target: 'UNIT' },
  ...{ unitCode: 'cgj' as UnitCode, coUnitCodes: [], priority: 0, effectiveFrom: null, effectiveTo: null, basis: '' },
  ...change,
})
const known = {
  units,
  categories: new Map([
    ['030000', '城市管理'],
    ['030401', '路灯照明'],
  ]),
  counties: new Map<string, string>([[luzhou.code, luzhou.name]]),
}
const conflicts = (...rules: Rule[]) => conflictsIn(rules, known, '2026-11-30').map(({ kind, keys }) => [kind, ...keys])

describe('the review of the catalogue', () => {
  it('finds matters without a unit, in some counties and everywhere', () => {
    const rules = [rule('of-luzhou', { countyCode: luzhou.code, target: 'TERRITORY', unitCode: null })]
    expect(gapsIn(rules, units, [lamps, other], [luzhou, qinxian], at)).toEqual([
      {
        category: { code: '030401', name: '城市管理 › 市政设施 › 路灯照明' },
        counties: [qinxian],
        ...{
          isEverywhere: false,
          isPlaceUnknown: true,
          mark: 'NO_RULE',
          reason: expect.stringContaining('没有适用的规则'),
        },
      },
      {
        category: { code: '200101', name: '其他 › 其他 › 其他' },
        counties: [luzhou, qinxian],
        ...{ isEverywhere: true, isPlaceUnknown: true, mark: 'NO_RULE', reason: expect.anything() },
      },
    ])
    expect(gapsIn([rule('city')], units, [lamps], [luzhou, qinxian], at)).toEqual([])
  })

  it('knows a rule whose unit is gone, or whose matter', () => {
    expect(conflicts(rule('a', { unitCode: 'gone' as UnitCode }))).toEqual([['UNIT_GONE', 'a']])
    expect(conflicts(rule('a', { coUnitCodes: ['gone' as UnitCode] }))).toEqual([['UNIT_GONE', 'a']])
    expect(conflicts(rule('a', { categoryCode: '990000' as CategoryCode }))).toEqual([['MATTER_GONE', 'a']])
    const territory = { countyCode: qinxian.code, target: 'TERRITORY' as const, unitCode: null }
    expect(conflicts(rule('a', territory))).toEqual([['NO_STATION', 'a']])
    expect(gapsIn([rule('a', { unitCode: 'gone' as UnitCode })], units, [lamps], [], at)).toMatchObject([
      { mark: 'NO_UNIT' },
    ])
  })

  it('finds two rules of one rank that say different things on the same day, and only those', () => {
    const one = rule('a')
    expect(conflicts(one, rule('b', { target: 'TERRITORY' }))).toEqual([['SAME_RANK', 'a', 'b']])
    expect(conflicts(one, rule('b'))).toEqual([])
    expect(conflicts(one, rule('b', { target: 'TERRITORY', priority: 1 }))).toEqual([])
    expect(conflicts(one, rule('b', { target: 'TERRITORY', countyCode: luzhou.code }))).toEqual([])
    const until = { effectiveTo: '2027-03-31' }
    const after = { target: 'TERRITORY' as const, effectiveFrom: '2027-04-01' }
    expect(conflicts(rule('a', until), rule('b', after))).toEqual([])
    expect(conflicts(rule('a', until), rule('b', { ...after, effectiveFrom: '2027-03-31' }))).toEqual([
      ['SAME_RANK', 'a', 'b'],
    ])
    expect(conflicts(rule('a', { effectiveTo: '2026-11-29' }), rule('b', { target: 'TERRITORY' }))).toEqual([])
  })

  it('tells of a rule that ends soon without one after it', () => {
    const ending = rule('a', { effectiveTo: '2026-12-20' })
    expect(conflicts(ending)).toEqual([['ENDS', 'a']])
    expect(conflicts(ending, rule('b', { effectiveFrom: '2026-12-21' }))).toEqual([])
    expect(conflicts(rule('a', { effectiveTo: '2026-12-31' }))).toEqual([])
  })
})

describe('versions of a rule', () => {
  const first = { name: 'first', effectiveFrom: null, effectiveTo: null }
  const second = { name: 'second', effectiveFrom: '2026-12-10', effectiveTo: null }

  it('make room for the next one: what would begin later is withdrawn, what holds is ended', () => {
    expect(madeRoom([first], '2026-12-01')).toEqual({ withdrawn: [], ended: [first] })
    const closed = { ...first, effectiveTo: '2026-12-09' }
    expect(madeRoom([closed, second], '2026-12-05')).toEqual({ withdrawn: [second], ended: [closed] })
    expect(madeRoom([closed, second], '2026-12-20')).toEqual({ withdrawn: [], ended: [second] })
  })

  it('choose one unit on each day, whatever was edited in whatever order', () => {
    const versions = [
      rule('lamps', { effectiveTo: dayBefore('2026-12-01') }),
      rule('lamps', { effectiveFrom: '2026-12-01', target: 'TERRITORY' }),
    ]
    const on = (day: string) => {
      const matter = { type: 'HELP' as const, isCrossCity: false, accusedUnit: null }
      const placed = { ...matter, categoryCode: lamps.code, countyCode: luzhou.code }
      return chooseUnit(placed, versions, units, Date.parse(`${day}T08:00:00+08:00`)).lead
    }
    expect([on('2026-11-30'), on('2026-12-01')]).toEqual(['cgj', 'luzhou'])
    expect(versions.map((version) => standingOf(version, '2026-11-30'))).toEqual(['NOW', 'COMING'])
    expect(versions.map((version) => standingOf(version, '2026-12-01'))).toEqual(['ENDED', 'NOW'])
  })
})
