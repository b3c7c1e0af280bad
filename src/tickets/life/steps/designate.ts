import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import { oneLine } from '../../../platform/text/text.ts'
import type { UnitCode } from '../../../platform/types.ts'
import { barredAsAccused } from '../accused.ts'
import { meet, pausable, start, unpause } from '../clocks.ts'
import type { Ticket } from '../facts.ts'
import { decisionClockOf, pendingOf } from '../requests.ts'
import { missing, refusal, step } from '../step.ts'
import { leadOf, sent } from '../tasks.ts'
import { clocksOfDispatch, dispatch } from './dispatch.ts'

/**
 * 指定承办: the ruling of a joint meeting sends it to a unit, no matter who has it now and whatever was returned. It is in force at
 * once, and is not given back. Source: running rules 按责转办 (联席会议制).
 */
export const designate = step({
  kind: 'designate',
  title: '指定承办',
  input: z.object({
    lead: unitCode,
    coUnits: z.array(unitCode).max(10, '协办单位最多 10 个').default([]),
    reason: oneLine(200, '指定依据'),
  }),
  // By the room of disputes, which asks for it like any client.
  asked: 'NEVER',
  from: ['REGISTERED', 'DISPATCHED', 'SIGNED'],
  to: 'DISPATCHED',
  who: ['DISPATCHER', 'SYSTEM'],
  refuses: (ticket, { lead, coUnits, reason }) => {
    const accused = barredAsAccused(ticket, [lead, ...coUnits])
    if (accused) return accused
    if (coUnits.includes(lead) || new Set(coUnits).size < coUnits.length) {
      return refusal('ticket.lead-among-co-units', '主办单位和协办单位不能重复，请检查。')
    }
    return missing(reason, '指定依据')
  },
  changes: (ticket, { lead, coUnits, reason }) => ({
    tasks: sent(ticket.tasks, lead, coUnits, reason),
    requests: decided(ticket, lead),
    // Before it was dispatched: no return is in time.
    returnBy: ticket.registeredAt,
    ...{ ruleKey: null, dispatchReason: reason, inboxMark: null, dispatchCount: ticket.dispatchCount + 1 },
  }),
  clocks: (before, after) => {
    const waiting = pendingOf(before)
    const isSame = leadOf(before) === leadOf(after)
    return [
      ...(waiting ? [meet(decisionClockOf[waiting.kind])] : []),
      // What stood still goes on.
      meet('SUSPENDED'),
      ...pausable.map((clock) => ({ ...unpause(clock), unit: leadOf(before) ?? undefined })),
      // The same unit signs anew, and goes on with the rest.
      ...(isSame ? [start('SIGN')] : clocksOfDispatch(before, after)),
    ]
  },
  stamps: { dispatchedAt: 'NOW', signedAt: null, repliedAt: null },
  notice: { to: 'UNITS', asksIn: ['DISPATCHED'], headline: () => '指定承办，请签收；不能再退单', due: 'SIGN' },
  record: ({ reason }) => ({ reason: null, note: reason }),
  lines: dispatch.lines,
})

/** What waits is decided by it: a return as the ruling says, anything else has become needless. */
function decided(ticket: Ticket, lead: UnitCode): Ticket['requests'] {
  const ofReturn = lead === leadOf(ticket) ? ('REFUSED' as const) : ('GRANTED' as const)
  return ticket.requests.map((one) =>
    one.decision === null ? { ...one, decision: one.kind === 'RETURN' ? ofReturn : 'LAPSED' } : one,
  )
}
