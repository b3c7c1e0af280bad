import type { CallId } from '../../../platform/types.ts'
import type { TicketMade } from '../../../tickets/api.ts'

/** What a form became. `isAsBefore`: it had arrived at an earlier try, and says what it said then. */
export type Made = TicketMade & { callId: CallId | null; isAsBefore: boolean }

/** The ticket that a form was added to instead of becoming one, and as what. */
export interface Attached {
  number: string
  kind: 'urge' | 'supplement'
  callId: CallId | null
}
