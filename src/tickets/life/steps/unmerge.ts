import { z } from 'zod'
import { anotherRound } from '../../rounds/round.ts'
import { start } from '../clocks.ts'
import { line, missing, refusal, said, step, textField } from '../step.ts'

/** 拆单: it is another matter after all, and is dispatched by itself. What it was answered with the lead is an earlier round. */
export const unmerge = step({
  kind: 'unmerge',
  title: '拆单',
  input: z.object({ note: said('拆单理由') }),
  asked: 'ON_VERSION',
  form: { key: 'B', isGrave: true, fields: [textField('note', '拆单理由', '与主单不是同一事项之处；工单回到待派单')] },
  from: ['MERGED', 'CLOSED'],
  to: 'REGISTERED',
  who: ['DISPATCHER'],
  bars: ({ mergedInto }) => (mergedInto === null ? refusal('ticket.wrong-state', '该工单没有并入别的工单。') : null),
  until: {
    at: ({ reopenBy }) => reopenBy,
    refusal: refusal('ticket.round-too-late', '已超过可以重新受理的期限，请另建工单。'),
  },
  refuses: (_, { note }) => missing(note, '拆单理由'),
  changes: (ticket, { note }) => ({
    ...(ticket.state === 'CLOSED' ? anotherRound(ticket) : {}),
    mergedInto: null,
    ...{ inboxMark: 'UNMERGED', dispatchReason: `从主单拆出：${[...note].slice(0, 400).join('')}` },
  }),
  clocks: [start('DISPATCH')],
  stamps: { closedAt: null, repliedAt: null },
  searched: 'ANSWER',
  notice: { to: 'DISPATCHERS', asksIn: ['REGISTERED'], headline: () => '工单已拆出，请派单' },
  lines: ({ note }) => line('理由', note),
})
