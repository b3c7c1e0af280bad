import { z } from 'zod'
import { meet, resume, start } from '../clocks.ts'
import { line, missing, said, step, textField } from '../step.ts'
import { leadAt } from '../tasks.ts'

/** 退回重办: the answer is not good enough. */
export const sendBack = step({
  kind: 'send-back',
  title: '退回重办',
  input: z.object({ note: said('退回理由') }),
  asked: 'ON_VERSION',
  form: { key: 'B', isGrave: true, fields: [textField('note', '退回理由', '哪里没有答到，承办单位会看到')] },
  from: ['REPLIED'],
  to: 'SIGNED',
  who: ['DISPATCHER'],
  refuses: (_, { note }) => missing(note, '退回理由'),
  // What was not accepted is no answer; it stays in the history.
  changes: ({ tasks }) => ({ publicReply: null, internalReply: null, tasks: leadAt(tasks, 'SIGNED') }),
  // The answer ended the reports; the handling goes on, and the citizen waits for one again.
  clocks: [meet('CHECK'), resume('HANDLE'), start('PROGRESS')],
  stamps: { repliedAt: null },
  searched: 'ANSWER',
  notice: { to: 'UNIT', asksIn: ['SIGNED'], headline: () => '答复未通过审核，请重新办理' },
  lines: ({ note }) => line('理由', note),
})
