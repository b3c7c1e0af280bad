import { may } from '../people/person.ts'
import type { Session } from '../people/store.ts'
import type { Db } from '../platform/database.ts'
import { Refusal } from '../platform/problem.ts'
import { isUlid } from '../platform/ulid-time.ts'
import { type CallRow, findCall } from './reads.ts'

/** Which call is meant, and what somebody may do with it. */

/** Recordings are for those with the right, and for the agent who spoke. */
export function mayPlay(session: Session, row: CallRow): boolean {
  return may(session.person, 'recordings.play') || row.call.agentId === session.person.id
}

/** @throws Refusal */
export async function requireCall(db: Db, id: string): Promise<CallRow> {
  const row = isUlid(id) ? await findCall(db, id) : null
  if (!row) throw new Refusal('call.not-found')
  return row
}
