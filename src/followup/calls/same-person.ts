import { and, eq, inArray, isNull, like, lt, ne, or } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { tickets } from '../../tickets/records/schema.ts'
import type { Tried } from '../follow-up.ts'
import { followUpAttempts, followUps } from '../schema.ts'
import { voiceMeans } from '../words.ts'

/** One citizen may have several matters: they are called about one at a time, and as far apart as about the same one. */

const isOpen = inArray(followUps.state, ['PLANNED', 'WAITING', 'CALLING'])

/** Tasks of other matters of the same citizen: by their number, whatever its extension. */
async function otherTasks(tx: Db | Tx, id: string): Promise<string[]> {
  const [own] = await tx
    .select({ phone: tickets.callerPhone })
    .from(followUps)
    .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
    .where(eq(followUps.id, id))
  const number = own?.phone?.split(';ext=')[0]
  if (!number) return []
  const rows = await tx
    .select({ id: followUps.id })
    .from(tickets)
    .innerJoin(followUps, eq(followUps.ticketId, tickets.id))
    .where(and(or(eq(tickets.callerPhone, number), like(tickets.callerPhone, `${number};ext=%`)), ne(followUps.id, id)))
  return rows.map((row) => row.id)
}

/** Calls to the same person about their other matters: those under way, and the last ones. */
export async function triesOfOthers(tx: Db | Tx, id: string): Promise<Tried[]> {
  const others = await otherTasks(tx, id)
  if (others.length === 0) return []
  const { at, result, followUpId, means } = followUpAttempts
  return tx
    .select({ at, result })
    .from(followUpAttempts)
    .where(
      and(inArray(followUpId, others), inArray(means, [...voiceMeans]), or(isNull(result), ne(result, 'NOT_PLACED'))),
    )
}

/** Their other matters wait, so that none of them is shown, or taken, as due meanwhile. @param until when they may be called */
export async function postponeOthers(db: Db, id: string, until: Instant): Promise<void> {
  const others = await otherTasks(db, id)
  if (others.length === 0) return
  await db
    .update(followUps)
    .set({ nextAt: until })
    .where(
      and(
        inArray(followUps.id, others),
        isOpen,
        inArray(followUps.nextMeans, ['KEYPAD', 'AGENT']),
        lt(followUps.nextAt, until),
      ),
    )
}
