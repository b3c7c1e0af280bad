import { z } from 'zod'
import { unitCode } from '../../../platform/text/codes.ts'
import type { UnitCode } from '../../../platform/types.ts'
import { barredAsAccused } from '../accused.ts'
import type { Ticket, TicketRefusal } from '../facts.ts'
import { isPart, taskAtWork } from '../parts.ts'
import { line, missing, namesIn, refusal, said, step, textField } from '../step.ts'
import type { Task } from '../tasks.ts'

/** A unit takes part once: whose part has lapsed may be sent another one. */
export function refusedTwice({ tasks }: Ticket, units: readonly UnitCode[]): TicketRefusal | null {
  const isTaking = (task: Task) => units.includes(task.unit) && (!isPart(task) || task.step !== 'LAPSED')
  if (!tasks.some(isTaking) && new Set(units).size === units.length) return null
  return refusal('ticket.takes-part-already', '所选单位中有的已承办该工单或被重复选择，请检查。')
}

/** Without the parts that have lapsed, where their units are sent new ones. */
export const withoutLapsed = (tasks: readonly Task[], units: readonly UnitCode[]): Task[] =>
  tasks.filter((task) => !(isPart(task) && task.step === 'LAPSED' && units.includes(task.unit)))

/**
 * 分办: a workstation or a unit sends parts to bureaus and townships below it. Which units those are, and what a township
 * may be given, the store checks. Source: domain model 2, section 7.
 */
export const delegate = step({
  kind: 'delegate',
  title: '分办',
  input: z.object({
    units: z.array(unitCode).min(1, '请选择分办单位').max(10, '一次最多分办 10 个单位'),
    note: said('分办要求'),
  }),
  asked: 'ON_VERSION',
  form: {
    key: 'F',
    button: '分办下级单位',
    fields: [
      { name: 'units', kind: 'below', label: '分办单位', hint: '本单位下属的部门、乡镇街道', isRequired: true },
      textField('note', '分办要求', '要查什么、办什么；下级单位会看到'),
    ],
  },
  from: ['DISPATCHED', 'SIGNED', 'REPLIED'],
  to: null,
  who: ['LEAD_UNIT', 'PART_UNIT'],
  bars: (ticket, { unit }) =>
    taskAtWork(ticket, unit) ? null : refusal('ticket.wrong-state', '请先签收，再分办；已答复的不能再分办。'),
  refuses: (ticket, { units, note }) =>
    refusedTwice(ticket, units) ?? barredAsAccused(ticket, units) ?? missing(note, '分办要求'),
  changes: ({ tasks }, { units, note }, { unit: from }) => ({
    tasks: [
      ...withoutLapsed(tasks, units),
      ...units.map((unit): Task => ({ unit, role: 'SUB', step: 'SENT', part: { from, demand: note, answer: null } })),
    ],
  }),
  notice: {
    to: 'NAMED',
    asksIn: ['DISPATCHED', 'SIGNED', 'REPLIED'],
    asksInStep: ['SENT'],
    headline: (unit) => `${unit}分办新任务，请签收`,
    due: 'PART',
  },
  lines: ({ note, details: { units } }, reader) => [...line('分办', namesIn(units, reader)), ...line('要求', note)],
})
