import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import { partAt, partsFor, taskAtWork } from '../parts.ts'
import { line, missing, namesIn, partField, refusal, said, step, textField } from '../step.ts'

/** 任务退回重办: the answer of a part is not good enough for the unit that composes the whole. Its clock goes on. */
export const returnPart = step({
  kind: 'return-part',
  title: '任务退回重办',
  input: z.object({ unit: unitCode, note: said('退回理由') }),
  asked: 'ON_VERSION',
  form: {
    key: 'H',
    isGrave: true,
    fields: [partField('已答复的单位', ['ANSWERED']), textField('note', '退回理由', '哪里没有办到，该单位会看到')],
  },
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['LEAD_UNIT', 'PART_UNIT'],
  bars: (ticket, { unit }) =>
    taskAtWork(ticket, unit) && partsFor(ticket, unit).some((task) => task.step === 'ANSWERED')
      ? null
      : refusal('ticket.wrong-state', '没有待您审核的任务答复，请刷新。'),
  refuses: (ticket, { unit, note }, _, { unit: reader }) =>
    partsFor(ticket, reader).some((task) => task.unit === unit && task.step === 'ANSWERED')
      ? missing(note, '退回理由')
      : refusal('ticket.wrong-state', '该单位没有待审核的答复，请刷新后选择。'),
  // The answer stays in the history.
  changes: ({ tasks }, { unit }) => ({ tasks: partAt(tasks, unit, 'SIGNED', { answer: null }) }),
  notice: {
    to: 'NAMED',
    asksIn: ['DISPATCHED', 'SIGNED', 'REPLIED'],
    asksInStep: ['SIGNED'],
    headline: () => '任务答复未通过审核，请重新办理',
    due: 'PART',
  },
  lines: ({ note, details: { unit } }, reader) => [...line('单位', namesIn([unit], reader)), ...line('理由', note)],
})
