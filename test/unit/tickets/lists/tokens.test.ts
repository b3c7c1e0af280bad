import fc from 'fast-check'
import { expect, it } from 'vitest'
import { firstUlidAt } from '../../../../src/platform/text/ulid-time.ts'
import {
  areWordsEnough,
  bucketsBetween,
  isIn,
  marksFor,
  searchOf,
  tokensOf,
  wantedIn,
} from '../../../../src/tickets/lists/tokens.ts'

const november = firstUlidAt(Date.parse('2026-11-24T10:00:00+08:00'))

const shown = (...texts: string[]) => ({ shown: texts, internal: [] })
const all = (typed: string) => wantedIn(typed, false)?.words ?? []

it('words are ASCII and long enough for the index, whatever was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const words = tokensOf(november, { shown: [text], internal: [text, `${text}。内部`] }).split(' ')
      for (const word of words) expect(word).toMatch(/^([0-9a-z]{4}_?([0-9a-z]{4}){1,2})?$/)
    }),
  )
})

it('every stretch of a text finds it, in the time that it is from', () => {
  const words = tokensOf(november, shown('英雄路ＬＥＤ灯', '𠀀𠀁', '停水')).split(' ')
  const [bucket = ''] = bucketsBetween(november, november)
  const isFound = (typed: string) =>
    all(typed).every(({ word, isBeginning }) =>
      words.some((one) => (isBeginning ? one.startsWith(bucket + word) : one === bucket + word)),
    )
  for (const typed of ['英雄', '路led', 'LED灯', '𠀀𠀁', '水', '停', 'l', '灯', '𠀁']) expect(isFound(typed)).toBe(true)
  for (const typed of ['灯𠀀', '电', '雄英']) expect(isFound(typed)).toBe(false)
})

it('any part of a text is found in it, by its words and by the text itself', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('路', '灯', '人', '民', 'Ａ', '3', '，', ' '), { minLength: 1, maxLength: 12 }),
      fc.nat(11),
      fc.integer({ min: 1, max: 12 }),
      (signs, from, length) => {
        const text = signs.join('')
        const wanted = wantedIn(text.slice(from, from + length), false)
        if (wanted === null) return
        const words = tokensOf(november, shown(text)).split(' ')
        for (const { word, isBeginning } of wanted.words) {
          const isMet = (one: string) => (isBeginning ? one.slice(4).startsWith(word) : one.slice(4) === word)
          expect(words.some(isMet)).toBe(true)
        }
        expect(isIn(wanted, shown(text))).toBe(true)
      },
    ),
  )
})

it('words that stand apart are not taken for a word', () => {
  const wanted = wantedIn('人民路', false)
  if (!wanted) throw new Error('nothing to find')
  expect(areWordsEnough(wanted)).toBe(false)
  expect(isIn(wanted, shown('人民公园在民路口'))).toBe(false)
  expect(isIn(wanted, shown('住在', '人民路３号'))).toBe(true)
  for (const typed of ['水', '停水', '停水 路灯']) {
    const enough = wantedIn(typed, false)
    expect(enough && areWordsEnough(enough)).toBe(true)
  }
})

it('what is internal is asked for by the hotline only', () => {
  const texts = { shown: ['路灯不亮'], internal: ['电缆被盗'] }
  const words = tokensOf(november, texts).split(' ')
  const asked = (isInternal: boolean) => {
    const wanted = wantedIn('电缆被盗', isInternal)
    if (!wanted) throw new Error('nothing to find')
    const forms = (word: string) =>
      marksFor(wanted).map((mark) => `${november.slice(0, 4).toLowerCase()}${mark}${word}`)
    const areMet = wanted.words.every(({ word }) => forms(word).some((form) => words.includes(form)))
    return areMet && isIn(wanted, texts)
  }
  expect(asked(true)).toBe(true)
  expect(asked(false)).toBe(false)
})

it('all words are asked for together, in each of the buckets', () => {
  const wanted = {
    runs: [],
    words: [
      { word: 'aa', isBeginning: false },
      { word: 'bb', isBeginning: true },
    ],
  }
  expect(searchOf({ ...wanted, isInternal: false }, ['1', '2'])).toBe('(+1aa +1bb*) (+2aa +2bb*)')
  expect(searchOf({ ...wanted, isInternal: true }, ['1'])).toBe('(+(1aa 1_aa) +(1bb* 1_bb*))')
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
  for (const typed of ['', '   ', '+-*"()', '。！', '\u0000\u200b']) expect(wantedIn(typed, true)).toBeNull()
})
