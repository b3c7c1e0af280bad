import type { CallId } from '../../../platform/types.ts'
import type { TicketMade } from '../../../tickets/api.ts'

/** The ticket made from a form. `isAsBefore`: an earlier attempt had arrived, and the ticket has its contents. */
export type Made = TicketMade & { callId: CallId | null; isAsBefore: boolean }

/** The ticket that a form was added to instead of becoming one, and as what. */
export interface Attached {
  number: string
  kind: 'urge'
  callId: CallId | null
}
