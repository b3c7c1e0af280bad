import { z } from 'zod'
import { line, missing, said, step, textField } from '../step.ts'
import { openStates } from '../words.ts'

/** 催办: the citizen asks again. */
export const urge = step({
  kind: 'urge',
  title: '催办',
  input: z.object({ note: said('催办内容') }),
  asked: 'ON_ANY',
  linksCall: 'URGED',
  form: { key: 'U', fields: [textField('note', '催办内容')] },
  from: [...openStates, 'MERGED', 'AT_PROVINCE'],
  to: null,
  who: ['HOTLINE', 'DISPATCHER', 'SYSTEM'],
  refuses: (_, { note }) => missing(note, '催办内容'),
  changes: ({ urgeCount }) => ({ urgeCount: urgeCount + 1 }),
  searched: 'NOTE',
  notice: {
    to: 'UNIT_AND_HOLDER',
    asksIn: ['DISPATCHED', 'SIGNED'],
    hotlineAsksIn: ['REGISTERED'],
    headline: () => '来电人催办，请尽快办理',
  },
  lines: ({ note }) => line('内容', note),
})
