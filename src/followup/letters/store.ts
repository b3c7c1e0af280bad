import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { categories } from '../../catalogue/schema.ts'
import { endFindings } from '../../oversight/triggers/signals.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { units } from '../../units/schema.ts'
import { findingsFrom } from '../answers.ts'
import { followUps } from '../schema.ts'
import { type AppealDecision, barToAppeal, barToDecide, outcomeAfter } from './letter.ts'
import { followUpLetters } from './schema.ts'

/** Letters in the database: what a unit reads, its appeal, and the decision of another person. */

export type LetterRow = typeof followUpLetters.$inferSelect

const columns = {
  letter: followUpLetters,
  task: followUps,
  ...{ number: tickets.number, title: tickets.title, callerName: tickets.callerName },
  ...{ callerPhone: tickets.callerPhone, callerOtherPhone: tickets.callerOtherPhone, type: tickets.type },
  ...{ callerAddress: tickets.callerAddress, isAtHome: tickets.isAtHome, place: tickets.place },
  ...{ isConfidential: tickets.isConfidential, isAnonymous: tickets.isAnonymous },
  ...{ category: categories.name, unitName: units.shortName },
}

const lettersIn = (db: Db | Tx) =>
  db
    .select(columns)
    .from(followUpLetters)
    .innerJoin(followUps, eq(followUps.id, followUpLetters.followUpId))
    .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
    .innerJoin(categories, eq(categories.code, tickets.categoryCode))
    .innerJoin(units, eq(units.code, followUpLetters.unitCode))
export type FoundLetter = Awaited<ReturnType<ReturnType<typeof lettersIn>['execute']>>[number]

export interface AskedLetters {
  /** Null: of all units. */
  unit: UnitCode | null
  isAppealOpen: boolean
  after: string | null
  limit: number
}

/** Newest first. */
export async function listLetters(db: Db, { unit, isAppealOpen, after, limit }: AskedLetters): Promise<FoundLetter[]> {
  return lettersIn(db)
    .where(
      and(
        unit === null ? undefined : eq(followUpLetters.unitCode, unit),
        isAppealOpen ? and(isNull(followUpLetters.decision), isNotNull(followUpLetters.appealedAt)) : undefined,
        after === null ? undefined : lt(followUpLetters.id, after),
      ),
    )
    .orderBy(desc(followUpLetters.id))
    .limit(limit + 1)
}

export async function findLetter(db: Db | Tx, id: string): Promise<FoundLetter | null> {
  const [found] = await lettersIn(db).where(eq(followUpLetters.id, id))
  return found ?? null
}

/** The last letter about a ticket. @param unit it is addressed to; null: to any */
export async function lastLetterOf(db: Db, ticketId: TicketId, unit: UnitCode | null): Promise<FoundLetter | null> {
  const isTheirs = unit === null ? undefined : eq(followUpLetters.unitCode, unit)
  const [found] = await lettersIn(db)
    .where(and(eq(followUps.ticketId, ticketId), isTheirs))
    .orderBy(desc(followUpLetters.id))
    .limit(1)
  return found ?? null
}

async function locked(tx: Tx, id: string): Promise<LetterRow> {
  const [row] = await tx.select().from(followUpLetters).where(eq(followUpLetters.id, id)).for('update')
  if (!row) throw new Refusal('letter.not-found')
  return row
}

/** The first time that somebody of the unit read it. */
export async function markRead(db: Db, id: string, by: number, now: Instant): Promise<void> {
  await db
    .update(followUpLetters)
    .set({ readAt: now, readBy: by })
    .where(and(eq(followUpLetters.id, id), isNull(followUpLetters.readAt)))
}

/** @throws Refusal */
export async function appeal(
  tx: Tx,
  id: string,
  { grounds, by, unit }: { grounds: string; by: number; unit: UnitCode | null },
  now: Instant,
): Promise<void> {
  const row = await locked(tx, id)
  if (row.unitCode !== unit) throw new Refusal('letter.not-found')
  const bar = barToAppeal(row, now)
  if (bar !== null) throw new Refusal(bar)
  await tx.update(followUpLetters).set({ grounds, appealedAt: now, appealedBy: by }).where(eq(followUpLetters.id, id))
}

/** @throws Refusal, also for the person who issued the letter */
export async function decideAppeal(
  tx: Tx,
  id: string,
  { decision, note, by }: { decision: AppealDecision; note: string; by: number },
  now: Instant,
): Promise<void> {
  const row = await locked(tx, id)
  const bar = barToDecide(row, by)
  if (bar !== null) throw new Refusal(bar)
  await tx
    .update(followUpLetters)
    .set({ decision, decisionNote: note, decidedAt: now, decidedBy: by })
    .where(eq(followUpLetters.id, id))
  const [task] = await tx.select().from(followUps).where(eq(followUps.id, row.followUpId)).for('update')
  if (!task) throw new Error(`letter ${id} without a follow-up`)
  await tx
    .update(followUps)
    .set({ outcome: outcomeAfter(task.outcome, decision), version: task.version + 1 })
    .where(eq(followUps.id, task.id))
  if (decision === 'UPHELD') await endFindings(tx, findingsFrom(task.id), '单位申诉成立', now)
}

/** Answers that a unit had in this time. */
const answeredBy = (unit: UnitCode, from: Instant, to: Instant): SQL | undefined =>
  and(eq(followUps.unitCode, unit), gte(followUps.answeredAt, from), lt(followUps.answeredAt, to))

export async function countsOf(db: Db, unit: UnitCode, from: Instant, to: Instant) {
  const [outcomes, reasons] = await Promise.all([
    db
      .select({ outcome: followUps.outcome, count: sql<number>`COUNT(*)` })
      .from(followUps)
      .where(answeredBy(unit, from, to))
      .groupBy(followUps.outcome),
    db
      .select({ reason: followUps.reason, category: categories.name, count: sql<number>`COUNT(*)` })
      .from(followUps)
      .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
      .innerJoin(categories, eq(categories.code, tickets.categoryCode))
      .where(and(answeredBy(unit, from, to), isNotNull(followUps.reason)))
      .groupBy(followUps.reason, categories.name),
  ])
  return { outcomes, reasons }
}

/** What people said who were not content, the last first. */
export async function wordsOf(
  db: Db,
  unit: UnitCode,
  from: Instant,
  to: Instant,
  most: number,
): Promise<FoundLetter[]> {
  return lettersIn(db)
    .where(
      and(
        answeredBy(unit, from, to),
        inArray(followUps.satisfied, ['DISSATISFIED', 'VERY_DISSATISFIED', 'BASICALLY']),
        sql`CHAR_LENGTH(${followUps.words}) > 3`,
      ),
    )
    .orderBy(desc(followUps.answeredAt))
    .limit(most)
}
