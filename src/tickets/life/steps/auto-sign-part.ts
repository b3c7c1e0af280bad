import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import { partAt } from '../parts.ts'
import { line, namesIn, refusal, step } from '../step.ts'

/** 代签任务: the machine signs for a unit that does not sign its part, as for one that does not sign its ticket. */
export const autoSignPart = step({
  kind: 'auto-sign-part',
  title: '系统代签任务',
  input: z.object({ unit: unitCode }),
  asked: 'NEVER',
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['SYSTEM'],
  refuses: ({ tasks }, { unit }) =>
    tasks.some((task) => task.part !== undefined && task.unit === unit && task.step === 'SENT')
      ? null
      : refusal('ticket.wrong-state', '该单位没有待签收的任务。'),
  changes: ({ tasks }, { unit }) => ({ tasks: partAt(tasks, unit, 'SIGNED') }),
  notice: {
    to: 'NAMED',
    asksIn: ['DISPATCHED', 'SIGNED', 'REPLIED'],
    asksInStep: ['SIGNED'],
    headline: () => '任务逾期未签收，系统已代为签收，请办理',
    due: 'PART',
  },
  lines: ({ details: { unit } }, reader) => line('单位', namesIn([unit], reader)),
})
