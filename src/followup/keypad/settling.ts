import { type KeypadCall, settleKeypadCall, unsettledKeypadCalls } from '../../calls/keypad/store.ts'
import type { KeypadResult } from '../../calls/machine/keypad/keypad.ts'
import type { Log } from '../../platform/process/log.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { recordAnswers } from '../answering.ts'
import type { Answers } from '../answers.ts'
import { type FollowUpParts, recordResult } from '../store.ts'
import { type AttemptResult, type Level, levelCodes, type SolvedAnswer, solvedAnswers } from '../words.ts'

/** What citizens pressed, from the closed records of calls by machine into their follow-ups: once, whatever is repeated. */

const batch = 50

/** @returns how many calls were settled */
export async function settleKeypads(parts: FollowUpParts & { log: Log }): Promise<number> {
  const ended = await unsettledKeypadCalls(parts.db, batch)
  for (const call of ended) {
    try {
      await settle(parts, call)
    } catch (error) {
      // Settled before, and this process died; or the citizen answered by the link in the middle of the call.
      if (!(error instanceof Refusal)) throw error
      parts.log.info({ callId: call.callId, followUp: call.followUpId, code: error.code }, 'keys of a call not taken')
    }
    await settleKeypadCall(parts.db, call.callId, parts.now())
  }
  return ended.length
}

async function settle(parts: FollowUpParts, call: KeypadCall): Promise<void> {
  const { followUpId, callId, result } = call
  if (result !== 'ANSWERED') {
    await recordResult(parts, followUpId, resultOf[result], noteOf(call))
    return
  }
  const answers = answersOf(call)
  if (answers) await recordAnswers(parts, followUpId, { means: 'KEYPAD', answers, callId })
  else await recordResult(parts, followUpId, 'BROKEN_OFF')
}

const resultOf: Record<Exclude<KeypadResult, 'ANSWERED'>, Exclude<AttemptResult, 'SENT'>> = {
  BROKEN_OFF: 'BROKEN_OFF',
  WANTS_AGENT: 'WANTS_AGENT',
  VOICE_BOX: 'VOICEMAIL',
  NO_ANSWER: 'NO_ANSWER',
  BUSY: 'BUSY',
  UNREACHABLE: 'UNREACHABLE',
  NOT_PLACED: 'NOT_PLACED',
}

/** In the order of their keys. */
const solvedKeys: readonly SolvedAnswer[] = ['SOLVED', 'PARTLY', 'UNSOLVED']
const levelKeys: readonly Level[] = levelCodes

/** @returns null unless both questions were answered: half an answer is none */
function answersOf({ solved, satisfied }: Pick<KeypadCall, 'solved' | 'satisfied'>): Answers | null {
  const [first, second] = [solvedKeys[(solved ?? 0) - 1], levelKeys[(satisfied ?? 0) - 1]]
  if (first === undefined || second === undefined) return null
  const unasked = { contacted: null, attitude: null, reason: null, words: '', wantsContact: false }
  return { ...unasked, solved: first, satisfied: second }
}

/** For who calls next. */
function noteOf({ solved }: KeypadCall): string | null {
  const first = solvedKeys[(solved ?? 0) - 1]
  return first === undefined ? null : `只答了第一题：${solvedAnswers[first]}`
}
