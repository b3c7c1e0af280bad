import { and, asc, countDistinct, eq, isNull, lt, or } from 'drizzle-orm'
import { dayMs } from '../../calendar/days.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { readCursor } from '../../platform/web/paging.ts'
import type { TicketList, TicketSummary } from '../api.ts'
import type { TicketPerson } from '../life/ticket.ts'
import { wordsFor } from '../lists/reader-words.ts'
import { readListed, summaryOf } from '../lists/reads.ts'
import { ticketTellings } from './schema.ts'

/**
 * Tickets whose citizen a person has to tell something, first who has waited longest: no message could be sent, it failed,
 * or it has not left within a day. The oldest of what waits is read, from one index, and no more.
 */

const mostUntold = 2_000

const untoldIn = (db: Db, now: Instant) => {
  const { ticketId, createdAt, toldAt, toldBy } = ticketTellings
  return db
    .select({ ticketId, createdAt })
    .from(ticketTellings)
    .where(and(isNull(toldAt), or(isNull(toldBy), lt(createdAt, now - dayMs))))
    .orderBy(asc(createdAt))
    .limit(mostUntold)
}

/** How many tickets; at most as many as are looked through. */
export async function countUntold(db: Db, now: Instant): Promise<number> {
  const untold = untoldIn(db, now).as('untold')
  const [row] = await db.select({ count: countDistinct(untold.ticketId) }).from(untold)
  return row?.count ?? 0
}

/** One page for the dispatchers; a ticket stands in it once. */
export async function listUntold(
  db: Db,
  person: TicketPerson,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  now: Instant,
): Promise<TicketList> {
  const after = readCursor(cursor, /^(?<at>\d{1,16})\.(?<id>[0-7][0-9A-HJKMNP-TV-Z]{25})$/)
  const first = new Map<TicketId, Instant>()
  for (const { ticketId, createdAt } of await untoldIn(db, now)) {
    if (!first.has(ticketId)) first.set(ticketId, createdAt)
  }
  const rows = [...first]
    .map(([id, at]) => ({ id, at }))
    .toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))
    .filter(
      ({ id, at }) => after === null || at > Number(after.at) || (at === Number(after.at) && id > (after.id ?? '')),
    )
  const page = rows.slice(0, limit)
  if (page.length === 0) return { tickets: [], next: null }
  const last = rows.length > limit ? page.at(-1) : undefined
  const listed = await readListed(
    db,
    page.map(({ id }) => id),
  )
  const words = await wordsFor(
    db,
    person,
    listed.map(({ ticket }) => ticket),
  )
  return {
    tickets: page.flatMap(({ id }): TicketSummary[] => {
      const row = listed.find(({ ticket }) => ticket.id === id)
      return row ? [summaryOf(row, words(row.ticket), now, person)] : []
    }),
    next: last === undefined ? null : `${last.at}.${last.id}`,
  }
}

/** A person has told it by telephone. @returns false when it was told already, or is none of this ticket */
export async function markToldByPhone(
  tx: Tx,
  { ticketId, seq, name }: { ticketId: TicketId; seq: number; name: string },
  now: Instant,
): Promise<boolean> {
  const { ticketId: ofTicket, seq: ofEvent, toldAt } = ticketTellings
  const [changed] = await tx
    .update(ticketTellings)
    .set({ toldAt: now, toldBy: 'PHONE', toldByName: name })
    .where(and(eq(ofTicket, ticketId), eq(ofEvent, seq), isNull(toldAt)))
  return changed.affectedRows > 0
}
