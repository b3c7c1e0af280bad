import type { Instant } from '../../../platform/types.ts'
import type { TicketDetail } from '../../../tickets/api.ts'
import type { EventKind } from '../../../tickets/life/ticket.ts'
import { composedOf, partChoices } from '../parts/partsView.ts'
import { fieldsOf, timesNow, type Values } from './actionForms.ts'

/**
 * What is likely, to be changed: the unit that the one who returned it, or the agent, named; what was written before and
 * waits or was sent back; what the parts say; the only part that can be meant. Pure.
 */
export function firstValues(kind: EventKind, ticket: TicketDetail, unit: string | null, now: Instant): Values {
  const times = timesNow(kind, now)
  if (kind === 'dispatch') {
    const { suggestedUnit } = ticket.requests.find(({ decision }) => decision === null) ?? ticket
    return suggestedUnit === null ? times : { ...times, lead: suggestedUnit }
  }
  const composed = composedOf(ticket, unit)
  if (kind === 'answer-part') return composed === '' ? times : { ...times, answer: composed }
  if (kind === 'reply' || kind === 'propose-reply') {
    return { ...times, ...(composed !== '' && { internalReply: composed }), ...writtenBefore(ticket) }
  }
  const { name, partIn } = fieldsOf(kind).find((field) => field.partIn) ?? {}
  const [only, ...more] = partIn ? Object.keys(partChoices(ticket, unit, partIn)) : []
  return name !== undefined && only !== undefined && more.length === 0 ? { ...times, [name]: only } : times
}

/** An answer, and a unit that begins anew, leave nothing of what was written before. */
const afterThese: readonly EventKind[] = ['reply', 'countersign', 'sign']

/** What the unit last handed in for a signature (审签): also what was sent back is mended, and not written again. */
function writtenBefore({ history }: TicketDetail): Values {
  const last = history.findLast(({ kind }) => kind === 'propose-reply' || afterThese.includes(kind))
  if (last?.kind !== 'propose-reply') return {}
  const { publicReply, internalReply } = last.details
  return {
    ...(typeof publicReply === 'string' && { publicReply }),
    ...(typeof internalReply === 'string' && { internalReply }),
  }
}
