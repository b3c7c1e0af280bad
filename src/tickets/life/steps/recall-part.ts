import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import { isOpenPart, isPart, sentBy } from '../parts.ts'
import { line, missing, namesIn, partField, refusal, said, step, textField } from '../step.ts'

/** 收回任务: its sender takes it back, also because its unit has declined it. What that one sent on ends with it. */
export const recallPart = step({
  kind: 'recall-part',
  title: '收回任务',
  input: z.object({ unit: unitCode, note: said('收回理由') }),
  asked: 'ON_VERSION',
  form: {
    key: 'W',
    isGrave: true,
    fields: [
      partField('收回哪个单位的任务', ['SENT', 'SIGNED', 'DECLINED']),
      textField('note', '收回理由', '该单位会看到'),
    ],
  },
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['DISPATCHER', 'LEAD_UNIT', 'PART_UNIT'],
  bars: (ticket, { unit }) =>
    sentBy(ticket, unit).some(isOpenPart) ? null : refusal('ticket.wrong-state', '没有可以收回的任务，请刷新。'),
  refuses: (ticket, { unit, note }, _, { unit: from }) =>
    sentBy(ticket, from).some((task) => task.unit === unit && isOpenPart(task))
      ? missing(note, '收回理由')
      : refusal('ticket.wrong-state', '该单位没有可以收回的任务，请刷新后选择。'),
  changes: ({ tasks }, { unit }) => ({ tasks: tasks.filter((task) => !(isPart(task) && task.unit === unit)) }),
  notice: { to: 'NAMED', asksIn: [], headline: () => '任务已收回，不必再办' },
  lines: ({ note, details: { unit } }, reader) => [...line('单位', namesIn([unit], reader)), ...line('理由', note)],
})
