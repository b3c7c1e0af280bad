import { and, asc, eq, isNull, lt, sql } from 'drizzle-orm'
import { hourMs } from '../../../calendar/days.ts'
import { type Announcement, tell } from '../../../notifications/teller.ts'
import type { Db } from '../../../platform/database/database.ts'
import { outbox } from '../../../platform/database/schema.ts'
import { createLogger } from '../../../platform/process/log.ts'
import type { Instant } from '../../../platform/types.ts'
import { alarmsOf } from '../../../tickets/clocks/alarm.ts'
import type { Timing } from '../../../tickets/clocks/deadlines.ts'
import { fire } from '../../../tickets/clockwork/alarms.ts'
import { notifications, ticketDeadlines } from '../../../tickets/records/schema.ts'

/** Notices of the last hours are unread; older ones were read soon after. */
const newForMs = 3 * hourMs

/**
 * The notices and alarms that the sample's tickets have caused by now, each at its time. Left to the first start, all
 * would come at once, and the first log-in would begin with a pile of notices.
 */
export async function catchUp(db: Db, timing: Timing, now: Instant): Promise<void> {
  const log = createLogger('sample', 'silent')
  const bus = { publish: () => undefined }
  const figures = { add: () => undefined }
  const clocks = await db.select().from(ticketDeadlines).where(eq(ticketDeadlines.slot, 1))
  const past = clocks.flatMap(alarmsOf).filter(({ at }) => at <= now)
  for (const alarm of past.sort((one, other) => one.at - other.at)) {
    await fire({ db, bus, figures, log, timing: async () => timing, now: () => alarm.at }, alarm)
  }
  const isNews = and(eq(outbox.queue, 'tickets'), isNull(outbox.relayedAt))
  const news = await db.select().from(outbox).where(isNews).orderBy(asc(outbox.createdAt), asc(outbox.id))
  for (const { topic, payload, createdAt } of news) {
    await tell({ db, bus, hasMail: false, now: () => createdAt }, topic, payload as Announcement)
  }
  await db.update(outbox).set({ relayedAt: now, doneAt: now }).where(isNews)
  const { createdAt } = notifications
  await db
    .update(notifications)
    .set({ readAt: sql`${createdAt} + INTERVAL 10 MINUTE` })
    .where(lt(createdAt, now - newForMs))
}
