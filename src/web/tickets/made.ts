import type { CallId } from '../../platform/types.ts'
import type { TicketMade } from '../../tickets/api.ts'

/** What a form became. `isAsBefore`: it had arrived at an earlier try, and says what it said then. */
export type Made = TicketMade & { callId: CallId | null; isAsBefore: boolean }
