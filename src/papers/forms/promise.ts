import { requestReasons } from '../../tickets/life/words.ts'
import { dayOnPaper } from '../paper.ts'
import { attachmentBlock, cell, lastAt, matterRows, type PaperForm } from './form.ts'
import { askedFor, decidedRows, planOf, said } from './requests.ts'

/** 承诺办理: a plan with dated milestones, signed by a named leader of the unit. */
export const promiseForm: PaperForm = {
  kind: 'promise',
  title: '承诺办理书',
  compose(facts) {
    const { ticket, nameOf, centre } = facts
    const asked = askedFor(facts, 'PROMISE')
    if (!asked) return null
    const unit = nameOf(asked.unit.code)
    const plan = planOf(asked).map(({ title, at }, n) => [String(n + 1), title, dayOnPaper(at)])
    const reason = asked.reason === null ? '客观原因' : requestReasons[asked.reason]
    return {
      kind: 'promise',
      issuer: unit,
      title: '承诺办理书',
      number: ticket.number,
      at: lastAt(facts),
      blocks: [
        {
          is: 'text',
          title: `${centre}：`,
          text: `下列事项因${reason}不能在规定期限内办结。我单位承诺按下列计划办理，每个节点完成后报告办理情况，并告知来电人。`,
        },
        {
          is: 'table',
          rows: [...matterRows(facts), [cell('诉求内容', ticket.content)], [cell('情况说明', asked.note)]],
        },
        { is: 'grid', title: '办理计划', heads: ['序号', '节点', '完成日期'], rows: plan },
        {
          is: 'table',
          rows: [
            [cell('告知来电人', said(asked, 'tell'))],
            [cell('签批领导', said(asked, 'leader')), cell('经办人', asked.actor)],
            ...decidedRows(asked, { GRANTED: '同意承诺办理', REFUSED: '不同意承诺办理，请按期办理' }),
          ],
        },
        ...attachmentBlock(facts),
        { is: 'sign', lines: [`签批领导：${said(asked, 'leader')}`, `${unit}（盖章）`, dayOnPaper(asked.at)] },
      ],
    }
  },
}
