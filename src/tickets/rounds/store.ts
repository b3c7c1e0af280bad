import { and, asc, desc, eq, gt, gte, inArray, lte, or, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { TicketId } from '../../platform/types.ts'
import { isSamePlace } from '../life/duplicate.ts'
import { isCallerHidden } from '../life/view.ts'
import { isOpenTicket } from '../records/hidden.ts'
import type { Row } from '../records/rows.ts'
import { ticketEvents, tickets } from '../records/schema.ts'
import { complaintsMs } from './complaints.ts'
import type { RoundRow } from './rows.ts'
import { ticketRounds } from './schema.ts'

/** The rounds of a ticket, and what the same citizen said of the same matter before. */

const roundsNow = prepared((db) =>
  db
    .select()
    .from(ticketRounds)
    .where(eq(ticketRounds.ticketId, sql.placeholder('ticketId')))
    .orderBy(asc(ticketRounds.number))
    .prepare(),
)
export async function readRounds(db: Db | Tx, ticketId: TicketId): Promise<RoundRow[]> {
  return roundsNow(db).execute({ ticketId })
}

/** What tells whether a ticket is a complaint of the same matter. */
const said = {
  ...{ id: tickets.id, number: tickets.number, state: tickets.state, round: tickets.round, title: tickets.title },
  ...{ countyCode: tickets.countyCode, place: tickets.place, longitude: tickets.longitude, latitude: tickets.latitude },
  ...{ registeredAt: tickets.registeredAt, leadUnit: tickets.leadUnit },
}
export type Complaint = Pick<Row, keyof typeof said>

/** More than a person complains of one matter in 90 days. */
const most = 50

/**
 * Tickets of the same caller about the same matter of the last 90 days that were answered, and this one, which is last. A hidden caller's are not brought
 * together: that would tell who it is.
 * @returns none where the caller is not known
 */
export async function complaintsOf(db: Db | Tx, ticket: Row): Promise<Complaint[]> {
  const { callerPhone, categoryCode, registeredAt } = ticket
  if (callerPhone === null || isCallerHidden(ticket)) return []
  const rows = await db
    .select(said)
    .from(tickets)
    .where(
      and(
        ...[eq(tickets.callerPhone, callerPhone), eq(tickets.categoryCode, categoryCode)],
        // What is not answered yet is a duplicate, and no complaint of its answer.
        or(
          inArray(tickets.state, ['CLOSED', 'ARCHIVED', 'DIRECT_CLOSED']),
          gt(tickets.round, 1),
          eq(tickets.id, ticket.id),
        ),
        ...[gte(tickets.id, firstUlidAt(registeredAt - complaintsMs) as TicketId), lte(tickets.id, ticket.id)],
        isOpenTicket(),
      ),
    )
    .orderBy(desc(tickets.id))
    .limit(most)
  return rows.filter((row) => row.place === '' || ticket.place === '' || isSamePlace(ticket, row)).reverse()
}

/** Persons who answered any of these for a unit: of an answer that was signed (审签) who wrote it and who signed it. */
export async function answerersOf(tx: Tx, ids: readonly TicketId[]): Promise<number[]> {
  if (ids.length === 0) return []
  const { ticketId, seq, kind, actorId } = ticketEvents
  const rows = await tx
    .select({ ticketId, kind, actorId })
    .from(ticketEvents)
    .where(and(inArray(ticketId, [...ids]), inArray(kind, ['reply', 'propose-reply', 'countersign'])))
    .orderBy(asc(ticketId), asc(seq))
  const found = new Set<number>()
  for (const [at, row] of rows.entries()) {
    // What waits for a signature or was sent back is no answer yet: the words that were signed are the last before.
    const written = row.kind === 'countersign' ? rows[at - 1] : undefined
    const answered = row.kind === 'propose-reply' ? [] : [row.actorId, written?.actorId ?? null]
    for (const id of answered) if (id !== null) found.add(id)
  }
  return [...found].sort((one, other) => one - other)
}
