import type { Db, Tx } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { CallId, Instant } from '../platform/types.ts'
import { advance, type OurMatter } from './advance.ts'
import { exchangeMessage } from './api.ts'
import { follow, notHeld } from './ownership.ts'
import { type Message, type Reply, sentAt, tokenIn } from './packet.ts'
import { isSigned, signed } from './sign.ts'
import {
  findMessage,
  keepOwner,
  keepReceived,
  lockMatter,
  type Matter,
  ownCallOf,
  type Signing,
  saveMatter,
  theirMatter,
  tiePacket,
} from './store.ts'

/** Messages from the province: verified, kept, answered. The same one again is answered as it was the first time. */

export interface IncomingParts extends Signing {
  db: Db
  /** An agent talks with the caller of this call now. */
  isInTalk(callId: CallId): Promise<boolean>
  onChanged(ownCallId: CallId): void
  now(): Instant
  log: Log
}

/** How long a missing message is waited for. */
const gapMs = 30_000
const deferMs = 1_000

type Verdict = Pick<Reply, 'reply' | 'code' | 'text'>
const ack: Verdict = { reply: 'ACK', code: null, text: '' }
const nack = (code: number, text: string): Verdict => ({ reply: 'NACK', code, text })

/** @param raw as it was sent @returns the signed answer */
export async function receive(raw: unknown, parts: IncomingParts): Promise<Reply> {
  const { secret, regions, db, onChanged, now, log } = parts
  const id = idOf(raw)
  const answer = (verdict: Verdict, until: string | null = null): Reply =>
    signed(secret, { msg_id: id, ...verdict, until })
  if (!isSigned(secret, raw)) {
    log.warn({ messageId: id }, 'message refused: its signature does not fit')
    return answer(nack(201, '签名不正确'))
  }
  const parsed = exchangeMessage.safeParse(raw)
  if (!parsed.success) {
    const fault = parsed.error.issues[0]
    return answer(nack(101, `${fault?.path.join('.') ?? ''}: ${fault?.message ?? ''}`.slice(0, 500)))
  }
  const message = parsed.data as Message
  if (message.from !== regions.province || message.to !== regions.own) return answer(nack(202, '收发方不正确'))

  const reply = await db.transaction(async (tx) => {
    const { call_id: callId } = message.body
    const matter = (await lockMatter(tx, callId)) ?? (await theirMatter(tx, callId, now()))
    const known = await findMessage(tx, id)
    if (known) return known.content.sign === message.sign ? known.reply : answer(nack(303, '同一编号的内容不同'))
    if (await isEarly(tx, matter, message, now())) {
      return answer({ reply: 'DEFER', code: null, text: '前一条消息尚未收到' }, sentAt(now() + deferMs))
    }
    const verdict = matter.account
      ? await aboutOurs(tx, matter as OurMatter, message, parts)
      : await aboutTheirs(tx, matter, message, parts)
    const made = answer(verdict)
    await keepReceived(tx, message, made, now())
    if (message.type === 'CALL_CONTEXT') await tiePacket(tx, id)
    const receivedSeq = Math.max(matter.receivedSeq, message.seq)
    await saveMatter(tx, callId, { receivedSeq, gapSince: null }, now())
    return made
  })
  const ownCallId = await ownCallOf(db, message.body.call_id)
  if (ownCallId) onChanged(ownCallId)
  return reply ?? answer(nack(500, '请重发'))
}

function idOf(raw: unknown): string {
  const id = raw !== null && typeof raw === 'object' && 'msg_id' in raw ? raw.msg_id : ''
  return typeof id === 'string' ? id.slice(0, 64) : ''
}

async function isEarly(tx: Tx, matter: Matter, message: Message, now: Instant): Promise<boolean> {
  if (message.seq <= matter.receivedSeq + 1) return false
  const since = matter.gapSince ?? now
  if (matter.gapSince === null) await saveMatter(tx, matter.callId, { gapSince: now }, now)
  return now - since < gapMs
}

/** Of a call of ours they can say that they give it back; all else they tell is only kept. */
async function aboutOurs(tx: Tx, matter: OurMatter, { type, body }: Message, parts: IncomingParts): Promise<Verdict> {
  if (type !== 'CALL_EVENT' || !('event' in body) || body.event !== 'returned') return ack
  const { matter: after } = await advance(
    tx,
    matter,
    { type: 'returned', epoch: body.owner_token.epoch },
    parts,
    parts.now(),
  )
  return after.account.epoch === matter.account.epoch ? nack(301, '归属信息已过时') : ack
}

/**
 * Of a call of theirs they keep the account. An offer that is acknowledged makes the matter ours: only while an agent
 * talks in the call that came with it, who sees it and can return it.
 */
async function aboutTheirs(
  tx: Tx,
  matter: Matter,
  { body }: Message,
  { regions, isInTalk, now }: IncomingParts,
): Promise<Verdict> {
  const before = matter.following ?? notHeld
  const token = tokenIn(body.owner_token, regions.province)
  const { following, isTaken } = follow(before, token)
  if (!isTaken) return nack(301, '归属信息已过时')
  if (token.offer !== null && !(matter.ownCallId !== null && (await isInTalk(matter.ownCallId)))) {
    return nack(301, '本市没有话务员在接这通电话')
  }
  await saveMatter(tx, matter.callId, { following }, now())
  const isOurs = following.held !== null
  if (before.epoch === 0 || isOurs !== (before.held !== null)) {
    const why = before.epoch === 0 ? 'called-us' : isOurs ? 'acknowledged' : 'returned'
    await keepOwner(tx, matter.callId, { epoch: following.epoch, holder: isOurs ? 'US' : 'THEM', why, since: now() })
  }
  return ack
}
