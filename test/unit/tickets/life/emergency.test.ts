import { assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { emergenciesIn, emergencyServices } from '../../../../src/tickets/life/emergency.ts'

const found = (text: string) => emergenciesIn(text).map(({ word, number }) => `${word} ${number}`)

test.each([
  ['英雄中路沿街商铺着火了', ['着火 119']],
  ['厨房煤气泄漏，老人晕倒了', ['煤气泄漏 119', '晕倒 120']],
  ['楼下打架，有人受伤流血', ['打架 110', '受伤 120']],
  ['他说要自杀', ['自杀 110']],
  ['井下透水，三个人被困', ['透水 119']],
  ['路口两车撞车，司机受伤', ['撞车 122', '受伤 120']],
  ['煤气中毒', ['煤气中毒 120']],
])('“%s” shows whom to hand over to', (text, expected) => expect(found(text)).toEqual(expected))

test.each([
  '两车相碰，没有人受伤',
  '未发生火灾',
  '并没有人在打架',
  '楼道堆放杂物，有火灾隐患',
  '以免引起火灾，请清理',
  '没着火，只是有烟味',
  '咨询火灾保险怎么买',
  '路灯不亮',
  '',
])('“%s” is harmless', (text) => expect(found(text)).toEqual([]))

test('what is denied once and true the second time is shown', () => {
  expect(found('起初没有着火，现在着火了')).toEqual(['着火 119'])
})

const alarming = ['着火', '火灾', '燃气泄漏', '受伤', '昏迷', '打人', '跳楼', '车祸', '坍塌']

test('a word of danger is found wherever it stands, and is harmless right after a denial', () => {
  // A text that ends with a denial would take the word back.
  const plain = string({ unit: constantFrom('路', '灯', '在', '村', '口', '，', '楼', '𠀀', ' ', 'a') })
  assert(
    property(plain, constantFrom(...alarming), plain, (before, word, after) => {
      expect(found(before + word + after).some((one) => one.startsWith(word))).toBe(true)
      expect(found(`${before}没有人${word}`)).toEqual([])
      expect(found(`${before}未发生${word}${after}`)).toEqual([])
    }),
  )
})

test('any text is read, and no service is named twice', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 200 }), (text) => {
      const numbers = emergenciesIn(text).map(({ number }) => number)
      expect(new Set(numbers).size).toBe(numbers.length)
      expect(numbers.every((number) => number in emergencyServices)).toBe(true)
    }),
  )
})

test('a long text is read at once', () => {
  expect(emergenciesIn('没有着火'.repeat(250_000))).toEqual([])
})
