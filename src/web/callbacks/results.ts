import type { CallbackResult } from '../../calls/machine/call.ts'

/** What came of calling back, as an agent says it by one key. Pure. */

export const callbackResultTitles: Record<CallbackResult, string> = {
  REACHED: '已联系上',
  NOT_REACHED: '未联系上',
  WRONG_NUMBER: '号码有误',
  REFUSES: '市民拒绝',
  GAVE_UP: '班长了结',
}

/** In the order of their keys, 1 to 4. */
export const resultsByKey: readonly CallbackResult[] = ['REACHED', 'NOT_REACHED', 'WRONG_NUMBER', 'REFUSES']

/**
 * When the keys mean a result: at no time; only outside of text, and never with Alt; or with Alt also while one types.
 * Beside a ticket's form Alt and a digit takes a suggested matter, and a result given by mistake in mid-talk would close
 * the callback for good.
 */
export type ResultKeys = 'none' | 'plain' | 'also-typing'

type Stroke = Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey'>

/** @returns null for a key that means no result */
export function resultOfKey(stroke: Stroke, isTyping: boolean, keys: ResultKeys): CallbackResult | null {
  if (keys === 'none' || stroke.ctrlKey || stroke.metaKey) return null
  if (keys === 'plain' ? stroke.altKey || isTyping : isTyping && !stroke.altKey) return null
  const [, digit] = /^(?:Digit|Numpad)([1-4])$/.exec(stroke.code) ?? []
  return resultsByKey[Number(digit) - 1] ?? null
}
