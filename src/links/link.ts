import { dayMs, hourMs, minuteMs } from '../calendar/days.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import type { AttachmentKind } from '../tickets/files/attachment.ts'
import type { Field } from '../tickets/life/step.ts'
import { stepOf } from '../tickets/life/steps/index.ts'
import { actionsOf, type EventKind, plainTerms, type Terms, type Ticket, unitsOf } from '../tickets/life/ticket.ts'

/**
 * One-time links by which a body without accounts (a power company, a school) handles a ticket. Pure: the web page
 * imports this file too. A link names one ticket and one unit. It is used up when the unit has answered, and over after
 * 14 days, when it is withdrawn, and when the ticket is with another unit. What is behind it is shown after a code that
 * was sent to the unit's own telephone.
 */

export const linkLifeMs = 14 * dayMs
/** After the code nothing more is asked for this long. */
export const passLifeMs = 12 * hourMs

export const codeDigits = 6
export const codeLifeMs = 10 * minuteMs
/** Of one code; a new one has to be sent then. */
export const mostTries = 5
/** Of one link, whatever code: 1 in 33,000 guesses a day. */
export const triesADay = 30
/** Between two codes, and how many a day: each costs money and rings a telephone. */
export const codeGapMs = minuteMs
export const codesADay = 10

/** Why a link no longer holds. `UNKNOWN`: it never did. */
export const linkEnds = ['UNKNOWN', 'EXPIRED', 'USED', 'WITHDRAWN', 'MOVED'] as const
export type LinkEnd = (typeof linkEnds)[number]

const call = '如有疑问，请拨打 12345 并报工单编号。'
export const linkEndWords: Record<LinkEnd, string> = {
  UNKNOWN: `这个链接无效。请从短信中重新打开，链接要完整。${call}`,
  EXPIRED: `这个链接已过期（有效期 14 天）。${call}`,
  USED: `这个链接已经用过：答复已提交。${call}`,
  WITHDRAWN: `这个链接已作废，请打开最近一条短信中的链接。${call}`,
  MOVED: `该工单已不由贵单位办理，无需再处理。${call}`,
}

export const linkEndTitles: Record<LinkEnd, string> = {
  UNKNOWN: '无效',
  EXPIRED: '已过期',
  USED: '已用完',
  WITHDRAWN: '已作废',
  MOVED: '已改派',
}

/** The columns of a link that decide. */
export interface LinkTimes {
  expiresAt: Instant
  usedAt: Instant | null
  withdrawnAt: Instant | null
}

/** By the link alone. @returns null: it holds */
export function endOf({ expiresAt, usedAt, withdrawnAt }: LinkTimes, now: Instant): LinkEnd | null {
  if (withdrawnAt !== null) return 'WITHDRAWN'
  if (usedAt !== null) return 'USED'
  return now >= expiresAt ? 'EXPIRED' : null
}

/** By the ticket that it is for. */
export function endByTicket(ticket: Ticket, unit: UnitCode, now: Instant): LinkEnd | null {
  if (!unitsOf(ticket).includes(unit)) return 'MOVED'
  const isOver = ticket.state !== 'DISPATCHED' && ticket.state !== 'SIGNED'
  // The terms are those of requests, which are asked for before the answer.
  return isOver && stepsOf(ticket, unit, now, plainTerms).length === 0 ? 'USED' : null
}

/** Somebody of the body may do what a clerk of a unit may. */
export const roleOfBody = 'CLERK' as const

/** A body without accounts names no other units: steps that ask for one are not offered. What is over, it leaves so. */
const isForBody = (kind: EventKind): boolean =>
  kind !== 'addendum' &&
  !(stepOf(kind).form?.fields ?? []).some(({ kind: what, isRequired }) => isRequired && isOfUnits(what))
const isOfUnits = (what: string): boolean => what === 'unit' || what === 'units' || what === 'category'

/** What a file is that is added while a step is filled in. @param kind null: none is */
export function fileKindOf(kind: EventKind | null): AttachmentKind {
  if (kind === null) return 'HANDLING'
  return stepOf(kind).needsFile ?? (kind === 'contact' ? 'CONTACT' : 'HANDLING')
}

/** Fields of a step for a body without accounts. @param refused code of why it was refused before */
export function fieldsForBody(kind: EventKind, refused: string | null): readonly Field[] {
  return (stepOf(kind).form?.fields ?? []).filter(
    (field) =>
      !isOfUnits(field.kind) &&
      (!field.isForOverride || refused === 'ticket.reply-stopped') &&
      (!field.isForOpenParts || refused === 'ticket.parts-open'),
  )
}

/** What the body may do with the ticket now. @param terms that the ticket was dispatched under */
export function stepsOf(ticket: Ticket, unit: UnitCode, now: Instant, terms: Terms): EventKind[] {
  return actionsOf({ id: 0, roles: [roleOfBody], unitCode: unit }, ticket, now, terms).filter(isForBody)
}
