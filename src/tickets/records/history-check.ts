import { and, asc, desc, eq, gt, inArray, isNull } from 'drizzle-orm'
import { dayMs, dayNumberOf, dayOf, hourMs, startOfDayNumber } from '../../calendar/days.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { faultsIn } from './history.ts'
import { type FoundFault, historyChecks, ticketEvents, tickets } from './schema.ts'

/** Checks every history against its digests: for the command, and in pieces at night. */

/** Some two thousand rows of history, some tens of milliseconds. */
const batch = 200
/** That are written down; the command names all of them. */
const mostFound = 100

export interface CheckedBatch {
  /** The last examined ticket; null when there are no more. */
  lastId: TicketId | null
  tickets: number
  events: number
  found: FoundFault[]
}

/** Tickets after this one, oldest first. To be called within a transaction: ticket and history are of one moment. */
export async function checkBatch(tx: Tx, afterId: TicketId | '', size = batch): Promise<CheckedBatch> {
  const rows = await tx
    .select({ id: tickets.id, number: tickets.number, version: tickets.version })
    .from(tickets)
    .where(gt(tickets.id, afterId as TicketId))
    .orderBy(asc(tickets.id))
    .limit(size)
  const ids = rows.map(({ id }) => id)
  const events =
    ids.length === 0
      ? []
      : await tx
          .select()
          .from(ticketEvents)
          .where(inArray(ticketEvents.ticketId, ids))
          .orderBy(asc(ticketEvents.ticketId), asc(ticketEvents.seq))
  const byTicket = Map.groupBy(events, ({ ticketId }) => ticketId)
  const found = rows.flatMap(({ id, number, version }) =>
    faultsIn(version, byTicket.get(id) ?? []).map((fault) => ({ number, ...fault })),
  )
  return {
    lastId: rows.length < size ? null : (ids.at(-1) ?? null),
    tickets: rows.length,
    events: events.length,
    found,
  }
}

/** From two in the morning to five; a missed night is made up for once two have passed. */
const night = { from: 2 * hourMs, to: 5 * hourMs }
const mostAge = 2 * dayMs

function isDue(last: { startedAt: Instant } | undefined, now: Instant): boolean {
  const sinceMidnight = now - startOfDayNumber(dayNumberOf(now))
  const isNight = sinceMidnight >= night.from && sinceMidnight < night.to
  return isNight || (last !== undefined && now - last.startedAt > mostAge)
}

/**
 * One batch of tonight's check, if it is due or was begun: its progress is in the database.
 * @returns whether there is more to do
 */
export async function checkSome(db: Db, now: Instant, log: Log): Promise<boolean> {
  const [open] = await db.select().from(historyChecks).where(isNull(historyChecks.finishedAt)).limit(1)
  if (!open) {
    const last = await lastCheck(db)
    const day = dayOf(now)
    if (last?.day === day || !isDue(last, now)) return false
    const begun = { startedAt: now, afterId: '' as TicketId, tickets: 0, events: 0, faults: 0, found: [] }
    await db
      .insert(historyChecks)
      .ignore()
      .values({ day, ...begun })
    return true
  }
  return db.transaction(async (tx) => {
    const isIt = and(eq(historyChecks.day, open.day), isNull(historyChecks.finishedAt))
    const [check] = await tx.select().from(historyChecks).where(isIt).for('update')
    if (!check) return false
    const { lastId, found, ...looked } = await checkBatch(tx, check.afterId)
    for (const fault of found)
      log.error({ ticket: fault.number, row: fault.seq, what: fault.what }, 'ticket history altered')
    await tx
      .update(historyChecks)
      .set({
        afterId: lastId ?? check.afterId,
        finishedAt: lastId === null ? now : null,
        tickets: check.tickets + looked.tickets,
        events: check.events + looked.events,
        faults: check.faults + found.length,
        found: [...check.found, ...found].slice(0, mostFound),
      })
      .where(isIt)
    return lastId !== null
  })
}

/** The check that was begun last. */
export async function lastCheck(db: Db): Promise<typeof historyChecks.$inferSelect | undefined> {
  const [last] = await db.select().from(historyChecks).orderBy(desc(historyChecks.day)).limit(1)
  return last
}
