import { z } from 'zod'
import { meet } from '../clocks.ts'
import { line, missing, said, step, textField } from '../step.ts'

/** 驳回退单: it is the right unit all the same, and goes on with the time that is left. */
export const refuseReturn = step({
  kind: 'refuse-return',
  title: '驳回退单',
  input: z.object({ note: said('驳回理由') }),
  asked: 'ON_VERSION',
  form: { key: 'R', isGrave: true, fields: [textField('note', '驳回理由', '承办单位会看到')] },
  from: ['RETURNED'],
  to: 'SIGNED',
  who: ['DISPATCHER'],
  refuses: (_, { note }) => missing(note, '驳回理由'),
  changes: ({ returnedBy }) => ({ leadUnit: returnedBy }),
  clocks: [meet('REVIEW')],
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '退单被驳回，请办理' },
  lines: ({ note }) => line('理由', note),
})
