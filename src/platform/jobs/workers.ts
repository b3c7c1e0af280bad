import { setTimeout as sleep } from 'node:timers/promises'
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Db } from '../database/database.ts'
import { isWrittenDone, writeDone } from '../database/done.ts'
import { whatIsAway } from '../process/away.ts'
import { errorLine } from '../process/error-line.ts'
import type { Log } from '../process/log.ts'
import type { Instant } from '../types.ts'
import { type QueueName, queuePrefix } from './queues.ts'

/**
 * Processes the jobs of one queue. A job may come twice and to several workers at once: its work must be idempotent.
 */

/** Data of a job that came from the outbox. */
export interface FromOutbox {
  outboxId?: number
}

export interface WorkerParts {
  db: Db
  /** A client that waits without limit: a worker outlives every outage. */
  redis: Redis
  now(): Instant
  log: Log
}

export interface RunningWorker {
  stop(): Promise<void>
}

/** Thrown by work that is not to be done before this instant: the job waits and uses up no attempt. */
export class NotYet extends Error {
  readonly until: Instant
  constructor(until: Instant) {
    super(`not before ${new Date(until).toISOString()}`)
    this.until = until
  }
}

/** While Redis is unreachable a worker never closes; another worker takes over its active jobs. */
const stopLimitMs = 2_000
/** A killed worker is detected after this long, and another one starts its job again. */
const lockMs = 10_000
const lookForStalledMs = 5_000
/** A job that kills its process each time becomes a dead letter in the end. */
const mostStalls = 5
const whileAwayMs = 3_000

/** @param work a job is done when it resolves; then its outbox row is marked done, too */
export function openWorker<Data extends object>(
  name: QueueName,
  { db, redis, now, log }: WorkerParts,
  work: (job: Job<Data>) => Promise<unknown>,
  concurrency = 4,
): RunningWorker {
  const worker = new Worker(
    name,
    async (job: Job<Data & FromOutbox>, token) => {
      try {
        const { outboxId } = job.data
        // Before the queue learns of it: if Redis loses the job now, it is known to be done.
        if ((await work(job)) !== isWrittenDone && outboxId !== undefined) await writeDone(db, outboxId, now())
      } catch (error) {
        if (error instanceof NotYet) {
          await job.moveToDelayed(Date.now() + Math.max(1_000, error.until - now()), token)
          throw new DelayedError()
        }
        if (whatIsAway(error) === null) throw shown(error)
        // Not the job's fault: it waits for the store and uses up no attempt.
        log.warn({ err: error, queue: name, jobId: job.id }, 'job delayed: a store is unreachable')
        await job.moveToDelayed(Date.now() + whileAwayMs, token)
        throw new DelayedError()
      }
    },
    {
      connection: redis,
      prefix: queuePrefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lookForStalledMs,
      maxStalledCount: mostStalls,
    },
  )
  let isWell = true
  worker.on('error', (error) => {
    if (isWell) log.warn({ err: error, queue: name }, 'worker waiting: a store is unreachable')
    isWell = false
  })
  worker.on('completed', () => {
    isWell = true
  })
  worker.on('failed', (job, error) => {
    const isDead = job === undefined || job.finishedOn !== undefined
    const told = { err: error, queue: name, jobId: job?.id, topic: job?.name, attempts: job?.attemptsMade }
    log[isDead ? 'error' : 'warn'](told, isDead ? 'a job is dead' : 'a job is tried again')
  })
  return {
    async stop() {
      await Promise.race([worker.close(), sleep(stopLimitMs, undefined, { ref: false })])
    },
  }
}

/** What Redis and the administrators' pages store of an error: no values of a statement. */
function shown(error: unknown): Error {
  const line = errorLine(error)
  const [message, stack] = typeof line === 'string' ? [line, undefined] : [line.message, line.stack]
  const kept = error instanceof UnrecoverableError ? new UnrecoverableError(message) : new Error(message)
  kept.cause = error
  if (stack !== undefined) kept.stack = stack
  return kept
}
