import type { Db, Tx } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import type { AuditAction } from './action.ts'
import { auditEvents } from './schema.ts'

export interface AuditEvent {
  at: Instant
  actorId: number | null
  /** User name as given; a stranger's, too. */
  actor: string
  action: AuditAction
  subject?: string
  address?: string
  isAllowed?: boolean
  details?: Record<string, unknown>
}

/** An action without time and actor: those come from the request, see `Guard`. */
export type Act = Omit<AuditEvent, 'at' | 'actorId' | 'actor' | 'address'>

/** Resolves when it is written: what must be audited is not done before. */
export async function audit(db: Db | Tx, event: AuditEvent): Promise<void> {
  await db.insert(auditEvents).values(rowOf(event))
}

/** As it is kept. */
export function rowOf(event: AuditEvent): typeof auditEvents.$inferInsert {
  const { at, actorId, action } = event
  return {
    at,
    actorId,
    actor: event.actor.slice(0, 64).toWellFormed(),
    action,
    subject: event.subject?.slice(0, 64) ?? null,
    address: event.address?.slice(0, 45) ?? null,
    isAllowed: event.isAllowed === false ? 0 : 1,
    details: event.details ?? null,
  }
}
