import type { Instant } from '../../platform/types.ts'
import type { Task, TaskRole, Ticket } from '../life/ticket.ts'
import { type TaskRow, taskOf } from './rows.ts'

/** The effect on the rows of a ticket's tasks. Pure. */

/** At most one lead, and one that answers until it has signed; see the unique index. */
const leadSlots: Record<TaskRole, number | null> = { LEAD: 1, HOLDER: 2, CO: null, SUB: null }

/** @returns the rows that change and those that come; what ends first, so that its slot is free before it is taken */
export function tasksAfter(
  rows: readonly TaskRow[],
  { id: ticketId, tasks }: Pick<Ticket, 'id' | 'tasks'>,
  now: Instant,
  idOf: (at: Instant) => string,
): TaskRow[] {
  const held = rows.filter(({ slot }) => slot === 1)
  const goOn = tasks.flatMap((task) => {
    const row = held.find((one) => isOf(one, task))
    return row ? [{ row, task }] : []
  })
  const gone = held
    .filter((row) => !goOn.some((one) => one.row === row))
    .map((row) => ({ ...row, slot: null, leadSlot: null, leftAt: now }))
  const changed = goOn
    .filter(({ row, task }) => row.role !== task.role || !isSame(taskOf(row), task))
    .map(({ row, task }) => ({ ...row, ...stepped(row, task, now), role: task.role, leadSlot: leadSlots[task.role] }))
  const come = tasks
    .filter((task) => !goOn.some((one) => one.task === task))
    .map(
      (task): TaskRow => ({
        ...{ id: idOf(now), ticketId, unitCode: task.unit, role: task.role, slot: 1, leadSlot: leadSlots[task.role] },
        ...{ sentAt: now, leftAt: null },
        ...stepped(null, task, now),
      }),
    )
  return [...gone, ...changed, ...come]
}

const isSame = (one: Task, other: Task): boolean =>
  one.step === other.step && one.part?.answer === other.part?.answer && one.part?.demand === other.part?.demand

/** A unit that answers for another one continues its own row; a unit that is sent a ticket again starts a new one. */
function isOf(row: TaskRow, { unit, role, step }: Task): boolean {
  if (row.unitCode !== unit) return false
  // Sent to the same unit once more, a part is another one.
  if (row.role === role) return !(step === 'SENT' && row.partStep !== null && row.partStep !== 'SENT')
  const isBegunAnew = role === 'LEAD' && step === 'SENT'
  return [row.role, role].every((one) => one === 'LEAD' || one === 'HOLDER') && !isBegunAnew
}

type Stepped = Pick<TaskRow, 'signedAt' | 'answeredAt' | 'partStep' | 'sentBy' | 'demand' | 'answer'>

/** When it reached its step; steps that it went back behind are cleared. */
function stepped(row: TaskRow | null, { step, part }: Task, now: Instant): Stepped {
  const isUnsigned = step === 'SENT' || step === 'LAPSED'
  return {
    signedAt: isUnsigned ? (step === 'SENT' ? null : (row?.signedAt ?? null)) : (row?.signedAt ?? now),
    answeredAt: step === 'ANSWERED' ? (row?.answeredAt ?? now) : null,
    partStep: part ? step : null,
    ...{ sentBy: part?.from ?? null, demand: part?.demand ?? null, answer: part?.answer ?? null },
  }
}
