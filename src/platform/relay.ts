import { Queue } from 'bullmq'
import { and, asc, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import type { Db } from './database.ts'
import type { Log } from './log.ts'
import { outbox } from './schema.ts'
import type { Instant } from './types.ts'

/**
 * From the outbox to the job queues. A row may be moved twice (we die between adding and marking): its job id is the
 * same both times, so it makes one job. Any number of relays may run: each takes rows that no other holds.
 */
export interface Relay {
  /** Moves what waits, oldest first. @returns how many rows were moved */
  moveOnce(now: Instant): Promise<number>
  close(): Promise<void>
}

export const queuePrefix = 'hotline:jobs'
const batch = 200
/** A row that fails this often is left for a person; `attempts` and `last_error` say why. */
const mostAttempts = 20

export function openRelay(db: Db, redis: Redis, log: Log): Relay {
  const queues = new Map<string, Queue>()
  const queueOf = (name: string): Queue => {
    const known = queues.get(name)
    if (known) return known
    const queue = new Queue(name, {
      connection: redis,
      prefix: queuePrefix,
      defaultJobOptions: {
        attempts: 10,
        backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
        // Kept for a while: as long as its id is known, a row that is moved again makes no second job.
        removeOnComplete: { age: 24 * 3600, count: 10_000 },
      },
    })
    queue.on('error', (error) => log.warn({ err: error, queue: name }, 'job queue'))
    queues.set(name, queue)
    return queue
  }

  return {
    moveOnce: (now) =>
      db.transaction(async (tx) => {
        const rows = await tx
          .select()
          .from(outbox)
          .where(and(isNull(outbox.relayedAt), lt(outbox.attempts, mostAttempts)))
          .orderBy(asc(outbox.id))
          .limit(batch)
          .for('update', { skipLocked: true })
        const moved: number[] = []
        for (const row of rows) {
          try {
            await queueOf(row.queue).add(row.topic, row.payload, { jobId: jobIdOf(row.jobId) })
            moved.push(row.id)
          } catch (error) {
            // Redis is away or the row is unfit: either way the others go on and this one is tried again.
            const detail = error instanceof Error ? error.message : String(error)
            log.error({ err: error, outboxId: row.id }, 'a row was not relayed')
            await tx
              .update(outbox)
              .set({ attempts: sql`${outbox.attempts} + 1`, lastError: detail.slice(0, 500) })
              .where(eq(outbox.id, row.id))
          }
        }
        if (moved.length > 0) await tx.update(outbox).set({ relayedAt: now }).where(inArray(outbox.id, moved))
        return moved.length
      }),
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()))
    },
  }
}

/** BullMQ takes no `:` and no bare number for an id of ours. */
function jobIdOf(id: string): string {
  return `o-${id.replaceAll(':', '.')}`
}
