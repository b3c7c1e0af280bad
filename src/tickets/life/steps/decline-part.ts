import { z } from 'zod'
import { awaitedBy, partAt, partOf } from '../parts.ts'
import { line, missing, refusal, said, step, textField } from '../step.ts'

/**
 * 退回任务: it is not this unit's part. It goes to its sender, never to the hotline; a co-unit's to the dispatchers, who
 * sent it. The unit stays responsible until that is decided.
 */
export const declinePart = step({
  kind: 'decline-part',
  title: '退回任务',
  input: z.object({ note: said('退回理由') }),
  asked: 'ON_VERSION',
  form: { key: 'B', isGrave: true, fields: [textField('note', '退回理由', '职责依据、建议由谁办')] },
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['PART_UNIT'],
  bars: (ticket, { unit }) => {
    const step = partOf(ticket, unit)?.step
    if (step !== 'SENT' && step !== 'SIGNED') return refusal('ticket.wrong-state', '本单位没有可以退回的任务，请刷新。')
    return awaitedBy(ticket, unit).length > 0
      ? refusal('ticket.parts-open', '本单位分办的任务还没有答复，请先收回，再退回。')
      : null
  },
  refuses: (_, { note }) => missing(note, '退回理由'),
  changes: ({ tasks }, _, { unit }) => ({ tasks: partAt(tasks, unit, 'DECLINED') }),
  notice: {
    to: 'SENDER',
    asksIn: ['DISPATCHED', 'SIGNED', 'REPLIED'],
    asksInStep: ['DECLINED'],
    headline: (unit) => `${unit}退回任务，请决定`,
  },
  lines: ({ note }) => line('理由', note),
})
