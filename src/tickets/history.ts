import { createHash } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import type { Db, Tx } from '../platform/database.ts'
import { insertInto } from '../platform/prepared.ts'
import type { Instant, TicketId, UnitCode } from '../platform/types.ts'
import { ticketEvents } from './schema.ts'
import type { Ticket, TicketEvent } from './ticket.ts'

/** The append-only history: each row carries a digest of itself and of the row before. */

export interface Author {
  /** Null: the machine. */
  id: number | null
  name: string
  unitCode: UnitCode | null
}

type Row = typeof ticketEvents.$inferSelect

interface Change {
  before: Ticket
  after: Ticket
  event: TicketEvent
  details?: Record<string, unknown>
}

const addEvent = insertInto(ticketEvents)

/** @param hashBefore of the row before; empty for the first one */
export async function recordEvent(
  tx: Tx,
  change: Change,
  author: Author,
  at: Instant,
  hashBefore: string,
): Promise<void> {
  await addEvent(tx, historyRow(change, author, at, hashBefore))
}

/** @param hashBefore of the row before; empty for the first one */
export function historyRow(change: Change, author: Author, at: Instant, hashBefore: string): Row {
  const { before, after, event } = change
  const { kind, ...said } = event
  const { note, reason, ...rest } = { note: null, reason: null, ...said }
  const isCode = kind === 'return' || kind === 'void'
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
    reason: kind === 'queue' ? event.mark : isCode ? event.reason : null,
    // The reason of a dispatch is words.
    note: note ?? (isCode ? null : reason),
    details: { ...rest, ...change.details },
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

export async function readHistory(db: Db | Tx, ticketId: TicketId): Promise<Row[]> {
  return db.select().from(ticketEvents).where(eq(ticketEvents.ticketId, ticketId)).orderBy(asc(ticketEvents.seq))
}

/** @returns the first row that is not what was written, or not where it was; null when all is well */
export function firstForged(history: readonly Row[]): number | null {
  let before = ''
  for (const [index, { hash, ...row }] of history.entries()) {
    if (row.seq !== index + 1 || digestOf(row, before) !== hash) return index + 1
    before = hash
  }
  return null
}
