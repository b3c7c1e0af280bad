import { type KeypadCall, settleKeypadCall, unsettledKeypadCalls } from '../../calls/keypad/store.ts'
import type { KeypadResult } from '../../calls/machine/keypad/keypad.ts'
import { findCall, partiesOf, whoSpoke } from '../../calls/records/reads.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { recordAnswers } from '../answering.ts'
import type { Answers } from '../answers.ts'
import { attemptOfCall, type FollowUpParts, recordResult } from '../store.ts'
import { type AttemptResult, type Level, levelCodes, type SolvedAnswer, solvedAnswers } from '../words.ts'
import { isOwnMatter } from '../work-list.ts'

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
  const attempt = await attemptOfCall(parts.db, callId)
  if (attempt === null) throw new Refusal('follow-up.no-call')
  const answers = result === 'ANSWERED' ? answersOf(call) : null
  if (answers) {
    await recordAnswers(parts, followUpId, { means: 'KEYPAD', attempt, answers })
    return
  }
  const became = result === 'ANSWERED' ? 'BROKEN_OFF' : resultOf[result]
  if (result !== 'WANTS_AGENT') {
    await recordResult(parts, followUpId, attempt, became, noteOf(call))
    return
  }
  const talk = await talkAfterZero(parts.db, call)
  // Who talked with them writes down what they said, or why they did not: until then nobody calls them again.
  if (talk === 'asked') return
  if (talk === 'not-asked') {
    await recordResult(parts, followUpId, attempt, 'BROKEN_OFF', '按0后由原接话人接听，未评价')
  } else await recordResult(parts, followUpId, attempt, became, noteOf(call))
}

/**
 * What came of 0: nobody picked up; they talked with an agent who may ask; or only with those who took the call of the
 * matter, who may not. Either way they were reached, and are not called again.
 */
async function talkAfterZero(db: Db, { callId, followUpId }: KeypadCall): Promise<'nobody' | 'asked' | 'not-asked'> {
  const found = await findCall(db, callId)
  if (!found || found.call.answeredAt === null) return 'nobody'
  const { agentIds } = partiesOf(found.call, await whoSpoke(db, [callId]))
  const own = await Promise.all(agentIds.map((agent) => isOwnMatter(db, followUpId, agent)))
  return own.includes(false) ? 'asked' : 'not-asked'
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
