import { actionTitles } from '../../audit/action.ts'
import type { AuditEntry } from '../../audit/api.ts'
import { toRequest as requestOf } from '../ui/addressFilters.ts'

/** The audit in words. Pure. */

export type AuditFilters = Record<'actor' | 'subject' | 'action' | 'result' | 'from' | 'to', string>
export const noFilters: AuditFilters = { actor: '', subject: '', action: '', result: '', from: '', to: '' }

export function toRequest(filters: AuditFilters, cursor: string | null): string {
  return requestOf(filters, cursor, String)
}

const titles: Record<string, string> = actionTitles

export const actionTitle = (action: string): string => titles[action] ?? action

/** What `details` call things. A word that is missing here is shown as it is. */
const detailTitles: Record<string, string> = {
  reason: '理由',
  why: '原因',
  right: '所需权限',
  method: '方法',
  route: '地址',
  filter: '条件',
  rows: '行数',
  isWhole: '完整',
  what: '内容',
  username: '用户名',
  name: '姓名',
  roles: '角色',
  unitCode: '单位',
  agentNumber: '工号',
  skills: '技能组',
  before: '更改前',
  after: '更改后',
  from: '从',
  to: '到',
  state: '状态',
  breakReason: '小休原因',
  takes: '生效',
  expiresAt: '有效至',
  queue: '队列',
  topic: '主题',
  id: '编号',
}

/** `理由：排队人多；状态：READY` */
export function detailsInWords(details: AuditEntry['details']): string {
  if (details === null) return ''
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${detailTitles[key] ?? key}：${valueInWords(value)}`)
    .join('；')
}

function valueInWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (Array.isArray(value)) return value.map(valueInWords).join('、') || '无'
  if (typeof value === 'object' && value !== null) {
    return `（${detailsInWords(value as Record<string, unknown>) || '无'}）`
  }
  return String(value)
}

/** Where the object of an entry can be looked at; null where it has no page. */
export function pageOf({ subject, action }: AuditEntry): string | null {
  if (subject === null) return null
  if (/^CZ\d{14}$/.test(subject)) return `/tickets/${subject}`
  return /^(call|recording)\./.test(action) && /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(subject)
    ? `/calls/${subject}`
    : null
}
