import { describe, expect, it } from 'vitest'
import {
  chooseUnit,
  lineageOf,
  type Matter,
  type Rule,
  type RuleUnit,
  weighSuggestion,
} from '../../../src/catalogue/catalogue.ts'
import type { CategoryCode, CountyCode, UnitCode } from '../../../src/platform/types.ts'

const unit = (code: string) => code as UnitCode
const category = (code: string) => code as CategoryCode
const luzhou = '140403' as CountyCode
const qinxian = '140430' as CountyCode

const units: RuleUnit[] = [
  { code: unit('province'), name: '省平台', kind: 'PROVINCE', countyCode: null },
  { code: unit('cgj'), name: '市城管局', kind: 'CITY', countyCode: null },
  { code: unit('hbj'), name: '市环保局', kind: 'CITY', countyCode: null },
  { code: unit('luzhou'), name: '潞州区工作站', kind: 'WORKSTATION', countyCode: luzhou },
]

const rule = (key: string, change: Partial<Rule>): Rule => ({
  key,
  title: '城市管理',
  categoryCode: category('030000'),
  countyCode: null,
  target: 'UNIT',
  unitCode: unit('cgj'),
  coUnitCodes: [],
  priority: 0,
  effectiveFrom: null,
  effectiveTo: null,
  basis: '',
  ...change,
})

const matter = (change: Partial<Matter> = {}): Matter => ({
  type: 'HELP',
  categoryCode: category('030401'),
  countyCode: luzhou,
  isCrossCity: false,
  accusedUnit: null,
  ...change,
})

const now = Date.parse('2026-11-23T10:00:00+08:00')
const chosen = (rules: Rule[], change: Partial<Matter> = {}, at = now) => {
  const choice = chooseUnit(matter(change), rules, units, at)
  return choice.lead === null ? choice.mark : `${choice.lead} ${choice.ruleKey}`
}

describe('the unit in charge', () => {
  const territory = rule('city', { target: 'TERRITORY' })

  it('is the territory first, the one in charge where the place is not known or has no workstation', () => {
    expect(chosen([territory])).toBe('luzhou city')
    expect(chosen([territory], { countyCode: null })).toBe('cgj city')
    expect(chosen([territory], { countyCode: qinxian })).toBe('cgj city')
    expect(chosen([rule('t', { target: 'TERRITORY', unitCode: null })], { countyCode: null })).toBe('NO_UNIT')
  })

  it('follows the deepest rule, and one of the county before all others', () => {
    const deep = rule('deep', { categoryCode: category('030401'), unitCode: unit('hbj') })
    const local = rule('local', { categoryCode: category('030400'), countyCode: luzhou })
    expect(chosen([territory, deep])).toBe('hbj deep')
    expect(chosen([territory, deep, local])).toBe('cgj local')
    expect(chosen([territory, deep, local], { countyCode: null })).toBe('hbj deep')
  })

  it('follows the higher priority, and always the same of two equals', () => {
    const [a, b] = [rule('a', {}), rule('b', { unitCode: unit('hbj') })]
    expect(chosen([b, a])).toBe('cgj a')
    expect(chosen([a, { ...b, priority: 1 }])).toBe('hbj b')
  })

  it('follows a rule on its days only, counted in the city', () => {
    const limited = rule('limited', { effectiveFrom: '2026-11-01', effectiveTo: '2026-11-23' })
    expect(chosen([limited], {}, Date.parse('2026-11-23T23:59:59+08:00'))).toBe('cgj limited')
    expect(chosen([limited], {}, Date.parse('2026-11-24T00:00:00+08:00'))).toBe('NO_RULE')
    expect(chosen([limited], {}, Date.parse('2026-10-31T23:59:59+08:00'))).toBe('NO_RULE')
  })

  it('is the province for what crosses the border of the city', () => {
    expect(chosen([territory], { isCrossCity: true })).toBe('province null')
    expect(chosen([rule('p', { target: 'PROVINCE', unitCode: null })])).toBe('province p')
  })

  it('is never the one that a report is about, neither in the lead nor helping', () => {
    const helped = rule('helped', { coUnitCodes: [unit('hbj'), unit('gone')] })
    const report = { type: 'REPORT' as const, accusedUnit: unit('hbj') }
    const choice = (change: Partial<Matter>) => chooseUnit(matter(change), [helped], units, now)
    expect(choice({})).toMatchObject({ lead: 'cgj', coUnits: ['hbj'] })
    expect(choice(report)).toMatchObject({ lead: 'cgj', coUnits: [] })
    expect(choice({ ...report, accusedUnit: unit('cgj') })).toMatchObject({ lead: null, mark: 'NO_UNIT' })
    // Nor to a unit below it.
    const below = units.map((one) => (one.code === 'cgj' ? { ...one, parentCode: unit('zfb') } : one))
    const aboutTop = matter({ ...report, accusedUnit: unit('zfb') })
    expect(chooseUnit(aboutTop, [helped], below, now)).toMatchObject({ lead: null, mark: 'NO_UNIT' })
  })

  it('has a reason that a person can read', () => {
    const choice = chooseUnit(matter(), [{ ...territory, basis: '城市管理实行属地管理' }], units, now)
    expect(choice.reason).toBe('属地管理优先：城市管理实行属地管理（规则：城市管理）')
    expect(chosen([])).toBe('NO_RULE')
    const gone = chooseUnit(matter(), [rule('city', { unitCode: unit('gone') })], units, now)
    expect(gone.reason).toBe('规则“城市管理”指向的单位不能承办，请派单员确定承办单位')
  })
})

describe('a unit that the agent asks for', () => {
  const catalogue = chooseUnit(matter(), [rule('city', { target: 'TERRITORY' })], units, now)
  const asked = (code: string, name: string) => ({ unit: { code: unit(code), name }, reason: '来电人说已由该局受理' })

  it('is for a dispatcher to decide, who reads both reasons', () => {
    expect(weighSuggestion(catalogue, asked('hbj', '市环保局'), units)).toEqual({
      lead: null,
      mark: 'AGENT_ASKS',
      reason: '话务员建议派市环保局：来电人说已由该局受理。目录：潞州区工作站，属地管理优先（规则：城市管理）',
    })
    const long = { ...asked('hbj', '市环保局'), reason: '长'.repeat(600) }
    expect([...weighSuggestion(catalogue, long, units).reason]).toHaveLength(512)
  })

  it('changes nothing when there is none, or when it is the one of the catalogue', () => {
    expect(weighSuggestion(catalogue, null, units)).toBe(catalogue)
    expect(weighSuggestion(catalogue, asked('luzhou', '潞州区工作站'), units)).toBe(catalogue)
  })
})

it('knows what a category is part of', () => {
  expect(lineageOf(category('030401'))).toEqual(['030401', '030400', '030000'])
  expect(lineageOf(category('030000'))).toEqual(['030000'])
})
