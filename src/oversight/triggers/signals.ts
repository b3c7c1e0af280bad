import { and, eq, isNull, like } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { oversightSignals } from './schema.ts'
import type { Level, SignalKind } from './trigger.ts'

/**
 * The one port through which facts from outside of tickets pull a trigger: what a follow-up found, what the province
 * urges, what a leader instructs. The alert begins and ends with the next sweep.
 */
export interface NewSignal {
  kind: SignalKind
  ticketId: TicketId
  /** Who found it and which finding, `follow-up:01J…`: the same twice is one. */
  source: string
  words: string
  /** As it was sent; null: as the trigger's rule says. */
  level?: Level
  /** Null: another program. */
  byId: number | null
}

/** So long the words may be, in characters; what others wrote at greater length is cut. */
const longest = 500

/** @returns its id, or that of the same finding that is known already */
export async function raiseSignal(tx: Db | Tx, given: NewSignal, now: Instant): Promise<string> {
  const { level = null, ...signal } = given
  const id = newId(now)
  const [result] = await tx
    .insert(oversightSignals)
    .ignore()
    .values({ id, ...signal, words: [...signal.words].slice(0, longest).join(''), level, at: now })
  if (result.affectedRows > 0) return id
  const [known] = await tx
    .select({ id: oversightSignals.id })
    .from(oversightSignals)
    .where(eq(oversightSignals.source, given.source))
  return known?.id ?? id
}

/** What a finding said is not so after all. @param finding the beginning of its sources, `follow-up:01J…:` */
export async function endFindings(tx: Tx, finding: string, why: string, now: Instant): Promise<void> {
  await tx
    .update(oversightSignals)
    .set({ endedAt: now, endedWhy: why })
    .where(and(like(oversightSignals.source, `${finding}%`), isNull(oversightSignals.endedAt)))
}

/** @returns whether it was open */
export async function endSignal(tx: Db | Tx, id: string, why: string, now: Instant): Promise<boolean> {
  const [result] = await tx
    .update(oversightSignals)
    .set({ endedAt: now, endedWhy: why })
    .where(and(eq(oversightSignals.id, id), isNull(oversightSignals.endedAt)))
  return result.affectedRows > 0
}
