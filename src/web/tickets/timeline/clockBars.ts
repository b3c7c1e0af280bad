import type { Instant } from '../../../platform/types.ts'
import { isOverdue } from '../../../tickets/clocks/limits.ts'
import type { ClockRun } from '../../../tickets/timeline/api.ts'

/** A clock as a bar: what went by, in which lamp, and where it stood still. Pure. */

export interface Stretch {
  /** Per cent of the picture's width. */
  from: number
  width: number
  tone: 'green' | 'yellow' | 'red' | 'ahead' | 'pause'
}

export interface Bar {
  stretches: Stretch[]
  /** Where it is due; null: not known, or outside of the picture. */
  due: number | null
  /** What the bar says, for those who do not see it as well. */
  words: string
}

/** The time that the picture of these clocks covers. */
export function spanOf(runs: readonly ClockRun[], now: Instant): { from: Instant; to: Instant } {
  const starts = runs.map(({ startedAt }) => startedAt)
  const ends = runs.map(({ endedAt, dueAt }) => endedAt ?? Math.max(dueAt ?? now, now))
  const from = Math.min(...starts)
  return { from, to: Math.max(from + 1, ...ends) }
}

export function barOf(run: ClockRun, span: { from: Instant; to: Instant }, now: Instant): Bar {
  const at = (instant: Instant) => Math.min(1, Math.max(0, (instant - span.from) / (span.to - span.from))) * 100
  const { startedAt, warnAt, dueAt, endedAt, pauses } = run
  const until = endedAt ?? now
  const cuts = [startedAt, warnAt ?? dueAt ?? until, dueAt ?? until]
  const stretch = (from: Instant, to: Instant, tone: Stretch['tone']): Stretch[] =>
    to > from ? [{ from: at(from), width: at(to) - at(from), tone }] : []
  const [start = 0, warn = until, due = until] = cuts
  return {
    stretches: [
      ...stretch(start, Math.min(until, warn), 'green'),
      ...stretch(Math.max(start, warn), Math.min(until, due), 'yellow'),
      ...stretch(Math.max(start, due), until, 'red'),
      ...(endedAt === null && dueAt !== null ? stretch(Math.max(until, start), dueAt, 'ahead') : []),
      ...pauses.flatMap(({ from, to }) => stretch(from, to ?? until, 'pause')),
    ],
    due: dueAt === null ? null : at(dueAt),
    words: wordsOf(run, now),
  }
}

function wordsOf({ end, endedAt, dueAt, pauses }: ClockRun, now: Instant): string {
  if (end === 'CANCELLED') return '已取消'
  if (end === 'MET') return dueAt !== null && endedAt !== null && isOverdue(endedAt, dueAt) ? '超期完成' : '按时完成'
  if (pauses.some(({ to }) => to === null)) return '挂起中'
  if (dueAt === null) return '期限待定'
  return isOverdue(now, dueAt) ? '已超期' : '进行中'
}
