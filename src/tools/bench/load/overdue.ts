import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../../platform/database/database.ts'

/** In `warn_at`, which a closed ticket has not: what a ticket was that is open for the bench only. */
const marks = { CLOSED: '2000-01-01 00:00:00.000', DIRECT_CLOSED: '2000-01-02 00:00:00.000' } as const
/** In `limits_version`: the clocks of those. */
const ofBench = 'bench-open'

/**
 * Closed tickets of the seed are at their units again while the work runs. What a killed run left is given back first.
 * @param due an SQL expression of their limit of handling
 * @param work is told how many there are
 */
export async function whileOpen<T>(db: Db, wanted: number, due: SQL, work: (count: number) => Promise<T>): Promise<T> {
  await giveBack(db)
  try {
    const [opened] = await db.execute(sql`UPDATE tickets
      SET warn_at = IF(state = 'CLOSED', ${marks.CLOSED}, ${marks.DIRECT_CLOSED}), state = 'SIGNED',
        handle_due_at = ${due}, next_due_at = handle_due_at
      WHERE state IN ('CLOSED', 'DIRECT_CLOSED') AND next_due_at IS NULL
      ORDER BY lead_unit IS NULL, id DESC LIMIT ${wanted}`)
    await db.execute(sql`INSERT INTO ticket_deadlines
        (id, ticket_id, clock, unit_code, slot, started_at, warn_at, due_at, limits_version)
      SELECT CONCAT(LEFT(CONVERT(id USING utf8mb4), 10), UPPER(LEFT(MD5(CONVERT(id USING utf8mb4)), 16))), id, 'HANDLE',
        COALESCE(lead_unit, ''), 1, registered_at, handle_due_at - INTERVAL 1 DAY, handle_due_at, ${ofBench}
      FROM tickets WHERE warn_at IN (${marks.CLOSED}, ${marks.DIRECT_CLOSED}) AND state = 'SIGNED'`)
    return await work((opened as unknown as { affectedRows: number }).affectedRows)
  } finally {
    await giveBack(db)
  }
}

async function giveBack(db: Db): Promise<void> {
  await db.execute(sql`DELETE FROM ticket_deadlines WHERE limits_version = ${ofBench}`)
  for (const [state, mark] of Object.entries(marks)) {
    await db.execute(sql`UPDATE tickets SET state = ${state}, handle_due_at = NULL, next_due_at = NULL, warn_at = NULL
      WHERE warn_at = ${mark} AND state = 'SIGNED'`)
  }
}
