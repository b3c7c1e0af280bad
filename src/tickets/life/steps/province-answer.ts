import { z } from 'zod'
import { manyLines } from '../../../platform/text/text.ts'
import { limits, line, missing, step, textField } from '../step.ts'

/** 省平台答复: what the province answered is told to the citizen, and the ticket is closed by it. */
export const provinceAnswer = step({
  kind: 'province-answer',
  title: '省平台答复',
  input: z.object({ publicReply: manyLines(limits.reply, '省平台的答复') }),
  asked: 'ON_VERSION',
  form: { key: 'A', fields: [textField('publicReply', '省平台的答复', '告知来电人的话')] },
  from: ['AT_PROVINCE'],
  to: 'CLOSED',
  who: ['DISPATCHER', 'SYSTEM'],
  refuses: (_, { publicReply }) => missing(publicReply, '省平台的答复'),
  changes: (_, { publicReply }) => ({ publicReply, closeKind: 'PROVINCE' }),
  stamps: { closedAt: 'NOW' },
  searched: 'ANSWER',
  notice: null,
  lines: ({ details }) => line('答复', details.publicReply),
})
