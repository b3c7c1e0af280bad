import type { UnitCode } from '../../platform/types.ts'

/**
 * What units have to do with a ticket. Pure: the web page imports this file too.
 *
 *   SENT ──sign──► SIGNED ──reply──► ANSWERED      and back to SIGNED when the answer is not accepted
 *
 * LEAD: the ticket was sent to it; it signs, handles and answers. HOLDER: was LEAD, and its return was granted: it
 * answers for the ticket until LEAD has signed. CO: helps. A ticket has one LEAD and one HOLDER at most.
 * Source: domain model 3.7 (主办/协办); 首接负责制, the first unit stays answerable until another one has signed.
 */
export const taskRoles = ['LEAD', 'HOLDER', 'CO'] as const
export type TaskRole = (typeof taskRoles)[number]
export type TaskStep = 'SENT' | 'SIGNED' | 'ANSWERED'

/** One that holds. */
export interface Task {
  unit: UnitCode
  role: TaskRole
  step: TaskStep
}

const unitAs = (tasks: readonly Task[], role: TaskRole): UnitCode | null =>
  tasks.find((task) => task.role === role)?.unit ?? null

/** The unit that the ticket is with: it signs, handles, answers. */
export const leadOf = ({ tasks }: { tasks: readonly Task[] }): UnitCode | null => unitAs(tasks, 'LEAD')
/** The unit that gave it back and answers for it until the next one has signed. */
export const holderOf = ({ tasks }: { tasks: readonly Task[] }): UnitCode | null => unitAs(tasks, 'HOLDER')
/** The one unit that answers for it now. */
export const inChargeOf = (ticket: { tasks: readonly Task[] }): UnitCode | null => holderOf(ticket) ?? leadOf(ticket)
export const coUnitsOf = ({ tasks }: { tasks: readonly Task[] }): UnitCode[] =>
  tasks.flatMap(({ role, unit }) => (role === 'CO' ? unit : [])).sort()
/** Who takes part: each once. */
export const unitsOf = ({ tasks }: { tasks: readonly Task[] }): UnitCode[] => [
  ...new Set(tasks.map(({ unit }) => unit)),
]

/**
 * Sent to a unit, and to its co-units. The unit that answers for it continues to do so until then; one that returned it
 * before it had ever answered for it is out.
 */
export function sent(tasks: readonly Task[], lead: UnitCode, coUnits: readonly UnitCode[]): Task[] {
  const before = tasks.find(({ role }) => role === 'HOLDER') ?? tasks.find(({ role }) => role === 'LEAD')
  const holder: Task[] = before && before.unit !== lead ? [{ ...before, role: 'HOLDER' }] : []
  const helpers = coUnits.map(
    (unit) =>
      tasks.find((task) => task.role === 'CO' && task.unit === unit) ?? ({ unit, role: 'CO', step: 'SENT' } as const),
  )
  return [{ unit: lead, role: 'LEAD', step: 'SENT' }, ...holder, ...helpers]
}

/** The unit that it was sent to has signed: the one before is out. */
export function signed(tasks: readonly Task[]): Task[] {
  return leadAt(tasks, 'SIGNED').filter(({ role }) => role !== 'HOLDER')
}

/** The step that the unit in charge has come to. */
export function leadAt(tasks: readonly Task[], step: TaskStep): Task[] {
  return tasks.map((task) => (task.role === 'LEAD' ? { ...task, step } : task))
}

/** It is over without an answer: whom it was last sent to is out, unless it answers for it. */
export function relieved(tasks: readonly Task[]): Task[] {
  const holder = tasks.find(({ role }) => role === 'HOLDER')
  return holder ? [{ ...holder, role: 'LEAD' }, ...tasks.filter(({ role }) => role === 'CO')] : [...tasks]
}
