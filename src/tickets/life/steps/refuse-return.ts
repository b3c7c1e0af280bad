import { z } from 'zod'
import { meet } from '../clocks.ts'
import { isPending } from '../requests.ts'
import { line, missing, refusal, said, step, textField } from '../step.ts'

/** 驳回退单: it is the right unit after all, and continues with the remaining time. */
export const refuseReturn = step({
  kind: 'refuse-return',
  title: '驳回退单',
  input: z.object({ note: said('驳回理由') }),
  asked: 'ON_VERSION',
  form: { key: 'R', isGrave: true, fields: [textField('note', '驳回理由', '承办单位会看到')] },
  from: ['DISPATCHED', 'SIGNED'],
  to: null,
  who: ['DISPATCHER', 'SYSTEM'],
  bars: (ticket) =>
    isPending(ticket, 'RETURN') ? null : refusal('ticket.wrong-state', '该工单没有待审的退单，请刷新。'),
  refuses: (_, { note }) => missing(note, '驳回理由'),
  settles: { kind: 'RETURN', decision: 'REFUSED' },
  clocks: [meet('REVIEW')],
  notice: { to: 'UNIT', asksIn: ['DISPATCHED', 'SIGNED'], headline: () => '退单被驳回，请办理' },
  lines: ({ note }) => line('理由', note),
})
