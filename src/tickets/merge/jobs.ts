import type { Job } from 'bullmq'
import type { Db } from '../../platform/database/database.ts'
import { type FromOutbox, openWorker, type RunningWorker, type WorkerParts } from '../../platform/jobs/workers.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import type { Timing } from '../clocks/deadlines.ts'
import { followBatch, followSome } from './followers.ts'

/** Answers those who follow a ticket that was answered. Twice is once. */
export function openFollowing(
  parts: WorkerParts & { db: Db; timing(): Promise<Timing>; now(): Instant; log: Log },
): RunningWorker {
  const { db, timing, now, log } = parts
  return openWorker('follow', parts, async ({ data: { leadId } }: Job<{ leadId: TicketId } & FromOutbox>) => {
    const rules = await timing()
    let answered = 0
    for (let some = followBatch; some === followBatch; answered += some) {
      some = await followSome(db, leadId, rules, now())
    }
    if (answered > 0) log.info({ leadId, answered }, 'tickets answered with their lead')
  })
}
