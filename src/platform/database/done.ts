import { eq, sql } from 'drizzle-orm'
import type { Instant } from '../types.ts'
import type { Db, Tx } from './database.ts'
import { prepared } from './prepared.ts'
import { outbox } from './schema.ts'

/**
 * Marks the outbox row of a job as done. The worker writes it when the work is over; work with a transaction of its own
 * writes it there, which saves a disk sync, and says so by resolving to `isWrittenDone`.
 */

export const isWrittenDone = Symbol('the row of the outbox is done')

const setDone = prepared((db) =>
  db
    .update(outbox)
    .set({ doneAt: sql`${sql.placeholder('at')}` })
    .where(eq(outbox.id, sql.placeholder('id')))
    .prepare(),
)

export async function writeDone(db: Db | Tx, id: number, now: Instant): Promise<void> {
  await setDone(db).execute({ id, at: outbox.doneAt.mapToDriverValue(now) })
}
