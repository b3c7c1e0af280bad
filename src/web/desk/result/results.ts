import type { Outcome } from '../../../calls/machine/call.ts'
import type { CallView } from '../../../calls/machine/view.ts'

/** What came of a call, as its agent says it by one key. Pure. */

/** In the order of their keys, 1 to 9. */
const incoming = ['已答复', '无效来电', '误拨', '无人说话', '重复反映', '已转办', '骚扰来电', '中途挂断', '其他']
const outgoing = [
  '已联系上',
  '占线',
  '无人接听',
  '拒接',
  '号码有误',
  '停机或无法接通',
  '他人接听',
  '约定再联系',
  '其他',
]

/** As the network ended it; of a call that was answered, or that the agent broke off, only the agent knows. */
const proposals: Partial<Record<Outcome, string>> = {
  OUT_BUSY: '占线',
  OUT_NO_ANSWER: '无人接听',
  OUT_DECLINED: '拒接',
  OUT_NO_NUMBER: '号码有误',
  OUT_UNREACHABLE: '停机或无法接通',
}

type Asked = Pick<CallView, 'direction' | 'about' | 'outcome' | 'phase'>

/**
 * A call that an agent placed is asked about at once: its outcome may not be said elsewhere on the page. One for a
 * callback has results of its own; if the agent's own phone was not there, nobody was called.
 */
export function isAskedAtOnce({ direction, about, outcome }: Asked): boolean {
  return direction === 'OUT' && about?.kind !== 'callback' && outcome !== 'OUT_NOT_PLACED'
}

/** A page that asks for the result itself, by the same keys: what was said at a follow-up belongs to the follow-up. */
export function isAskedByPage(path: string): boolean {
  return /^\/follow-ups(\/|$)/.test(path)
}

export function resultsOf({ direction }: Pick<Asked, 'direction'>): readonly string[] {
  return direction === 'OUT' ? outgoing : incoming
}

export function proposedFor({ direction, outcome }: Pick<Asked, 'direction' | 'outcome'>): string | null {
  return direction === 'OUT' && outcome !== null ? (proposals[outcome] ?? null) : null
}

/** Whether its record says enough without a word of the agent: it was not answered, or its callback has a result. */
export function isToldByRecord({ direction, about, outcome }: Asked): boolean {
  return direction === 'OUT' && (about?.kind === 'callback' || (outcome !== null && outcome !== 'ANSWERED'))
}

type Stroke = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey'>

/** @returns null for a key that means no result; into text one types */
export function resultOfKey(stroke: Stroke, isTyping: boolean, results: readonly string[]): string | null {
  if (isTyping || stroke.altKey || stroke.ctrlKey || stroke.metaKey || !/^[1-9]$/.test(stroke.key)) return null
  return results[Number(stroke.key) - 1] ?? null
}
