import type { FastifyRequest } from 'fastify'
import type { AuditAction } from '../../audit/action.ts'
import type { NumbersAsked } from '../../citizens/numbers-asked.ts'
import type { Guard } from '../../people/guard.ts'
import { may } from '../../people/person.ts'
import type { Session } from '../../people/store.ts'
import type { Db } from '../../platform/database/database.ts'
import { isUlid } from '../../platform/text/ulid-time.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { RevealInput } from './api.ts'
import type { LiveCalls } from './living.ts'
import { type CallRow, findCall } from './reads.ts'
import { type CallParties, isHiddenFrom, isOwnCall, isOwnCallOfTheHour } from './secrecy.ts'
import { tiedAmong } from './ties.ts'

/** Which call is meant, and what a person may do with it. */

/** @throws Refusal */
export async function requireCall(db: Db, id: string): Promise<CallRow> {
  const row = isUlid(id) ? await findCall(db, id) : null
  if (!row) throw new Refusal('call.not-found')
  return row
}

/** What a person may do with one call. */
export interface CallAccess {
  /** Nothing may tell who called, see `isHiddenFrom`. */
  isHidden: boolean
  /** The person speaks or spoke in it; it lives, or ended less than an hour ago. */
  isOwnOfTheHour: boolean
  mayPlay: boolean
  /** Add a line to what was noted. */
  mayNote: boolean
  /** How the caller rated the talk: never for those who were rated. */
  mayRating: boolean
}

export interface CallAccessParts {
  db: Db
  liveCalls: Pick<LiveCalls, 'arrival'>
  now(): Instant
}

const strange: CallParties = { agentIds: [], endedAt: null, isSecret: false }

/**
 * Recordings are for those with the right, and for the agent who spoke; that of a hidden caller is for fewer.
 * @param id of a call; null where a callback has none
 */
export async function callAccess(parts: CallAccessParts, { person }: Session, id: CallId | null): Promise<CallAccess> {
  const { db, liveCalls, now } = parts
  const [tied, arrival] =
    id === null ? [new Set<CallId>(), null] : await Promise.all([tiedAmong(db, [id]), liveCalls.arrival(id)])
  const call = arrival ?? strange
  const isHidden = isHiddenFrom(person, call, id !== null && tied.has(id), now())
  return {
    isHidden,
    isOwnOfTheHour: isOwnCallOfTheHour(person, call, now()),
    mayPlay: !isHidden && (may(person, 'recordings.play') || isOwnCall(person, call)),
    mayNote: !isHidden && (may(person, 'floor') || isOwnCall(person, call)),
    mayRating: may(person, 'ratings.read') && !isOwnCall(person, call),
  }
}

export const revealRefusals = ['call.caller-hidden', 'call.reason-missing', 'citizen.too-many-numbers'] as const
/**
 * Before a whole number is shown: audited, with the reason, which only an agent in a call of their own need not give.
 * @param callId null for a callback without a call
 * @throws Refusal
 */
export async function allowReveal(
  parts: CallAccessParts & { guard: Guard; numbersAsked: NumbersAsked },
  request: FastifyRequest,
  { reason }: RevealInput,
  { action, subject, callId }: { action: AuditAction; subject: string; callId: CallId | null },
): Promise<void> {
  const { db, guard, numbersAsked } = parts
  const { isHidden, isOwnOfTheHour } = await callAccess(parts, guard.sessionOf(request), callId)
  const details = reason === undefined ? undefined : { reason }
  if (isHidden) {
    await guard.audit(db, request, { action, subject, isAllowed: false, ...(details && { details }) })
    throw new Refusal('call.caller-hidden')
  }
  if (!isOwnOfTheHour && reason === undefined) throw new Refusal('call.reason-missing')
  await numbersAsked.countShown(request)
  await guard.audit(db, request, { action, subject, ...(details && { details }) })
}
