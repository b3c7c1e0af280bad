import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import { awaitYear } from '../../calendar/store.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { countRun, dueColumnsOf, type Timing, timingUnder } from '../clocks/deadlines.ts'
import type { TicketNews } from '../life/news.ts'
import { unitsOf } from '../life/ticket.ts'
import { readRuns, readTasks } from '../records/kept.ts'
import { matterOf, taskOf } from '../records/rows.ts'
import { ticketDeadlines, tickets } from '../records/schema.ts'
import { statutoryDaysOf } from '../records/store.ts'
import type { AlarmParts } from './alarms.ts'

/** Clocks that wait for a year's working days, and their computation when it is loaded. */

const isWaiting = and(eq(ticketDeadlines.slot, 1), isNull(ticketDeadlines.overdueAt), isNull(ticketDeadlines.dueAt))
const batch = 500

/**
 * Counts what can be counted now, and puts the years that it cannot be counted without on the list of those that are
 * awaited. Twice is once: a clock with a due time waits no longer.
 * @param after id of a clock; only younger ones are looked at
 * @returns how many clocks have got a due time
 */
export async function recount(parts: AlarmParts, after = ''): Promise<number> {
  const { db, bus, log } = parts
  const timing = await parts.timing()
  const missing = new Set<number>()
  let counted = 0
  for (let from: string | undefined = after; from !== undefined; ) {
    const rows: { id: string }[] = await db
      .select({ id: ticketDeadlines.id })
      .from(ticketDeadlines)
      .where(and(isWaiting, gt(ticketDeadlines.id, from)))
      .orderBy(asc(ticketDeadlines.id))
      .limit(batch)
    for (const { id } of rows) {
      const outcome = await db.transaction((tx) => recountWithin(tx, id, timing, parts.now()))
      if (typeof outcome === 'number') missing.add(outcome)
      if (outcome === null || typeof outcome === 'number') continue
      bus.publish('ticket.changed', outcome)
      counted += 1
    }
    from = rows.length < batch ? undefined : rows.at(-1)?.id
  }
  for (const year of missing) await awaitYear(db, year)
  if (counted > 0) log.info({ clocks: counted }, 'due times computed after a calendar year was loaded')
  return counted
}

/** @returns what to announce; the year that it waits for; null when it no longer waits */
async function recountWithin(tx: Tx, id: string, timing: Timing, now: Instant): Promise<TicketNews | number | null> {
  const ofClock = eq(ticketDeadlines.id, id)
  const [found] = await tx.select({ ticketId: ticketDeadlines.ticketId }).from(ticketDeadlines).where(ofClock)
  if (!found) return null
  const ofTicket = eq(tickets.id, found.ticketId)
  const [ticket] = await tx.select().from(tickets).where(ofTicket).for('update')
  const [clock] = await tx.select().from(ticketDeadlines).where(and(ofClock, isWaiting))
  if (!ticket || !clock) return null
  const matter = matterOf(ticket, await statutoryDaysOf(tx, ticket.categoryCode), ticket.round)
  // From the start that it had: a unit gains nothing by a calendar that came late.
  const counted = countRun(clock, matter, timingUnder(timing, ticket.limitsKey))
  const { missingYear, ...columns } = counted
  if (missingYear !== null) return missingYear
  await tx.update(ticketDeadlines).set(columns).where(ofClock)
  await tx
    .update(tickets)
    .set(dueColumnsOf(await readRuns(tx, ticket.id), ticket.leadUnit))
    .where(ofTicket)
  const { number, version, state } = ticket
  const units = unitsOf({ tasks: (await readTasks(tx, ticket.id)).map(taskOf) })
  return { number, version, state, kind: 'lamp', units, at: now }
}
