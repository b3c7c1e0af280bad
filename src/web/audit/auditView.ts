import { actionTitles } from '../../audit/action.ts'
import type { AuditEntry } from '../../audit/api.ts'
import { isUlid, ulidTime } from '../../platform/text/ulid-time.ts'
import type { Instant } from '../../platform/types.ts'
import { queueTitle } from '../admin/words.ts'
import { toRequest as requestOf } from '../ui/addressFilters.ts'
import { formatFull, formatWhen } from '../ui/format.ts'
import { callActionTitles, codeTitles, detailTitles, endTitles, leftOut } from './words.ts'

/** The audit in words. Pure. */

export type AuditFilters = Record<'actor' | 'subject' | 'action' | 'result' | 'from' | 'to', string>
export const noFilters: AuditFilters = { actor: '', subject: '', action: '', result: '', from: '', to: '' }

export function toRequest(filters: AuditFilters, cursor: string | null): string {
  return requestOf(filters, cursor, String)
}

const titles: Record<string, string> = actionTitles

export const actionTitle = (action: string): string => titles[action] ?? action

/** The site's names for codes; an unknown code is returned as it is. */
export interface AuditNames {
  unit(code: string): string
  county(code: string): string
  category(code: string): string
  skill(id: string): string
  breakReason(code: string): string
}

/** `理由：排队人多；状态：示闲` */
export function detailsInWords({ action, details }: Pick<AuditEntry, 'action' | 'details'>, names: AuditNames): string {
  if (details === null) return ''
  const { before, after } = details
  const shown = isGroup(before) && isGroup(after) ? withoutSame(details, before, after) : details
  const words = (key: string, value: unknown): string => {
    if (key === 'reason' && action === 'session.ended') return titleIn(endTitles, value)
    if (key === 'action' && action === 'call.acted') return titleIn(callActionTitles, value)
    if (key === 'what' || key === 'action') return actionTitle(String(value))
    return valueInWords(key, value, names)
  }
  return groupInWords(shown, words)
}

/** Of a change, only the fields that differ. */
function withoutSame(details: Group, before: Group, after: Group): Group {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  const only = (group: Group): Group => Object.fromEntries(changed.map((key) => [key, group[key] ?? '无']))
  return { ...details, before: only(before), after: only(after) }
}

type Group = Record<string, unknown>
const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null && !Array.isArray(value)

function groupInWords(group: Group, words: (key: string, value: unknown) => string): string {
  return Object.entries(group)
    .filter(([key, value]) => value !== null && value !== undefined && value !== '' && leftOut[key]?.(value) !== true)
    .map(([key, value]) => `${detailTitles[key] ?? key}：${words(key, value)}`)
    .join('；')
}

function valueInWords(key: string, value: unknown, names: AuditNames): string {
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (Array.isArray(value)) {
    if (key === 'calls') return `${value.length} 通`
    return value.map((one) => valueInWords(key, one, names)).join('、') || '无'
  }
  if (isGroup(value)) {
    if (key === 'skills') return `${names.skill(String(value.skill))}（${value.level} 级）`
    return `（${groupInWords(value, (inner, one) => valueInWords(inner, one, names)) || '不限'}）`
  }
  return plainInWords(key, String(value), names)
}

/** A value that is a single word or number. */
function plainInWords(key: string, value: string, names: AuditNames): string {
  switch (key) {
    case 'unitCode':
    case 'unit':
      return names.unit(value)
    case 'county':
      return names.county(value)
    case 'category':
      return names.category(value)
    case 'skill':
      return names.skill(value)
    case 'breakReason':
      return names.breakReason(value)
    case 'queue':
      return queueTitle(value)
    case 'shown':
    case 'records':
      return `${value} 条`
    case 'rows':
      return `${value} 行`
    default:
      return instantInWords(value) ?? titleIn(codeTitles[key] ?? {}, value)
  }
}

/** Several codes of a filter are separated by commas. */
function titleIn(titles: Record<string, string>, value: unknown): string {
  const text = String(value)
  return (
    titles[text] ??
    text
      .split(',')
      .map((code) => titles[code] ?? code)
      .join('、')
  )
}

/** An instant in ms, or the time contained in an id. */
function instantInWords(text: string): string | null {
  if (/^1[5-9]\d{11}$/.test(text)) return formatFull(Number(text))
  return isUlid(text) ? formatFull(ulidTime(text)) : null
}

/** The object of an entry, in words. */
export interface AuditObject {
  words: string
  /** Its page; null if it has none. */
  to: string | null
}

/** Objects without a number: named by the time of their creation. */
const kinds: Record<string, string> = {
  call: '通话',
  caller: '通话',
  recording: '录音',
  callback: '回拨',
  attachment: '附件',
}

export function objectOf({ subject, subjectName, action, details }: ObjectFacts, now: Instant): AuditObject | null {
  // The person of a log-in is beside it; the id means nothing to a reader.
  if (subject === null || action.startsWith('session.')) return null
  if (subjectName !== null) return { words: subjectName, to: null }
  if (/^CZ\d{14}$/.test(subject)) return { words: subject, to: `/tickets/${subject}` }
  const [area = ''] = action.split('.')
  if (isUlid(subject)) {
    const call = area === 'recording' ? details?.call : area === 'call' || area === 'caller' ? subject : null
    const to = typeof call === 'string' ? `/calls/${call}` : null
    return { words: `${kinds[area] ?? '记录'} ${formatWhen(ulidTime(subject), now)}`, to }
  }
  if (area === 'guest-phone') return { words: '市民电话', to: null }
  return { words: area === 'device' && subject.startsWith('b-') ? '网页话机' : subject, to: null }
}

type ObjectFacts = Pick<AuditEntry, 'subject' | 'subjectName' | 'action' | 'details'>
