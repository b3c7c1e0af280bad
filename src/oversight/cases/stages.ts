import { dayNumberOf, startOfDayNumber } from '../../calendar/days.ts'
import type { Instant } from '../../platform/types.ts'

/**
 * The clock of a leader's instruction: 1, 3, 7 and 30 natural days; day 1 is the same day. Pure. Source: domain model 5.1;
 * part 2, 4.4.
 */

export const reportStages = ['DEPLOY', 'PROGRESS', 'MAJOR', 'PLAN'] as const
export type ReportStage = (typeof reportStages)[number]
export const reportTitles: Record<ReportStage, string> = {
  DEPLOY: '部署：责任领导、科室和首项措施',
  PROGRESS: '进展：已办、未办原因和下一步日期',
  MAJOR: '定为重大复杂事项（已批准）',
  PLAN: '带节点和日期的办理计划',
}

export interface Report {
  stage: ReportStage
  words: string
  at: Instant
}

export const stageMarks = [1, 3, 7, 30] as const
export interface Mark {
  mark: (typeof stageMarks)[number]
  dueAt: Instant
}

/** Each mark ends with its day in the city. */
export function marksFrom(instructedAt: Instant): Mark[] {
  const day = dayNumberOf(instructedAt)
  const endOf = (after: number): Instant => startOfDayNumber(day + after + 1) - 1
  return stageMarks.map((mark) => ({ mark, dueAt: endOf(mark === 1 ? 0 : mark) }))
}

interface Marked {
  state: string
  instructedAt: Instant | null
  reports: readonly Report[]
  answeredAt: Instant | null
}

export interface MarkState extends Mark {
  metAt: Instant | null
  isLate: boolean
}

/** An answer that was sent back meets no mark: the instruction stands until there is another one. */
export function markStates({ state, instructedAt, reports, answeredAt: lastAt }: Marked, now: Instant): MarkState[] {
  const answeredAt = state === 'INSTRUCTED' ? null : lastAt
  if (instructedAt === null) return []
  const first = (...stages: ReportStage[]) => reports.find(({ stage }) => stages.includes(stage))?.at ?? null
  const metBy: Record<Mark['mark'], Instant | null> = {
    1: first('DEPLOY', 'PROGRESS') ?? answeredAt,
    3: first('PROGRESS') ?? answeredAt,
    7: earliest(first('MAJOR'), answeredAt),
    30: earliest(first('PLAN'), answeredAt),
  }
  return marksFrom(instructedAt).map(({ mark, dueAt }) => {
    const metAt = metBy[mark]
    return { mark, dueAt, metAt, isLate: (metAt ?? now) > dueAt }
  })
}

const earliest = (one: Instant | null, other: Instant | null): Instant | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other)
