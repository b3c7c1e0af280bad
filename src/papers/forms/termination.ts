import { requestReasons } from '../../tickets/life/words.ts'
import { dayOnPaper } from '../paper.ts'
import { attachmentBlock, cell, lastAt, matterRows, type PaperForm } from './form.ts'
import { askedFor, askedRows, decidedRows, said } from './requests.ts'

/** 终止办理: it ends without a result, with the proof of what was tried, and how it is taken up again. */
export const terminationForm: PaperForm = {
  kind: 'end',
  title: '终止办理',
  compose(facts) {
    const { ticket, nameOf, centre } = facts
    const asked = askedFor(facts, 'END')
    if (!asked) return null
    const isGranted = asked.decision === 'GRANTED'
    const unit = nameOf(asked.unit.code)
    const reason = asked.reason === null ? '' : requestReasons[asked.reason]
    return {
      kind: 'end',
      issuer: isGranted ? centre : unit,
      title: isGranted ? '终止办理告知书' : '终止办理申请审核单',
      number: ticket.number,
      at: lastAt(facts),
      blocks: [
        isGranted
          ? { is: 'text', title: '来电人：', text: said(asked, 'tell') }
          : { is: 'text', title: `${centre}：`, text: `下列事项因${reason}，拟终止办理，请予审核。` },
        {
          is: 'table',
          rows: [
            ...matterRows(facts),
            [cell('诉求内容', ticket.content)],
            ...(isGranted ? [[cell('承办单位', unit)], [cell('终止原因', reason)]] : askedRows(facts, asked)),
            [cell('查证经过', said(asked, 'note') || asked.note)],
            ...(isGranted
              ? []
              : [
                  [cell('告知来电人', said(asked, 'tell'))],
                  ...decidedRows(asked, { GRANTED: '同意终止办理', REFUSED: '不同意终止办理，请继续办理' }),
                ]),
          ],
        },
        ...attachmentBlock(facts),
        {
          is: 'sign',
          lines: [isGranted ? `${centre}（盖章）` : `${unit}（盖章）`, dayOnPaper(asked.decidedAt ?? asked.at)],
        },
      ],
    }
  },
}
