import { limitInWords } from '../../calendar/limit.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { TicketDetail } from '../api.ts'
import { limitsUnder, type Run, slots, type Timing, timingUnder } from '../clocks/deadlines.ts'
import { termsOf } from '../clocks/terms.ts'
import { decisionClockOf, type Terms } from '../life/ticket.ts'
import type { Hangs } from '../records/kept.ts'
import { matterOf, type RequestRow, type Row } from '../records/rows.ts'

/** Requests, clocks and terms of a ticket, as its page reads them. Pure. */

type Found = Pick<Hangs, 'runs' | 'requests'> & { ticket: Row; isReplySigned?: boolean | null }

/** A law's limit changes how long it takes, and none of these. */
export function termsIn({ ticket, runs, isReplySigned }: Found, timing: Timing): Terms {
  const terms = termsOf(matterOf(ticket, null, ticket.round), runs, timingUnder(timing, ticket.limitsKey))
  return { ...terms, isReplySigned: isReplySigned === true }
}

export function termsSaid({ returns, extension, extendBy }: Terms, profile: string | null): TicketDetail['terms'] {
  const said = extension && `最多延期 ${extension.times} 次，每次不超过 ${limitInWords(extension.by)}`
  return { returns, extension: said, extendBy, profile }
}

/** Null: its handling goes on. */
export function suspendedUntil({ runs }: Found): Instant | null {
  return runs.find(({ clock, slot }) => clock === 'SUSPENDED' && slot === slots.running)?.dueAt ?? null
}

export function decisionDue({ runs }: Found, { kind, decision }: RequestRow): Instant | null {
  if (decision !== null) return null
  return runs.find(({ clock, slot }) => clock === decisionClockOf[kind] && slot === slots.running)?.dueAt ?? null
}

/** What happens without a decision in time; null: it is decided. */
export function otherwiseOf({ ticket }: Found, { kind, decision }: RequestRow, timing: Timing) {
  return decision === null ? limitsUnder(timing, ticket.limitsKey).decisions[kind].otherwise : null
}

/** By the event with which the first of two agreed. */
export function reviewerIn(
  history: readonly { row: { kind: string; seq: number; actorName: string } }[],
  { reviewedBy, askedSeq }: RequestRow,
): string | null {
  if (reviewedBy === null) return null
  return history.find(({ row }) => row.kind === 'review-final' && row.seq > askedSeq)?.row.actorName ?? null
}

export function runSaid(
  run: Run,
  namedOr: (code: UnitCode | null) => { code: string; name: string } | null,
): TicketDetail['runs'][number] {
  const { clock, unitCode, item, slot, startedAt, warnAt, dueAt, metAt, cancelledAt, pauses } = run
  return {
    ...{ clock, unit: namedOr(unitCode || null), item, startedAt, warnAt, dueAt },
    ...{ endedAt: slot === null ? (metAt ?? cancelledAt) : null, isMet: metAt !== null },
    ...{ isPaused: slot === slots.paused, pauses: pauses ?? [] },
  }
}
