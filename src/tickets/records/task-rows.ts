import type { Instant } from '../../platform/types.ts'
import type { Task, TaskRole, Ticket } from '../life/ticket.ts'
import { type TaskRow, taskOf } from './rows.ts'

/** The effect on the rows of a ticket's tasks. Pure. */

/** At most one lead, and one that answers until it has signed; see the unique index. */
const leadSlots: Record<TaskRole, number | null> = { LEAD: 1, HOLDER: 2, CO: null }

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
    .filter(({ row, task }) => row.role !== task.role || taskOf(row).step !== task.step)
    .map(({ row, task }) => ({ ...row, ...stepped(row, task, now), role: task.role, leadSlot: leadSlots[task.role] }))
  const come = tasks
    .filter((task) => !goOn.some((one) => one.task === task))
    .map(
      (task): TaskRow => ({
        ...{ id: idOf(now), ticketId, unitCode: task.unit, role: task.role, slot: 1, leadSlot: leadSlots[task.role] },
        ...{ sentAt: now, signedAt: null, answeredAt: null, leftAt: null },
        ...stepped(null, task, now),
      }),
    )
  return [...gone, ...changed, ...come]
}

/** A unit that answers for another one continues its own row; a unit that is sent a ticket again starts a new one. */
function isOf(row: TaskRow, { unit, role, step }: Task): boolean {
  if (row.unitCode !== unit) return false
  if (row.role === role) return true
  const isBegunAnew = role === 'LEAD' && step === 'SENT'
  return row.role !== 'CO' && role !== 'CO' && !isBegunAnew
}

/** When it reached its step; steps that it went back behind are cleared. */
function stepped(row: TaskRow | null, { step }: Task, now: Instant): Pick<TaskRow, 'signedAt' | 'answeredAt'> {
  const signedAt = step === 'SENT' ? null : (row?.signedAt ?? now)
  return { signedAt, answeredAt: step === 'ANSWERED' ? (row?.answeredAt ?? now) : null }
}
