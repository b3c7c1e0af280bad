import type { FastifyRequest } from 'fastify'
import { audit } from '../../audit/store.ts'
import type { Arrival, LiveCalls } from '../../calls/control/living.ts'
import { isOwnCall } from '../../calls/records/secrecy.ts'
import { fromOf, type Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'

/**
 * What is known of these calls, told to the agent who took them and to nobody else. Null for a call that nobody knows: it
 * may have no row yet.
 * @throws Refusal for another agent's call: its number is not this person's to learn, nor its ticket theirs to make
 */
export type OwnCalls = (request: FastifyRequest, callIds: readonly CallId[]) => Promise<(Arrival | null)[]>

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
    if (strange === undefined) return arrivals
    await audit(db, {
      ...{ at: now(), actorId: person.id, actor: person.username, address: fromOf(request).address },
      ...{ action: 'access.denied', subject: strange, isAllowed: false },
      details: { route: request.routeOptions.url },
    })
    throw new Refusal('call.not-yours')
  }
}
