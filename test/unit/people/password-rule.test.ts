import fc from 'fast-check'
import { expect, test } from 'vitest'
import { passwordFault, passwordRules } from '../../../src/people/password-rule.ts'

const own = ['lixiaoyan', '李晓燕', '1001']

test.each([
  ['Changzhi-2026!', null],
  ['correct horse battery staple', null],
  ['今天天气真好我们去爬老顶山看看风景好吗', '至少 3 种'],
  ['今天天气真好我们一起去爬老顶山看看风景好吗', null],
  ['Ab1!Ab1!Ab1', '12 至 256'],
  ['abcdefghijkl', '至少 3 种'],
  ['Aa1Aa1Aa1Aa1', '6 个不同'],
  ['Xlixiaoyan-77', '用户名'],
  ['Sunny-李晓燕-88', '用户名'],
  ['Pass-1001-word', '用户名'],
])('%s is judged', (password, fault) => {
  const found = passwordFault(password, own)
  if (fault === null) expect(found).toBeNull()
  else expect(found).toContain(fault)
})

test('a password of 11 characters is refused whatever it is made of, one of 257 too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-composite', maxLength: 11 }), (text) => {
      const short = [...text].slice(0, 11).join('')
      expect(passwordRules(short, []).find((rule) => rule.id === 'length')?.isMet).toBe(false)
    }),
  )
  expect(passwordFault(`Aa1!${'x'.repeat(253)}`, [])).not.toBeNull()
})

test('one character of four bytes counts as one', () => {
  expect(passwordRules('🐎'.repeat(11), []).find((rule) => rule.id === 'length')?.isMet).toBe(false)
  expect(passwordRules('🐎'.repeat(12), []).find((rule) => rule.id === 'length')?.isMet).toBe(true)
})
