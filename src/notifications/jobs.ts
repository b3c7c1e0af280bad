import type { Job } from 'bullmq'
import { isWrittenDone } from '../platform/database/done.ts'
import { openWorker, type RunningWorker, type WorkerParts } from '../platform/jobs/workers.ts'
import type { TicketId } from '../platform/types.ts'
import type { Mailer } from './mail.ts'
import { isNoticeTopic } from './notification.ts'
import { type Announcement, type TellerParts, tell } from './teller.ts'

/**
 * @param first other consequences of a ticket's event: its new clocks are set
 * @param also who is told besides: bodies without accounts. May come twice, as the job.
 */
export function openTelling(
  parts: WorkerParts & TellerParts,
  first: (ticketId: TicketId) => Promise<void>,
  also: (topic: string, said: Announcement) => Promise<unknown> = async () => undefined,
): RunningWorker {
  return openWorker('tickets', parts, async ({ name, data }: Job<Announcement>) => {
    if (data.ticketId !== undefined) await first(data.ticketId)
    await also(name, data)
    await tell(parts, name, data)
    return isNoticeTopic(name) ? isWrittenDone : undefined
  })
}

/** A few at once: mail servers limit parallel deliveries. */
const lettersAtOnce = 2

export function openPost(parts: WorkerParts, mailer: Mailer): RunningWorker {
  const send = ({ data }: Job<{ notificationId: number }>) => mailer.send(data.notificationId)
  return openWorker('mail', parts, send, lettersAtOnce)
}
