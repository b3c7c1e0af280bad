import { asc, eq } from 'drizzle-orm'
import type { Db } from '../../../../src/platform/database/database.ts'
import type { TicketId } from '../../../../src/platform/types.ts'
import { ticketEvents } from '../../../../src/tickets/records/schema.ts'

/** What is written of one ticket, in its order. */
export async function readHistory(db: Db, ticketId: TicketId) {
  return db.select().from(ticketEvents).where(eq(ticketEvents.ticketId, ticketId)).orderBy(asc(ticketEvents.seq))
}
