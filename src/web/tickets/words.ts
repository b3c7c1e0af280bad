import type { Lamp } from '../../tickets/limits.ts'
import {
  type Channel,
  type EventKind,
  eventTitles,
  returnReasons,
  stateTitles,
  type TicketState,
  typeTitles,
  type Urgency,
  voidReasons,
} from '../../tickets/ticket.ts'

/** Chinese words for the closed lists of a ticket. A value without its word is a compile error. */

export { eventTitles, returnReasons, stateTitles, typeTitles, voidReasons }

export const lampTitles: Record<Lamp, string> = { GREEN: '正常', YELLOW: '临期', RED: '超期' }

export const urgencyTitles: Record<Urgency, string> = { P1: '特急', P2: '紧急', P3: '一般' }

export const channelTitles: Record<Channel, string> = {
  PHONE: '电话',
  WEB: '网站',
  WECHAT: '微信',
  APP: '手机应用',
  SMS: '短信',
  MAILBOX: '信箱',
  LETTER: '来信',
  WALK_IN: '来访',
  OUTBOUND: '外呼',
  PROVINCE: '省平台',
  NATIONAL: '国家平台',
  POLICE_110: '110',
  OTHER_CITY: '外市',
}

/** Colours only repeat what the word says. */
export const stateTones: Record<TicketState, string> = {
  DRAFT: 'tone-idle',
  REGISTERED: 'tone-hold',
  DISPATCHED: 'tone-hold',
  SIGNED: 'tone-talking',
  REPLIED: 'tone-talking',
  CLOSED: 'tone-ready',
  DIRECT_CLOSED: 'tone-ready',
  RETURNED: 'tone-trouble',
  VOIDED: 'tone-idle',
}

/** What the button says; the history says the same of what was done. */
export const actionTitles: Record<EventKind, string> = {
  ...eventTitles,
  answer: '直接答复办结',
  reply: '答复',
  close: '审核通过，办结',
  'send-back': '退回重办',
  return: '退单',
}

/** As they are read out. */
export function numberInGroups(number: string): string {
  return number.replace(/^(CZ)(\d{8})(\d{6})$/, '$1 $2 $3')
}
export function codeInGroups(queryCode: string): string {
  return queryCode.replace(/^(\d{3})(\d{3})$/, '$1 $2')
}

/** The word of a code out of a closed list, or the code itself: a row may know more than this page. */
export function titleOf(titles: Readonly<Record<string, string>>, code: string): string {
  return titles[code] ?? code
}
