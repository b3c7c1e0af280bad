import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../process/log.ts'

/**
 * Deadlock: the server rolls back one of two transactions that wait for each other's rows, and it is retried. Only a
 * reader of the log learns of it.
 */

/** So many deadlocks in a row are no coincidence: then the error is thrown, with its whole statement. */
const mostTries = 5
const longestPauseMs = 20

/** @param attempt a whole transaction, or a statement that is one; its effects elsewhere must tolerate a repetition */
export async function retryOnDeadlock<T>(attempt: () => Promise<T>, log?: Pick<Log, 'warn'>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      const deadlock = deadlockIn(error)
      if (deadlock === null || tries >= mostTries) throw error
      log?.warn({ statement: beginOf(deadlock), tries }, 'deadlock: transaction rolled back, retrying')
      // A random pause, so that both do not collide again.
      await sleep(Math.random() * longestPauseMs * tries)
    }
  }
}

/** @returns the statement that was rolled back, with its values */
function deadlockIn(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, sql } = cause as Error & { code?: unknown; sql?: unknown }
    if (code === 'ER_LOCK_DEADLOCK') return String(sql ?? '')
  }
  return null
}

/** `insert citizens`, `select tickets`; `commit` in a cluster. */
function beginOf(statement: string): string {
  const [verb = ''] = /\w+/.exec(statement) ?? []
  const [, table = ''] = /\b(?:into|from|update) `?(\w+)/i.exec(statement) ?? []
  return `${verb} ${table}`.trim().toLowerCase()
}
