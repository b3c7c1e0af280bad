import { z } from 'zod'
import { classTitles } from '../../exits/classified.ts'
import { cancel, clockKinds } from '../clocks.ts'
import { choiceField, line, missing, said, step, textField, wordOf } from '../step.ts'
import { relieved } from '../tasks.ts'
import { voidReasonCodes, voidReasons } from '../words.ts'
import { barredUnlessAsked } from './dispatch.ts'

/** Until the classes had a step of their own they were reasons to refuse a ticket: histories still tell of it. */
const everVoid = { ...classTitles, N08: '紧急事项，已转110/119/120/122', ...voidReasons }

/** 作废: it was registered twice or by mistake. */
export const declareVoid = step({
  kind: 'void',
  title: '作废',
  input: z.object({
    reason: z.enum(voidReasonCodes, { error: '请选择作废的原因' }),
    note: said('说明'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'V',
    isGrave: true,
    fields: [
      choiceField('reason', '作废的原因', voidReasons),
      textField('note', '说明', '另一张工单的编号，或怎么会误登记'),
    ],
  },
  from: ['PENDING_REVIEW', 'REGISTERED', 'DISPATCHED', 'SIGNED'],
  to: 'VOIDED',
  who: ['DISPATCHER'],
  bars: barredUnlessAsked,
  refuses: (_, { note }) => missing(note, '说明'),
  changes: ({ tasks }) => ({ inboxMark: null, tasks: relieved(tasks) }),
  // The unit is relieved of it.
  settles: { kind: 'RETURN', decision: 'GRANTED' },
  clocks: clockKinds.map(cancel),
  stamps: { closedAt: 'NOW' },
  notice: null,
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note }) => [...line('原因', wordOf(everVoid, reason)), ...line('说明', note)],
})
