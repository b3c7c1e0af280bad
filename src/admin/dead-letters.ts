import type { Job, Queue } from 'bullmq'
import { and, count, desc, eq, gte, isNull } from 'drizzle-orm'
import type { Db } from '../platform/database/database.ts'
import { outbox } from '../platform/database/schema.ts'
import type { Queues } from '../platform/jobs/queues.ts'
import { mostAttempts } from '../platform/jobs/relay.ts'
import { wordsOf } from '../platform/process/error-line.ts'
import type { DeadLetter, DeadLetterList } from './api.ts'

/** Jobs that failed for the last time, and rows that never became jobs. None of them is lost: a person decides. */

export interface DeadLetterParts {
  db: Db
  queues: Queues
}

const mostShown = 100
const isGivenUp = and(isNull(outbox.relayedAt), gte(outbox.attempts, mostAttempts))

export async function listDeadLetters({ db, queues }: DeadLetterParts): Promise<DeadLetterList> {
  const [jobs, counts, rows, [givenUp]] = await Promise.all([
    Promise.all(queues.all.map(async (queue) => (await queue.getFailed(0, mostShown - 1)).map(letterOfJob))),
    Promise.all(queues.all.map(depthsOf)),
    db.select().from(outbox).where(isGivenUp).orderBy(desc(outbox.id)).limit(mostShown),
    db.select({ rows: count() }).from(outbox).where(isGivenUp),
  ])
  const deadLetters = [...jobs.flat(), ...rows.map(letterOfRow)].sort((one, other) => other.at - one.at)
  return {
    deadLetters,
    total: (givenUp?.rows ?? 0) + counts.reduce((sum, queue) => sum + queue.failed, 0),
    queues: counts,
  }
}

export async function depthsOf(queue: Queue): Promise<DeadLetterList['queues'][number]> {
  const {
    waiting = 0,
    active = 0,
    delayed = 0,
    failed = 0,
  } = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed')
  return { name: queue.name, waiting, active, delayed, failed }
}

function letterOfJob(job: Job<{ number?: string }>): DeadLetter {
  return {
    id: `${job.queueName}~${job.id}`,
    queue: job.queueName,
    topic: job.name,
    number: job.data.number ?? null,
    reason: wordsOf(job.failedReason ?? ''),
    attempts: job.attemptsMade,
    at: job.finishedOn ?? job.timestamp,
  }
}

function letterOfRow(row: typeof outbox.$inferSelect): DeadLetter {
  const { id, queue, topic, payload, lastError, attempts, createdAt } = row
  const number = typeof payload.number === 'string' ? payload.number : null
  return { id: `outbox~${id}`, queue, topic, number, reason: wordsOf(lastError ?? ''), attempts, at: createdAt }
}

/** Anything that a person can run again, with all its attempts. */
export interface Replayable {
  letter: DeadLetter
  /** @returns false when another administrator was faster */
  replay(): Promise<boolean>
}

export async function findDeadLetter({ db, queues }: DeadLetterParts, id: string): Promise<Replayable | null> {
  const at = id.indexOf('~')
  const [place, name] = [id.slice(0, at), id.slice(at + 1)]
  if (place === 'outbox') return findRow(db, Number(name))
  const queue = queues.all.find((each) => each.name === place)
  const job = await queue?.getJob(name)
  if (!job || !(await job.isFailed())) return null
  return {
    letter: letterOfJob(job),
    replay: async () => {
      try {
        await job.retry('failed', { resetAttemptsMade: true })
        return true
      } catch (error) {
        if (await job.isFailed()) throw error
        return false
      }
    },
  }
}

async function findRow(db: Db, id: number): Promise<Replayable | null> {
  if (!Number.isSafeInteger(id)) return null
  const isIt = and(eq(outbox.id, id), isGivenUp)
  const [row] = await db.select().from(outbox).where(isIt)
  if (!row) return null
  return {
    letter: letterOfRow(row),
    replay: async () => {
      const [result] = await db.update(outbox).set({ attempts: 0, lastError: null }).where(isIt)
      return result.affectedRows > 0
    },
  }
}
