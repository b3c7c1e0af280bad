import type { SignalKind } from '../oversight/triggers/trigger.ts'
import type { ContactAnswer, Level, Outcome, ReasonCode, SolvedAnswer, Verdict } from './words.ts'
import { reasons } from './words.ts'

/** What a citizen said, and what it comes to. Pure: the web page imports this file too. Source: domain model 2, 3.3-3.5. */

export interface Answers {
  /** Q1; by keys it is not asked. */
  contacted: ContactAnswer | null
  /** Q2 */
  solved: SolvedAnswer
  /** Q3 */
  satisfied: Level
  /** Q4: shown, not scored. */
  attitude: Level | null
  /** Q5, asked where Q3 is low. */
  reason: ReasonCode | null
  words: string
  /** Q6 */
  wantsContact: boolean
}

export const isLow = (level: Level): boolean => level === 'DISSATISFIED' || level === 'VERY_DISSATISFIED'

/**
 * Whether a person has to decide what follows: the citizen is not content, or says that the matter is not (wholly)
 * solved, whatever the mark.
 */
export const needsReview = ({ satisfied, solved }: Pick<Answers, 'satisfied' | 'solved'>): boolean =>
  isLow(satisfied) || solved === 'PARTLY' || solved === 'UNSOLVED'

/**
 * @param verdict null: nobody had to decide, or has decided yet
 * @returns null while a person has to decide
 */
export function outcomeOf(answers: Pick<Answers, 'satisfied' | 'solved'>, verdict: Verdict | null): Outcome | null {
  if (needsReview(answers) && verdict === null) return null
  if (isLow(answers.satisfied)) {
    // About somebody else, or nothing that the unit could have done.
    const isReasonable = verdict !== 'EXPLAIN' && verdict !== 'NEW_TICKET'
    return isReasonable ? 'DISSATISFIED_REASONABLE' : 'DISSATISFIED_NOT'
  }
  if (answers.solved === 'PARTLY') return 'PARTLY'
  return answers.satisfied === 'BASICALLY' ? 'BASIC' : 'SATISFIED'
}

/** The reason that counts: who says that it is partly solved has given one. */
export function reasonOf({
  reason,
  solved,
  contacted,
}: Pick<Answers, 'reason' | 'solved' | 'contacted'>): ReasonCode | null {
  if (reason !== null) return reason
  if (contacted === 'NO') return 'R1'
  return solved === 'PARTLY' ? 'R6' : null
}

/** What a judge may decide. @param isFinal it is the second rating of the matter (Guangzhou: the second is final) */
export function verdictsFor({ isFinal, isLate }: { isFinal: boolean; isLate: boolean }): Verdict[] {
  const again: Verdict[] = isFinal ? [] : isLate ? ['REDO', 'REOPEN'] : ['REDO']
  return [...again, 'EXPLAIN', 'LETTER', 'NEW_TICKET', 'SUPERVISE']
}

/** What the table of reasons suggests; null: only words, a person decides. */
export function suggestedVerdict(reason: ReasonCode | null, { isFinal }: { isFinal: boolean }): Verdict | null {
  if (reason === null) return null
  const { leadsTo } = reasons[reason]
  return leadsTo === 'REDO' && isFinal ? 'SUPERVISE' : leadsTo
}

/** Of the findings of one task: the sources of all of them begin so. */
export const findingsFrom = (id: string): string => `follow-up:${id}:`

/**
 * What a judgement tells supervision: a false closure that was proved (T10), who is not content with the second round
 * either, and what is handed to supervision for any other reason (T06). Source: domain model 2, 4.2.
 */
export function findingsOf({ isFalseClosure, isFinal, outcome, verdict }: Judged): SignalKind[] {
  const found: SignalKind[] = isFalseClosure ? ['FALSE_CLOSURE'] : []
  if (isFinal && outcome === 'DISSATISFIED_REASONABLE') found.push('DISSATISFIED_AGAIN')
  return verdict === 'SUPERVISE' && found.length === 0 ? ['FOLLOW_UP_SUPERVISED'] : found
}

interface Judged {
  isFalseClosure: boolean
  isFinal: boolean
  outcome: Outcome | null
  verdict: Verdict | null
}
