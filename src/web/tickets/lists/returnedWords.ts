import type { ReturnedTicket } from '../../../tickets/api.ts'

type Result = Pick<ReturnedTicket, 'decision' | 'holds' | 'state' | 'isAnswered'>

/** What became of a ticket that the unit returned or wants to return. */
export function decisionWords({ decision, holds, state, isAnswered }: Result): { words: string; tone: string } {
  if (decision === null) return { words: '待派单员审核，仍由本单位负责', tone: 'tone-hold' }
  if (decision === 'REFUSED') return { words: '已驳回，由本单位办理', tone: 'tone-trouble' }
  if (decision === 'LAPSED') {
    return { words: isAnswered ? '本单位已答复，不再退单' : '事项已更正，重新派单', tone: 'tone-ready' }
  }
  if (state === 'VOIDED') return { words: '工单已作废', tone: 'tone-ready' }
  if (state === 'CLASSIFIED') return { words: '已分类处理，不由本单位办理', tone: 'tone-ready' }
  if (state === 'AT_PROVINCE') return { words: '已上转省平台', tone: 'tone-ready' }
  switch (holds) {
    case 'HOLDER':
      return { words: '已同意，新单位签收前由本单位负责', tone: 'tone-hold' }
    case 'LEAD':
      return { words: '已同意，后又派回本单位', tone: 'tone-hold' }
    case null:
      return { words: '已同意，改派其他单位', tone: 'tone-ready' }
  }
}
