import { eq } from 'drizzle-orm'
import { keepNotice } from '../notifications/store.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { disputeParties, disputes } from './schema.ts'

/** Each unit that takes part is told, in the transaction of what it is told of. */
export async function tellParties(
  tx: Tx,
  eventKey: string,
  topic: 'dispute.proposed' | 'dispute.called' | 'dispute.ruled',
  now: Instant,
  id = eventKey,
): Promise<void> {
  const [dispute] = await tx.select({ question: disputes.question }).from(disputes).where(eq(disputes.id, id))
  const parties = await tx
    .select({ unit: disputeParties.unitCode })
    .from(disputeParties)
    .where(eq(disputeParties.disputeId, id))
  for (const { unit } of parties) {
    const facts = { title: dispute?.question ?? '' }
    const about = { ticketId: null, unitCode: unit, userId: null, facts }
    await keepNotice(tx, { eventKey: `${topic}:${eventKey}`, channel: 'IN_APP', topic, ...about }, now)
  }
}
