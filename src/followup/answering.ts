import type { CallId } from '../platform/types.ts'
import type { Answers } from './answers.ts'
import { issueLetter } from './letters/issue.ts'
import { type FollowUpParts, type Kept, lockFollowUp, stepWithin } from './store.ts'

/**
 * The citizen's answers, by whatever means. Who is content ends the task, and the unit has its letter at once; anything else
 * waits for a person to decide.
 * @throws Refusal when it was rated before, and when nobody was asked: no call under way, or the link is over
 */
export async function recordAnswers(
  { db, rules, calendar, now }: FollowUpParts,
  id: string,
  { means, answers, callId = null }: { means: 'LINK' | 'KEYPAD' | 'AGENT'; answers: Answers; callId?: CallId | null },
): Promise<Kept> {
  const known = { rules, calendar: await calendar(), now: now() }
  return db.transaction(async (tx) => {
    const event = { kind: 'answer', means, answers } as const
    const kept = await stepWithin(tx, await lockFollowUp(tx, id), event, { ...known, callId })
    if (kept.row.state === 'DONE') await issueLetter(tx, kept, null, known)
    return kept
  })
}
