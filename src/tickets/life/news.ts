import type { Instant, UnitCode } from '../../platform/types.ts'
import type { EventKind, TicketState } from './ticket.ts'

/**
 * What is told live of a ticket that changed. Pure. Not a word of what it says: whoever may read it asks for it, and is
 * answered within his rights. A sign may be lost; the lists are the truth.
 */
export interface TicketSign {
  number: string
  version: number
  state: TicketState
  /** `lamp`: a lamp changed, or a due time could be counted at last; the version stays as it was. */
  kind: EventKind | 'lamp'
  at: Instant
}

/** Between the roles: with whom it concerns beside the hotline. */
export interface TicketNews extends TicketSign {
  units: UnitCode[]
}
