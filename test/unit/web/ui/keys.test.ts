import { describe, expect, it } from 'vitest'
import { isOfInputMethod } from '../../../../src/web/ui/keys.ts'

const enter = { isComposing: false, keyCode: 13, code: 'Enter' }

describe('a key belongs to the input method', () => {
  it.each([
    ['while it composes', { ...enter, isComposing: true }],
    ['as it ends the choice of a word, when the composition is over already', { ...enter, keyCode: 229 }],
    ['when it is Escape, which gives the choice up', { isComposing: true, keyCode: 27, code: 'Escape' }],
  ])('%s', (_, key) => expect(isOfInputMethod(key)).toBe(true))

  it.each([
    ['Enter by itself', enter],
    ['F9, which answers a caller', { isComposing: true, keyCode: 229, code: 'F9' }],
  ])('but not %s', (_, key) => expect(isOfInputMethod(key)).toBe(false))
})
