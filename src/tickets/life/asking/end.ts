import { z } from 'zod'
import { cancel, clockKinds, meet, start } from '../clocks.ts'
import { choiceField, line, missing, said, step, textField, wordOf } from '../step.ts'
import { leadAt } from '../tasks.ts'
import { endReasonCodes, endReasons } from '../words.ts'
import { askedIn, barredFromAsking, barredUnlessPending } from './asking.ts'

/**
 * 终止办理: it ends without a result, because the citizen withholds facts, cannot be reached or withdraws; with proof, and
 * the citizen is told how to take it up again. Source: 1.2 of the second part of the domain model.
 */

const ask = step({
  kind: 'end',
  title: '申请终止办理',
  input: z.object({
    reason: z.enum(endReasonCodes, { error: '请选择终止的原因' }),
    note: said('联系和查证经过'),
    tell: said('告知来电人的话'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'Q',
    isGrave: true,
    fields: [
      choiceField('reason', '终止原因', endReasons),
      textField('note', '联系和查证经过', '每次联系的时间、方式和结果；凭证请在附件中上传'),
      textField('tell', '告知来电人的话', '为什么终止、怎样可以重新反映；来电人会看到'),
    ],
  },
  from: ['SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: barredFromAsking,
  refuses: (_, { note, tell }) => missing(note, '联系和查证经过') ?? missing(tell, '告知来电人的话'),
  asks: ({ reason, note, tell }) => ({ kind: 'END', reason, note, details: { tell, note } }),
  clocks: [start('DECIDE_END')],
  notice: {
    ...{ to: 'DISPATCHERS', asksIn: ['SIGNED'], asksToDecide: 'END' },
    headline: (unit) => `${unit}申请终止办理，请审核`,
  },
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note, details: { tell } }) => [
    ...line('原因', wordOf(endReasons, reason)),
    ...line('经过', note),
    ...line('告知来电人', tell),
  ],
})

interface Asked {
  tell: string
  note: string
}

const grant = step({
  kind: 'grant-end',
  title: '终止办理',
  input: z.object({}),
  asked: 'ON_VERSION',
  form: { key: 'Y', button: '同意终止办理' },
  from: ['SIGNED'],
  to: 'CLOSED',
  who: ['DISPATCHER'],
  bars: (ticket) => barredUnlessPending(ticket, 'END', '终止办理'),
  settles: { kind: 'END', decision: 'GRANTED' },
  changes: (ticket) => ({
    publicReply: askedIn<Asked>(ticket, 'END').tell,
    internalReply: askedIn<Asked>(ticket, 'END').note,
    closeKind: 'ENDED',
    tasks: leadAt(ticket.tasks, 'ANSWERED'),
  }),
  clocks: [meet('DECIDE_END'), meet('HANDLE'), ...clockKinds.map(cancel)],
  stamps: { repliedAt: 'NOW', closedAt: 'NOW' },
  searched: 'ANSWER',
  tells: (before) => askedIn<Asked>(before, 'END').tell,
  notice: { to: 'UNIT', asksIn: [], headline: () => '终止办理已批准' },
  lines: () => [],
})

const refuse = step({
  kind: 'refuse-end',
  title: '不同意终止办理',
  input: z.object({ note: said('不同意的理由') }),
  asked: 'ON_VERSION',
  form: { key: 'R', isGrave: true, fields: [textField('note', '不同意的理由', '承办单位会看到')] },
  from: ['SIGNED'],
  to: null,
  who: ['DISPATCHER', 'SYSTEM'],
  bars: (ticket) => barredUnlessPending(ticket, 'END', '终止办理'),
  refuses: (_, { note }) => missing(note, '不同意的理由'),
  settles: { kind: 'END', decision: 'REFUSED' },
  clocks: [meet('DECIDE_END')],
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '终止办理未获同意，请继续办理' },
  lines: ({ note }) => line('理由', note),
})

export const termination = [ask, grant, refuse] as const
