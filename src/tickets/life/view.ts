import type { RoleName } from '../../people/person.ts'
import type { UnitCode } from '../../platform/types.ts'
import { partOf } from './parts.ts'
import { holderOf, leadOf } from './tasks.ts'
import type { Ticket, TicketPerson } from './ticket.ts'

/**
 * Who sees which parts of a ticket. Pure: the web page imports this file too. A confidential caller, and every caller
 * of a report, is hidden from every unit, in the free texts too. Source: domain model 3.9; GB/T 33358 (保密).
 */

const hotlineRoles: RoleName[] = [
  'AGENT',
  'SUPERVISOR',
  'DISPATCHER',
  'QUALITY',
  'CALLBACK',
  'OVERSEER',
  'DIRECTOR',
  'AUDITOR',
  'LEADER',
]

type Confidence = Pick<Ticket, 'type' | 'isConfidential' | 'isAnonymous'>

export function isOfHotline(person: Pick<TicketPerson, 'roles'>): boolean {
  return person.roles.some((role) => hotlineRoles.includes(role))
}

/** The hotline sees every ticket, a unit those in which it takes part now. */
export function maySee(person: TicketPerson, takingPart: readonly UnitCode[]): boolean {
  if (isOfHotline(person)) return true
  return person.unitCode !== null && takingPart.includes(person.unitCode)
}

export function isCallerHidden(ticket: Confidence): boolean {
  return ticket.isConfidential || ticket.isAnonymous || ticket.type === 'REPORT'
}

/**
 * Why no name is shown. Two different cases: an anonymous caller is unknown, a confidential one is known and not shown.
 * Source: domain model 3.9.
 */
export function hiddenCallerTitle({ type, isAnonymous }: Pick<Confidence, 'type' | 'isAnonymous'>): string {
  if (isAnonymous) return '匿名，未登记来电人'
  return type === 'REPORT' ? '举报人信息保密' : '来电人信息保密'
}

/**
 * How a caller with this number may be addressed: by the name on the newest ticket. A caller who was hidden in a newer
 * one is not named by an older one.
 */
export function nameToPropose(newestFirst: readonly (Confidence & { name: string | null })[]): string | null {
  const found = newestFirst.find((ticket) => isCallerHidden(ticket) || ticket.name !== null)
  return found === undefined || isCallerHidden(found) ? null : found.name
}

/** Who may find out who a hidden caller is. Each time is written down. Source: domain model 3.9. */
export function mayKnowHidden(person: Pick<TicketPerson, 'roles'>): boolean {
  return person.roles.some((role) => role === 'DIRECTOR' || role === 'AUDITOR')
}

/**
 * Whether the whole number may be asked for; that is written down each time. A hidden caller is known to the director
 * and the auditor only; any other one to those who have to call back.
 */
export function mayReveal(person: TicketPerson, ticket: Confidence & Pick<Ticket, 'tasks'>): boolean {
  const isOf = (...roles: RoleName[]) => person.roles.some((role) => roles.includes(role))
  if (isCallerHidden(ticket)) return mayKnowHidden(person)
  if (isOf('AGENT', 'SUPERVISOR', 'DISPATCHER', 'CALLBACK', 'DIRECTOR')) return true
  return (
    isOf('CLERK', 'WORKSTATION') &&
    person.unitCode !== null &&
    ([leadOf(ticket), holderOf(ticket)].includes(person.unitCode) || isAtWorkBelow(ticket, person.unitCode))
  )
}

/** The bureau or township that goes there has to speak with the citizen, once it has signed. */
function isAtWorkBelow(ticket: Pick<Ticket, 'tasks'>, unit: UnitCode): boolean {
  const part = partOf(ticket, unit)
  return part?.role === 'SUB' && part.step === 'SIGNED'
}
