import { createHash } from 'node:crypto'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { stepOf, type Ticket, type TicketEvent } from '../life/ticket.ts'
import type { ticketEvents } from './schema.ts'

/** The append-only history: each row carries a digest of itself and of the row before. */

export interface Author {
  /** Null: the machine. */
  id: number | null
  name: string
  unitCode: UnitCode | null
}

type Row = typeof ticketEvents.$inferSelect

interface Happening {
  before: Ticket
  after: Ticket
  event: TicketEvent
  details?: Record<string, unknown>
}

/** @param hashBefore of the row before; empty for the first one */
export function historyRow(happening: Happening, author: Author, at: Instant, hashBefore: string): Row {
  const { before, after, event } = happening
  const { kind, ...said } = event
  const { note = null, reason: _reason, ...rest } = said as { note?: string; reason?: string }
  const row: Omit<Row, 'hash'> = {
    ticketId: after.id,
    seq: after.version,
    kind,
    fromState: before.state,
    toState: after.state,
    actorId: author.id,
    actorName: author.name,
    unitCode: author.unitCode,
    at,
    ...(stepOf(kind).record?.(said) ?? { reason: null, note }),
    details: { ...rest, ...happening.details },
  }
  return { ...row, hash: digestOf(row, hashBefore) }
}

function digestOf(row: Omit<Row, 'hash'>, before: string): string {
  return createHash('sha256').update(before).update(canonical(row)).digest('hex')
}

/** MySQL gives the keys of JSON back in an order of its own. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  entries.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`
}

/** A row of a history that is not as it was written. */
export interface HistoryFault {
  seq: number
  /** `MISSING`: it was taken out. `ADDED`: there are more rows than the ticket had events. */
  what: 'CHANGED' | 'MISSING' | 'ADDED'
}

/**
 * Detects tampering with a history. An attacker who changes a row can recompute its digest, but not that of the later
 * rows without changing them all.
 * @param version of the ticket: its number of events
 * @param history its rows by number, as the database has them
 */
export function faultsIn(version: number, history: readonly Row[]): HistoryFault[] {
  const faults: HistoryFault[] = []
  const bySeq = new Map(history.map((row) => [row.seq, row]))
  for (let seq = 1; seq <= version; seq += 1) {
    const found = bySeq.get(seq)
    const before = seq === 1 ? '' : bySeq.get(seq - 1)?.hash
    if (!found) faults.push({ seq, what: 'MISSING' })
    else if (before !== undefined && !isAsWritten(found, before)) faults.push({ seq, what: 'CHANGED' })
  }
  const added = history.filter(({ seq }) => seq < 1 || seq > version)
  return [...faults, ...added.map(({ seq }) => ({ seq, what: 'ADDED' as const }))]
}

function isAsWritten({ hash, ...row }: Row, before: string): boolean {
  return digestOf(row, before) === hash
}
