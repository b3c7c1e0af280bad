import { type JobsOptions, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Log } from '../process/log.ts'

/**
 * The job queues. They may be lost with Redis at any moment: the subject of a job is in the database, in the outbox or
 * in the row that the job triggers a check of.
 *
 * - `dispatch`: new tickets that need a unit
 * - `tickets`: events of a ticket, for those who have to be notified
 * - `sla`: alarms of the lamps
 * - `mail`: e-mails to units
 * - `follow`: tickets that are answered with their lead
 * - `messages`: messages to telephones
 * - `clocks`: due times to be counted anew, when the working days were changed
 */
export const queueNames = ['dispatch', 'tickets', 'sla', 'mail', 'messages', 'clocks', 'follow'] as const
export type QueueName = (typeof queueNames)[number]

export const queuePrefix = 'hotline:jobs'

export interface Queues {
  /** @throws Error when there is no queue of this name */
  of(name: string): Queue
  readonly all: readonly Queue[]
  close(): Promise<void>
}

const dayS = 24 * 3600
/** Kept for a while: as long as its id is known, relaying the same row again makes no second job. */
const kept: JobsOptions = { removeOnComplete: { age: dayS, count: 10_000 } }
const backoff = (delay: number) => ({ type: 'exponential', delay, jitter: 0.5 })

/** A job that fails this often becomes a dead letter, and waits for a person. */
const jobOptions: Record<QueueName, JobsOptions> = {
  dispatch: { ...kept, attempts: 10, backoff: backoff(1_000) },
  tickets: { ...kept, attempts: 10, backoff: backoff(1_000) },
  // The row says whether an alarm has fired; the sweep must be able to set the same one again.
  sla: { removeOnComplete: true, removeOnFail: true, attempts: 5, backoff: backoff(1_000) },
  // A mail server may be down for a morning: about five hours in all.
  mail: { ...kept, attempts: 13, backoff: backoff(6_000) },
  follow: { ...kept, attempts: 10, backoff: backoff(1_000) },
  // A code is of use for ten minutes, a link for days.
  messages: { ...kept, attempts: 10, backoff: backoff(2_000) },
  clocks: { ...kept, attempts: 10, backoff: backoff(5_000) },
}

export function openQueues(redis: Redis, log: Log): Queues {
  const queues = new Map<string, Queue>(
    queueNames.map((name) => {
      const queue = new Queue(name, { connection: redis, prefix: queuePrefix, defaultJobOptions: jobOptions[name] })
      queue.on('error', (error) => log.warn({ err: error, queue: name }, 'job queue error'))
      return [name, queue]
    }),
  )
  return {
    all: [...queues.values()],
    of(name) {
      const queue = queues.get(name)
      if (!queue) throw new Error(`no such queue: ${name}`)
      return queue
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()))
    },
  }
}
