import { z } from 'zod'
import { line, missing, said, step, textField } from '../step.ts'
import { openStates } from '../words.ts'

/** 补充: more was said. */
export const supplement = step({
  kind: 'supplement',
  title: '补充',
  input: z.object({ note: said('补充内容') }),
  asked: 'ON_ANY',
  linksCall: 'SUPPLEMENTED',
  form: { key: 'E', fields: [textField('note', '补充内容', '来电人又说了什么；承办单位会看到')] },
  from: [...openStates, 'MERGED', 'AT_PROVINCE'],
  to: null,
  who: ['HOTLINE', 'DISPATCHER'],
  refuses: (_, { note }) => missing(note, '补充内容'),
  searched: 'NOTE',
  notice: {
    to: 'UNIT_AND_HOLDER',
    asksIn: ['DISPATCHED', 'SIGNED'],
    hotlineAsksIn: ['REGISTERED'],
    headline: () => '有补充内容，请查看',
  },
  lines: ({ note }) => line('内容', note),
})
