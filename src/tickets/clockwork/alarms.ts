import { and, eq, isNull } from 'drizzle-orm'
import type { Bus } from '../../bus.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { outbox } from '../../platform/database/schema.ts'
import type { Figures } from '../../platform/jobs/figures.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import { type Alarm, verdictOn } from '../clocks/alarm.ts'
import { limitsUnder, type Timing } from '../clocks/deadlines.ts'
import { consequenceOf } from '../life/asking/undecided.ts'
import type { TicketNews } from '../life/news.ts'
import { type TicketEvent, unitsOf } from '../life/ticket.ts'
import { readTasks } from '../records/kept.ts'
import { Refused } from '../records/refusal.ts'
import { taskOf } from '../records/rows.ts'
import { ticketDeadlines, tickets } from '../records/schema.ts'
import { actWithin } from '../records/store.ts'

/**
 * Fires the alarm of a ticket's clock. The row says whether it is due and whether it has fired: any number
 * of alarms and sweeps may come for the same clock.
 */
export interface AlarmParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  timing(): Promise<Timing>
  figures: Pick<Figures, 'add'>
  now(): Instant
  log: Log
}

export type AlarmOutcome = 'fired' | 'early' | 'stale'

export async function fire(parts: AlarmParts, alarm: Alarm): Promise<AlarmOutcome> {
  const { db, bus, figures, now, log } = parts
  const timing = await parts.timing()
  const outcome = await db.transaction((tx) => fireWithin(tx, alarm, timing, now()))
  if (typeof outcome === 'string') {
    figures.add('alarms_for_nothing')
    log.debug({ ...alarm, outcome }, 'alarm without effect')
    return outcome
  }
  figures.add(alarm.lamp === 'RED' ? 'alarms_red' : 'alarms_yellow')
  bus.publish('ticket.changed', outcome.news)
  bus.publish('outbox.filled', {})
  const { number: ticket, kind } = outcome.news
  log.info({ ticket, clock: outcome.clock, lamp: alarm.lamp, at: alarm.at, kind }, 'deadline alarm fired')
  return 'fired'
}

async function fireWithin(
  tx: Tx,
  alarm: Alarm,
  timing: Timing,
  now: Instant,
): Promise<{ news: TicketNews; clock: string } | Exclude<AlarmOutcome, 'fired'>> {
  const ofClock = eq(ticketDeadlines.id, alarm.deadlineId)
  const [found] = await tx.select({ ticketId: ticketDeadlines.ticketId }).from(ticketDeadlines).where(ofClock)
  if (!found) return 'stale'
  // Every writer of a ticket or its clocks locks its row: from here on nothing of it changes.
  const [ticket] = await tx.select().from(tickets).where(eq(tickets.id, found.ticketId)).for('update')
  const [clock] = await tx.select().from(ticketDeadlines).where(ofClock)
  if (!ticket || !clock) return 'stale'
  const verdict = verdictOn(alarm, clock, now)
  if (verdict !== 'due') return verdict
  const isRed = alarm.lamp === 'RED'
  await tx
    .update(ticketDeadlines)
    .set(isRed ? { warnedAt: clock.warnedAt ?? now, overdueAt: now } : { warnedAt: now })
    .where(and(ofClock, isNull(isRed ? ticketDeadlines.overdueAt : ticketDeadlines.warnedAt)))
  const { id: ticketId, number, version, state } = ticket
  await tx.insert(outbox).values({
    queue: 'tickets',
    jobId: `clock:${clock.id}:${alarm.lamp}:${alarm.at}`,
    topic: isRed ? 'clock.red' : 'clock.yellow',
    payload: {
      ...{ ticketId, number, clock: clock.clock, deadlineId: clock.id, dueAt: clock.dueAt },
      // Whose it is to keep, when it is no clock of the hotline.
      ...(clock.unitCode === '' ? {} : { unit: clock.unitCode }),
    },
    createdAt: now,
  })
  const units = unitsOf({ tasks: (await readTasks(tx, ticketId)).map(taskOf) })
  const lampChanged = { number, version, state, kind: 'lamp' as const, units, at: now }
  const event = isRed
    ? consequenceOf({ clock: clock.clock, unit: clock.unitCode || null }, limitsUnder(timing, ticket.limitsKey))
    : null
  const done = event && (await actIfAllowed(tx, number, event, timing, now))
  const news = done ? { ...lampChanged, version: done.version, state: done.state, kind: done.kind } : lampChanged
  return { news, clock: clock.clock }
}

/** What the machine does besides is refused where a person was faster; the alarm has fired all the same. */
async function actIfAllowed(tx: Tx, number: string, event: TicketEvent, timing: Timing, now: Instant) {
  try {
    return { ...(await actWithin(tx, number, event, null, { by: null, now, timing })), kind: event.kind }
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}
