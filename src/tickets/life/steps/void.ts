import { z } from 'zod'
import { cancel, clockKinds } from '../clocks.ts'
import { choiceField, line, missing, said, step, textField, wordOf } from '../step.ts'
import { relieved } from '../tasks.ts'
import { voidReasonCodes, voidReasons } from '../words.ts'
import { barredUnlessAsked } from './dispatch.ts'

/** 不予受理: not a matter of the hotline; the note is what the caller was told. Source: domain model 3.8. */
export const declareVoid = step({
  kind: 'void',
  title: '不予受理',
  input: z.object({
    reason: z.enum(voidReasonCodes, { error: '请选择不予受理的原因' }),
    note: said('对来电人的说明'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'V',
    isGrave: true,
    fields: [choiceField('reason', '不予受理的原因', voidReasons), textField('note', '对来电人的说明')],
  },
  from: ['REGISTERED', 'DISPATCHED', 'SIGNED'],
  to: 'VOIDED',
  who: ['DISPATCHER'],
  bars: barredUnlessAsked,
  refuses: (_, { note }) => missing(note, '对来电人的说明'),
  changes: ({ tasks }) => ({ inboxMark: null, tasks: relieved(tasks) }),
  // The unit is relieved of it.
  settles: { kind: 'RETURN', decision: 'GRANTED' },
  clocks: clockKinds.map(cancel),
  stamps: { closedAt: 'NOW' },
  notice: null,
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note }) => [...line('原因', wordOf(voidReasons, reason)), ...line('说明', note)],
})
