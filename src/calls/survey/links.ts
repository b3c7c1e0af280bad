import { createHash, randomBytes } from 'node:crypto'
import { and, asc, eq, gte, isNull, lte, notExists, or, sql } from 'drizzle-orm'
import type { Bus } from '../../bus.ts'
import { dayMs, minuteMs } from '../../calendar/days.ts'
import { firstIn } from '../../followup/rules.ts'
import { secretPlace } from '../../messages/message.ts'
import { keepMessage } from '../../messages/store.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import type { Site } from '../../site/site.ts'
import { ticketDrafts } from '../../tickets/records/schema.ts'
import { isNeverCalled } from '../outgoing/store.ts'
import { calls } from '../records/schema.ts'
import { tiedAmong } from '../records/ties.ts'
import { mobileOf } from './owed.ts'
import { callRatingLinks, callSurveys } from './schema.ts'

/**
 * Links by which callers rate a talk that they hung up themselves, not before half an hour after it. A reader of the tables
 * can open none of them.
 */

export interface CallLinkParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  site: Pick<Site, 'survey' | 'followUp'>
  head: { siteName: string; publicUrl: string }
  now(): Instant
}

const callLinkLifeMs = 14 * dayMs
/** A question that could not be sent by then is out of date. */
const staleMs = dayMs
/** Whether the caller is hidden is known once the ticket is handed in: agents write some of it after the talk. */
const settledMs = 30 * minuteMs
const batch = 50

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** The jobs role's part. Any number of processes may do this. */
export function callLinkDuty(parts: CallLinkParts): Duty {
  return { everyMs: 5_000, name: 'links to rate talks', work: () => sendCallLinks(parts) }
}

/** @returns how many messages were kept */
async function sendCallLinks(parts: CallLinkParts): Promise<number> {
  const { db, bus, site, now } = parts
  // Messages to citizens have the hours of follow-ups.
  if (firstIn([site.followUp.messages], now()) > now()) return 0
  const { askedAt } = callSurveys
  const isWritten = notExists(
    db
      .select({ one: sql`1` })
      .from(ticketDrafts)
      .where(and(eq(ticketDrafts.callId, callSurveys.callId), isNull(ticketDrafts.endedAt))),
  )
  const isSettled = or(and(lte(askedAt, now() - settledMs), isWritten), lte(askedAt, now() - staleMs))
  const due = await db
    .select({ id: callSurveys.callId })
    .from(callSurveys)
    .where(and(eq(callSurveys.result, 'LINK_DUE'), isSettled))
    .orderBy(asc(callSurveys.askedAt))
    .limit(batch)
  let sent = 0
  for (const { id } of due) if (await db.transaction((tx) => sendOne(tx, parts, id))) sent += 1
  if (sent > 0) bus.publish('outbox.filled', {})
  return sent
}

async function sendOne(tx: Tx, { site, head, now }: CallLinkParts, callId: CallId): Promise<boolean> {
  const at = now()
  const [asked] = await tx
    .select({ askedAt: callSurveys.askedAt, number: calls.callerNumber })
    .from(callSurveys)
    .innerJoin(calls, eq(calls.id, callSurveys.callId))
    .where(and(eq(callSurveys.callId, callId), eq(callSurveys.result, 'LINK_DUE')))
    .for('update')
  if (!asked) return false
  const phone = mobileOf(asked.number)
  const isAsked = at - asked.askedAt < staleMs && (await isTurn(tx, site, asked.number ?? '', at))
  // Others may read a telephone: of a caller who is hidden nothing there tells that they called.
  const mayBeSent = phone !== null && isAsked && !(await tiedAmong(tx, [callId])).has(callId)
  const result = mayBeSent ? 'LINK_SENT' : 'NOT_SENT'
  await tx.update(callSurveys).set({ result }).where(eq(callSurveys.callId, callId))
  if (!mayBeSent) return false
  const token = randomBytes(16).toString('base64url')
  const link = { callId, number: asked.number ?? '', tokenHash: digestOf(token), createdAt: at }
  await tx.insert(callRatingLinks).values({ ...link, expiresAt: at + callLinkLifeMs })
  const text = `【${head.siteName}】感谢来电，请您评价本次通话的服务：${secretPlace} 14天内有效，一次通话只评一次。`
  const secret = `${head.publicUrl}/rate-call#${token}`
  const key = `call-rating:${callId}`
  return keepMessage(tx, { key, kind: 'RATING', to: phone, text, secret, subject: callId }, at)
}

/** Nobody gets such a message at every call, and nobody who wants none of the hotline. */
async function isTurn(tx: Tx, { survey }: Pick<Site, 'survey'>, number: string, now: Instant): Promise<boolean> {
  const days = survey?.linkEveryDays
  if (days === undefined || (await isNeverCalled(tx, number))) return false
  const [last] = await tx
    .select({ id: callRatingLinks.callId })
    .from(callRatingLinks)
    .where(and(eq(callRatingLinks.number, number), gte(callRatingLinks.createdAt, now - days * dayMs)))
    .limit(1)
  return last === undefined
}

/** @returns null for a token that opens nothing */
export async function findCallLink(db: Db, token: string) {
  const { callId, expiresAt, openedAt } = callRatingLinks
  const { scale, result } = callSurveys
  const [row] = await db
    .select({ callId, expiresAt, openedAt, scale, result, arrivedAt: calls.arrivedAt })
    .from(callRatingLinks)
    .innerJoin(callSurveys, eq(callSurveys.callId, callId))
    .innerJoin(calls, eq(calls.id, callId))
    .where(eq(callRatingLinks.tokenHash, digestOf(token)))
  return row ?? null
}

export async function markCallLinkOpened(db: Db, callId: CallId, now: Instant): Promise<void> {
  await db
    .update(callRatingLinks)
    .set({ openedAt: now })
    .where(and(eq(callRatingLinks.callId, callId), isNull(callRatingLinks.openedAt)))
}

/** @returns false when it was rated before */
export async function rateByLink(db: Db, callId: CallId, level: number, now: Instant): Promise<boolean> {
  const [changed] = await db
    .update(callSurveys)
    .set({ level, result: 'RATED', answeredAt: now })
    .where(and(eq(callSurveys.callId, callId), eq(callSurveys.result, 'LINK_SENT')))
  return changed.affectedRows > 0
}
