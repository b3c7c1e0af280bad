import { requestReasons } from '../../tickets/life/words.ts'
import { dayOnPaper, timeOnPaper } from '../paper.ts'
import { attachmentBlock, cell, lastAt, matterRows, type PaperForm } from './form.ts'

const decided = { GRANTED: '同意退单', REFUSED: '不同意退单，请继续办理', LAPSED: '已答复，申请自行失效' } as const

/** 退单: the unit's last request to return the ticket, and the hotline's decision. */
export const returnForm: PaperForm = {
  kind: 'return',
  title: '退单申请审核单',
  compose(facts) {
    const { ticket, nameOf, centre } = facts
    const asked = ticket.requests.findLast(({ kind }) => kind === 'RETURN')
    if (!asked) return null
    const { unit, reason, note, decision, suggestedUnit } = asked
    const words = decision === null ? '待审核' : decided[decision]
    return {
      kind: 'return',
      issuer: nameOf(unit.code),
      title: '退单申请审核单',
      number: `${ticket.number}（第${ticket.requests.filter(({ kind }) => kind === 'RETURN').length}次）`,
      at: lastAt(facts),
      blocks: [
        { is: 'text', title: `${centre}：`, text: '下列工单不属于我单位承办，申请退回，请予审核。' },
        {
          is: 'table',
          rows: [
            ...matterRows(facts),
            [cell('诉求内容', ticket.content)],
            [cell('申请单位', nameOf(unit.code)), cell('申请时间', timeOnPaper(asked.at))],
            [cell('经办人', asked.actor), cell('建议承办', suggestedUnit && nameOf(suggestedUnit))],
            [cell('退单原因', reason && requestReasons[reason])],
            [cell('法定依据', note)],
            [cell('审核意见', [words, asked.decisionNote].filter(Boolean).join('。'))],
            [cell('审核人', asked.decidedBy), cell('审核时间', timeOnPaper(asked.decidedAt))],
          ],
        },
        ...attachmentBlock(facts),
        { is: 'sign', lines: [`${nameOf(unit.code)}（盖章）`, dayOnPaper(asked.at)] },
      ],
    }
  },
}
