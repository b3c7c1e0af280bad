import { and, asc, eq, isNull, lt, or } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import { tickets } from '../records/schema.ts'
import type { TicketWriter } from '../records/writer.ts'

/** 归档: closed tickets that may not be taken up again are archived, the oldest first, a bounded number at a time. */

/** At most so many in one go: a hotline that begins to archive has years of closed tickets. */
export const archivedAtOnce = 100
/** Closed by an older version, or while the end could not be counted: nobody takes it up after a year. */
const withoutEndMs = 365 * 86_400_000

/** @returns how many were archived */
export async function archiveSome(
  { db, writer, log }: { db: Db; writer: Pick<TicketWriter, 'act'>; log: Log },
  now: Instant,
): Promise<number> {
  const { number, version, state, reopenBy, closedAt, id } = tickets
  const isOver = or(lt(reopenBy, now), and(isNull(reopenBy), lt(closedAt, now - withoutEndMs)))
  const rows = await db
    .select({ number, version })
    .from(tickets, { forceIndex: 'tickets_state' })
    .where(and(eq(state, 'CLOSED'), isOver))
    .orderBy(asc(id))
    .limit(archivedAtOnce)
  let archived = 0
  for (const row of rows) {
    const outcome = await writer.act(row.number, { kind: 'archive' }, row.version, { by: null, now })
    if (outcome.ok) archived += 1
    // Somebody was faster: an addendum was written, or it was reopened in the last moment.
    else log.debug({ ticket: row.number, code: outcome.refusal.code }, 'not archived now')
  }
  return archived
}
