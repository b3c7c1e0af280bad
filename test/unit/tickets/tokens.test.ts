import fc from 'fast-check'
import { expect, it } from 'vitest'
import { searchOf, tokensOf } from '../../../src/tickets/tokens.ts'

it('words are ASCII and long enough for the index, whatever was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const word of tokensOf(text).split(' ')) expect(word).toMatch(/^([0-9a-z]{4}|[0-9a-z]{8})?$/)
    }),
  )
})

it('every two neighbours of a text find it', () => {
  const words = new Set(tokensOf('英雄路ＬＥＤ灯', null, '𠀀𠀁').split(' '))
  for (const typed of ['英雄', '路led', 'LED灯', '𠀀𠀁']) {
    for (const word of searchOf(typed)?.split(' ') ?? ['none']) expect(words).toContain(word.slice(1))
  }
  expect(words).not.toContain(searchOf('灯𠀀')?.slice(1))
})

it('nothing that can be searched for is null', () => {
  for (const typed of ['', '   ', '+-*"()', '。！', '\u0000\u200b']) expect(searchOf(typed)).toBeNull()
})
