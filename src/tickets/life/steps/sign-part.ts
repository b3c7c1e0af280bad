import { partAt, partOf } from '../parts.ts'
import { nothing, refusal, step } from '../step.ts'

/** 签收任务: a co-unit or a unit below has taken its part on. */
export const signPart = step({
  kind: 'sign-part',
  title: '签收任务',
  input: nothing,
  asked: 'ON_VERSION',
  form: { key: 'S' },
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['PART_UNIT'],
  bars: (ticket, { unit }) =>
    partOf(ticket, unit)?.step === 'SENT' ? null : refusal('ticket.wrong-state', '本单位没有待签收的任务，请刷新。'),
  changes: ({ tasks }, _, { unit }) => ({ tasks: partAt(tasks, unit, 'SIGNED') }),
  notice: null,
  lines: () => [],
})
