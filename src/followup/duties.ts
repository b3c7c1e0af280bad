import { and, asc, eq, inArray, lte } from 'drizzle-orm'
import type { Bus } from '../bus.ts'
import { dayMs, minuteMs } from '../calendar/days.ts'
import { calls } from '../calls/records/schema.ts'
import type { Db } from '../platform/database/database.ts'
import type { Duty } from '../platform/jobs/ticker.ts'
import type { Log } from '../platform/process/log.ts'
import type { CallId, Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import { beginAt } from './calls/beginning.ts'
import { tellLate } from './late/alarm.ts'
import { outOfTime } from './late/time-up.ts'
import { type LinkHead, sendRatingLink } from './links/sending.ts'
import { overtaken, planSome } from './planning.ts'
import { messageAt } from './rules.ts'
import { followUpAttempts, followUps } from './schema.ts'
import { actOnFollowUp, type FollowUpParts, recordResult } from './store.ts'
import type { AttemptResult } from './words.ts'

export interface FollowUpDutyParts extends FollowUpParts {
  bus: Pick<Bus, 'publish'>
  head: LinkHead
  log: Log
}

/** After a restart so far back; then only what has just been closed. */
const lookBackMs = 14 * dayMs
const overlapMs = 10 * minuteMs
const batch = 100

/** The jobs role's part: plans, sends links, and ends what nobody answered. Any number of processes may do this. */
export function followUpDuties(parts: FollowUpDutyParts): Duty[] {
  let since: Instant | null = null
  return [
    {
      everyMs: 3_000,
      name: 'plan of follow-ups',
      async work() {
        const began = parts.now()
        since ??= Math.max(await beginAt(parts.db, began), began - lookBackMs)
        for (let isMore = true; isMore; ) isMore = (await planSome(parts, since)).isMore
        since = Math.min(began, parts.now()) - overlapMs
      },
    },
    { everyMs: 3_000, name: 'due follow-ups', work: () => doDue(parts) },
    {
      everyMs: 30_000,
      name: 'overtaken and lost follow-ups',
      async work() {
        for (const id of await overtaken(parts.db)) await gently(() => actOnFollowUp(parts, id, { kind: 'cancel' }))
        await endLost(parts)
        await endOutOfTime(parts)
        await tellLate(parts)
      },
    },
  ]
}

/** Links that are to be sent now, and tasks at their end. @returns how many were acted on */
export async function doDue(parts: FollowUpDutyParts): Promise<number> {
  const { db, bus, head, rules, now } = parts
  const isQuiet = messageAt(rules, now()) > now()
  const due = await db
    .select({ id: followUps.id, means: followUps.nextMeans })
    .from(followUps)
    .where(and(inArray(followUps.nextMeans, isQuiet ? ['END'] : ['LINK', 'END']), lte(followUps.nextAt, now())))
    .orderBy(asc(followUps.nextAt))
    .limit(batch)
  let sent = 0
  for (const { id, means } of due) {
    await gently(async () => {
      if (means === 'END') await actOnFollowUp(parts, id, { kind: 'give-up' })
      else if (await sendRatingLink(parts, head, id)) sent += 1
    })
  }
  if (sent > 0) bus.publish('outbox.filled', {})
  return due.length
}

/** Who was tried until the task was due gets the link once more, and then no call: not reached. */
export async function endOutOfTime(parts: FollowUpDutyParts): Promise<void> {
  for (const [id, means] of await outOfTime(parts, batch)) {
    await gently(async () => {
      if (means === 'END') await actOnFollowUp(parts, id, { kind: 'give-up' })
      else if (means === 'LINK' && (await sendRatingLink(parts, parts.head, id))) parts.bus.publish('outbox.filled', {})
    })
  }
}

/** Another process, or the citizen, was faster. */
async function gently(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

/** Calls whose result nobody gave: the record of the call says what is known of it. */
export async function endLost(parts: FollowUpDutyParts): Promise<void> {
  const { db, rules, now, log } = parts
  const lost = await db
    .select({ attempt: followUpAttempts.id, id: followUpAttempts.followUpId, callId: followUpAttempts.callId })
    .from(followUpAttempts)
    .where(and(eq(followUpAttempts.slot, 1), lte(followUpAttempts.at, now() - rules.lostMinutes * minuteMs)))
    .limit(batch)
  for (const { attempt, id, callId } of lost) {
    const result = await resultOf(db, callId)
    await gently(() => recordResult(parts, id, attempt, result))
    log.warn({ followUp: id, callId, result }, 'follow-up call without a result: taken from the record of the call')
  }
}

/** Somebody spoke: then they are not called again. */
async function resultOf(db: Db, callId: CallId | null): Promise<Exclude<AttemptResult, 'SENT'>> {
  if (callId === null) return 'NO_ANSWER'
  const [call] = await db
    .select({ answeredAt: calls.answeredAt, outcome: calls.outcome })
    .from(calls)
    .where(eq(calls.id, callId))
  if (!call) return 'NO_ANSWER'
  if (call.outcome === 'OUT_NOT_PLACED') return 'NOT_PLACED'
  if (call.answeredAt !== null) return 'BROKEN_OFF'
  return call.outcome === 'OUT_BUSY' ? 'BUSY' : 'NO_ANSWER'
}
