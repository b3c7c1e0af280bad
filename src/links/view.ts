import type { TicketDetail } from '../tickets/api.ts'
import { placeInWords } from '../units/unit.ts'
import type { LinkTicket } from './api.ts'

/** Steps of the hotline whose words the body has to know. */
const said = ['send-back', 'refuse-return', 'urge', 'supplement']

/** What a body without accounts sees of a ticket: less than a unit, of whose view it is a part. */
export function linkView(
  detail: TicketDetail,
  { unit, expiresAt, actions }: Pick<LinkTicket, 'unit' | 'expiresAt' | 'actions'>,
): LinkTicket {
  const { number, version, state, type, urgency, title, content, wish, isPlaceHidden, occurredAt } = detail
  const { registeredAt, signDueAt, handleDueAt, returnBy, caller, isAnonymous, mayReveal, dispatchReason } = detail
  return {
    ...{ number, unit, expiresAt, version, state, type, urgency, title, content, wish, isPlaceHidden, occurredAt },
    ...{ registeredAt, signDueAt, handleDueAt, returnBy, caller, isAnonymous, mayReveal, dispatchReason, actions },
    category: detail.category.name,
    place: placeInWords(detail.county?.name ?? null, detail.township, detail.place),
    said: detail.history
      .filter((entry) => said.includes(entry.kind) && entry.note !== null)
      .map(({ kind, at, note }) => ({ kind, at, note: note ?? '' }))
      .reverse(),
    publicReply: detail.publicReply,
    internalReply: detail.internalReply,
    attachments: detail.attachments,
  }
}
