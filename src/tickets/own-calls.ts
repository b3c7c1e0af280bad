import type { FastifyRequest } from 'fastify'
import type { Arrival, LiveCalls } from '../calls/records/living.ts'
import { isHiddenFrom, isOwnCall } from '../calls/records/secrecy.ts'
import { tiedAmong } from '../calls/records/ties.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { CallId, Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'

/**
 * Data of these calls, for the agent who took them only, and of a hidden reporter's call as long as `isHiddenFrom`
 * permits. Null for an unknown call: it may have no row yet.
 * @throws Refusal for another agent's call, or one whose caller is hidden by now: this person may neither learn its
 *   number nor make its ticket
 */
export type OwnCalls = (request: FastifyRequest, callIds: readonly CallId[]) => Promise<(Arrival | null)[]>

/** Each route that asks says that it may answer so. */
export const ownCallRefusals = ['call.not-yours', 'call.caller-hidden'] as const
type OwnCallRefusal = (typeof ownCallRefusals)[number]

export function openOwnCalls(parts: {
  db: Db
  guard: Guard
  liveCalls: Pick<LiveCalls, 'arrival'>
  now(): Instant
}): OwnCalls {
  const { db, guard, liveCalls, now } = parts
  return async (request, callIds) => {
    const { person } = guard.sessionOf(request)
    const arrivals = await Promise.all(callIds.map((id) => liveCalls.arrival(id)))
    const strange = callIds.find((_, at) => arrivals[at] && !isOwnCall(person, arrivals[at]))
    if (strange !== undefined) await refuse(request, strange, 'call.not-yours')
    const tied = await tiedAmong(db, callIds)
    const hidden = callIds.find((id, at) => arrivals[at] && isHiddenFrom(person, arrivals[at], tied.has(id), now()))
    if (hidden !== undefined) await refuse(request, hidden, 'call.caller-hidden')
    return arrivals
  }

  async function refuse(request: FastifyRequest, call: CallId, code: OwnCallRefusal): Promise<never> {
    await guard.audit(db, request, {
      ...{ action: 'access.denied', subject: call, isAllowed: false },
      details: { route: request.routeOptions.url },
    })
    throw new Refusal(code)
  }
}
