import type { Instant, UnitCode } from '../../platform/types.ts'
import { type Answers, isLow } from '../answers.ts'
import type { Outcome, Verdict } from '../words.ts'

/**
 * 评价反馈单: what the hotline tells the unit of a rating, with its own marks, advice on management, and what the unit owes.
 * Pure: the web page imports this file too. Source: running rules 三 (五); domain model 2, 3.5.
 */

export const marks = {
  timely: '办理及时',
  contact: '联系群众',
  facts: '事实清楚',
  law: '依法依规',
  effect: '办理成效',
} as const
export type Mark = keyof typeof marks
export const markNames = Object.keys(marks) as [Mark, ...Mark[]]
/** Each 0, 1 or 2. */
export type Marks = Record<Mark, number>
export const mostOfMark = 2

export const sumOf = (given: Marks): number => markNames.reduce((sum, name) => sum + given[name], 0)

/** What the machine proposes from what it knows; facts and law only a person can judge. */
export function proposedMarks(
  { contacted, solved, satisfied }: Pick<Answers, 'contacted' | 'solved' | 'satisfied'>,
  { isOnTime, hasContacted }: { isOnTime: boolean; hasContacted: boolean },
): Marks {
  const contact = { YES: 2, UNSURE: 1, NO: 0 } as const
  const effect = { SOLVED: 2, PARTLY: 1, EXPLAINED: 1, UNSOLVED: 0 } as const
  return {
    timely: isOnTime ? 2 : 0,
    contact: contacted === null ? (hasContacted ? 2 : 1) : contact[contacted],
    facts: isLow(satisfied) ? 1 : 2,
    law: 2,
    effect: effect[solved],
  }
}

/** What the unit has to do because of it; null: nothing. */
export function owedBy(verdict: Verdict | null): string | null {
  switch (verdict) {
    case 'REDO':
      return '按重办要求重新办理，并在重办时限内答复来电人和热线。'
    case 'REOPEN':
      return '按重新受理的工单办理，并在时限内答复来电人和热线。'
    case 'LETTER':
      return '请单位负责人阅知，查明情况并改进；如有异议可在期限内申诉。'
    case 'SUPERVISE':
      return '该事项转入督办，请按督办要求办理。'
    case 'EXPLAIN':
    case 'NEW_TICKET':
    case null:
      return null
  }
}

export type AppealDecision = 'UPHELD' | 'REFUSED'
export const appealDecisionTitles: Record<AppealDecision, string> = {
  UPHELD: '申诉成立，该评价不计入考核',
  REFUSED: '申诉不成立，维持原评价',
}

export interface Letter {
  unitCode: UnitCode
  /** Who judged; null: the machine, of a citizen who was content. */
  issuedBy: number | null
  appealBy: Instant | null
  appealedAt: Instant | null
  decision: AppealDecision | null
}

export const letterRefusals = [
  'letter.appealed',
  'letter.appeal-too-late',
  'letter.no-appeal',
  'letter.decided',
  'letter.same-person',
] as const
export type LetterRefusal = (typeof letterRefusals)[number]

/** Whether the unit may (still) appeal: once, in time. @returns why not */
export function barToAppeal({ appealedAt, appealBy }: Letter, now: Instant): LetterRefusal | null {
  if (appealedAt !== null) return 'letter.appealed'
  return appealBy !== null && now > appealBy ? 'letter.appeal-too-late' : null
}

/** Whether this person may decide the appeal: never who issued the letter. @returns why not */
export function barToDecide({ appealedAt, decision, issuedBy }: Letter, person: number): LetterRefusal | null {
  if (appealedAt === null) return 'letter.no-appeal'
  if (decision !== null) return 'letter.decided'
  return issuedBy === person ? 'letter.same-person' : null
}

/** After an appeal that was upheld the citizen's word stands; it counts against the unit no longer. */
export const outcomeAfter = (outcome: Outcome | null, decision: AppealDecision): Outcome | null =>
  decision === 'UPHELD' && outcome === 'DISSATISFIED_REASONABLE' ? 'DISSATISFIED_NOT' : outcome
