import type { CaseDetail, CaseSummary } from '../../../oversight/thirteen710/api.ts'
import { type CaseState, caseEventTitles } from '../../../oversight/thirteen710/case.ts'

/** Colours and words of 13710 cases. */

export const stateTones: Record<CaseState, string> = {
  ENTERED: 'tone-wrap-up',
  DEPLOYED: 'tone-talking',
  PROGRESS: 'tone-talking',
  PLANNED: 'tone-talking',
  CLAIMED: 'tone-wrap-up',
  BOUNCED: 'tone-trouble',
  CLEARED: 'tone-ready',
}

type Mark = CaseSummary['marks'][number]
export const markTones: Record<Mark['standing'], string> = {
  RUNNING: 'tone-idle',
  MET: 'tone-ready',
  LATE: 'tone-wrap-up',
  RED: 'tone-trouble',
}
export const standingTitles: Record<Mark['standing'], string> = {
  RUNNING: '未到期',
  MET: '按时',
  LATE: '逾期完成',
  RED: '逾期未完成',
}
/** Nothing is known by colour alone. */
export const markSigns: Record<Mark['standing'], string> = { RUNNING: '', MET: '✓', LATE: '迟', RED: '！' }

export const shownTitles = { OPEN: '未销号', RED: '节点逾期', CLEARED: '已销号', ALL: '全部' } as const

type Action = CaseDetail['actions'][number]
export const actTitles: Record<Action, string> = {
  ...caseEventTitles,
  urge: '登记督查室催办',
  bounce: '登记督查室退回',
  clear: '登记督查室销号',
}
export const actDone: Record<Action, string> = {
  deploy: '已登记研究部署。',
  report: '已报告进展。',
  'ask-major': '已申请，待另一人审批。',
  'grant-major': '已列为重大复杂，请在 30 日内制定计划或办结。',
  'refuse-major': '已退回申请。',
  plan: '计划已登记。',
  'node-done': '节点已完成。',
  claim: '已报告办结，待热线核实。',
  verify: '核实情况已登记。',
  clear: '已销号。',
  bounce: '已退回重办。',
  urge: '催办已登记。',
}
