import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import { partAt, sentBy } from '../parts.ts'
import { line, missing, namesIn, partField, refusal, said, step, textField } from '../step.ts'

/** 不同意退回任务: it is this unit's part after all. */
export const keepPart = step({
  kind: 'keep-part',
  title: '不同意退回任务',
  input: z.object({ unit: unitCode, note: said('理由') }),
  asked: 'ON_VERSION',
  form: {
    key: 'N',
    isGrave: true,
    fields: [partField('退回任务的单位', ['DECLINED']), textField('note', '理由', '该单位会看到')],
  },
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['DISPATCHER', 'LEAD_UNIT', 'PART_UNIT'],
  bars: (ticket, { unit }) =>
    sentBy(ticket, unit).some((task) => task.step === 'DECLINED')
      ? null
      : refusal('ticket.wrong-state', '没有退回给您的任务，请刷新。'),
  refuses: (ticket, { unit, note }, _, { unit: from }) =>
    sentBy(ticket, from).some((task) => task.unit === unit && task.step === 'DECLINED')
      ? missing(note, '理由')
      : refusal('ticket.wrong-state', '该单位没有退回任务，请刷新后选择。'),
  changes: ({ tasks }, { unit }) => ({ tasks: partAt(tasks, unit, 'SIGNED') }),
  notice: {
    to: 'NAMED',
    asksIn: ['DISPATCHED', 'SIGNED', 'REPLIED'],
    asksInStep: ['SIGNED'],
    headline: () => '任务退回未获同意，请办理',
    due: 'PART',
  },
  lines: ({ note, details: { unit } }, reader) => [...line('单位', namesIn([unit], reader)), ...line('理由', note)],
})
