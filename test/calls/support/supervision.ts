import { and, eq } from 'drizzle-orm'
import { requireCalendarFiles } from '../../../src/calendar/load.ts'
import { sweepAlerts } from '../../../src/oversight/triggers/sweep.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import type { Instant } from '../../../src/platform/types.ts'
import { requireSite } from '../../../src/site/load.ts'
import { requireLimitBook } from '../../../src/tickets/clocks/limits-file.ts'
import { openTiming } from '../../../src/tickets/clocks/timing.ts'
import { ticketDeadlines, tickets } from '../../../src/tickets/records/schema.ts'
import { settings } from '../hotline.ts'
import { until, withDatabase } from './books.ts'

/** Moves the limit of handling of a dispatched ticket, and looks for what is overdue as the jobs role does. */
export async function letItBeDue(number: string, dueAt: Instant): Promise<void> {
  await withDatabase(async (db) => {
    const id = await until(`${number} is with its unit`, async () => {
      const [row] = await db
        .select({ id: tickets.id })
        .from(tickets)
        .where(and(eq(tickets.number, number), eq(tickets.state, 'DISPATCHED')))
      return row?.id ?? null
    })
    const clock = and(eq(ticketDeadlines.ticketId, id), eq(ticketDeadlines.clock, 'HANDLE'))
    await db.update(ticketDeadlines).set({ dueAt }).where(clock)
    await db.update(tickets).set({ handleDueAt: dueAt }).where(eq(tickets.id, id))
  })
  await lookForOverdue()
}

async function lookForOverdue(): Promise<void> {
  const { configDir } = settings()
  const rules = { workingTime: requireCalendarFiles(configDir).workingTime, limits: requireLimitBook(configDir) }
  await withDatabase((db) => {
    const timing = openTiming(db, rules)
    const calendar = async () => (await timing()).calendar
    const log = createLogger('test', 'silent')
    return sweepAlerts({ db, rules: requireSite(configDir).oversight, calendar, now: Date.now, log })
  })
}
