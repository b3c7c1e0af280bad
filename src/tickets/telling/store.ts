import { asc, eq, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { TicketId } from '../../platform/types.ts'
import { ticketTellings } from './schema.ts'

const ofTicket = prepared((db) =>
  db
    .select()
    .from(ticketTellings)
    .where(eq(ticketTellings.ticketId, sql.placeholder('ticketId')))
    .orderBy(asc(ticketTellings.seq))
    .prepare(),
)

/** What the citizen of a ticket is to be told, in its order. */
export async function readTellings(db: Db, ticketId: TicketId): Promise<(typeof ticketTellings.$inferSelect)[]> {
  return ofTicket(db).execute({ ticketId })
}
