import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../../platform/database/database.ts'

/** In `warn_at`, which a closed ticket has not: marks the tickets that are open for the bench only. */
const mark = '2000-01-01 00:00:00.000'

/**
 * Closed tickets of the seed are at their units again while the work runs. What a killed run left is given back first.
 * @param due an SQL expression of their limit of handling
 * @param work is told how many there are
 */
export async function whileOpen<T>(db: Db, wanted: number, due: SQL, work: (count: number) => Promise<T>): Promise<T> {
  await giveBack(db)
  try {
    const [opened] = await db.execute(sql`UPDATE tickets
      SET state = 'SIGNED', handle_due_at = ${due}, next_due_at = handle_due_at, warn_at = ${mark}
      WHERE state = 'CLOSED' AND lead_unit IS NOT NULL AND next_due_at IS NULL ORDER BY id DESC LIMIT ${wanted}`)
    return await work((opened as unknown as { affectedRows: number }).affectedRows)
  } finally {
    await giveBack(db)
  }
}

async function giveBack(db: Db): Promise<void> {
  await db.execute(sql`UPDATE tickets SET state = 'CLOSED', handle_due_at = NULL, next_due_at = NULL, warn_at = NULL
    WHERE warn_at = ${mark} AND state = 'SIGNED'`)
}
