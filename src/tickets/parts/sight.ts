import type { UnitCode } from '../../platform/types.ts'
import { type EventKind, holderOf, leadOf, partOf, type Task, type TicketPerson } from '../life/ticket.ts'
import { isOfHotline } from '../life/view.ts'

/**
 * How much of a ticket that a person may see is shown to them. Pure. The hotline sees all of it, a unit its own part and
 * what it sent on; the unit in charge sees the parts of co-units, too. A unit below sees the matter and its own part, and
 * nothing of how units argue above it.
 */

/** As rows have it: also of parts that have ended. */
export interface Sent {
  unit: UnitCode
  from: UnitCode | null
  isPart: boolean
}

/** @returns whether the part of a unit is shown */
export function partSight(
  person: TicketPerson,
  ticket: { tasks: readonly Task[] },
  sent: readonly Sent[],
): (unit: UnitCode) => boolean {
  if (isOfHotline(person)) return () => true
  const own = person.unitCode
  const seen = new Set<UnitCode | null>([own])
  if (isAbove(own, ticket)) for (const { unit, from, isPart } of sent) if (isPart && from === null) seen.add(unit)
  // What a co-unit sends on is its own affair.
  const below = (above: UnitCode | null): void => {
    for (const { unit, from } of sent) {
      if (from === null || from !== above || seen.has(unit)) continue
      seen.add(unit)
      below(unit)
    }
  }
  below(own)
  return (unit) => seen.has(unit)
}

function isAbove(unit: UnitCode | null, ticket: { tasks: readonly Task[] }): boolean {
  return unit !== null && [leadOf(ticket), holderOf(ticket)].includes(unit)
}

/** A unit below that has no other part of the ticket. */
export function seesPartOnly(person: TicketPerson, ticket: { tasks: readonly Task[] }): boolean {
  if (isOfHotline(person) || isAbove(person.unitCode, ticket)) return false
  return partOf(ticket, person.unitCode)?.role === 'SUB'
}

/** Whether it is shown what waits for a decision: to the hotline, and to the unit that asks. */
export function seesAsks(person: TicketPerson, lead: UnitCode | null): boolean {
  return isOfHotline(person) || (lead !== null && person.unitCode === lead)
}

export interface Sight {
  sees(unit: UnitCode): boolean
  isPartOnly: boolean
}

interface Keeper {
  /** That has to keep the clock; empty: the hotline. */
  unitCode: string
}

/** Whether a clock is shown. Those of the hotline say what is asked for and decided above a unit that sees its part only. */
export function isClockSeen({ unitCode }: Keeper, { sees, isPartOnly }: Sight): boolean {
  return unitCode === '' ? !isPartOnly : sees(unitCode as UnitCode)
}

const kindsBelow: EventKind[] = ['register', 'urge', 'supplement', 'close']
export const isPartEvent = (kind: EventKind): boolean =>
  kind.endsWith('-part') || kind === 'delegate' || kind === 'add-co'

interface Entry {
  kind: EventKind
  /** Of the person who acted. */
  unitCode: UnitCode | null
  details: Record<string, unknown>
}

/** Whether a row of the history is shown. */
export function isEntrySeen({ kind, unitCode, details }: Entry, { sees, isPartOnly }: Sight): boolean {
  if (!isPartEvent(kind)) return !isPartOnly || kindsBelow.includes(kind)
  const { unit, units, coUnits } = details as Record<string, UnitCode | UnitCode[] | undefined>
  const meant = [unit ?? [], units ?? [], coUnits ?? []].flat()
  // What one did oneself, and what was done to a part that one sees.
  return meant.length === 0 ? unitCode === null || sees(unitCode) : meant.some((one) => sees(one))
}
