import { z } from 'zod'
import { dueInWords } from '../../../calendar/time-left.ts'
import { unitCode } from '../../../platform/text/codes.ts'
import { manyLines, oneLine } from '../../../platform/text/text.ts'
import type { Instant, UnitCode } from '../../../platform/types.ts'
import { barredAsAccused } from '../accused.ts'
import { type ClockWish, cancel, cancelOf, dispatchClocks, meet, start } from '../clocks.ts'
import type { Ticket, TicketRefusal } from '../facts.ts'
import { isPending } from '../requests.ts'
import { limits, line, missing, namesIn, refusal, step, textField } from '../step.ts'
import { holderOf, leadOf, sent, unitsOf } from '../tasks.ts'
import { stateTitles } from '../words.ts'

interface Dispatch {
  lead: UnitCode
  coUnits: UnitCode[]
  /** What co-units shall do. */
  coDemand?: string | undefined
  /** Null: by hand, no rule stands behind it. */
  ruleKey: string | null
  reason: string
  /** Until when the unit may give it back; the store fills it in. */
  returnBy: Instant | null
  /** It has been given back as often as it may be: this unit has to handle it (指定承办). The store fills it in. */
  isDesignation?: boolean
}

const input = z.object({
  lead: unitCode,
  coUnits: z.array(unitCode).max(10, '协办单位最多 10 个').default([]),
  coDemand: manyLines(limits.note, '协办事项').optional().describe('what co-units shall do'),
  reason: oneLine(200, '派单理由'),
})

/** A dispatcher decides on a ticket without a unit, or one that its unit wants to return. */
export function barredUnlessAsked(ticket: Ticket): TicketRefusal | null {
  if (ticket.state === 'PENDING_REVIEW' || ticket.state === 'REGISTERED' || isPending(ticket, 'RETURN')) return null
  return refusal('ticket.wrong-state', `工单当前为“${stateTitles[ticket.state]}”，没有待审的退单，请刷新。`)
}

/** 派单: it goes to one unit, also in answer to a return (改派), which is granted by it. Each unit's clocks are its own. */
export const dispatch = step({
  kind: 'dispatch',
  title: '派单',
  input,
  asked: 'ON_VERSION',
  fill: (given: z.output<typeof input>): Dispatch => ({ ...given, ruleKey: null, returnBy: null }),
  form: {
    key: 'D',
    fields: [
      { name: 'lead', kind: 'unit', label: '主办单位', isRequired: true },
      { name: 'coUnits', kind: 'units', label: '协办单位', isRequired: false },
      { ...textField('coDemand', '协办事项', '协办单位各自要办什么'), isRequired: false, isForCoUnits: true },
      { name: 'reason', kind: 'line', label: '派单理由', isRequired: true },
    ],
  },
  from: ['REGISTERED', 'DISPATCHED', 'SIGNED'],
  to: 'DISPATCHED',
  who: ['DISPATCHER', 'SYSTEM'],
  bars: barredUnlessAsked,
  refuses: (ticket, { lead, coUnits, reason }) => {
    const accused = barredAsAccused(ticket, [lead, ...coUnits])
    if (accused) return accused
    if (lead === leadOf(ticket)) {
      return refusal('ticket.in-charge-already', '该工单就在这个单位；不同意退单请“驳回退单”，否则请另选主办单位。')
    }
    if (coUnits.includes(lead) || new Set(coUnits).size < coUnits.length) {
      return refusal('ticket.lead-among-co-units', '主办单位和协办单位不能重复，请检查。')
    }
    return missing(reason, '派单理由')
  },
  changes: (ticket, { lead, coUnits, coDemand, ruleKey, reason, returnBy }) => ({
    tasks: sent(ticket.tasks, lead, coUnits, coDemand ?? ''),
    returnBy,
    ruleKey,
    dispatchReason: reason,
    inboxMark: null,
    dispatchCount: ticket.dispatchCount + 1,
  }),
  settles: { kind: 'RETURN', decision: 'GRANTED' },
  clocks: clocksOfDispatch,
  stamps: { dispatchedAt: 'NOW', signedAt: null, repliedAt: null },
  notice: { to: 'UNITS', asksIn: ['DISPATCHED'], headline: () => '新工单，请签收', due: 'SIGN' },
  record: ({ reason }) => ({ reason: null, note: reason }),
  lines: ({ note, details: { lead, coUnits, coDemand, returnBy, isDesignation } }, reader) => [
    ...line('指定承办', isDesignation === true ? '退单次数已满，由热线中心指定，不得再退' : null),
    ...line('主办', typeof lead === 'string' ? reader.nameOf(lead) : null),
    ...line('协办', namesIn(coUnits, reader)),
    ...line('协办事项', coDemand),
    ...line('理由', note),
    ...line('退单截止', typeof returnBy === 'number' ? dueInWords(returnBy, reader.now) : null),
  ],
})

/** Clocks of a ticket that goes to another unit. */
export function clocksOfDispatch(before: Ticket, after: Ticket): ClockWish[] {
  const gone = unitsOf(before).filter((unit) => unit !== leadOf(after) && unit !== holderOf(after))
  // It has its ticket back, and goes on with the first contact that it made or still owes.
  const begun = dispatchClocks.filter((clock) => clock !== 'CONTACT' || leadOf(after) !== holderOf(before))
  // The returning unit need not sign any more; its other clocks go on.
  return [meet('DISPATCH'), meet('REVIEW'), cancel('SIGN'), ...gone.flatMap(cancelOf), ...begun.map(start)]
}
