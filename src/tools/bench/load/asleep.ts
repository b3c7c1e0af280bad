import { setTimeout as sleep } from 'node:timers/promises'
import { isNull, sql } from 'drizzle-orm'
import { type Db, openDatabase } from '../../../platform/database/database.ts'
import { outbox } from '../../../platform/database/schema.ts'
import type { Hotline } from '../../setup/hotline.ts'

const batch = 2_000

/**
 * Runs work while the jobs role is suspended, and deletes the announcements made in the meantime: where two arms write
 * the same announcements, processing those of one must not slow down the other, nor the next measurement.
 */
export async function whileJobsSleep<T>({ programs, settings }: Hotline, work: () => Promise<T>): Promise<T> {
  const pid = programs.get('jobs')?.pid()
  if (!pid) throw new Error('the jobs role does not run')
  const { db, close } = openDatabase(settings, { connections: 1 })
  try {
    await fallAsleep(pid, db)
    return await work()
  } finally {
    for (let gone = batch; gone === batch; ) {
      const [{ affectedRows }] = await db.delete(outbox).where(isNull(outbox.relayedAt)).limit(batch)
      gone = affectedRows
    }
    await close()
    process.kill(pid, 'SIGCONT')
  }
}

/** Suspended in the middle of a transaction it would keep its locks. */
async function fallAsleep(pid: number, db: Db): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    process.kill(pid, 'SIGSTOP')
    try {
      await db.execute(sql`SELECT id FROM outbox WHERE relayed_at IS NULL FOR UPDATE NOWAIT`)
      return
    } catch (error) {
      if (tries === 50) throw error
      process.kill(pid, 'SIGCONT')
      await sleep(100)
    }
  }
}
