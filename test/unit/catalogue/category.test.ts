import { describe, expect, it } from 'vitest'
import { type Category, findCategories } from '../../../src/catalogue/category.ts'
import type { CategoryCode } from '../../../src/platform/types.ts'

describe('the search for a matter', () => {
  const leaf = (code: string, name: string, initials: string, keywords = '', pinyin = ''): Category => ({
    code: code as CategoryCode,
    level: 3,
    name,
    path: ['城市管理', '市政设施', name],
    initials,
    pinyin,
    terms: {},
    keywords,
    urgency: null,
  })
  const all = [
    { ...leaf('030000', '城市管理', 'csgl'), level: 1, path: ['城市管理'] },
    leaf('030401', '路灯照明', 'ldzm', '路灯不亮'),
    { ...leaf('020104', '维修资金使用', 'wxzjsy', '维修基金'), path: ['住房', '物业管理', '维修资金使用'] },
    leaf('030402', '井盖缺失破损', 'jgqsps', '井盖'),
    leaf('040201', '室温不达标', 'swbdb', '暖气不热'),
  ]
  const found = (typed: string) => findCategories(all, typed, 5).map((one) => one.code)

  it('goes by code, pinyin, name and by what callers say', () => {
    expect(found('0304')).toEqual(['030401', '030402'])
    expect(found('030401')).toEqual(['030401'])
    expect(found('LDZ')).toEqual(['030401'])
    expect(found('zm')).toEqual(['030401'])
    expect(found('路灯')).toEqual(['030401'])
    expect(found('我家暖气不热了')).toEqual(['040201'])
    expect(found('市政设施')).toHaveLength(3)
    expect(found('🐎')).toEqual([])
    expect(found('99')).toEqual([])
  })

  it('goes by the whole pinyin, or by the beginning of each syllable', () => {
    const matters = [
      leaf('020102', '物业服务质量', 'wyfwzl', '', 'wu ye fu wu zhi liang'),
      leaf('160403', '妇女儿童权益', 'fnetqy', '', 'fu nv er tong quan yi'),
    ]
    const spelled = (typed: string) => findCategories(matters, typed, 5).map((one) => one.name)
    for (const typed of ['wuye', 'WuYeFuWu', 'wuyefw', 'fuwu', 'wu ye'])
      expect(spelled(typed)).toEqual(['物业服务质量'])
    for (const typed of ['funv', 'funu', 'fnüe']) expect(spelled(typed)).toEqual(['妇女儿童权益'])
    // Not from the middle of a syllable.
    expect(spelled('ye')).toEqual(['物业服务质量'])
    expect(spelled('uye')).toEqual([])
  })

  it('is what the text is about where nothing is called so', () => {
    const matters = [{ ...leaf('030401', '路灯照明', 'ldzm'), terms: { '灯+不亮': 5 } }]
    expect(findCategories(matters, '巷口那盏灯好几天不亮了', 5).map((one) => one.code)).toEqual(['030401'])
  })

  it('finds the third level only, and no more than asked for', () => {
    expect(found('')).not.toContain('030000')
    expect(findCategories(all, '', 2)).toHaveLength(2)
  })
})
