import type { Call } from './call.ts'
import { answerableOf } from './party.ts'

/**
 * Whether the next controller would miss this state. It would not where Asterisk and the queue say the same: how far a
 * reserved agent's phone has come, and which parts of an ended call are already cleared away. Pure.
 */
export function isWorthKeeping(before: Call, after: Call): boolean {
  const { phase } = after.stage
  if (phase !== before.stage.phase) return true
  if (phase === 'ending') return false
  if (phase !== 'offering') return true
  return before.keys !== after.keys || answerableOf(before)?.id !== answerableOf(after)?.id
}
