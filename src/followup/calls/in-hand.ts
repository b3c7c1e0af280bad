import type { LiveCalls } from '../../calls/records/living.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { AttemptRow, Kept } from '../store.ts'
import type { AttemptResult } from '../words.ts'

/** The call in which a citizen is asked now, and what a person has to do with it: only who talks with them writes it down. */

export const inHandRefusals = ['follow-up.not-your-call', 'follow-up.not-answered'] as const

export interface InHand {
  attempt: AttemptRow
  /** They placed it, or they talk in the call by machine in which 0 was pressed. */
  isTheirs: boolean
  /** An agent and the citizen hear each other, or did. */
  isAnswered: boolean
}

/** @returns null while no call is under way */
export async function callInHand(
  liveCalls: Pick<LiveCalls, 'arrival'>,
  { attempts }: Kept,
  person: number,
): Promise<InHand | null> {
  const attempt = attempts.find(({ slot }) => slot === 1)
  if (!attempt) return null
  const call = attempt.callId === null ? null : await liveCalls.arrival(attempt.callId)
  const isInCall = attempt.means === 'KEYPAD' && (call?.agentIds.includes(person) ?? false)
  const isPlaced = attempt.means === 'AGENT' && attempt.by === person
  return { attempt, isTheirs: isInCall || isPlaced, isAnswered: (call?.answeredAt ?? null) !== null }
}

/** Results that nobody can know who has not talked with somebody. */
const spoken: readonly AttemptResult[] = ['OTHER_PERSON', 'REFUSED', 'BROKEN_OFF']

/**
 * @param result what they say came of the call; `ANSWERED`: the citizen rated
 * @returns the attempt that they may close
 * @throws Refusal for a call of somebody else's, and for answers of a citizen who has not picked up
 */
export async function requireInHand(
  liveCalls: Pick<LiveCalls, 'arrival'>,
  kept: Kept,
  person: number,
  result: AttemptResult,
): Promise<AttemptRow> {
  const inHand = await callInHand(liveCalls, kept, person)
  if (inHand === null) throw new Refusal('follow-up.no-call')
  if (!inHand.isTheirs) throw new Refusal('follow-up.not-your-call')
  const isKnownByTalk = result === 'ANSWERED' || spoken.includes(result)
  if (isKnownByTalk && !inHand.isAnswered) throw new Refusal('follow-up.not-answered')
  return inHand.attempt
}
