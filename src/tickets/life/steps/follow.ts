import { z } from 'zod'
import { line, missing, refusal, step } from '../step.ts'

/** 随主单答复: the lead was answered, and so is each caller of a ticket that follows it; once more after a redo of the lead. */
export const follow = step({
  kind: 'follow',
  title: '随主单答复',
  input: z.object({ publicReply: z.string(), lead: z.string() }),
  asked: 'NEVER',
  from: ['MERGED', 'CLOSED'],
  to: 'CLOSED',
  who: ['SYSTEM'],
  bars: ({ mergedInto }) => (mergedInto === null ? refusal('ticket.wrong-state', '该工单没有并入别的工单。') : null),
  refuses: (_, { publicReply }) => missing(publicReply, '答复'),
  changes: (_, { publicReply }) => ({ publicReply, closeKind: 'MERGED' }),
  stamps: { closedAt: 'NOW' },
  searched: 'ANSWER',
  notice: null,
  lines: ({ details: { lead, publicReply } }) => [...line('主单', lead), ...line('答复', publicReply)],
})
