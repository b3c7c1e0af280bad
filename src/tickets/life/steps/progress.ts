import { z } from 'zod'
import { manyLines } from '../../../platform/text/text.ts'
import { meet, start } from '../clocks.ts'
import { limits, line, missing, refusal, said, step, textField } from '../step.ts'
import { holderOf, inChargeOf } from '../tasks.ts'

/**
 * 阶段反馈: how the handling goes, while it takes its time. Where the profile asks for one, the next is due as long after
 * this one. Source: domain model 4.2, interim report of P1; 1.1 of its second part, progress in 24 h.
 */
export const progress = step({
  kind: 'progress',
  title: '阶段反馈',
  input: z.object({
    note: said('进展情况'),
    tell: manyLines(limits.note, '告知来电人的话').optional().describe('words for the citizen; empty: none'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'G',
    fields: [
      textField('note', '进展情况', '已做了什么、下一步做什么、何时；热线中心会看到'),
      { ...textField('tell', '告知来电人的话', '不填则不告知'), isRequired: false },
    ],
  },
  // Before the next unit has signed, the one that gave it back still owes its reports.
  from: ['DISPATCHED', 'SIGNED'],
  to: null,
  who: ['UNIT_IN_CHARGE'],
  bars: (ticket) =>
    ticket.state === 'DISPATCHED' && holderOf(ticket) === null
      ? refusal('ticket.wrong-state', '请先签收，再写阶段反馈。')
      : null,
  refuses: (_, { note }) => missing(note, '进展情况'),
  clocks: (before) => {
    const unit = inChargeOf(before)
    return unit !== null && before.running.some((one) => one.clock === 'PROGRESS' && one.unit === unit)
      ? [meet('PROGRESS'), start('PROGRESS')].map((wish) => ({ ...wish, unit }))
      : []
  },
  tells: (_, { tell = '' }) => (tell.trim() === '' ? undefined : tell),
  notice: null,
  lines: ({ note, details: { tell } }) => [...line('进展', note), ...line('告知来电人', tell)],
})
