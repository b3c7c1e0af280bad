import { dayOf } from '../calendar/days.ts'
import type { Instant } from '../platform/types.ts'
import type { AttemptResult } from './words.ts'

/** What an agent says and asks, in its order. Pure: the web page imports this file too. Source: domain model 2, 3.3. */

/** A hidden caller's matter is not named before it is certain who listens. */
export function openingWords(
  { registeredAt, isHidden }: { registeredAt: Instant; isHidden: boolean },
  agentNumber: string | null,
): string {
  const who = agentNumber === null ? '' : `，工号${agentNumber}`
  if (isHidden) return `您好，长治12345回访${who}。请问是您本人接听吗？方便说话吗？`
  const [, month, day] = dayOf(registeredAt).split('-').map(Number)
  return `您好，长治12345回访${who}。您${month}月${day}日反映的事项已由承办单位答复，占用您一分钟，可以吗？`
}

export const questions = {
  contacted: '承办单位有没有联系过您？',
  solved: '问题解决得怎么样？',
  satisfied: '对办理结果是否满意？',
  attitude: '对办理人员的态度满意吗？',
  reason: '主要原因是什么？',
  wantsContact: '需要再联系您吗？',
} as const

/** What a call without an answer came to, in the order of its keys 1 to 8. */
export const resultsByKey = [
  'NO_ANSWER',
  'BUSY',
  'UNREACHABLE',
  'VOICEMAIL',
  'OTHER_PERSON',
  'WRONG_NUMBER',
  'REFUSED',
  'BROKEN_OFF',
] as const satisfies AttemptResult[]
