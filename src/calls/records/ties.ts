import { and, eq, exists, gt, inArray, isNull, not, or, type SQL, sql } from 'drizzle-orm'
import type { Person } from '../../people/person.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { mayKnowHidden } from '../../tickets/life/view.ts'
import { isHiddenTicket } from '../../tickets/records/hidden.ts'
import { ticketCalls, tickets } from '../../tickets/records/schema.ts'
import { heardKinds } from '../machine/call.ts'
import { callSegments, calls } from './schema.ts'
import { ownCallMs } from './secrecy.ts'

/** Which calls are tied to a ticket with a hidden caller. The consequences are in `secrecy.ts`. */

export async function tiedAmong(db: Db | Tx, ids: readonly CallId[]): Promise<Set<CallId>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectDistinct({ callId: ticketCalls.callId })
    .from(ticketCalls)
    .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
    .where(and(inArray(ticketCalls.callId, [...ids]), isHiddenTicket()))
  return new Set(rows.map((row) => row.callId))
}

/**
 * The opposite of `isHiddenFrom` as a condition on `calls`, for lists and searches in the database: the calls whose
 * callers this person may know.
 */
export function isNotHiddenFrom(
  db: Pick<Db, 'select'>,
  person: Pick<Person, 'id' | 'roles'>,
  now: Instant,
): SQL | undefined {
  if (mayKnowHidden(person)) return undefined
  const tie = db
    .select({ one: sql`1` })
    .from(ticketCalls)
    .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
    .where(and(eq(ticketCalls.callId, calls.id), isHiddenTicket()))
  const { callId, agentId, kind } = callSegments
  const talk = db
    .select({ one: sql`1` })
    .from(callSegments)
    .where(and(eq(callId, calls.id), eq(agentId, person.id), inArray(kind, [...heardKinds])))
  const hasSpoken = or(eq(calls.agentId, person.id), exists(talk))
  const isOwn = and(eq(calls.isSecret, false), hasSpoken, or(isNull(calls.endedAt), gt(calls.endedAt, now - ownCallMs)))
  // A callback may have no call: its columns are null then.
  return or(and(sql`${calls.isSecret} IS NOT TRUE`, not(exists(tie))), isOwn)
}
