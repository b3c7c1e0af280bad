import type { RoleName } from '../../people/person.ts'
import type { CategoryCode, Instant, TicketId, UnitCode } from '../../platform/types.ts'
import type { ClockKind } from './clocks.ts'
import type { CloseKind, InboxMark, TicketState, TicketType, Urgency } from './words.ts'

/** What a step of a ticket is decided on. Pure: the web page imports this file too. */

export interface Ticket {
  id: TicketId
  state: TicketState
  /** Rows of its history: each event adds one. */
  version: number
  type: TicketType
  categoryCode: CategoryCode
  registeredAt: Instant
  urgency: Urgency
  isConfidential: boolean
  isAnonymous: boolean
  /** The unit that is complained about; a report never goes there. */
  accusedUnit: UnitCode | null
  /** The one unit that answers for it now. */
  leadUnit: UnitCode | null
  coUnits: UnitCode[]
  /** The unit that was in charge first, and the one that gave it back last. */
  firstUnit: UnitCode | null
  returnedBy: UnitCode | null
  /** After this the unit has to handle it; null: no limit. */
  returnBy: Instant | null
  ruleKey: string | null
  dispatchReason: string | null
  inboxMark: InboxMark | null
  publicReply: string | null
  internalReply: string | null
  closeKind: CloseKind | null
  dispatchCount: number
  returnCount: number
  urgeCount: number
  /** Clocks that run. */
  running: ClockKind[]
}

/** Who acts: a person in one or more of these capacities, or the machine. */
export type Capacity = 'HOTLINE' | 'DISPATCHER' | 'LEAD_UNIT' | 'SYSTEM'

export interface TicketPerson {
  id: number
  roles: RoleName[]
  unitCode: UnitCode | null
}
export type Actor = { by: 'person'; person: TicketPerson } | { by: 'system' }

export const stepRefusals = [
  'ticket.not-allowed',
  'ticket.wrong-state',
  'ticket.text-missing',
  'ticket.must-be-dispatched',
  'ticket.accused-unit',
  'ticket.lead-among-co-units',
  'ticket.return-exhausted',
  'ticket.return-too-late',
  'ticket.correction-too-late',
] as const
/** A refusal has its status and its general sentence in `platform/problem.ts`; `detail` is the more exact one. */
export interface TicketRefusal {
  code: (typeof stepRefusals)[number]
  detail: string
}
