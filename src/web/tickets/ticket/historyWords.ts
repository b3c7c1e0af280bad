import type { Instant } from '../../../platform/types.ts'
import type { TicketDetail } from '../../../tickets/api.ts'
import type { Line } from '../../../tickets/life/step.ts'
import { eventKinds, stepOf } from '../../../tickets/life/ticket.ts'

/** One row of a ticket's history as people read it. Pure. */

type Entry = TicketDetail['history'][number]

/**
 * @param nameOf name of a unit by its code
 * @param now of the reader: 明天 is the day after today, not the day after the step
 */
export function linesOf(entry: Entry, nameOf: (code: string) => string, now: Instant): Line[] {
  if (eventKinds.includes(entry.kind)) return stepOf(entry.kind).lines(entry, { nameOf, now })
  // A newer server may know a step that this page does not.
  return entry.note ? [{ label: '说明', text: entry.note }] : []
}
