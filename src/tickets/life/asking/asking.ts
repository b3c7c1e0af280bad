import { type ClockWish, cancel, decisionClocks } from '../clocks.ts'
import type { Ticket, TicketRefusal } from '../facts.ts'
import { isPending, pendingOf, type RequestKind, requestTitles, type TicketRequest } from '../requests.ts'
import { refusal } from '../step.ts'

/** What the kinds of requests share. Pure. A kind is one file beside this one: how it is asked for, and how it is decided. */

/** The handling stands still: a suspension was granted, and has not ended. */
export const isSuspended = ({ paused }: Pick<Ticket, 'paused'>): boolean =>
  paused.some(({ clock }) => clock === 'HANDLE')

/** A ticket has one request at a time, and none while it is suspended. */
export function barredFromAsking(ticket: Ticket): TicketRefusal | null {
  const pending = pendingOf(ticket)
  if (pending !== null) {
    return refusal('ticket.request-pending', `该工单“${requestTitles[pending.kind]}”，请等待审核，或先撤回。`)
  }
  return isSuspended(ticket) ? refusal('ticket.suspended', '工单正在挂起，请先恢复办理，再提出申请。') : null
}

/** For the steps that decide. */
export function barredUnlessPending(ticket: Ticket, kind: RequestKind, title: string): TicketRefusal | null {
  return isPending(ticket, kind) ? null : refusal('ticket.wrong-state', `该工单没有待审的${title}申请，请刷新。`)
}

/** What was asked for, as its own kind wrote it. @throws Error where nothing waits: its step is barred then */
export function askedIn<Details extends object>(ticket: Ticket, kind: RequestKind): Details {
  return requestOf(ticket, kind).details as Details
}

export function requestOf(ticket: Ticket, kind: RequestKind): TicketRequest {
  const request = ticket.requests.find((one) => one.kind === kind && one.decision === null)
  if (!request) throw new Error(`no ${kind} waits`)
  return request
}

/** Whatever was asked for is needless now. */
export const lapsing = { kind: 'ANY', decision: 'LAPSED' } as const
export const cancelDecisions: ClockWish[] = decisionClocks.map(cancel)

/** 2026年5月29日, on the clocks of the city. */
export function dayInWords(at: number): string {
  const [year, month, day] = new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).split('-').map(Number)
  return `${year}年${month}月${day}日`
}
