import { and, asc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import type { Db, Tx } from '../database/database.ts'
import { outbox } from '../database/schema.ts'
import { whatIsAway } from '../process/away.ts'
import type { Log } from '../process/log.ts'
import type { Instant } from '../types.ts'
import type { Queues } from './queues.ts'

/**
 * From the outbox to the job queues. A row may be relayed twice (the process dies between adding and marking): its job id
 * is the same both times, so it makes one job. Any number of relays may run: each takes rows that no other has locked.
 *
 *            moveOnce                     worker
 *   waiting ───────────► relayed (a job) ────────► done ───► purged
 *      ▲                    │
 *      └────────────────────┘ recover: Redis has lost the job
 */
export interface Relay {
  /** Relays waiting rows, oldest first. @returns how many rows */
  moveOnce(now: Instant): Promise<number>
  /** Returns rows to waiting whose jobs Redis may have lost. @returns how many */
  recover(now: Instant): Promise<number>
  /** Deletes rows done long ago, a bounded number. @returns how many rows */
  purge(now: Instant): Promise<number>
}

export const relayBatch = 200
/** A row that fails this often is left for a person; `attempts` and `last_error` say why. */
export const mostAttempts = 20
/** Lost with everything else when Redis is emptied: then every job that was not done is relayed again at once. */
const keptKey = 'hotline:jobs-kept'
/** A job may be lost without a visible loss of Redis. */
const patienceMs = 10 * 60_000
const keptForMs = 7 * 24 * 3_600_000
const purgeBatch = 5_000

export interface RelayParts {
  db: Db
  /** A client that fails while Redis is unreachable: rows are locked in the meantime. */
  redis: Redis
  queues: Queues
  log: Log
}

type Row = typeof outbox.$inferSelect

export function openRelay({ db, redis, queues, log }: RelayParts): Relay {
  /**
   * How often the connection to Redis was lost, and which loss was handled last: Redis may have lost its last seconds.
   */
  let losses = 0
  let recovered = 0
  redis.on('close', () => {
    losses += 1
  })

  /** @returns the rows that are jobs now */
  async function addAll(tx: Tx, name: string, rows: Row[]): Promise<number[]> {
    try {
      await queues.of(name).addBulk(rows.map(jobOf))
      return rows.map((row) => row.id)
    } catch (error) {
      // A store is unreachable: the round is over, and its rows wait as before.
      if (whatIsAway(error) !== null) throw error
      if (rows.length === 1) await keepReason(tx, rows[0]?.id ?? 0, error)
      if (rows.length <= 1) return []
    }
    // One of the rows is unfit: the others are relayed one by one.
    const moved: number[] = []
    for (const row of rows) moved.push(...(await addAll(tx, name, [row])))
    return moved
  }

  async function keepReason(tx: Tx, id: number, error: unknown): Promise<void> {
    log.error({ err: error, outboxId: id }, 'outbox row not relayed: retrying')
    const detail = error instanceof Error ? error.message : String(error)
    await tx
      .update(outbox)
      .set({ attempts: sql`${outbox.attempts} + 1`, lastError: detail.slice(0, 500) })
      .where(eq(outbox.id, id))
  }

  return {
    moveOnce: (now) =>
      db.transaction(async (tx) => {
        const rows = await tx
          .select()
          .from(outbox)
          .where(and(isNull(outbox.relayedAt), lt(outbox.attempts, mostAttempts)))
          .orderBy(asc(outbox.id))
          .limit(relayBatch)
          .for('update', { skipLocked: true })
        const moved: number[] = []
        for (const [name, some] of Map.groupBy(rows, (row) => row.queue)) moved.push(...(await addAll(tx, name, some)))
        if (moved.length > 0) await tx.update(outbox).set({ relayedAt: now }).where(inArray(outbox.id, moved))
        return moved.length
      }),

    async recover(now) {
      const isEmptied = (await redis.get(keptKey)) === null
      const lossesNow = losses
      const areAllInDoubt = isEmptied || lossesNow > recovered
      const since = areAllInDoubt ? isNotNull(outbox.relayedAt) : lt(outbox.relayedAt, now - patienceMs)
      const [result] = await db
        .update(outbox)
        .set({ relayedAt: null })
        .where(and(isNull(outbox.doneAt), since))
      recovered = lossesNow
      // Last: a process that dies before it leaves the recovery to the next one.
      if (isEmptied) await redis.set(keptKey, now)
      return result.affectedRows
    },

    async purge(now) {
      const [result] = await db
        .delete(outbox)
        .where(lt(outbox.doneAt, now - keptForMs))
        .limit(purgeBatch)
      return result.affectedRows
    },
  }
}

function jobOf({ id, topic, payload, jobId }: Row) {
  return { name: topic, data: { ...payload, outboxId: id }, opts: { jobId: jobIdOf(jobId) } }
}

/** BullMQ accepts neither `:` nor a bare number in a custom id. */
function jobIdOf(id: string): string {
  return `o-${id.replaceAll(':', '.')}`
}
