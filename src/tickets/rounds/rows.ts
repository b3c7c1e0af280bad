import type { Instant } from '../../platform/types.ts'
import type { Run } from '../clocks/deadlines.ts'
import { leadOf, type Ticket, type TicketEvent } from '../life/ticket.ts'
import type { Row } from '../records/rows.ts'
import type { ticketRounds } from './schema.ts'
import type { RoundKind } from './words.ts'

/** The effect of an event on the rows of a ticket's rounds. Pure. */

export type RoundRow = typeof ticketRounds.$inferSelect

const kinds: Partial<Record<TicketEvent['kind'], RoundKind>> = { redo: 'REDO', reopen: 'REOPEN', unmerge: 'REOPEN' }

/**
 * @param row of the ticket, before the event
 * @param runs its clocks, after it
 * @returns the round that ends, with its answer, and the one that begins; none for most events
 */
export function roundsAfter(
  rounds: readonly RoundRow[],
  { before, after, event }: { before: Ticket; after: Ticket; event: TicketEvent },
  row: Row,
  runs: readonly Run[],
  by: number | null,
  now: Instant,
): RoundRow[] {
  if (after.round === before.round) return []
  const {
    kind: _kind,
    reason = null,
    note = null,
  } = event as { kind: string; reason?: RoundRow['reason']; note?: string }
  const handled = runs.find(({ clock, slot, startedAt }) => clock === 'HANDLE' && slot === 1 && startedAt === now)
  const ended = rounds.find(({ number }) => number === before.round) ?? firstRound(row)
  const { publicReply, internalReply, repliedAt, closedAt } = row
  return [
    { ...ended, publicReply, internalReply, repliedAt, endedAt: closedAt ?? now },
    {
      ...{ ticketId: after.id, number: after.round, kind: kinds[event.kind] ?? 'REOPEN', reason, note },
      ...{ openedSeq: after.version, openedAt: now, openedBy: by, unitCode: leadOf(after) },
      ...{ dueAt: handled?.dueAt ?? null, publicReply: null, internalReply: null, repliedAt: null, endedAt: null },
    },
  ]
}

function firstRound(row: Row): RoundRow {
  return {
    ...{ ticketId: row.id, number: 1, kind: 'FIRST', reason: null, note: null, openedSeq: 1 },
    ...{ openedAt: row.registeredAt, openedBy: row.createdBy, unitCode: row.leadUnit, dueAt: null },
    ...{ publicReply: null, internalReply: null, repliedAt: null, endedAt: null },
  }
}
