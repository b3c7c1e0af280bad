import { typeTitles, urgencyTitles } from '../../tickets/life/words.ts'
import { dayOnPaper, timeOnPaper } from '../paper.ts'
import { attachmentBlock, callerWords, cell, lastAt, matterRows, type PaperForm } from './form.ts'

/** 工单: what the unit is asked to handle, until when, and what it answered. */
export const workOrder: PaperForm = {
  kind: 'work-order',
  title: '工单',
  compose(facts) {
    const { ticket, nameOf, centre } = facts
    const { leadUnit, coUnits, publicReply, internalReply } = ticket
    const sent = ticket.history.findLast(({ kind }) => kind === 'dispatch')?.at ?? null
    return {
      kind: 'work-order',
      issuer: centre,
      title: '群众诉求承办工单',
      number: ticket.number,
      at: lastAt(facts),
      blocks: [
        {
          is: 'table',
          rows: [
            [cell('主办单位', leadUnit && nameOf(leadUnit.code)), cell('紧急程度', urgencyTitles[ticket.urgency])],
            [cell('协办单位', coUnits.map(({ code }) => nameOf(code)).join('、'))],
            [cell('派单时间', timeOnPaper(sent)), cell('办结期限', timeOnPaper(ticket.handleDueAt))],
            ...matterRows(facts),
            [cell('诉求类型', typeTitles[ticket.type]), cell('来电人', callerWords(ticket))],
            [cell('诉求内容', ticket.content)],
            [cell('期望结果', ticket.wish)],
            [cell('派单理由', ticket.dispatchReason)],
            [cell('办理情况', internalReply)],
            [cell('公开答复', publicReply)],
          ],
        },
        ...attachmentBlock(facts),
        { is: 'sign', lines: [centre, dayOnPaper(sent ?? ticket.registeredAt)] },
      ],
    }
  },
}
