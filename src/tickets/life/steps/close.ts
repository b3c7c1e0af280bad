import { z } from 'zod'
import { manyLines } from '../../../platform/text/text.ts'
import { cancel, clockKinds, meet } from '../clocks.ts'
import { limits, line, step, textField } from '../step.ts'

/**
 * 办结: the answer was reviewed and accepted, and the citizen may be asked about it (回访). By a person: the check of answers
 * runs once more, and what it stops is accepted with a reason only. Source: running rules 三 (五); domain model 2, 3.6.
 */
export const close = step({
  kind: 'close',
  title: '办结',
  input: z.object({
    overrideReason: manyLines(limits.note, '仍要通过的理由')
      .optional()
      .describe('why it is accepted although the check of answers stops it'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'C',
    button: '审核通过，转回访',
    fields: [
      {
        ...textField('overrideReason', '仍要通过的理由', '答复审核发现的问题为什么可以接受；留在历史里'),
        ...{ isRequired: false, isForOverride: true },
      },
    ],
  },
  from: ['REPLIED'],
  to: 'CLOSED',
  who: ['DISPATCHER'],
  changes: () => ({ closeKind: 'HANDLED' }),
  clocks: [meet('CHECK'), ...clockKinds.map(cancel)],
  stamps: { closedAt: 'NOW' },
  notice: null,
  lines: ({ details }) => line('仍要通过的理由', details.overrideReason),
})
