import type { UnitCode } from '../../platform/types.ts'

/**
 * What units have to do with a ticket. Pure: the web page imports this file too.
 *
 *   SENT ──sign──► SIGNED ──reply──► ANSWERED      and back to SIGNED when the answer is not accepted
 *
 * LEAD: the ticket was sent to it; it signs, handles and answers. HOLDER: was LEAD, and its return was granted: it
 * answers for the ticket until LEAD has signed. A ticket has one LEAD and one HOLDER at most.
 *
 * CO and SUB have a part of the ticket, see `parts.ts`: CO (协办) helps LEAD, SUB (分办) is a bureau or township that a
 * workstation or another unit has sent its part to.
 * Source: domain model 3.7 (主办/协办); 首接负责制, the first unit stays answerable until another one has signed.
 */
export const taskRoles = ['LEAD', 'HOLDER', 'CO', 'SUB'] as const
export type TaskRole = (typeof taskRoles)[number]
/** The last two are of parts only. DECLINED: it says that it is not its part. LAPSED: over without an answer. */
export const taskSteps = ['SENT', 'SIGNED', 'ANSWERED', 'DECLINED', 'LAPSED'] as const
export type TaskStep = (typeof taskSteps)[number]

/** What a co-unit or a unit below has to do. */
export interface Part {
  /** The unit that sent it, which reads the answer first; null: the hotline, for a co-unit. */
  from: UnitCode | null
  demand: string
  answer: string | null
}

/** One that holds. */
export interface Task {
  unit: UnitCode
  role: TaskRole
  step: TaskStep
  /** Of CO and SUB. */
  part?: Part
}
/** A task that is a part. */
export type PartTask = Task & { part: Part }

type WithTasks = { tasks: readonly Task[] }

const unitAs = (tasks: readonly Task[], role: TaskRole): UnitCode | null =>
  tasks.find((task) => task.role === role)?.unit ?? null

/** The unit that the ticket is with: it signs, handles, answers. */
export const leadOf = ({ tasks }: WithTasks): UnitCode | null => unitAs(tasks, 'LEAD')
/** The unit that gave it back and answers for it until the next one has signed. */
export const holderOf = ({ tasks }: WithTasks): UnitCode | null => unitAs(tasks, 'HOLDER')
/** The one unit that answers for it now. */
export const inChargeOf = (ticket: WithTasks): UnitCode | null => holderOf(ticket) ?? leadOf(ticket)
export const coUnitsOf = ({ tasks }: WithTasks): UnitCode[] =>
  tasks.flatMap(({ role, unit }) => (role === 'CO' ? unit : [])).sort()
/** Who takes part: each once. */
export const unitsOf = ({ tasks }: WithTasks): UnitCode[] => [...new Set(tasks.map(({ unit }) => unit))]

/** A co-unit's part, as it is sent. */
export const helping = (unit: UnitCode, demand: string): PartTask => ({
  ...{ unit, role: 'CO', step: 'SENT' },
  part: { from: null, demand, answer: null },
})

/**
 * Sent to a unit, and to its co-units. The unit that answers for it continues to do so until then; one that returned it
 * before it had ever answered for it is out. Parts that were sent to others go on as long as their sender does.
 * @param demand what co-units shall do
 */
export function sent(tasks: readonly Task[], lead: UnitCode, coUnits: readonly UnitCode[], demand: string): Task[] {
  const before = tasks.find(({ role }) => role === 'HOLDER') ?? tasks.find(({ role }) => role === 'LEAD')
  const holder: Task[] = before && before.unit !== lead ? [{ ...before, role: 'HOLDER' }] : []
  const helpers = coUnits.map(
    (unit) =>
      tasks.find((task) => task.role === 'CO' && task.unit === unit && task.step !== 'LAPSED') ?? helping(unit, demand),
  )
  const below = tasks.filter(({ role, unit }) => role === 'SUB' && unit !== lead && !coUnits.includes(unit))
  return [{ unit: lead, role: 'LEAD', step: 'SENT' }, ...holder, ...helpers, ...below]
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
  if (!holder) return [...tasks]
  return [{ ...holder, role: 'LEAD' }, ...tasks.filter(({ role }) => role === 'CO' || role === 'SUB')]
}
