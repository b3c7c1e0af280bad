import type { Answers } from './answers.ts'
import { issueLetter } from './letters/issue.ts'
import { type FollowUpParts, type Kept, lockFollowUp, spaceOthers, stepWithin } from './store.ts'

/**
 * The citizen's answers, by whatever means. `attempt`: the call in which they were given. Who is content ends the task, and the unit has its letter at once; anything else
 * waits for a person to decide.
 * @throws Refusal when it was rated before, and when nobody was asked: no call under way, or the link is over
 */
export async function recordAnswers(
  parts: FollowUpParts,
  id: string,
  { answers, ...given }: { answers: Answers } & ({ means: 'LINK' } | { means: 'KEYPAD' | 'AGENT'; attempt: string }),
): Promise<Kept> {
  const { db, rules, calendar, now } = parts
  const known = { rules, calendar: await calendar(), now: now() }
  const beside = given.means === 'LINK' ? {} : { attempt: given.attempt }
  const after = await db.transaction(async (tx) => {
    const event = { kind: 'answer', means: given.means, answers } as const
    const kept = await stepWithin(tx, await lockFollowUp(tx, id), event, { ...known, ...beside })
    if (kept.row.state === 'DONE') await issueLetter(tx, kept, null, known)
    return kept
  })
  if (given.means !== 'LINK') await spaceOthers(parts, id)
  return after
}
