import type { CaseActionName, CaseDetail } from '../../../oversight/cases/api.ts'
import { type CaseState, caseEventTitles } from '../../../oversight/cases/case.ts'
import { type CaseKind, caseForms, type TextField } from '../../../oversight/cases/fields.ts'

/** Papers of supervision in words. Pure. */

export const caseTones: Record<CaseState, string> = {
  DRAFT: 'tone-idle',
  PENDING: 'tone-wrap-up',
  SENT: 'tone-talking',
  RECEIVED: 'tone-talking',
  HELD: 'tone-talking',
  INSTRUCTED: 'tone-talking',
  ANSWERED: 'tone-wrap-up',
  ACCEPTED: 'tone-ready',
  WITHDRAWN: 'tone-idle',
  DROPPED: 'tone-idle',
}

export const shownTitles = {
  OPEN: '进行中',
  DRAFTS: '拟稿和待签发',
  OWED: '待单位答复',
  ENDED: '已结束',
  ALL: '全部',
} as const

/** Once it was done. */
export const caseDone: Record<CaseActionName, string> = {
  approve: '已签发，文书已发出。',
  submit: '已报签，请另一人签发。',
  receive: '已接收，请在期限内答复。',
  answer: '已提交答复。',
  hold: '已登记约谈记录。',
  instruct: '已登记批示，按 1-3-7-30 计时。',
  accept: '已审定，文书办结。',
  report: '已报告。',
  edit: '已保存。',
  sendBack: '已退回，单位须重新答复。',
  refuse: '已退回拟稿人修改。',
  withdraw: '已撤回，文号不再使用。',
  drop: '已作废，没有占用文号。',
}

export const caseActTitle = (action: CaseActionName, kind: CaseKind): string => {
  if (action === 'edit') return '修改内容'
  if (action === 'report') return '报告节点'
  return action === 'answer' && !caseForms[kind].isToUnit ? '报告办理结果' : caseEventTitles[action]
}

/** Which fields a step asks for. */
export function fieldsOfAct(action: CaseActionName, kind: CaseKind): { field: TextField; isRequired: boolean }[] {
  const { required, optional, record, answer } = caseForms[kind]
  const all = (fields: readonly TextField[], isRequired: boolean) => fields.map((field) => ({ field, isRequired }))
  switch (action) {
    case 'edit':
      return [...all(required, true), ...all(optional, false)]
    case 'hold':
      return all(record, true)
    case 'answer':
      return answer.map((field) => ({ field, isRequired: field !== 'evidence' }))
    default:
      return []
  }
}

/** What stands on the paper, in its order. */
export function textsShown({ kind, texts }: Pick<CaseDetail, 'kind' | 'texts'>, part: 'PAPER' | 'RECORD' | 'ANSWER') {
  const { required, optional, record, answer } = caseForms[kind]
  const fields = part === 'PAPER' ? [...required, ...optional] : part === 'RECORD' ? record : answer
  return fields.flatMap((field) => (texts[field] ? [{ field, text: texts[field] }] : []))
}
