import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import type { Instant, TicketId, UnitCode } from '../platform/types.ts'
import { tickets, ticketTasks } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'
import { codeDigits, codeLifeMs, linkLifeMs, mostTries, passLifeMs } from './link.ts'
import { ticketLinks } from './schema.ts'

/** Links in the database. A reader of the tables can open none of them. */

export type LinkRow = typeof ticketLinks.$inferSelect

const secretOf = (): string => randomBytes(32).toString('base64url')
const digestOf = (...parts: string[]): string => createHash('sha256').update(parts.join(':')).digest('hex')

interface Wanted {
  ticketId: TicketId
  unitCode: UnitCode
  phone: string
  madeBy: number | null
}

/** In place of the one that the unit had. @returns the token, which cannot be read again */
export async function makeLink(tx: Tx, wanted: Wanted, now: Instant): Promise<{ id: string; token: string }> {
  const { ticketId, unitCode } = wanted
  await tx
    .update(ticketLinks)
    .set({ slot: null, withdrawnAt: now })
    .where(and(eq(ticketLinks.ticketId, ticketId), eq(ticketLinks.unitCode, unitCode), eq(ticketLinks.slot, 1)))
  const token = secretOf()
  const id = newId(now)
  await tx
    .insert(ticketLinks)
    .values({ id, ...wanted, slot: 1, tokenHash: digestOf(token), createdAt: now, expiresAt: now + linkLifeMs })
  return { id, token }
}

export async function findByToken(db: Db, token: string): Promise<LinkRow | null> {
  const [row] = await db
    .select()
    .from(ticketLinks)
    .where(eq(ticketLinks.tokenHash, digestOf(token)))
  return row ?? null
}

export async function findById(db: Db | Tx, id: string): Promise<LinkRow | null> {
  const [row] = await db.select().from(ticketLinks).where(eq(ticketLinks.id, id))
  return row ?? null
}

/** The unit's link that still holds, locked. */
export async function lockOpen(tx: Tx, ticketId: TicketId, unitCode: UnitCode, now: Instant): Promise<LinkRow | null> {
  const [row] = await tx
    .select()
    .from(ticketLinks)
    .where(
      and(
        eq(ticketLinks.ticketId, ticketId),
        eq(ticketLinks.unitCode, unitCode),
        eq(ticketLinks.slot, 1),
        gt(ticketLinks.expiresAt, now),
      ),
    )
    .for('update')
  return row ?? null
}

/** The last one that the unit had, for whatever reason it holds no longer. */
export async function lastOf(tx: Tx, ticketId: TicketId, unitCode: UnitCode): Promise<LinkRow | null> {
  const [row] = await tx
    .select()
    .from(ticketLinks)
    .where(and(eq(ticketLinks.ticketId, ticketId), eq(ticketLinks.unitCode, unitCode)))
    .orderBy(desc(ticketLinks.id))
    .limit(1)
  return row ?? null
}

/** The last first. */
export async function linksOf(db: Db, ticketId: TicketId): Promise<(LinkRow & { unitName: string })[]> {
  const rows = await db
    .select({ link: ticketLinks, unitName: units.shortName })
    .from(ticketLinks)
    .innerJoin(units, eq(units.code, ticketLinks.unitCode))
    .where(eq(ticketLinks.ticketId, ticketId))
    .orderBy(desc(ticketLinks.id))
  return rows.map(({ link, unitName }) => ({ ...link, unitName }))
}

/** A new code in place of the one before. @returns its digits, which cannot be read again */
export async function makeCode(tx: Tx, id: string, now: Instant): Promise<string> {
  const digits = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0')
  await tx
    .update(ticketLinks)
    .set({ codeHash: digestOf(id, digits), codeUntil: now + codeLifeMs, codeTries: 0 })
    .where(eq(ticketLinks.id, id))
  return digits
}

/**
 * Tries a code. The attempt counts before it is compared, so that a hundred at once do not all pass; a right one holds once.
 * @returns the pass for what follows; null for a wrong or expired code, and when too many were tried
 */
export async function enter(
  db: Db,
  id: string,
  digits: string,
  now: Instant,
): Promise<{ pass: string; until: Instant } | null> {
  const counted = await db
    .update(ticketLinks)
    .set({ codeTries: sql`${ticketLinks.codeTries} + 1` })
    .where(and(eq(ticketLinks.id, id), gt(ticketLinks.codeUntil, now), lt(ticketLinks.codeTries, mostTries)))
  if (counted[0].affectedRows === 0) return null
  const row = await findById(db, id)
  const given = digestOf(id, digits)
  if (row?.codeHash == null || !isSame(row.codeHash, given)) return null
  const pass = secretOf()
  const until = Math.min(now + passLifeMs, row.expiresAt)
  const [taken] = await db
    .update(ticketLinks)
    .set({
      ...{ codeHash: null, codeUntil: null, passHash: digestOf(pass), passUntil: until },
      openedAt: row.openedAt ?? now,
    })
    .where(and(eq(ticketLinks.id, id), eq(ticketLinks.codeHash, given)))
  return taken.affectedRows === 0 ? null : { pass, until }
}

export function isPass({ passHash, passUntil }: LinkRow, pass: string, now: Instant): boolean {
  return passHash !== null && passUntil !== null && now < passUntil && isSame(passHash, digestOf(pass))
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}

/** It has done what it was for. */
export async function markUsed(db: Db, id: string, now: Instant): Promise<void> {
  await db
    .update(ticketLinks)
    .set({ usedAt: now, slot: null, passHash: null })
    .where(and(eq(ticketLinks.id, id), isNull(ticketLinks.usedAt)))
}

/** @returns false when it did not hold any more */
export async function withdraw(tx: Tx, id: string, reason: string, now: Instant): Promise<boolean> {
  const [result] = await tx
    .update(ticketLinks)
    .set({ withdrawnAt: now, withdrawnReason: reason, slot: null, passHash: null })
    .where(and(eq(ticketLinks.id, id), eq(ticketLinks.slot, 1)))
  return result.affectedRows > 0
}

/** Bodies without accounts that take part in the ticket, with the number that their links go to. */
export async function bodiesIn(
  db: Db | Tx,
  ticketId: TicketId,
): Promise<{ unitCode: UnitCode; name: string; phone: string | null }[]> {
  return db
    .selectDistinct({ unitCode: units.code, name: units.shortName, phone: units.phone })
    .from(ticketTasks)
    .innerJoin(units, eq(units.code, ticketTasks.unitCode))
    .where(and(eq(ticketTasks.ticketId, ticketId), eq(ticketTasks.slot, 1), eq(units.kind, 'EXTERNAL')))
}

/** What a message says of the ticket: nothing of whom it is from or about. */
export async function factsOf(
  tx: Tx | Db,
  ticketId: TicketId,
): Promise<{ number: string; signDueAt: Instant | null; handleDueAt: Instant | null } | null> {
  const { number, signDueAt, handleDueAt } = tickets
  const [row] = await tx.select({ number, signDueAt, handleDueAt }).from(tickets).where(eq(tickets.id, ticketId))
  return row ?? null
}
