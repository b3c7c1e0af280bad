import type { UnitCode } from '../../platform/types.ts'
import type { ClockKind } from './clocks.ts'

/**
 * Requests of a unit beside the ticket's path, each decided once: the ticket stays where it is and its clocks go on
 * until then. Pure: the web page imports this file too. A further kind is a line here and a file in `life/asking/`, with the
 * step that makes it (`asks`) and the steps that decide it (`settles`). Source: domain model 3.7; 1.2 of its second part.
 */
export const requestTitles = {
  RETURN: '退单待审',
  EXTENSION: '延期待审',
  SUSPENSION: '挂起待审',
  PROMISE: '承诺待审',
  FINAL: '最终答复待审',
  END: '终止待审',
} as const
export type RequestKind = keyof typeof requestTitles
export const requestKinds = Object.keys(requestTitles) as [RequestKind, ...RequestKind[]]

/** The clock of the decision. */
export const decisionClockOf = {
  RETURN: 'REVIEW',
  EXTENSION: 'DECIDE_EXT',
  SUSPENSION: 'DECIDE_SUSP',
  PROMISE: 'DECIDE_PROM',
  FINAL: 'DECIDE_FINAL',
  END: 'DECIDE_END',
} as const satisfies Record<RequestKind, ClockKind>

/** LAPSED: what happened since has made it needless. */
export const decisions = ['GRANTED', 'REFUSED', 'LAPSED'] as const
export type Decision = (typeof decisions)[number]

export interface TicketRequest {
  kind: RequestKind
  unit: UnitCode
  /** Null: it waits for it. */
  decision: Decision | null
  /** The person who asked; null: one that an older version kept, or the machine. */
  askedBy?: number | null
  /** The first of two who have to agree, where a kind needs two. */
  reviewedBy?: number | null
  /** What only this kind says, as its step was given it. */
  details?: Record<string, unknown>
}

type WithRequests = { requests: readonly TicketRequest[] }

/** The one that waits: a ticket has one at most, of whatever kind. */
export const pendingOf = ({ requests }: WithRequests): TicketRequest | null =>
  requests.find(({ decision }) => decision === null) ?? null

export const isPending = ({ requests }: WithRequests, kind: RequestKind): boolean =>
  requests.some((request) => request.kind === kind && request.decision === null)

/** How often it was asked for, those that lapsed aside. */
export const timesAsked = ({ requests }: WithRequests, kind: RequestKind): number =>
  requests.filter((request) => request.kind === kind && request.decision !== 'LAPSED').length

/** How often that was granted. */
export const timesGranted = ({ requests }: WithRequests, kind: RequestKind): number =>
  requests.filter((request) => request.kind === kind && request.decision === 'GRANTED').length

/** Those that wait for a decision, with it. */
export function settled<Request extends TicketRequest>(
  requests: readonly Request[],
  { kind, decision }: { kind: RequestKind | 'ANY'; decision: Decision },
): Request[] {
  return requests.map((one) =>
    (kind === 'ANY' || one.kind === kind) && one.decision === null ? { ...one, decision } : one,
  )
}
