import { and, asc, desc, eq, exists, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { calls } from '../calls/records/schema.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import { outbox } from '../platform/database/schema.ts'
import type { CallId, Instant } from '../platform/types.ts'
import { type Account, type Holder, type OwnershipReason, openAccount, tokenOf } from './ownership.ts'
import {
  type EventBody,
  type Message,
  pauseBefore,
  type RefusedPacket,
  type Regions,
  type Reply,
  regionToken,
  sentAt,
  type Unsigned,
} from './packet.ts'
import { exchangeMatters, exchangeMessages, exchangeOwners, exchangeTies, type MessageState } from './schema.ts'
import { signed } from './sign.ts'

/** Rows of the exchange. A writer of a call's rows has locked its matter first. */

export type Matter = typeof exchangeMatters.$inferSelect
export type KeptMessage = typeof exchangeMessages.$inferSelect
export interface Signing {
  secret: string
  regions: Regions
}

const keptForMs = 90 * 24 * 3_600_000
const purgeBatch = 1_000

export async function lockMatter(tx: Tx, callId: string): Promise<Matter | null> {
  const [row] = await tx.select().from(exchangeMatters).where(eq(exchangeMatters.callId, callId)).for('update')
  return row ?? null
}

/** The matter of a call of ours, made when it is first spoken of. */
export async function ourMatter(tx: Tx, callId: CallId, now: Instant): Promise<Matter & { account: Account }> {
  const times = { createdAt: now, changedAt: now }
  await tx
    .insert(exchangeMatters)
    .ignore()
    .values({ callId, ownCallId: callId, account: openAccount(now), isOpen: true, ...times })
  const matter = await lockMatter(tx, callId)
  if (!matter?.account) throw new Error(`call ${callId} is one of the province's`)
  await keepOwner(tx, callId, { epoch: 1, holder: 'US', why: 'called-us', since: matter.createdAt })
  return { ...matter, account: matter.account }
}

/** The matter of a call of theirs. */
export async function theirMatter(tx: Tx, callId: string, now: Instant): Promise<Matter> {
  const times = { createdAt: now, changedAt: now }
  await tx
    .insert(exchangeMatters)
    .ignore()
    .values({ callId, following: { epoch: 0, held: null }, ...times })
  const matter = await lockMatter(tx, callId)
  if (!matter) throw new Error(`matter ${callId} vanished`)
  return matter
}

/** Writes what changed of a matter. */
export async function saveMatter(tx: Tx, callId: string, change: Partial<Matter>, now: Instant): Promise<void> {
  await tx
    .update(exchangeMatters)
    .set({ ...change, changedAt: now })
    .where(eq(exchangeMatters.callId, callId))
}

export async function keepOwner(
  tx: Tx,
  callId: string,
  owner: { epoch: number; holder: Holder; why: OwnershipReason; since: Instant },
): Promise<void> {
  await tx
    .insert(exchangeOwners)
    .ignore()
    .values({ callId, ...owner })
}

/** Queues a message behind those that wait already. @returns it, signed, and the matter that counted it */
export async function queueMessage<M extends Matter>(
  tx: Tx,
  matter: M,
  said: Pick<Unsigned, 'type' | 'body'> & { ticketRef: string | null },
  { secret, regions }: Signing,
  now: Instant,
): Promise<{ message: Message; matter: M }> {
  const seq = matter.sentSeq + 1
  const head = {
    msg_id: newId(now),
    ver: 1 as const,
    from: regions.own,
    to: regions.province,
    ticket_ref: said.ticketRef,
  }
  const unsigned = { ...head, seq, sent_at: sentAt(now), type: said.type, body: said.body } as Unsigned
  const message = signed(secret, unsigned)
  await tx.insert(exchangeMessages).values({
    ...{ id: message.msg_id, callId: matter.callId, direction: 'OUT', seq, content: message },
    ...{ state: 'WAITING', nextAt: now, createdAt: now },
  })
  await saveMatter(tx, matter.callId, { sentSeq: seq }, now)
  return { message, matter: { ...matter, sentSeq: seq } }
}

/** Body of an event that says what holds of a matter of ours. */
export function eventOf(
  matter: Matter & { account: Account },
  event: EventBody['event'],
  regions: Regions,
  more: Partial<EventBody> = {},
): EventBody {
  const token = regionToken(tokenOf(matter.account), regions.own, regions.province)
  return { call_id: matter.callId, event, role: null, why: null, owner_token: token, ...more }
}

/** The oldest message of a call that waits: the ones behind it wait for it. */
export async function firstWaiting(db: Db, callId: string): Promise<KeptMessage | null> {
  const [row] = await db
    .select()
    .from(exchangeMessages)
    .where(
      and(
        eq(exchangeMessages.callId, callId),
        eq(exchangeMessages.direction, 'OUT'),
        eq(exchangeMessages.state, 'WAITING'),
      ),
    )
    .orderBy(asc(exchangeMessages.seq))
    .limit(1)
  return row ?? null
}

/** Calls of which a message is due to be tried. */
export async function callsToSend(db: Db, now: Instant, most: number): Promise<string[]> {
  const rows = await db
    .selectDistinct({ callId: exchangeMessages.callId })
    .from(exchangeMessages)
    .where(and(eq(exchangeMessages.state, 'WAITING'), lte(exchangeMessages.nextAt, now)))
    .limit(most)
  return rows.map((row) => row.callId)
}

/** Calls of which an offer is over. */
export async function callsDue(db: Db, now: Instant, most: number): Promise<string[]> {
  const rows = await db
    .select({ callId: exchangeMatters.callId })
    .from(exchangeMatters)
    .where(and(isNotNull(exchangeMatters.dueAt), lte(exchangeMatters.dueAt, now)))
    .limit(most)
  return rows.map((row) => row.callId)
}

/** @returns false when another process has settled it */
export async function settleMessage(
  tx: Tx,
  id: string,
  state: MessageState,
  reply: Reply | null,
  now: Instant,
): Promise<boolean> {
  const [result] = await tx
    .update(exchangeMessages)
    .set({ state, reply, settledAt: now, nextAt: null })
    .where(and(eq(exchangeMessages.id, id), eq(exchangeMessages.state, 'WAITING')))
  return result.affectedRows === 1
}

/** Calls of ours whose account is not closed, and whether the call is over. */
export async function openMatters(db: Db): Promise<{ callId: CallId; isOver: boolean }[]> {
  const rows = await db
    .select({ callId: exchangeMatters.ownCallId, endedAt: calls.endedAt })
    .from(exchangeMatters)
    .leftJoin(calls, eq(calls.id, exchangeMatters.ownCallId))
    .where(eq(exchangeMatters.isOpen, true))
  return rows.flatMap(({ callId, endedAt }) => (callId === null ? [] : [{ callId, isOver: endedAt !== null }]))
}

/** It had no answer: the next try of this call is later. */
export async function postpone(
  db: Db,
  { id, attempts }: KeptMessage,
  until: Instant | null,
  now: Instant,
): Promise<void> {
  await db
    .update(exchangeMessages)
    .set({ attempts: sql`${exchangeMessages.attempts} + 1`, nextAt: until ?? now + pauseBefore(attempts) })
    .where(and(eq(exchangeMessages.id, id), eq(exchangeMessages.state, 'WAITING')))
}

export async function findMessage(db: Db | Tx, id: string): Promise<KeptMessage | null> {
  const [row] = await db.select().from(exchangeMessages).where(eq(exchangeMessages.id, id))
  return row ?? null
}

export async function keepReceived(tx: Tx, message: Message, reply: Reply, now: Instant): Promise<void> {
  const state = reply.reply === 'ACK' ? 'ACKED' : 'NACKED'
  await tx.insert(exchangeMessages).values({
    ...{ id: message.msg_id, callId: message.body.call_id, direction: 'IN', seq: message.seq, content: message },
    ...{ state, reply, createdAt: now, settledAt: now },
  })
}

/** A call has come in that names this packet, which is here or comes later. @returns as `tie` */
export async function tieCall(db: Db, packetId: string, callId: CallId, now: Instant): Promise<string | null> {
  await db.insert(exchangeTies).ignore().values({ packetId, callId, createdAt: now })
  return tie(db, packetId, callId)
}

/** This packet has come, and is kept: a call may have named it before. */
export async function tiePacket(tx: Tx, packetId: string): Promise<void> {
  // Locked: a call that names it at this moment waits, and then finds the packet itself.
  const [named] = await tx.select().from(exchangeTies).where(eq(exchangeTies.packetId, packetId)).for('update')
  if (named) await tie(tx, packetId, named.callId)
}

/**
 * A call of theirs has come in, behind this packet. A second one replaces the first only when that is over.
 * @returns its matter's call; null while the packet is not here, or tells of a call of ours, or of one that lives
 */
export async function tie(db: Db | Tx, packetId: string, callId: CallId): Promise<string | null> {
  const packet = await findMessage(db, packetId)
  if (packet?.direction !== 'IN') return null
  const { ownCallId } = exchangeMatters
  const ended = db
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.id, ownCallId), isNotNull(calls.endedAt)))
  const [result] = await db
    .update(exchangeMatters)
    .set({ ownCallId: callId })
    .where(
      and(
        eq(exchangeMatters.callId, packet.callId),
        isNull(exchangeMatters.account),
        or(isNull(ownCallId), eq(ownCallId, callId), exists(ended)),
      ),
    )
  return result.affectedRows === 0 ? null : packet.callId
}

