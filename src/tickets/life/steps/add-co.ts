import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import { barredAsAccused } from '../accused.ts'
import { line, missing, namesIn, said, step, textField } from '../step.ts'
import { helping } from '../tasks.ts'
import { refusedTwice, withoutLapsed } from './delegate.ts'

/** 加派协办: more units help, after the dispatch. Source: domain model 3.7. */
export const addCo = step({
  kind: 'add-co',
  title: '加派协办',
  input: z.object({
    coUnits: z.array(unitCode).min(1, '请选择协办单位').max(10, '协办单位最多 10 个'),
    note: said('协办事项'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'I',
    fields: [
      { name: 'coUnits', kind: 'units', label: '协办单位', isRequired: true },
      textField('note', '协办事项', '协办单位各自要办什么'),
    ],
  },
  from: ['DISPATCHED', 'SIGNED'],
  to: null,
  who: ['DISPATCHER'],
  refuses: (ticket, { coUnits, note }) =>
    refusedTwice(ticket, coUnits) ?? barredAsAccused(ticket, coUnits) ?? missing(note, '协办事项'),
  changes: ({ tasks }, { coUnits, note }) => ({
    tasks: [...withoutLapsed(tasks, coUnits), ...coUnits.map((unit) => helping(unit, note))],
  }),
  notice: {
    to: 'NAMED',
    asksIn: ['DISPATCHED', 'SIGNED', 'REPLIED'],
    asksInStep: ['SENT'],
    headline: () => '新协办任务，请签收',
    due: 'PART',
  },
  lines: ({ note, details: { coUnits } }, reader) => [...line('协办', namesIn(coUnits, reader)), ...line('事项', note)],
})
