import { z } from 'zod'
import { limitInWords, limitUnits } from '../../calendar/limit.ts'
import { dayOnPaper, timeOnPaper } from '../paper.ts'
import { attachmentBlock, cell, lastAt, matterRows, type PaperForm } from './form.ts'
import { askedFor, askedRows, decidedRows, timesOf } from './requests.ts'

const limit = z.object({ count: z.number(), unit: z.enum(limitUnits) })

/** 延期: the unit's last request for more time, and the hotline's decision. */
export const extensionForm: PaperForm = {
  kind: 'extension',
  title: '延期申请审核单',
  compose(facts) {
    const { ticket, nameOf, centre } = facts
    const asked = askedFor(facts, 'EXTENSION')
    if (!asked) return null
    const by = limit.safeParse(asked.details?.by)
    const isGranted = asked.decision === 'GRANTED'
    return {
      kind: 'extension',
      issuer: nameOf(asked.unit.code),
      title: '延期申请审核单',
      number: `${ticket.number}（第${timesOf(facts, asked)}次）`,
      at: lastAt(facts),
      blocks: [
        { is: 'text', title: `${centre}：`, text: '下列工单不能在规定期限内办结，申请延长办理时间，请予审核。' },
        {
          is: 'table',
          rows: [
            ...matterRows(facts),
            [cell('诉求内容', ticket.content)],
            ...askedRows(facts, asked),
            [cell('申请延长', by.success ? limitInWords(by.data) : null)],
            [cell('延期理由', asked.note)],
            ...decidedRows(asked, { GRANTED: '同意延期', REFUSED: '不同意延期，请按期办理' }),
            ...(isGranted ? [[cell('办结期限', timeOnPaper(ticket.handleDueAt))]] : []),
          ],
        },
        ...attachmentBlock(facts),
        { is: 'sign', lines: [`${nameOf(asked.unit.code)}（盖章）`, dayOnPaper(asked.at)] },
      ],
    }
  },
}
