import { expect, test } from 'vitest'
import { resultOfKey, resultsByKey } from '../../../src/web/callbacks/results.ts'

const stroke = (code: string, more: Partial<Parameters<typeof resultOfKey>[0]> = {}) => ({
  ...{ code, altKey: false, ctrlKey: false, metaKey: false },
  ...more,
})
const alt = { altKey: true }

test('in a list a digit is a result, with Alt also while one types', () => {
  for (const [n, result] of resultsByKey.entries())
    for (const code of [`Digit${n + 1}`, `Numpad${n + 1}`]) {
      expect(resultOfKey(stroke(code), false, 'also-typing')).toBe(result)
      expect(resultOfKey(stroke(code), true, 'also-typing')).toBeNull()
      expect(resultOfKey(stroke(code, alt), true, 'also-typing')).toBe(result)
    }
  for (const code of ['Digit0', 'Digit5', 'KeyA', 'F1'])
    expect(resultOfKey(stroke(code), false, 'also-typing')).toBeNull()
  expect(resultOfKey(stroke('Digit1', { ctrlKey: true }), false, 'also-typing')).toBeNull()
  expect(resultOfKey(stroke('Digit1', { metaKey: true }), false, 'also-typing')).toBeNull()
})

test('beside a form, where Alt and a digit takes a matter, it never is; before the call is over no key is', () => {
  for (const code of ['Digit1', 'Digit2', 'Digit3', 'Digit4', 'Numpad3'])
    for (const isTyping of [true, false]) {
      expect(resultOfKey(stroke(code, alt), isTyping, 'plain')).toBeNull()
      expect(resultOfKey(stroke(code, alt), isTyping, 'none')).toBeNull()
      expect(resultOfKey(stroke(code), isTyping, 'none')).toBeNull()
    }
  expect(resultOfKey(stroke('Digit3'), true, 'plain')).toBeNull()
  expect(resultOfKey(stroke('Digit3'), false, 'plain')).toBe('WRONG_NUMBER')
})
