import { z } from 'zod'
import { cancel, clockKinds } from '../clocks.ts'
import { line, missing, said, step, textField } from '../step.ts'
import { barredUnlessAsked } from './dispatch.ts'

/** 上转省平台: it is for the province or for another city. Source: running rules 三(二); domain model 3.7. */
export const escalate = step({
  kind: 'escalate',
  title: '上转省平台',
  input: z.object({ note: said('上转理由') }),
  asked: 'ON_VERSION',
  form: { key: 'P', isGrave: true, fields: [textField('note', '上转理由', '属省级职责或跨市域；已经做了什么')] },
  from: ['PENDING_REVIEW', 'REGISTERED', 'DISPATCHED', 'SIGNED'],
  to: 'AT_PROVINCE',
  who: ['DISPATCHER'],
  bars: barredUnlessAsked,
  refuses: (_, { note }) => missing(note, '上转理由'),
  changes: () => ({ inboxMark: null, tasks: [] }),
  settles: { kind: 'RETURN', decision: 'GRANTED' },
  clocks: clockKinds.map(cancel),
  notice: null,
  lines: ({ note }) => line('理由', note),
})
