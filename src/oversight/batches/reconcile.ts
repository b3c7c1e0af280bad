import { and, eq, isNull, lt, notInArray, or, sql } from 'drizzle-orm'
import { dayNumberOf, dayOf, startOfDayNumber } from '../../calendar/days.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { openStates, stateTitles } from '../../tickets/life/words.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { strikeWordsOf } from './batch.ts'
import { oversightBatches, oversightItems } from './schema.ts'

/** The daily comparison of what was sent with what has become of it. */

const atOnce = 500

export interface Struck {
  batchNumber: string
  ticketNumber: string
  why: string
}

/**
 * Strikes items whose ticket was settled since; a bounded number, in one transaction with what is told of it.
 * @param onStruck in the same transaction
 * @returns how many
 */
export function strikeSettled(
  db: Db,
  now: Instant,
  onStruck: (tx: Tx, struck: readonly Struck[]) => Promise<void> = async () => {},
): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx
      .select({
        ...{ cutId: oversightItems.cutId, recipient: oversightItems.recipient, line: oversightItems.line },
        ...{ ticketNumber: oversightItems.ticketNumber, batchNumber: oversightBatches.number },
        ...{ state: tickets.state, closedAt: tickets.closedAt, changedAt: tickets.changedAt },
      })
      .from(oversightItems)
      .innerJoin(tickets, eq(tickets.id, oversightItems.ticketId))
      .innerJoin(
        oversightBatches,
        and(eq(oversightBatches.cutId, oversightItems.cutId), eq(oversightBatches.recipient, oversightItems.recipient)),
      )
      .where(and(eq(oversightItems.openSlot, 1), notInArray(tickets.state, [...openStates])))
      .limit(atOnce)
    const struck: Struck[] = []
    for (const { cutId, recipient, line, batchNumber, ticketNumber, ...ticket } of rows) {
      const why = strikeWordsOf(stateTitles[ticket.state], ticket.closedAt ?? ticket.changedAt, dayOf)
      const [done] = await tx
        .update(oversightItems)
        .set({ struckAt: now, struckWhy: why, openSlot: null })
        .where(
          and(
            ...[eq(oversightItems.cutId, cutId), eq(oversightItems.recipient, recipient)],
            ...[eq(oversightItems.line, line), eq(oversightItems.openSlot, 1)],
          ),
        )
      // Another process was faster.
      if (done.affectedRows > 0) struck.push({ batchNumber, ticketNumber, why })
    }
    await onStruck(tx, struck)
    return rows.length
  })
}

const dailyHour = 8

/** Whether some batch has not been compared since eight o'clock of today, or of yesterday before that. */
export async function isReconciliationDue(db: Db, now: Instant): Promise<boolean> {
  const [row] = await db.select({ number: oversightBatches.number }).from(oversightBatches).where(isDue(now)).limit(1)
  return row !== undefined
}

export async function markReconciled(db: Db, now: Instant): Promise<void> {
  await db.update(oversightBatches).set({ reconciledAt: now }).where(isDue(now))
}

function isDue(now: Instant) {
  const today = startOfDayNumber(dayNumberOf(now)) + dailyHour * 3_600_000
  const last = today <= now ? today : today - 86_400_000
  return and(
    eq(oversightBatches.state, 'WRITTEN'),
    lt(oversightBatches.cutoffAt, last),
    or(isNull(oversightBatches.reconciledAt), lt(oversightBatches.reconciledAt, last)),
    // Nothing is left of the others.
    sql`EXISTS (SELECT 1 FROM oversight_items i WHERE i.cut_id = ${oversightBatches.cutId}
      AND i.recipient = ${oversightBatches.recipient} AND i.open_slot = 1)`,
  )
}
