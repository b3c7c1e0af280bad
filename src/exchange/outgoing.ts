import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { CallId, Instant } from '../platform/types.ts'
import { advance, type OurMatter } from './advance.ts'
import { exchangeReply } from './api.ts'
import type { AccountEvent } from './ownership.ts'
import { givenUpAfterMs, type Message, type NoReply, type Reply } from './packet.ts'
import { isSigned } from './sign.ts'
import {
  announceRefused,
  callsToSend,
  firstWaiting,
  type KeptMessage,
  keepOwner,
  lockMatter,
  postpone,
  type Signing,
  saveMatter,
  settleMessage,
} from './store.ts'

/** Messages to the province: each call's in their order, again and again until each is answered. */
export interface Outgoing {
  /** Sends this call's pending messages now. Resolves when all are settled, or one had no answer. Never throws. */
  sendCall(callId: string): Promise<void>
  /** Sends due messages; for a process that does it continuously. */
  sendDue(): Promise<void>
}

export interface OutgoingParts extends Signing {
  db: Db
  url: string
  /** What is known of a call of ours has changed: its desk reads it again. */
  onChanged(ownCallId: CallId): void
  now(): Instant
  log: Log
}

const answerMs = 2_000
const callsAtOnce = 50
/** A `DEFER` that asks for more is cut. */
const longestDeferMs = 60_000

export function openOutgoing(parts: OutgoingParts): Outgoing {
  const { db, now, log } = parts
  /** One after the other, so that no message overtakes another one. */
  const running = new Map<string, Promise<void>>()

  async function sendAll(callId: string, isDueOnly: boolean): Promise<void> {
    for (;;) {
      const waiting = await firstWaiting(db, callId)
      if (!waiting || (isDueOnly && (waiting.nextAt ?? 0) > now())) return
      const reply = now() - waiting.createdAt > givenUpAfterMs ? 'given-up' : await postMessage(waiting.content, parts)
      if (reply === 'NO_ANSWER' || reply === 'NOT_OURS') {
        if (reply === 'NOT_OURS') await tellOfSecret(parts)
        await postpone(db, waiting, null, now())
        return
      }
      if (reply !== 'given-up' && isForLater(reply)) {
        await postpone(db, waiting, reply.reply === 'DEFER' ? deferredUntil(reply, now()) : null, now())
        return
      }
      await settle(waiting, reply, parts)
    }
  }

  function chained(callId: string, isDueOnly: boolean): Promise<void> {
    const before = running.get(callId) ?? Promise.resolve()
    const mine = before
      .then(() => sendAll(callId, isDueOnly))
      .catch((error: unknown) => log.warn({ err: error, callId }, 'message to the province not sent, retrying'))
      .finally(() => {
        if (running.get(callId) === mine) running.delete(callId)
      })
    running.set(callId, mine)
    return mine
  }

  return {
    sendCall: (callId) => chained(callId, false),
    async sendDue() {
      const callIds = await callsToSend(db, now(), callsAtOnce)
      await Promise.all(callIds.map((callId) => chained(callId, true)))
    },
  }
}

/** @returns a word where there was no answer that is theirs */
export async function postMessage(
  message: Message,
  { url, secret, log }: Pick<OutgoingParts, 'url' | 'secret' | 'log'>,
): Promise<Reply | NoReply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
    })
    const reply = exchangeReply.safeParse(await response.json())
    const isOfIt = response.ok && reply.success && reply.data.msg_id === message.msg_id
    if (isOfIt && isSigned(secret, reply.data)) return reply.data
    log.warn({ messageId: message.msg_id, status: response.status }, 'answer of the other side not accepted, retrying')
    if (isOfIt) return 'NOT_OURS'
  } catch (error) {
    log.debug({ err: error, messageId: message.msg_id }, 'no answer of the other side, retrying')
  }
  return 'NO_ANSWER'
}

/** Once a day: as long as it is not mended every message has the same fate. */
async function tellOfSecret({ db, now }: Pick<OutgoingParts, 'db' | 'now'>): Promise<void> {
  const day = new Date(now() + 8 * 3_600_000).toISOString().slice(0, 10)
  await announceRefused(db, { key: `exchange:${day}`, to: '省平台', why: 'SECRET', setting: 'PROVINCE_SECRET' }, now())
}

/** Also a fault of theirs (5xx) settles nothing. */
function isForLater({ reply, code }: Reply): boolean {
  return reply === 'DEFER' || (reply === 'NACK' && code !== null && code >= 500)
}

function deferredUntil({ until }: Reply, now: Instant): Instant {
  const wanted = until === null ? Number.NaN : Date.parse(until)
  return Number.isNaN(wanted) ? now + 1_000 : Math.min(Math.max(wanted, now + 1_000), now + longestDeferMs)
}

/** The answer is written in the transaction of what it changes. */
async function settle(kept: KeptMessage, reply: Reply | 'given-up', parts: OutgoingParts): Promise<void> {
  const { db, onChanged, now, log } = parts
  const isTaken = reply !== 'given-up' && reply.reply === 'ACK'
  let ownCallId: CallId | null = null
  await db.transaction(async (tx) => {
    const matter = await lockMatter(tx, kept.callId)
    ownCallId = matter?.ownCallId ?? null
    const state = reply === 'given-up' ? 'GIVEN_UP' : isTaken ? 'ACKED' : 'NACKED'
    const answer = reply === 'given-up' ? null : reply
    if (!(await settleMessage(tx, kept.id, state, answer, now())) || !matter) return
    if (matter.account) {
      const event = meaningOf(kept.content, isTaken)
      if (event) await advance(tx, matter as OurMatter, event, parts, now())
    } else if (isTaken && kept.content.type === 'CALL_EVENT' && kept.content.body.event === 'returned') {
      // Given to us anew while the return was on its way: that promise holds.
      const { following } = matter
      if (following?.held !== kept.content.body.owner_token.epoch) return
      await saveMatter(tx, kept.callId, { following: { ...following, held: null } }, now())
      // Theirs again under the epoch after it.
      const owner = { epoch: following.held + 1, holder: 'THEM', why: 'returned', since: now() } as const
      await keepOwner(tx, kept.callId, owner)
    }
  })
  if (ownCallId) onChanged(ownCallId)
  if (!isTaken) log.warn({ callId: kept.callId, messageId: kept.id, reply }, 'message refused by the province')
}

/** What an answer means to the account of a call of ours. */
function meaningOf(message: Message, isTaken: boolean): AccountEvent | null {
  if (message.type === 'CALL_CONTEXT') return { type: isTaken ? 'context-acknowledged' : 'context-refused' }
  const { event, owner_token } = message.body
  if (event !== 'offered' || owner_token.offer === null) return null
  return { type: isTaken ? 'acknowledged' : 'refused', epoch: owner_token.offer }
}
