import { z } from 'zod'
import { anotherRound, barredUnlessHandled, begunAnew } from '../../rounds/round.ts'
import { redoReasonCodes, redoReasons } from '../../rounds/words.ts'
import { dispatchClocks, start } from '../clocks.ts'
import { choiceField, line, missing, refusal, said, step, textField, wordOf } from '../step.ts'

/** 重办: the citizen is not content, with good reason. A round of its own, with its own limits, for the same unit. */
export const redo = step({
  kind: 'redo',
  title: '重办',
  input: z.object({
    reason: z.enum(redoReasonCodes, { error: '请选择重办原因' }),
    note: said('重办要求'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'B',
    isGrave: true,
    fields: [
      choiceField('reason', '重办原因', redoReasons),
      textField('note', '重办要求', '哪里没有办到、要办到什么程度；承办单位会看到'),
    ],
  },
  from: ['CLOSED'],
  to: 'DISPATCHED',
  who: ['DISPATCHER', 'FOLLOW_UP'],
  bars: barredUnlessHandled,
  until: {
    at: ({ reopenBy }) => reopenBy,
    refusal: refusal('ticket.round-too-late', '已超过可以重办的期限，请另建工单。'),
  },
  refuses: (_, { note }) => missing(note, '重办要求'),
  changes: (ticket) => ({
    ...anotherRound(ticket),
    tasks: begunAnew(ticket, null),
    redoCount: ticket.redoCount + 1,
  }),
  clocks: dispatchClocks.map(start),
  stamps: { dispatchedAt: 'NOW', signedAt: null, repliedAt: null, closedAt: null },
  searched: 'ANSWER',
  notice: { to: 'UNITS', asksIn: ['DISPATCHED'], headline: () => '工单须重办，请签收', due: 'SIGN' },
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note }) => [...line('原因', wordOf(redoReasons, reason)), ...line('要求', note)],
})