/** @param callId as messages name it @returns our call, where it has come in */
export async function ownCallOf(db: Db, callId: string): Promise<CallId | null> {
  const { ownCallId } = exchangeMatters
  const [row] = await db.select({ ownCallId }).from(exchangeMatters).where(eq(exchangeMatters.callId, callId))
  return row?.ownCallId ?? null
}

/** All that is known of the exchange about a call of ours. */
export async function readExchange(db: Db, ownCallId: CallId) {
  const [matter] = await db
    .select()
    .from(exchangeMatters)
    .where(eq(exchangeMatters.ownCallId, ownCallId))
    .orderBy(desc(exchangeMatters.createdAt))
    .limit(1)
  if (!matter) return null
  const [owners, messages] = await Promise.all([
    db.select().from(exchangeOwners).where(eq(exchangeOwners.callId, matter.callId)).orderBy(asc(exchangeOwners.epoch)),
    db
      .select()
      .from(exchangeMessages)
      .where(eq(exchangeMessages.callId, matter.callId))
      .orderBy(desc(exchangeMessages.createdAt), desc(exchangeMessages.id))
      .limit(50),
  ])
  return { matter, owners, messages }
}

/** Deletes rows older than 90 days, a bounded number. @returns how many rows */
export async function purgeExchange(db: Db, now: Instant): Promise<number> {
  await db
    .delete(exchangeTies)
    .where(lt(exchangeTies.createdAt, now - keptForMs))
    .limit(purgeBatch)
  const old = await db
    .select({ callId: exchangeMatters.callId })
    .from(exchangeMatters)
    .where(lt(exchangeMatters.changedAt, now - keptForMs))
    .limit(purgeBatch)
  const callIds = old.map((row) => row.callId)
  if (callIds.length === 0) return 0
  await db.delete(exchangeMessages).where(inArray(exchangeMessages.callId, callIds))
  await db.delete(exchangeMatters).where(inArray(exchangeMatters.callId, callIds))
  return callIds.length
}

/** A notice to administrators and supervisors. */
export async function announceRefused(db: Pick<Db, 'insert'>, packet: RefusedPacket, now: Instant): Promise<void> {
  await db
    .insert(outbox)
    .ignore()
    .values({
      ...{ queue: 'tickets', topic: 'packet.refused', jobId: `packet:${packet.key}:${packet.why}` },
      payload: { packet },
      createdAt: now,
    })
}
