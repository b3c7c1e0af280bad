import { and, asc, eq, inArray, isNull, lt, or, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/mysql-core'
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
  let archived = 0
  for (const row of await overAt(db, now)) {
    const outcome = await writer.act(row.number, { kind: 'archive' }, row.version, { by: null, now })
    if (outcome.ok) archived += 1
    // Somebody was faster: an addendum was written, or it was reopened in the last moment.
    else log.debug({ ticket: row.number, code: outcome.refusal.code }, 'not archived now')
  }
  return archived
}

type Over = Pick<typeof tickets.$inferSelect, 'number' | 'version'>

/** What may not be taken up again by now, the oldest end first; at most so many. It reads no others. */
export async function overAt(db: Db, now: Instant): Promise<Over[]> {
  const { reopenBy, closedAt } = tickets
  const ended = await someOf(db, lt(reopenBy, now), archivedAtOnce)
  const endless = and(isNull(reopenBy), lt(closedAt, now - withoutEndMs))
  const left = archivedAtOnce - ended.length
  return left === 0 ? ended : [...ended, ...(await someOf(db, endless, left))]
}

async function someOf(db: Db, isOver: SQL | undefined, most: number): Promise<Over[]> {
  const { number, version, state, reopenBy, closedAt, id, mergedInto } = tickets
  const lead = alias(tickets, 'lead')
  return (
    db
      .select({ number, version })
      .from(tickets, { forceIndex: 'tickets_end' })
      .leftJoin(lead, eq(lead.id, mergedInto))
      // A lead that is not archived may be redone, and that answer is for those who follow it, too.
      .where(and(eq(state, 'CLOSED'), isOver, or(isNull(lead.id), inArray(lead.state, ['ARCHIVED', 'DIRECT_CLOSED']))))
      .orderBy(asc(reopenBy), asc(closedAt), asc(id))
      .limit(most)
  )
}
