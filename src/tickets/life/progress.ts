import type { Instant } from '../../platform/types.ts'
import type { TicketState } from './ticket.ts'

/** 进度查询: the answer to a citizen with number and query code of a ticket. Pure. */

/** What is typed of a ticket's number: the day and six digits, without the `CZ` that a keypad does not have. */
export const numberDigits = 14
export const codeDigits = 6

export const ticketPrefix = 'CZ'

export function ticketNumberOf(digits: string): string {
  return `${ticketPrefix}${digits}`
}

export interface Progress {
  number: string
  state: TicketState
  registeredAt: Instant
  /** Null when it is over, when no day could be counted, and of a hidden caller's. */
  dueAt: Instant | null
}

/** `NOT_FOUND` says not which of the two was wrong, `LOCKED` that too many were. */
export type InquiryAnswer = { result: 'FOUND'; progress: Progress } | { result: 'NOT_FOUND' | 'LOCKED' }
