import { timingSafeEqual } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { audit } from '../audit/store.ts'
import type { Db } from '../platform/database/database.ts'
import { openTries, type Try, type TryLimit } from '../platform/redis/tries.ts'
import type { CallId, Instant, TicketId } from '../platform/types.ts'
import type { InquiryAnswer, Progress } from './life/progress.ts'
import { openStates } from './life/ticket.ts'
import { isCallerHidden } from './life/view.ts'
import { ticketCalls, tickets } from './records/schema.ts'

/** A caller with both number and query code may know the state. Every question is counted and audited. */

/** Three attempts per inquiry, so three inquiries and one more attempt: a family may share a telephone. */
export const callerLimit = { tries: 10, windowMs: 60 * 60_000 }
/** Callers without a number: each call has its own attempts, and a caller may call again and again. */
export const anonymousCallLimit = { tries: 3, windowMs: 60 * 60_000 }
/** Wrong guesses of all of them together: more than honest typing errors, far fewer than the possible codes. */
export const anonymousLimit = { tries: 200, windowMs: 60 * 60_000 }
/** A caller's number can be forged; a ticket cannot. Five of a million codes an hour. */
export const ticketLimit = { tries: 5, windowMs: 60 * 60_000 }

export interface InquiryAsk {
  number: string
  code: string
  /** The caller's number, null when it is withheld. */
  caller: string | null
  /** The context of the question, e.g. a call. */
  callId: string
}

export interface Inquiries {
  /** @throws when a server is unreachable: no question is answered that was not counted and audited */
  ask(ask: InquiryAsk): Promise<InquiryAnswer>
}

export function openInquiries(parts: { db: Db; redis: Redis; now(): Instant }): Inquiries {
  const { db, now } = parts
  const tries = openTries(parts.redis)

  return {
    async ask({ number, code, caller, callId }) {
      const callers = countsOf(caller, callId)
      const ticketKey = `{hotline}:inquiry:ticket:${number}`
      const counted: Try[] = []
      for (const { key, limit } of [...callers, { key: ticketKey, limit: ticketLimit }]) {
        counted.push(await tries.count(key, limit))
      }
      const found = counted.every((one) => one.isAllowed) ? await lookUp(db, number, code) : 'LOCKED'
      const answer: InquiryAnswer =
        found === 'LOCKED'
          ? { result: 'LOCKED' }
          : found === null
            ? { result: 'NOT_FOUND' }
            : { result: 'FOUND', progress: found.progress }
      await audit(db, {
        at: now(),
        actorId: null,
        actor: caller ?? 'anonymous',
        action: 'ticket.inquired',
        subject: number,
        isAllowed: answer.result === 'FOUND',
        details: { callId, result: answer.result },
      })
      if (found !== 'LOCKED' && found !== null) {
        // Before the answer is spoken: from now on the call hides its caller if the ticket does.
        await db
          .insert(ticketCalls)
          .ignore()
          .values({ ticketId: found.id, callId: callId as CallId, kind: 'INQUIRED', at: now() })
        for (const { key } of callers) await tries.takeBack(key)
        await tries.forget(ticketKey)
      }
      return answer
    },
  }
}

/** The counters of a caller's attempts; those of an identified caller never count against anonymous ones. */
function countsOf(caller: string | null, callId: string): { key: string; limit: TryLimit }[] {
  if (caller !== null) return [{ key: `{hotline}:inquiry:caller:${caller}`, limit: callerLimit }]
  return [
    { key: `{hotline}:inquiry:call:${callId}`, limit: anonymousCallLimit },
    { key: '{hotline}:inquiry:anonymous', limit: anonymousLimit },
  ]
}

async function lookUp(db: Db, number: string, code: string): Promise<{ id: TicketId; progress: Progress } | null> {
  const [row] = await db
    .select({
      id: tickets.id,
      queryCode: tickets.queryCode,
      state: tickets.state,
      type: tickets.type,
      isConfidential: tickets.isConfidential,
      isAnonymous: tickets.isAnonymous,
      registeredAt: tickets.registeredAt,
      handleDueAt: tickets.handleDueAt,
    })
    .from(tickets)
    .where(eq(tickets.number, number))
  // Compared even if there is no such ticket, so that the duration reveals nothing.
  const isRight = isSameCode(code, row?.queryCode ?? '')
  if (!row || !isRight) return null
  const isOpen = (openStates as readonly string[]).includes(row.state)
  const dueAt = isOpen && !isCallerHidden(row) ? row.handleDueAt : null
  return { id: row.id, progress: { number, state: row.state, registeredAt: row.registeredAt, dueAt } }
}

function isSameCode(given: string, kept: string): boolean {
  const [one, other] = [given, kept].map((code) => Buffer.from(code.padEnd(16).slice(0, 16)))
  return one !== undefined && other !== undefined && kept !== '' && timingSafeEqual(one, other)
}
