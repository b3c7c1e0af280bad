import { asc, eq, sql } from 'drizzle-orm'
import { pauseBefore } from '../../exchange/packet.ts'
import { isSigned, signed } from '../../exchange/sign.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import type { Settings } from '../../settings.ts'
import { readFile } from '../batches/store.ts'
import { type OutgoingType, type TheirAnswer, theirAnswer } from './message.ts'
import { type OutgoingState, outgoing13710 } from './schema.ts'

/**
 * To the 13710 system: one message after the other, in the order in which their causes were written, each again and again until
 * it is answered. The system may be away for as long as it likes.
 */

export interface NewOutgoing {
  type: OutgoingType
  subject: string
  body: Record<string, unknown>
}

/** In the transaction of its cause. */
export async function queueMessages(tx: Tx, messages: readonly NewOutgoing[], now: Instant): Promise<void> {
  if (messages.length === 0) return
  await tx
    .insert(outgoing13710)
    .values(messages.map((message) => ({ ...message, id: newId(now), state: 'WAITING' as const, createdAt: now })))
}

export interface OutboxParts {
  db: Db
  settings: Pick<Settings, 'thirteen710Url' | 'thirteen710Secret'>
  site: { regionCode: string }
  now(): Instant
  log: Log
}

export type Outgoing = typeof outgoing13710.$inferSelect

const answerMs = 10_000
/** Of `pauseBefore`. */
const longestPauseMs = 60_000
/** Of a look: then others of the process have their turn. */
const mostAtOnce = 200

/** Sends what is due, in order. @returns how many were answered */
export async function sendDue(parts: OutboxParts): Promise<number> {
  const { db, now, log } = parts
  for (let sent = 0; ; sent += 1) {
    const waiting = await firstWaiting(db)
    if (!waiting || !isDue(waiting, now()) || sent === mostAtOnce) return sent
    const answer = await post(waiting, parts)
    if (answer === null || answer.reply === 'DEFER' || (answer.code ?? 0) >= 500) {
      const nextAt = now() + pauseBefore(waiting.attempts)
      await db
        .update(outgoing13710)
        .set({ attempts: sql`${outgoing13710.attempts} + 1`, nextAt })
        .where(eq(outgoing13710.seq, waiting.seq))
      return sent
    }
    const state: OutgoingState = answer.reply === 'ACK' ? 'ACKED' : 'NACKED'
    await db
      .update(outgoing13710)
      .set({ state, answer, settledAt: now(), nextAt: null })
      .where(eq(outgoing13710.seq, waiting.seq))
    if (state === 'NACKED')
      log.warn({ seq: waiting.seq, subject: waiting.subject, answer }, 'refused by the 13710 system')
  }
}

/** Also one whose next attempt is further away than any pause: the clock was set back since. */
function isDue({ nextAt }: Outgoing, now: Instant): boolean {
  return nextAt === null || nextAt <= now || nextAt > now + longestPauseMs
}

async function firstWaiting(db: Db): Promise<Outgoing | null> {
  const [row] = await db
    .select()
    .from(outgoing13710)
    .where(eq(outgoing13710.state, 'WAITING'))
    .orderBy(asc(outgoing13710.seq))
    .limit(1)
  return row ?? null
}

/** @returns null when there was no answer that is theirs */
async function post(message: Outgoing, { db, settings, site, log }: OutboxParts): Promise<TheirAnswer | null> {
  const { thirteen710Url: url, thirteen710Secret: secret } = settings
  if (url === null) return null
  const { id: msg_id, type, body, createdAt } = message
  try {
    if (type === 'BATCH')
      await putFile(`${url}/files/${String(body.json_sha256)}`, readFile(db, message.subject, 'json'))
    const response = await fetch(`${url}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        signed(secret, {
          ...{
            msg_id,
            type,
            ver: 1,
            from: site.regionCode,
            to: '13710',
            sent_at: new Date(createdAt).toISOString(),
            body,
          },
        }),
      ),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
    })
    const answer = theirAnswer.safeParse(await response.json())
    if (response.ok && answer.success && answer.data.msg_id === msg_id && isSigned(secret, answer.data))
      return answer.data
    log.warn({ messageId: msg_id, status: response.status }, 'answer of the 13710 system not accepted, retrying')
  } catch (error) {
    log.debug({ err: error, messageId: msg_id }, 'no answer of the 13710 system, retrying')
  }
  return null
}

/** By its digest, which the message signs: sent again it is the same file. */
async function putFile(url: string, pieces: AsyncIterable<Buffer>): Promise<void> {
  const whole: Buffer[] = []
  for await (const piece of pieces) whole.push(piece)
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(Buffer.concat(whole)),
    redirect: 'error',
    signal: AbortSignal.timeout(answerMs * 3),
  })
  if (!response.ok) throw new Error(`file not taken: ${response.status}`)
}
