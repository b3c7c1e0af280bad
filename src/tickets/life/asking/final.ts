import { z } from 'zod'
import { manyLines } from '../../../platform/text/text.ts'
import { cancel, clockKinds, meet, start } from '../clocks.ts'
import type { Actor, Ticket, TicketRefusal } from '../facts.ts'
import { choiceField, limits, line, missing, refusal, said, step, textField, wordOf } from '../step.ts'
import { leadAt } from '../tasks.ts'
import { finalReasonCodes, finalReasons } from '../words.ts'
import { askedIn, barredFromAsking, barredUnlessPending, requestOf } from './asking.ts'

/**
 * 最终答复: there is nothing more to say, by law or because it is settled: a sealed document with facts and basis, read by
 * two people, neither of whom asked for it. The ticket is closed with it. Source: 1.2 of the second part of the domain model.
 */

const ask = step({
  kind: 'final',
  title: '申请最终答复',
  input: z.object({
    reason: z.enum(finalReasonCodes, { error: '请选择最终答复的理由' }),
    note: said('事实与依据'),
    publicReply: manyLines(limits.reply, '最终答复内容'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'Z',
    isGrave: true,
    fields: [
      choiceField('reason', '理由', finalReasons),
      textField('note', '事实与依据', '查明的事实、政策法规条款、联系凭证；盖章文件请先在附件中上传为“盖章文件”'),
      textField('publicReply', '最终答复', '告知来电人的话，将对外公开'),
    ],
  },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  needsFile: 'SEALED',
  bars: barredFromAsking,
  refuses: (_, { note, publicReply }) => missing(note, '事实与依据') ?? missing(publicReply, '最终答复内容'),
  asks: ({ reason, note, publicReply }) => ({ kind: 'FINAL', reason, note, details: { publicReply, note } }),
  clocks: [start('DECIDE_FINAL')],
  notice: {
    ...{ to: 'DISPATCHERS', asksIn: ['SIGNED'], asksToDecide: 'FINAL' },
    headline: (unit) => `${unit}申请最终答复，请审核`,
  },
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note, details: { publicReply } }) => [
    ...line('理由', wordOf(finalReasons, reason)),
    ...line('事实与依据', note),
    ...line('最终答复', publicReply),
  ],
})

interface Asked {
  publicReply: string
  note: string
}

const idOf = (actor: Actor): number | null => (actor.by === 'person' ? actor.person.id : null)

function barredAsAsker(ticket: Ticket, actor: Actor): TicketRefusal | null {
  const { askedBy = null } = requestOf(ticket, 'FINAL')
  const isAsker = askedBy !== null && askedBy === idOf(actor)
  return isAsker ? refusal('ticket.same-person', '最终答复不能由申请的人自己审核。') : null
}

/** The first of the two. */
const review = step({
  kind: 'review-final',
  title: '初审最终答复',
  input: z.object({}),
  asked: 'ON_VERSION',
  form: { key: 'Y', button: '初审通过' },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER'],
  bars: (ticket, { actor }) => {
    const barred = barredUnlessPending(ticket, 'FINAL', '最终答复')
    if (barred) return barred
    if (requestOf(ticket, 'FINAL').reviewedBy != null) return refusal('ticket.wrong-state', '已初审，请由另一人终审。')
    return barredAsAsker(ticket, actor)
  },
  changes: ({ requests }, _, { actor }) => ({
    requests: requests.map((one) =>
      one.kind === 'FINAL' && one.decision === null ? { ...one, reviewedBy: idOf(actor) } : one,
    ),
  }),
  notice: {
    ...{ to: 'DISPATCHERS', asksIn: ['SIGNED'], asksToDecide: 'FINAL' },
    headline: () => '最终答复已初审，请另一人终审',
  },
  lines: () => [],
})

const grant = step({
  kind: 'grant-final',
  title: '最终答复',
  input: z.object({}),
  asked: 'ON_VERSION',
  form: { key: 'Y', button: '终审通过，办结' },
  from: ['SIGNED'],
  to: 'CLOSED',
  who: ['DISPATCHER'],
  bars: (ticket, { actor }) => {
    const barred = barredUnlessPending(ticket, 'FINAL', '最终答复')
    if (barred) return barred
    const { reviewedBy = null } = requestOf(ticket, 'FINAL')
    if (reviewedBy === null) return refusal('ticket.wrong-state', '最终答复还没有初审。')
    if (reviewedBy === idOf(actor)) return refusal('ticket.same-person', '您已初审，终审须由另一人进行。')
    return barredAsAsker(ticket, actor)
  },
  settles: { kind: 'FINAL', decision: 'GRANTED' },
  changes: (ticket) => ({
    publicReply: askedIn<Asked>(ticket, 'FINAL').publicReply,
    internalReply: askedIn<Asked>(ticket, 'FINAL').note,
    closeKind: 'FINAL',
    tasks: leadAt(ticket.tasks, 'ANSWERED'),
  }),
  clocks: [meet('DECIDE_FINAL'), meet('HANDLE'), ...clockKinds.map(cancel)],
  stamps: { repliedAt: 'NOW', closedAt: 'NOW' },
  searched: 'ANSWER',
  tells: (before) => `您反映的事项已作最终答复：${askedIn<Asked>(before, 'FINAL').publicReply}`,
  notice: { to: 'UNIT', asksIn: [], headline: () => '最终答复已通过，工单办结' },
  lines: () => [],
})

const refuse = step({
  kind: 'refuse-final',
  title: '不同意最终答复',
  input: z.object({ note: said('不同意的理由') }),
  asked: 'ON_VERSION',
  form: { key: 'R', isGrave: true, fields: [textField('note', '不同意的理由', '承办单位会看到')] },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER', 'SYSTEM'],
  bars: (ticket) => barredUnlessPending(ticket, 'FINAL', '最终答复'),
  refuses: (_, { note }) => missing(note, '不同意的理由'),
  settles: { kind: 'FINAL', decision: 'REFUSED' },
  clocks: [meet('DECIDE_FINAL')],
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '最终答复未获同意，请继续办理' },
  lines: ({ note }) => line('理由', note),
})

export const finalAnswer = [ask, review, grant, refuse] as const
