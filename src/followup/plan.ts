import type { TicketId } from '../platform/types.ts'
import type { CloseKind, TicketType } from '../tickets/life/words.ts'
import type { Plan } from './follow-up.ts'
import type { FollowUpRules } from './rules.ts'
import type { Exemption } from './words.ts'

/** Whether a matter is followed up, and how its citizen may be asked. Pure. Source: domain model 2, 3.2. */

export interface MatterFacts {
  ticketId: TicketId
  closeKind: CloseKind | null
  type: TicketType
  isConfidential: boolean
  isAnonymous: boolean
  /** A number that is dialled. */
  hasNumber: boolean
  /** A mobile number: a link can be opened there. */
  isMobile: boolean
  /** On the never-call list. */
  isNeverCalled: boolean
  round: number
  isEnterprise: boolean
  isOld: boolean
  /** Supervised, or on a leader's instruction. */
  isWatched: boolean
  /** Of the same citizen, before. */
  hadLowRating: boolean
  /** Of a matter of several callers: how many came before; null: alone, or the first. */
  rank: number | null
}

export type Planned = { exemption: Exemption } | Plan

export function planOf(facts: MatterFacts, rules: Pick<FollowUpRules, 'mergedCalled' | 'mergedSample'>): Planned {
  if (facts.isAnonymous) return { exemption: 'ANONYMOUS' }
  if (facts.closeKind === 'ENDED') return { exemption: 'ENDED' }
  if (!facts.hasNumber) return { exemption: 'NO_NUMBER' }
  // A message could be read by another person at the telephone.
  const isSecret = facts.isConfidential || facts.type === 'REPORT'
  const isByPerson =
    isSecret ||
    facts.type === 'COMPLAINT' ||
    facts.round > 1 ||
    [facts.isEnterprise, facts.isOld, facts.isWatched, facts.hadLowRating].includes(true)
  return {
    isByPerson,
    mayMessage: facts.isMobile && !isSecret,
    mayCall: !facts.isNeverCalled && (facts.rank === null || isCalled(facts.ticketId, facts.rank, rules)),
  }
}

/** Of many callers of one matter all are asked by link; called are the first ones, and a sample of the others. */
function isCalled(
  ticketId: TicketId,
  rank: number,
  { mergedCalled, mergedSample }: Pick<FollowUpRules, 'mergedCalled' | 'mergedSample'>,
): boolean {
  if (rank < mergedCalled) return true
  // The last characters of a ULID are random, and the same for every process.
  const drawn = [...ticketId.slice(-8)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973, 7)
  return drawn % 100 < mergedSample
}
