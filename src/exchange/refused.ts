import type { Db } from '../platform/database/database.ts'
import { outbox } from '../platform/database/schema.ts'
import type { Instant } from '../platform/types.ts'
import type { RefusedPacket } from './packet.ts'

/** A notice to administrators and supervisors. */
export async function announceRefused(db: Pick<Db, 'insert'>, packet: RefusedPacket, now: Instant): Promise<void> {
  await db
    .insert(outbox)
    .ignore()
    .values({
      ...{ queue: 'tickets', topic: 'packet.refused', jobId: `packet:${packet.key}:${packet.why}` },
      payload: { packet },
      createdAt: now,
    })
}
