import { describe, expect, it } from 'vitest'
import { fewest, judge, judgedBy } from '../../../src/learner/judge.ts'
import { agreementOf, featuresOf, guess, type Sample, train } from '../../../src/learner/model.ts'
import type { CountyCode, UnitCode } from '../../../src/platform/types.ts'

const luzhou = '140403' as CountyCode
const qinxian = '140430' as CountyCode
const sample = (unit: string, text: string, countyCode: CountyCode | null = luzhou): Sample => ({
  ...{ unit: unit as UnitCode, text, countyCode },
})
const vocabulary = new Set(['路灯', '不亮', '暖气', '不热', '公积金', '提取', '小区'])
const closed = [
  ...Array.from({ length: 8 }, () => sample('luzhou', '小区门口路灯不亮')),
  ...Array.from({ length: 8 }, () => sample('qinxian', '路灯又不亮了', qinxian)),
  ...Array.from({ length: 8 }, () => sample('rl', '小区暖气不热')),
  ...Array.from({ length: 4 }, () => sample('gjj', '公积金怎么提取', null)),
]
const model = train(closed, vocabulary)
const unitFor = (text: string, countyCode: CountyCode | null = luzhou) =>
  guess(model, { text, countyCode })?.unit ?? null

describe('the learner', () => {
  it('goes by words and place', () => {
    expect(unitFor('路灯不亮')).toBe('luzhou')
    expect(unitFor('路灯不亮', qinxian)).toBe('qinxian')
    expect(unitFor('家里暖气不热，小区都这样')).toBe('rl')
    expect(unitFor('想提取公积金', null)).toBe('gjj')
  })

  it('gives no ticket to a unit that it hardly knows, for want of knowing better', () => {
    const rare = train([...closed, sample('rare', '提取')], vocabulary)
    expect(guess(rare, { text: '小区路灯不亮', countyCode: luzhou })?.unit).toBe('luzhou')
  })

  it('says nothing of a text without a word that it knows', () => {
    expect(unitFor('你好')).toBeNull()
    expect(guess(train([], vocabulary), { text: '路灯', countyCode: null })).toBeNull()
  })

  it('gives the same model whatever the order of words, and the same guess each time', () => {
    expect(train(closed, new Set([...vocabulary].reverse()))).toEqual(model)
    expect(JSON.stringify(train(closed, vocabulary))).toBe(JSON.stringify(model))
    expect(JSON.parse(JSON.stringify(model))).toEqual(model)
    expect(agreementOf(model, closed)).toBe(closed.length)
  })

  it('finds each word of a text once, words within words too, and never half of a character', () => {
    const isWord = (word: string) => ['路灯', '灯杆', '路灯杆', '𠮷路'].includes(word)
    expect(featuresOf({ text: '路灯杆倒了，路灯杆在𠮷路', countyCode: luzhou }, isWord)).toEqual(
      ['@140403', '灯杆', '路灯', '路灯杆', '𠮷路'].sort(),
    )
  })

  it('takes no name of an object for a word', () => {
    expect(guess(model, { text: 'constructor', countyCode: null })).toBeNull()
  })
})

describe('whether it may suggest', () => {
  const last = (agreed: number, wrong: number) => [...Array(wrong).fill(false), ...Array(agreed).fill(true)]

  it('ends below 80 % of the last 200, and begins again with them', () => {
    expect(judge(last(160, 40))).toEqual({ isOn: true, agreed: 160, of: 200 })
    expect(judge(last(159, 41)).isOn).toBe(false)
    // Older ones are forgotten.
    expect(judge([...last(170, 30), ...last(0, 1_000)])).toEqual({ isOn: true, agreed: 170, of: judgedBy })
  })

  it('is not judged by a handful', () => {
    expect(judge(last(0, fewest - 1)).isOn).toBe(true)
    expect(judge(last(0, fewest)).isOn).toBe(false)
    expect(judge([]).isOn).toBe(true)
  })
})
