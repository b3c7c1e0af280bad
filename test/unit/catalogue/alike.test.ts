import { expect, it } from 'vitest'
import { wordsLike } from '../../../src/catalogue/alike.ts'

it('gives what may stand for a word, itself first and no single character but itself', () => {
  expect(wordsLike('孩子')).toEqual(expect.arrayContaining(['孩子', '娃娃', '闺女']))
  expect(wordsLike('孩子')[0]).toBe('孩子')
  expect(wordsLike('孩子')).not.toContain('娃')
  expect(wordsLike('狗')[0]).toBe('狗')
  expect(wordsLike('路灯')).toEqual(['路灯'])
})

it('is the same for all words of a line: no word stands in two', () => {
  for (const word of ['孩子', '半夜', '货车', '天然气', '没人管']) {
    const line = wordsLike(word).toSorted()
    for (const other of line) expect(wordsLike(other).toSorted()).toEqual(line)
  }
})
