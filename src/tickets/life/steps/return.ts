import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import { oneLine } from '../../../platform/text/text.ts'
import { barredFromAsking } from '../asking/asking.ts'
import { start } from '../clocks.ts'
import { isPending, timesAsked } from '../requests.ts'
import { choiceField, line, missing, refusal, said, step, textField, wordOf } from '../step.ts'
import { requestReasons, returnReasonCodes, returnReasons } from '../words.ts'

/**
 * 退单: it is not the right unit, with a coded reason; the legal basis is in the note. After as many as the profile allows
 * the next dispatch is final (指定). It stays responsible until the
 * request is granted and the next unit has signed. Source: 首接负责制.
 */
export const giveBack = step({
  kind: 'return',
  title: '退单',
  input: z.object({
    reason: z.enum(returnReasonCodes, { error: '请选择退单原因' }),
    note: said('退单依据'),
    suggestedUnit: unitCode.nullable().default(null),
    evidence: z
      .union([z.literal(''), oneLine(200, '证据材料')])
      .optional()
      .describe('which files prove it'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'B',
    isGrave: true,
    fields: [
      choiceField('reason', '退单原因', returnReasons),
      textField('note', '法定依据', '三定方案、权责清单等条款'),
      { name: 'suggestedUnit', kind: 'unit', label: '建议承办单位', isRequired: false },
      { name: 'evidence', kind: 'line', label: '证据材料', hint: '已上传的附件名称', isRequired: false },
    ],
  },
  from: ['DISPATCHED', 'SIGNED'],
  to: null,
  who: ['LEAD_UNIT'],
  bars: (ticket, { terms: { returns } }) => {
    if (isPending(ticket, 'RETURN')) return refusal('ticket.wrong-state', '已申请退单，请等待派单员审核。')
    const barred = barredFromAsking(ticket)
    if (barred) return barred
    if (ticket.round > 1) return refusal('ticket.return-exhausted', '重办、重新受理的工单不能退单，请办理。')
    return timesAsked(ticket, 'RETURN') >= returns
      ? refusal('ticket.return-exhausted', `该工单已退回 ${returns} 次，由热线中心指定承办，不能再退单。`)
      : null
  },
  until: {
    at: ({ returnBy }) => returnBy,
    refusal: refusal('ticket.return-too-late', '已超过退单时限，请办理；确需调整请联系派单员。'),
  },
  refuses: (_, { note }) => missing(note, '退单依据'),
  asks: ({ reason, note, suggestedUnit, evidence }) => ({
    ...{ kind: 'RETURN', reason, note, suggestedUnit },
    ...(evidence && { details: { evidence } }),
  }),
  // The citizen waits in any case: the unit's clocks go on.
  clocks: [start('REVIEW')],
  notice: {
    to: 'DISPATCHERS',
    asksIn: ['DISPATCHED', 'SIGNED'],
    asksToDecide: 'RETURN',
    headline: (unit) => `${unit}退单，请审核`,
  },
  record: ({ reason, note }) => ({ reason, note }),
  lines: ({ reason, note, details: { suggestedUnit, evidence } }, { nameOf }) => [
    ...line('原因', wordOf(requestReasons, reason)),
    ...line('依据', note),
    ...line('证据', evidence),
    ...line('建议承办', typeof suggestedUnit === 'string' ? nameOf(suggestedUnit) : null),
  ],
})
