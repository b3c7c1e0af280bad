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
