import { lampTitles } from '../../tickets/clocks/limits.ts'
import {
  channelTitles,
  type EventKind,
  eventTitles,
  returnReasons,
  stateTitles,
  type TicketState,
  typeTitles,
  urgencyTitles,
  voidReasons,
} from '../../tickets/life/ticket.ts'

/** Chinese words for the closed lists of a ticket. A value without its word is a compile error. */

export { channelTitles, eventTitles, lampTitles, returnReasons, stateTitles, typeTitles, urgencyTitles, voidReasons }

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
