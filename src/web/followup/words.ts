import type { FollowUpListRow, followUpLists } from '../../followup/api.ts'
import {
  type FollowUpState,
  levels,
  meansTitles,
  outcomeTitles,
  reasonTitles,
  solvedAnswers,
} from '../../followup/words.ts'
import type { Instant } from '../../platform/types.ts'
import { formatWhen } from '../ui/format.ts'

/** Follow-ups in words. Pure. */

export type FollowUpTab = (typeof followUpLists)[number]
export const tabTitles: Record<FollowUpTab, string> = {
  TODO: '待回访',
  COMING: '等待中',
  REVIEW: '待研判',
  DONE: '已完成',
}
export const tabNone: Record<FollowUpTab, string> = {
  TODO: '现在没有要打的回访电话。',
  COMING: '没有等待评价或稍后再打的回访。',
  REVIEW: '没有待研判的评价。',
  DONE: '还没有完成的回访。',
}

export const stateTones: Record<FollowUpState, string> = {
  PLANNED: 'tone-talking',
  WAITING: 'tone-talking',
  CALLING: 'tone-wrap-up',
  REVIEW: 'tone-trouble',
  DONE: 'tone-ready',
  EXEMPT: 'tone-idle',
  CANCELLED: 'tone-idle',
}

/** What is next, or what came of it, in one line. */
export function standingOf(row: FollowUpListRow, now: Instant): { words: string; isLate: boolean } {
  if (row.outcome !== null) return { words: outcomeTitles[row.outcome], isLate: false }
  if (row.state === 'REVIEW') {
    const due = row.reviewDueAt === null ? '' : `，${formatWhen(row.reviewDueAt, now)}前研判`
    const late = row.isLate ? '（逾期评价，要求重办）' : ''
    return { words: `${saidOf(row)}${late}${due}`, isLate: row.reviewDueAt !== null && now > row.reviewDueAt }
  }
  if (row.state === 'CALLING') return { words: '正在回访，请填写结果', isLate: false }
  if (row.state === 'CANCELLED') return { words: '工单重新办理，不再回访', isLate: false }
  const isLate = row.dueAt !== null && now > row.dueAt
  if (row.next === null || row.next.means === 'END') return { words: '—', isLate }
  const when = row.next.at <= now ? '现在' : formatWhen(row.next.at, now)
  return { words: `${when} ${meansTitles[row.next.means]}`, isLate }
}

export function saidOf({
  solved,
  satisfied,
  reason,
}: Pick<FollowUpListRow, 'solved' | 'satisfied' | 'reason'>): string {
  const said = [satisfied && levels[satisfied], solved && solvedAnswers[solved], reason && reasonTitles[reason]]
  return said.filter(Boolean).join('，')
}
