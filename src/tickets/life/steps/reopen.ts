import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import { anotherRound, barredUnlessHandled, begunAnew } from '../../rounds/round.ts'
import { barredAsAccused } from '../accused.ts'
import { dispatchClocks, start } from '../clocks.ts'
import { line, missing, refusal, said, step, textField } from '../step.ts'

/** 重新受理: new facts came to light after it was closed. A round of its own, for the same unit or another one. */
export const reopen = step({
  kind: 'reopen',
  title: '重新受理',
  input: z.object({
    note: said('新的情况'),
    lead: unitCode.nullable().default(null).describe('another unit than the one that handled it'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'O',
    fields: [
      textField('note', '新的情况', '来电人提供了什么新事实；承办单位会看到'),
      { name: 'lead', kind: 'unit', label: '改由其他单位承办', hint: '不填则仍由原单位承办', isRequired: false },
    ],
  },
  from: ['CLOSED'],
  to: 'DISPATCHED',
  who: ['DISPATCHER'],
  bars: barredUnlessHandled,
  until: {
    at: ({ reopenBy }) => reopenBy,
    refusal: refusal('ticket.round-too-late', '已超过可以重新受理的期限，请另建工单。'),
  },
  refuses: (ticket, { note, lead }) =>
    missing(note, '新的情况') ?? barredAsAccused(ticket, lead === null ? [] : [lead]),
  changes: (ticket, { lead }) => ({
    ...anotherRound(ticket),
    tasks: begunAnew(ticket, lead),
    ...(lead === null ? {} : { ruleKey: null, dispatchReason: '重新受理时改派' }),
  }),
  clocks: dispatchClocks.map(start),
  stamps: { dispatchedAt: 'NOW', signedAt: null, repliedAt: null, closedAt: null },
  searched: 'ANSWER',
  notice: { to: 'UNITS', asksIn: ['DISPATCHED'], headline: () => '工单重新受理，请签收', due: 'SIGN' },
  lines: ({ note, details: { lead } }, reader) => [
    ...line('新的情况', note),
    ...line('改派', typeof lead === 'string' ? reader.nameOf(lead) : null),
  ],
})
