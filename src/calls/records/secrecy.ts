import type { Person } from '../../people/person.ts'
import type { Instant } from '../../platform/types.ts'
import { mayKnowHidden } from '../../tickets/life/view.ts'

/**
 * Whether the caller of a call is hidden from a person. Pure. A hidden reporter must not be found by way of the call:
 * lists, searches, recordings, notes and callbacks apply this one rule. Source: domain model 3.9 and 8.6.
 */

/** How long an agent may continue to use a call of their own as during it. */
export const ownCallMs = 60 * 60_000

type Reader = Pick<Person, 'id' | 'roles'>

/** The facts of a call that the rule needs. */
export interface CallParties {
  /** Users who spoke with the caller, or whose phone rings for them now. */
  agentIds: readonly number[]
  /** Null while the call lives. */
  endedAt: Instant | null
  /** An agent placed it without being shown whom they call: that it is their own call tells them nothing. */
  isSecret: boolean
}

export function isOwnCall({ id }: Pick<Person, 'id'>, { agentIds }: Pick<CallParties, 'agentIds'>): boolean {
  return agentIds.includes(id)
}

/** An own call that is live or ended less than an hour ago: the agent still works on it. */
export function isOwnCallOfTheHour(person: Pick<Person, 'id'>, call: CallParties, now: Instant): boolean {
  return isOwnCall(person, call) && (call.endedAt === null || now - call.endedAt < ownCallMs)
}

/**
 * @param isTied a ticket with a hidden caller was made from the call, or was asked for in it
 * @returns true: the person gets neither number, name, place, note nor sound of this call, and no search by number
 *   finds it
 */
export function isHiddenFrom(person: Reader, call: CallParties, isTied: boolean, now: Instant): boolean {
  // Of a live call the tie may not be written yet; that it was placed unseen is known from its first moment.
  return (
    (isTied || call.isSecret) && !mayKnowHidden(person) && (call.isSecret || !isOwnCallOfTheHour(person, call, now))
  )
}
