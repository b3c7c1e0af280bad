import type { DisputeDetail, DisputeSummary } from '../../arbitration/api.ts'
import { type DisputeState, disputeEventTitles } from '../../arbitration/dispute.ts'
import type { Instant } from '../../platform/types.ts'

/** Disputes in words. Pure. */

export const disputeTones: Record<DisputeState, string> = {
  PROPOSED: 'tone-wrap-up',
  CALLED: 'tone-talking',
  HELD: 'tone-wrap-up',
  RULED: 'tone-wrap-up',
  IN_FORCE: 'tone-ready',
  REVIEW_DUE: 'tone-trouble',
  LAPSED: 'tone-idle',
}

export const shownTitles = { OPEN: '进行中', IN_FORCE: '已生效', ENDED: '已终止', ALL: '全部' } as const

export const designationTitles: Record<DisputeDetail['tickets'][number]['designation'], string> = {
  NONE: '待裁定',
  PENDING: '正在指定',
  DONE: '已处理',
  FAILED: '未能指定，请派单员处理',
}

/** What is due next, and whether that is late. */
export function nextOf(
  { state, holdBy, meetingAt, viewsBy }: Pick<DisputeSummary, 'state' | 'holdBy' | 'meetingAt' | 'viewsBy'>,
  now: Instant,
): { title: string; at: Instant; isLate: boolean } | null {
  if (state === 'PROPOSED' && holdBy !== null) return { title: '须召开', at: holdBy, isLate: now > holdBy }
  if (state !== 'CALLED' || meetingAt === null) return null
  if (viewsBy !== null && now < viewsBy) return { title: '意见截止', at: viewsBy, isLate: false }
  return { title: '开会', at: meetingAt, isLate: holdBy !== null && meetingAt > holdBy }
}

/** What a button says: a meeting that was called is moved by calling it anew, a ruling is amended by ruling anew. */
export function actTitleOf(action: DisputeDetail['actions'][number], state: DisputeState): string {
  if (action === 'call' && state === 'CALLED') return '改定会议'
  if (action === 'rule' && state === 'RULED') return '修改裁定'
  return action === 'hold' ? '登记会议' : disputeEventTitles[action]
}

/** What was done, once it is. */
export const actDone: Record<DisputeDetail['actions'][number], string> = {
  view: '已提交书面意见。',
  hold: '已登记会议，可以裁定。',
  sign: '已签发：裁定生效，工单已指定承办。',
  rule: '已写下裁定，待签发。',
  call: '已通知各单位。',
  evidence: '已补充证据。',
  confirm: '已确认继续有效。',
  escalate: '已提级，请召集上一级会议。',
  withdraw: '已撤回。',
  lapse: '已终止。',
}

const zoneMs = 8 * 3_600_000
/** As a field for day and time has it, on the clocks of the city. */
export const toField = (at: Instant): string => new Date(at + zoneMs).toISOString().slice(0, 16)
export const fromField = (text: string): Instant => Date.parse(`${text}+08:00`)
