import type { TicketDetail } from '../../../tickets/api.ts'

/** What a return means for a unit that reads the ticket. Pure. Source: 首接负责制. */

type Ticket = Pick<TicketDetail, 'state' | 'leadUnit' | 'holder' | 'requests'>

/** @returns null: nothing that this unit would have to know */
export function returnWordsFor(
  { state, leadUnit, holder, requests }: Ticket,
  unit: string | null,
): { title: string; text: string; tone: 'waits' | 'refused' } | null {
  if (unit === null) return null
  if (holder?.code === unit) {
    const text = `已派${leadUnit?.name ?? '其他单位'}，待其签收。签收前仍由本单位负责，时限照常计算。`
    return { title: '退单已同意', text, tone: 'waits' }
  }
  if (leadUnit?.code !== unit) return null
  if (holder) {
    return {
      title: `由${holder.name}退单转来`,
      text: '请尽快签收；签收前由其负责，签收后由本单位负责。',
      tone: 'waits',
    }
  }
  const last = requests.findLast(({ kind, unit: asked }) => kind === 'RETURN' && asked.code === unit)
  if (last?.decision === null) {
    return { title: '退单待审', text: '派单员审核期间仍由本单位负责，时限照常计算。', tone: 'waits' }
  }
  const isAtWork = state === 'DISPATCHED' || state === 'SIGNED'
  return last?.decision === 'REFUSED' && isAtWork
    ? { title: '退单被驳回，请办理', text: `驳回理由：${last.decisionNote ?? ''}`, tone: 'refused' }
    : null
}
