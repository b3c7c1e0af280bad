import fc from 'fast-check'
import { expect, it } from 'vitest'
import { firstUlidAt } from '../../../src/platform/ulid-time.ts'
import { bucketsBetween, searchOf, tokensOf, wordsToFind } from '../../../src/tickets/tokens.ts'

const november = firstUlidAt(Date.parse('2026-11-24T10:00:00+08:00'))

it('words are ASCII and long enough for the index, whatever was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const word of tokensOf(november, text).split(' ')) expect(word).toMatch(/^([0-9a-z]{8}|[0-9a-z]{12})?$/)
    }),
  )
})

it('every two neighbours of a text find it, in the time that it is from', () => {
  const words = tokensOf(november, '英雄路ＬＥＤ灯', null, '𠀀𠀁').split(' ')
  const [bucket = ''] = bucketsBetween(november, november)
  const isFound = (typed: string) => wordsToFind(typed).every((word) => words.includes(bucket + word))
  for (const typed of ['英雄', '路led', 'LED灯', '𠀀𠀁']) expect(isFound(typed)).toBe(true)
  expect(isFound('灯𠀀')).toBe(false)
})

it('all words are asked for together, in each of the buckets', () => {
  expect(searchOf(['aa', 'bb'], ['1', '2'])).toBe('(+1aa +1bb) (+2aa +2bb)')
})

it('the buckets of a stretch of time are those of its ids, newest first, none left out', () => {
  const days = Array.from({ length: 400 }, (_, day) =>
    firstUlidAt(Date.parse('2025-10-21T00:00:00Z') + day * 86_400_000),
  )
  const [oldest = '', newest = ''] = [days.at(0), days.at(-1)]
  const ofIds = new Set(days.map((id) => id.slice(0, 4).toLowerCase()))
  expect(bucketsBetween(oldest, newest)).toEqual([...ofIds].reverse())
  expect(bucketsBetween(newest, oldest)).toEqual([])
})

it('what cannot be searched for has no words', () => {
  for (const typed of ['', '   ', '+-*"()', '。！', '\u0000\u200b']) expect(wordsToFind(typed)).toEqual([])
})
