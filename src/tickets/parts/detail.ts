import type { Instant, UnitCode } from '../../platform/types.ts'
import type { Run } from '../clocks/deadlines.ts'
import { lampAt } from '../clocks/limits.ts'
import { isPartClock } from '../clocks/part-limits.ts'
import { type TaskRow, taskOf } from '../records/rows.ts'
import type { TicketPart } from './api.ts'

/** The parts of a ticket as its page shows them. Pure. */

/** What a unit's part has to keep next. */
export function partClock(runs: readonly Run[], unit: UnitCode, now: Instant) {
  const running = runs.filter((run) => run.slot === 1 && run.unitCode === unit && isPartClock(run.clock))
  const dues = running.flatMap(({ dueAt }) => dueAt ?? [])
  const warnings = running.flatMap(({ warnAt }) => warnAt ?? [])
  const nextDueAt = dues.length === 0 ? null : Math.min(...dues)
  const warnAt = warnings.length === 0 ? null : Math.min(...warnings)
  const clockMark = running.some(({ dueAt }) => dueAt === null) ? 'NO_CALENDAR' : null
  return { nextDueAt, warnAt, clockMark, lamp: lampAt(now, [{ dueAt: nextDueAt, warnAt }]) }
}

/** @param sees whether the part of a unit is shown to the reader */
export function partsOf(
  { tasks, runs }: { tasks: readonly TaskRow[]; runs: readonly Run[] },
  parts: {
    sees(unit: UnitCode): boolean
    named(code: UnitCode): { code: string; name: string }
    text(words: string): string
    now: Instant
  },
): TicketPart[] {
  const inOrder = tasks.toSorted((one, other) => one.sentAt - other.sentAt || (one.unitCode < other.unitCode ? -1 : 1))
  return inOrder.flatMap((row): TicketPart[] => {
    const { unit, role, step, part } = taskOf(row)
    if (row.slot !== 1 || part === undefined || !parts.sees(unit)) return []
    return [
      {
        ...{ unit: parts.named(unit), role: role === 'CO' ? 'CO' : 'SUB', step },
        from: part.from === null ? null : parts.named(part.from),
        demand: parts.text(part.demand),
        answer: part.answer === null ? null : parts.text(part.answer),
        ...{ sentAt: row.sentAt, signedAt: row.signedAt, answeredAt: row.answeredAt },
        ...partClock(runs, unit, parts.now),
      },
    ]
  })
}
