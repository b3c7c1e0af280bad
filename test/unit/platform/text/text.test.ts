import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanText, hasControls, lengthOf, oneLine } from '../../../../src/platform/text/text.ts'

test('a field of one line takes what people write and refuses what they cannot see', () => {
  const field = oneLine(5, '名称')
  for (const good of ['张三', '🐎𠀀', 'é', 'a b', '٣']) expect(field.safeParse(good).success, good).toBe(true)
  for (const bad of ['', '123456', 'a\u0000', 'a\tb', 'a\r', '\u202ea', '\u0085', '\ud83d', 7, null]) {
    expect(field.safeParse(bad).success, JSON.stringify(bad)).toBe(false)
  }
  expect(field.safeParse('🐎'.repeat(5)).success).toBe(true)
})

test('a note keeps its lines and tabulators and loses what nobody can see', () => {
  expect(cleanText('一\r\n二\r三\t\u0000\u0007\u202e𠀀\ud83d!')).toBe('一\n二\n三\t𠀀!')
})

test('a cleaned note can always be stored and shown', () => {
  // Any UTF-16, halves of characters too.
  const anything = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes))
  fc.assert(
    fc.property(anything, (text) => {
      const clean = cleanText(text)
      expect(hasControls(clean.replace(/[\n\t]/g, ''))).toBe(false)
      expect(clean.isWellFormed()).toBe(true)
      expect(cleanText(clean)).toBe(clean)
      expect(lengthOf(clean)).toBeLessThanOrEqual(lengthOf(text))
    }),
  )
})
