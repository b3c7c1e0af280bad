import { z } from 'zod'
import { start } from '../clocks.ts'
import { line, missing, said, step, textField } from '../step.ts'

/** 省平台退回: it is ours after all, and is dispatched anew. */
export const provinceRefuse = step({
  kind: 'province-refuse',
  title: '省平台退回',
  input: z.object({ note: said('退回理由') }),
  asked: 'ON_VERSION',
  form: { key: 'B', isGrave: true, fields: [textField('note', '退回理由', '省平台怎么说；工单回到待派单')] },
  from: ['AT_PROVINCE'],
  to: 'REGISTERED',
  who: ['DISPATCHER', 'SYSTEM'],
  refuses: (_, { note }) => missing(note, '退回理由'),
  // A dispatcher decides: the catalogue might send it up once more.
  changes: (_, { note }) => ({
    ...{ inboxMark: 'FROM_PROVINCE', dispatchReason: `省平台退回：${[...note].slice(0, 400).join('')}` },
    ...{ ruleKey: null, returnBy: null },
  }),
  clocks: [start('DISPATCH')],
  notice: { to: 'DISPATCHERS', asksIn: ['REGISTERED'], headline: () => '省平台退回，请重新派单' },
  lines: ({ note }) => line('理由', note),
})
