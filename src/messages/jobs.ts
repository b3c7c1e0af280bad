import type { Job } from 'bullmq'
import { NotYet, openWorker, type RunningWorker, type WorkerParts } from '../platform/jobs/workers.ts'
import type { Instant } from '../platform/types.ts'
import { type MessageKind, wordsOf } from './message.ts'
import type { MessagePort } from './port.ts'
import { findMessage, type MessageRow, markFailed, markSent } from './store.ts'

/** Operators limit how much is sent at once. */
const atOnce = 2

/**
 * Sends what was kept. A process that dies between the operator's answer and our row sends twice, under the same id.
 * @param quietUntil when a message of this kind may be sent; null: now
 * @param sent tells what hangs on the message that it is on its way; may come twice
 */
export function openMessages(
  parts: WorkerParts,
  port: MessagePort,
  quietUntil: (kind: MessageKind, now: Instant) => Instant | null,
  sent: (message: Pick<MessageRow, 'dedupeKey'>, at: Instant) => Promise<void>,
): RunningWorker {
  const { db, now, log } = parts
  async function send({ data: { messageId } }: Job<{ messageId: number }>): Promise<'sent' | 'settled'> {
    const row = await findMessage(db, messageId)
    if (row === null || row.sentAt !== null) return 'settled'
    const { id, kind, toNumber: to } = row
    const until = quietUntil(kind, now())
    if (until !== null) throw new NotYet(until)
    try {
      await port.send({ id, kind, to, words: wordsOf(row), at: now() })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      await markFailed(db, id, reason)
      log.warn({ messageId: id, kind, reason }, 'message not sent')
      throw error
    }
    await sent(row, now())
    await markSent(db, id, now())
    return 'sent'
  }
  return openWorker('messages', parts, send, atOnce)
}
