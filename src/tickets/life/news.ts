import type { Instant, UnitCode } from '../../platform/types.ts'
import type { EventKind, TicketState } from './ticket.ts'

/**
 * The live announcement of a changed ticket. Pure. It contains none of its text: people who may read it ask for it, and
 * are answered within their rights. An announcement may be lost; the lists are the truth.
 */
export interface TicketSign {
  number: string
  version: number
  state: TicketState
  /** `claim`: a dispatcher took it, or gave it up. `lamp`: a lamp changed, or a due time could be counted at last; the version stays as it was. */
  kind: EventKind | 'lamp' | 'claim'
  at: Instant
}

/** Between the roles: with whom it concerns beside the hotline. */
export interface TicketNews extends TicketSign {
  units: UnitCode[]
}
