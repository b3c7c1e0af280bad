import { type Block, dayOnPaper } from '../paper.ts'
import { attachmentBlock, cell, lastAt, matterRows, type PaperFacts, type PaperForm } from './form.ts'
import { type Asked, askedFor, askedRows, decidedRows, said } from './requests.ts'

/**
 * 最终答复: the unit's sealed document with facts, basis and answer. Until two people have agreed to it, it is the request
 * for it: nobody takes a draft for an answer.
 */
export const finalAnswerForm: PaperForm = {
  kind: 'final',
  title: '最终答复',
  compose(facts) {
    const { ticket, nameOf, centre } = facts
    const asked = askedFor(facts, 'FINAL')
    if (!asked) return null
    const isGranted = asked.decision === 'GRANTED'
    const unit = nameOf(asked.unit.code)
    return {
      kind: 'final',
      issuer: unit,
      title: isGranted ? '群众诉求最终答复书' : '最终答复申请审核单',
      number: ticket.number,
      at: lastAt(facts),
      blocks: [
        isGranted
          ? { is: 'text', title: '来电人：', text: '您反映的下列事项，经调查核实，现作最终答复。' }
          : { is: 'text', title: `${centre}：`, text: '下列事项拟作最终答复，请予审核。' },
        { is: 'table', rows: [...matterRows(facts), [cell('诉求内容', ticket.content)]] },
        { is: 'text', title: '一、事实与依据', text: said(asked, 'note') || asked.note },
        { is: 'text', title: '二、答复意见', text: said(asked, 'publicReply') },
        ...(isGranted
          ? [
              {
                is: 'text' as const,
                title: '三、其他事项',
                text: '无新的事实和理由，同一事项不再重复办理。有新的事实，可拨打 12345 说明，热线中心审核后重新办理。',
              },
            ]
          : []),
        ...(isGranted ? [] : [reviewOf(facts, asked)]),
        ...attachmentBlock(facts),
        { is: 'sign', lines: [`${unit}（盖章）`, dayOnPaper(asked.decidedAt ?? asked.at)] },
      ],
    }
  },
}

/** Who agreed is no matter of the citizen's: the letter has no such table. */
const reviewOf = (facts: PaperFacts, asked: Asked): Block => ({
  is: 'table',
  rows: [
    ...askedRows(facts, asked),
    [cell('初审人', asked.reviewedBy)],
    ...decidedRows(asked, { GRANTED: '同意作最终答复', REFUSED: '不同意最终答复，请继续办理' }),
  ],
})
