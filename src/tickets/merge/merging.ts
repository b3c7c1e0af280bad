import type { TicketId } from '../../platform/types.ts'
import type { Ticket, TicketRefusal } from '../life/facts.ts'
import { openStates } from '../life/words.ts'

/**
 * Several callers, one matter (并单): one ticket leads, the others follow it and are answered with it. Pure: the web page
 * imports this file too. A follower keeps its number, query code and caller: nobody learns of another one. A lead never
 * follows, and a follower never leads, so no merge makes a circle or a chain. Source: 国办函〔2025〕66号; domain model 3.7.
 */

export type Lead = Pick<Ticket, 'id' | 'state' | 'mergedInto' | 'type' | 'accusedUnit'>

const leading = [...openStates, 'AT_PROVINCE'] as const
/** Whether others may still follow it: it is not answered yet. */
export const mayLead = ({ state, mergedInto }: Pick<Ticket, 'state' | 'mergedInto'>): boolean =>
  mergedInto === null && leading.some((one) => one === state)

const refusal = (code: TicketRefusal['code'], detail: string): TicketRefusal => ({ code, detail })

/** @returns why it cannot follow this lead; what it is itself is judged by its own step */
export function barToFollow(follower: Pick<Ticket, 'id' | 'type' | 'accusedUnit'>, lead: Lead): TicketRefusal | null {
  if (lead.id === follower.id) return refusal('ticket.merge-barred', '不能并入自己，请选择另一张工单。')
  if (lead.mergedInto !== null) return refusal('ticket.merge-barred', '该工单自己已并入别的工单，请并入那张主单。')
  if (!mayLead(lead)) return refusal('ticket.merge-barred', '主单已经办结，不能再并入；请单独登记。')
  const isAboutOther = follower.accusedUnit !== lead.accusedUnit
  // The unit that handles the lead sees who follows it.
  return follower.type === 'REPORT' && (lead.type !== 'REPORT' || isAboutOther)
    ? refusal('ticket.merge-barred', '举报件只能并入同一被举报单位的举报件，请单独办理。')
    : null
}

/** Steps after which nothing would answer those who follow. */
const leavesAlone = ['merge', 'void', 'classify', 'hand-over'] as const
export const leavesFollowers = (kind: string): boolean => leavesAlone.some((one) => one === kind)
export const barredAsLead = (followers: number): TicketRefusal =>
  refusal('ticket.has-followers', `有 ${followers} 张工单并入该工单，请先拆出，或答复办结后一并答复。`)

/** What those who follow are told, where the lead ended without words for the citizen. */
export const plainAnswer = '您反映的事项已并案办理并办结，如需了解详情请拨打 12345。'

/** What a follower keeps of its lead. */
export interface Following {
  into: TicketId
  /** Number of the lead, as people read it. */
  lead: string
}
