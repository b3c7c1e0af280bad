import { z } from 'zod'
import { manyLines } from '../../../platform/text/text.ts'
import type { Known, Ticket, TicketRefusal } from '../facts.ts'
import { limits, line, missing, refusal, said, step, textField } from '../step.ts'
import { missingPartsField, refusedForParts } from './missing-parts.ts'

/**
 * 审签: where a unit wants it, its answer is written by one person and signed by another. The words wait beside the state;
 * the unit's clocks go on. Source: domain model 3.6 (承办单位审批人).
 */

export const replyInput = z.object({
  publicReply: manyLines(limits.reply, '公开答复内容'),
  internalReply: manyLines(limits.reply, '办理情况'),
  overrideReason: manyLines(limits.note, '仍要提交的理由')
    .optional()
    .describe('why it is handed in although the check of answers stops it'),
  missingParts: missingPartsField.input,
})

export const replyFields = [
  textField('internalReply', '办理情况', '内部留存：怎么查的、怎么办的，来电人看不到'),
  textField('publicReply', '公开答复', '告知来电人的话，将对外公开'),
  {
    ...textField('overrideReason', '仍要提交的理由', '审核的派单员会看到'),
    ...({ isRequired: false, isForOverride: true } as const),
  },
  missingPartsField.field,
]

const idOf = ({ actor }: Known): number | null => (actor.by === 'person' ? actor.person.id : null)

/** Of a body without accounts nobody has an id, and there is no second person. */
export const wantsSecond = (known: Known): boolean => known.terms.isReplySigned === true && idOf(known) !== null

export const barsPersonOfReply = ({ notBy }: Ticket, personId: number): TicketRefusal | null =>
  notBy.includes(personId) ? refusal('ticket.another-person', '您此前答复过同一事项，本次须由另一人复核答复。') : null

export const propose = step({
  kind: 'propose-reply',
  title: '提交审签',
  input: replyInput,
  asked: 'ON_VERSION',
  form: { key: 'A', button: '答复（提交审签）', fields: replyFields },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: (_, known) => (wantsSecond(known) ? null : refusal('ticket.wrong-state', '本单位的答复无须审签，请直接答复。')),
  barsPerson: barsPersonOfReply,
  refuses: (ticket, { publicReply, internalReply, missingParts }, _, { unit }) =>
    missing(publicReply, '公开答复内容') ??
    missing(internalReply, '办理情况') ??
    refusedForParts(ticket, unit, missingParts),
  changes: (_, { publicReply, internalReply, missingParts }, known) => ({
    proposed: { publicReply, internalReply, ...(missingParts && { missingParts }), by: idOf(known) },
  }),
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '答复待审签，请另一人审核' },
  lines: ({ details }) => [
    ...line('办理情况', details.internalReply),
    ...line('公开答复', details.publicReply),
    ...line('仍要提交的理由', details.overrideReason),
    ...line('未答复说明', details.missingParts),
  ],
})

const notProposed = refusal('ticket.wrong-state', '该工单没有待审签的答复，请刷新。')

/** 退改: the second person wants it written differently. */
export const rejectProposal = step({
  kind: 'reject-proposal',
  title: '答复退改',
  input: z.object({ note: said('退改意见') }),
  asked: 'ON_VERSION',
  form: { key: 'R', isGrave: true, fields: [textField('note', '退改意见', '哪里要改；只有本单位和热线中心看到')] },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: ({ proposed }) => (proposed ? null : notProposed),
  refuses: (_, { note }) => missing(note, '退改意见'),
  changes: () => ({ proposed: null }),
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '答复被退改，请修改后重新提交审签' },
  lines: ({ note }) => line('意见', note),
})

/** Whether this person may sign the words that wait: not who wrote them, and not where their writer may not answer it. */
export function barredFromSigning({ proposed, notBy }: Ticket, known: Known): TicketRefusal | null {
  if (!proposed) return notProposed
  // Another person's answer was asked for while it waited.
  if (proposed.by !== null && notBy.includes(proposed.by)) {
    return refusal('ticket.another-person', '答复由此前答复过同一事项的人起草，请退改，由另一人重新起草。')
  }
  return proposed.by !== null && proposed.by === idOf(known)
    ? refusal('ticket.same-person', '答复由您起草，须由本单位另一人审签。')
    : null
}
