import type { UnitCode } from '../../platform/types.ts'

/**
 * Requests of a unit beside the ticket's path, each decided once: the ticket stays where it is and its clocks go on
 * until then. Pure: the web page imports this file too. RETURN (退单) is the first kind; a further one is a line here, a
 * step that makes it (`asks`) and steps that decide it (`settles`).
 */
export const requestTitles = { RETURN: '退单待审' } as const
export type RequestKind = keyof typeof requestTitles
export const requestKinds = Object.keys(requestTitles) as [RequestKind, ...RequestKind[]]

/** LAPSED: what happened since has made it needless. */
export const decisions = ['GRANTED', 'REFUSED', 'LAPSED'] as const
export type Decision = (typeof decisions)[number]

export interface TicketRequest {
  kind: RequestKind
  unit: UnitCode
  /** Null: it waits for it. */
  decision: Decision | null
}

type WithRequests = { requests: readonly TicketRequest[] }

export const isPending = ({ requests }: WithRequests, kind: RequestKind): boolean =>
  requests.some((request) => request.kind === kind && request.decision === null)

/** How often it was asked for, those that lapsed aside. */
export const timesAsked = ({ requests }: WithRequests, kind: RequestKind): number =>
  requests.filter((request) => request.kind === kind && request.decision !== 'LAPSED').length

/** Those that wait for a decision, with it. */
export function settled<Request extends TicketRequest>(
  requests: readonly Request[],
  { kind, decision }: { kind: RequestKind; decision: Decision },
): Request[] {
  return requests.map((one) => (one.kind === kind && one.decision === null ? { ...one, decision } : one))
}
