import { lampTitles } from '../../tickets/clocks/limits.ts'
import {
  channelTitles,
  type EventKind,
  eventKinds,
  eventTitles,
  historyStateTitles,
  partStepTitles,
  requestReasons,
  requestTitles,
  stateTitles,
  stepOf,
  type TaskStep,
  type TicketState,
  typeTitles,
  urgencyTitles,
} from '../../tickets/life/ticket.ts'

/** Chinese words for the closed lists of a ticket. A value without its word is a compile error. */

export { wordOf as titleOf } from '../../tickets/life/step.ts'
export {
  channelTitles,
  eventTitles,
  historyStateTitles,
  lampTitles,
  partStepTitles,
  requestReasons,
  requestTitles,
  stateTitles,
  typeTitles,
  urgencyTitles,
}

/** Colours only repeat what the word says. */
export const stateTones: Record<TicketState, string> = {
  DRAFT: 'tone-idle',
  PENDING_REVIEW: 'tone-hold',
  REGISTERED: 'tone-hold',
  DISPATCHED: 'tone-hold',
  SIGNED: 'tone-talking',
  REPLIED: 'tone-talking',
  CLOSED: 'tone-ready',
  ARCHIVED: 'tone-idle',
  DIRECT_CLOSED: 'tone-ready',
  CLASSIFIED: 'tone-ready',
  AT_PROVINCE: 'tone-talking',
  HANDED_OVER: 'tone-ready',
  MERGED: 'tone-idle',
  VOIDED: 'tone-idle',
}

export const partStepTones: Record<TaskStep, string> = {
  SENT: 'tone-hold',
  SIGNED: 'tone-talking',
  ANSWERED: 'tone-ready',
  DECLINED: 'tone-trouble',
  LAPSED: 'tone-idle',
}

/** What the button says; the history says the title of what was done. */
export const actionTitles = Object.fromEntries(
  eventKinds.map((kind) => [kind, stepOf(kind).form?.button ?? eventTitles[kind]]),
) as Record<EventKind, string>

/** As they are read out. */
export function numberInGroups(number: string): string {
  return number.replace(/^(CZ)(\d{8})(\d{6})$/, '$1 $2 $3')
}
export function codeInGroups(queryCode: string): string {
  return queryCode.replace(/^(\d{3})(\d{3})$/, '$1 $2')
}
