import { and, asc, eq, gt, lte } from 'drizzle-orm'
import { users } from '../../people/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { tickets } from '../records/schema.ts'
import type { Claim } from './api.ts'
import { ticketClaims } from './schema.ts'

/** Long enough to call a unit about it; who forgets it keeps nobody from it for longer. */
const claimedMs = 15 * 60_000
const mostClaims = 500

/** Those that hold now, the oldest first. */
export async function listClaims(db: Db, now: Instant): Promise<Claim[]> {
  const rows = await db
    .select({ number: tickets.number, id: users.id, name: users.name, at: ticketClaims.at })
    .from(ticketClaims)
    .innerJoin(tickets, eq(tickets.id, ticketClaims.ticketId))
    .innerJoin(users, eq(users.id, ticketClaims.userId))
    .where(gt(ticketClaims.at, now - claimedMs))
    .orderBy(asc(ticketClaims.at))
    .limit(mostClaims)
  return rows.map(({ number, id, name, at }) => ({ number, by: { id, name }, at, until: at + claimedMs }))
}

/**
 * Takes it, or renews what one has. Two who take it at once: one of them has it.
 * @returns who has it now
 */
export async function claimTicket(
  db: Db,
  { ticketId, userId, takeOver }: { ticketId: TicketId; userId: number; takeOver: boolean },
  now: Instant,
): Promise<{ userId: number; name: string; at: Instant }> {
  return db.transaction(async (tx) => {
    // The ticket's row is what everybody waits for.
    await tx.select({ id: tickets.id }).from(tickets).where(eq(tickets.id, ticketId)).for('update')
    const [held] = await tx
      .select({ userId: ticketClaims.userId, name: users.name, at: ticketClaims.at })
      .from(ticketClaims)
      .innerJoin(users, eq(users.id, ticketClaims.userId))
      .where(eq(ticketClaims.ticketId, ticketId))
    const isOthers = held !== undefined && held.userId !== userId && held.at > now - claimedMs
    if (isOthers && !takeOver) return held
    await tx
      .insert(ticketClaims)
      .values({ ticketId, userId, at: now })
      .onDuplicateKeyUpdate({ set: { userId, at: now } })
    return { userId, name: '', at: now }
  })
}

/** @param userId whose it has to be; null: any person, because the step that it was taken for is done */
export async function releaseClaim(db: Db | Tx, ticketId: TicketId, userId: number | null): Promise<boolean> {
  const isTheirs = userId === null ? undefined : eq(ticketClaims.userId, userId)
  const [result] = await db.delete(ticketClaims).where(and(eq(ticketClaims.ticketId, ticketId), isTheirs))
  return result.affectedRows > 0
}

/** @returns how many that had ended were removed */
export async function purgeClaims(db: Db, now: Instant): Promise<number> {
  const [result] = await db
    .delete(ticketClaims)
    .where(lte(ticketClaims.at, now - claimedMs))
    .limit(mostClaims)
  return result.affectedRows
}
