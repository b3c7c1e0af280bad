import { z } from 'zod'
import { line, missing, said, step, textField } from '../step.ts'

/** 补记: what is over is not changed; what has to be said of it later is added. */
export const addendum = step({
  kind: 'addendum',
  title: '补记',
  input: z.object({ note: said('补记内容') }),
  asked: 'ON_VERSION',
  form: { key: 'E', fields: [textField('note', '补记内容', '工单已结，原有内容不变；补记会留在历史里')] },
  from: ['CLOSED', 'DIRECT_CLOSED', 'CLASSIFIED', 'HANDED_OVER', 'ARCHIVED', 'VOIDED'],
  to: null,
  who: ['HOTLINE', 'DISPATCHER', 'FOLLOW_UP', 'LEAD_UNIT'],
  refuses: (_, { note }) => missing(note, '补记内容'),
  searched: 'NOTE',
  notice: null,
  lines: ({ note }) => line('内容', note),
})
