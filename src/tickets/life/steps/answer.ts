import { z } from 'zod'
import { manyLines } from '../../../platform/text/text.ts'
import { meet } from '../clocks.ts'
import { limits, line, missing, refusal, step, textField } from '../step.ts'
import { typeTitles } from '../words.ts'

/** 直接答复: answered on the spot. `isKnowledge`: read out of the knowledge base. */
export const answer = step({
  kind: 'answer',
  title: '直接答复',
  input: z.object({
    publicReply: manyLines(limits.reply, '答复内容'),
    article: manyLines(limits.note, '依据').optional().describe('text of the article or rule that was read out'),
    isKnowledge: z.boolean().default(false).describe('read out of the knowledge base'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'A',
    button: '直接答复办结',
    fields: [
      textField('publicReply', '公开答复', '告知来电人的话'),
      { name: 'isKnowledge', kind: 'check', label: '依据知识库答复', isRequired: false },
      { ...textField('article', '依据', '知识库条目或政策原文'), isRequired: false },
    ],
  },
  // Also what waits for its review: a dispatcher who can answer it needs no unit.
  from: ['DRAFT', 'PENDING_REVIEW', 'REGISTERED'],
  to: 'DIRECT_CLOSED',
  who: ['HOTLINE', 'DISPATCHER'],
  bars: ({ type }) =>
    type === 'COMPLAINT' || type === 'REPORT'
      ? refusal('ticket.must-be-dispatched', `${typeTitles[type]}须派单办理，不能直接办结。`)
      : null,
  refuses: ({ type }, { publicReply, isKnowledge }) =>
    type !== 'CONSULT' && type !== 'PRAISE' && !isKnowledge
      ? refusal('ticket.must-be-dispatched', '只有咨询、表扬，或依据知识库答复的诉求可以直接办结，其余请派单。')
      : missing(publicReply, '答复内容'),
  changes: (_, { publicReply }) => ({ publicReply, closeKind: 'DIRECT', inboxMark: null }),
  clocks: [meet('DISPATCH')],
  stamps: { closedAt: 'NOW' },
  searched: 'ANSWER',
  notice: null,
  lines: ({ details }) => [...line('答复', details.publicReply), ...line('依据', details.article)],
})
