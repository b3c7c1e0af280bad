import { and, asc, desc, eq, gt, inArray, lt, lte, or, sql } from 'drizzle-orm'
import type { Db } from '../platform/database/database.ts'
import type { CountyCode, Instant, TicketId, UnitCode } from '../platform/types.ts'
import { tickets } from '../tickets/records/schema.ts'
import { type Judgement, judge, judgedBy } from './judge.ts'
import type { Model, Sample } from './model.ts'
import { learnerMarks, learnerModels, learnerOutcomes } from './schema.ts'

/** Models of the learner, what it learns from, and how often it was right. */

export type ModelRow = typeof learnerModels.$inferSelect

export const mostSamples = 20_000
const pageOfSamples = 1_000
/** Of tickets that agents closed at once no unit is learnt: of a hotline that closes most of them so, fewer samples. */
const mostPages = 2 * (mostSamples / pageOfSamples)

const facts = {
  ...{ id: tickets.id, title: tickets.title, content: tickets.content, place: tickets.place },
  ...{ countyCode: tickets.countyCode, unit: tickets.leadUnit, closedAt: tickets.closedAt },
}
type Facts = {
  title: string
  content: string
  place: string
  countyCode: CountyCode | null
}

export const textOf = ({ title, content, place }: Omit<Facts, 'countyCode'>): string => `${title}\n${content}\n${place}`

/** Of hidden callers and of reports nothing is learnt. */
const isOpenToAll = and(
  ...[eq(tickets.isConfidential, false), eq(tickets.isAnonymous, false)],
  sql`${tickets.type} <> 'REPORT'`,
)

/** The newest closed tickets, in pages by the index of their closing; the oldest of them first. */
export async function readSamples(db: Db): Promise<Sample[]> {
  const samples: Sample[] = []
  let last: { closedAt: Instant; id: TicketId } | null = null
  for (let pages = 0; pages < mostPages && samples.length < mostSamples; pages += 1) {
    const rows: (Facts & { id: TicketId; unit: UnitCode | null; closedAt: Instant | null })[] = await db
      .select(facts)
      .from(tickets)
      .where(
        and(
          ...[inArray(tickets.state, ['CLOSED', 'ARCHIVED']), isOpenToAll],
          last === null
            ? sql`${tickets.closedAt} IS NOT NULL`
            : // The bound alone makes it a range of the index: of the alternative behind it none is one.
              and(
                lte(tickets.closedAt, last.closedAt),
                or(lt(tickets.closedAt, last.closedAt), lt(tickets.id, last.id)),
              ),
        ),
      )
      .orderBy(desc(tickets.closedAt), desc(tickets.id))
      .limit(pageOfSamples)
    for (const row of rows) {
      if (row.unit !== null) samples.push({ unit: row.unit, text: textOf(row), countyCode: row.countyCode })
    }
    const end = rows.at(-1)
    if (rows.length < pageOfSamples || !end || end.closedAt === null) break
    last = { closedAt: end.closedAt, id: end.id }
  }
  return samples.slice(0, mostSamples).reverse()
}

export async function lastModel(db: Db): Promise<ModelRow | null> {
  const [row] = await db
    .select()
    .from(learnerModels)
    .where(eq(learnerModels.state, 'READY'))
    .orderBy(desc(learnerModels.version))
    .limit(1)
  return row ?? null
}

export async function lastVersion(db: Db): Promise<number> {
  const [row] = await db
    .select({ version: learnerModels.version })
    .from(learnerModels)
    .where(eq(learnerModels.state, 'READY'))
    .orderBy(desc(learnerModels.version))
    .limit(1)
  return row?.version ?? 0
}

/** The last training, whatever became of it. */
export async function lastTraining(db: Db): Promise<Pick<ModelRow, 'version' | 'state' | 'startedAt'> | null> {
  const [row] = await db
    .select({ version: learnerModels.version, state: learnerModels.state, startedAt: learnerModels.startedAt })
    .from(learnerModels)
    .orderBy(desc(learnerModels.version))
    .limit(1)
  return row ?? null
}

/** @returns whether this process may train it */
export async function claimVersion(db: Db, version: number, startedAt: Instant): Promise<boolean> {
  const [made] = await db.insert(learnerModels).ignore().values({ version, state: 'TRAINING', startedAt })
  return made.affectedRows > 0
}

/** Models with their words are kept for this many versions. */
const keptModels = 5

export async function keepModel(
  db: Db,
  version: number,
  result: Pick<ModelRow, 'trainedAt' | 'tickets' | 'words' | 'units' | 'heldOut'> & { model: Model },
): Promise<void> {
  const model = JSON.stringify(result.model)
  await db
    .update(learnerModels)
    .set({ ...result, model, state: 'READY' })
    .where(eq(learnerModels.version, version))
  await db
    .update(learnerModels)
    .set({ model: null })
    .where(lt(learnerModels.version, version - keptModels))
}

export async function giveUp(db: Db, version: number): Promise<void> {
  await db.update(learnerModels).set({ state: 'FAILED' }).where(eq(learnerModels.version, version))
}

export interface ToJudge extends Facts {
  id: TicketId
  unit: UnitCode | null
  ruleKey: string | null
  dispatchCount: number
  isLearnt: boolean
  closedAt: Instant
}

/** Closed tickets that were not compared yet, the oldest first. Before the first model there is nothing to compare. */
export async function readToJudge(db: Db, since: Instant, most: number): Promise<ToJudge[]> {
  const [mark] = await db.select().from(learnerMarks).where(eq(learnerMarks.id, 1))
  const from = mark ?? { closedAt: since, ticketId: '' as TicketId }
  const rows = await db
    .select({
      ...facts,
      ruleKey: tickets.ruleKey,
      dispatchCount: tickets.dispatchCount,
      isLearnt: sql<boolean>`(${isOpenToAll})`.mapWith(Boolean),
    })
    .from(tickets)
    .where(
      or(gt(tickets.closedAt, from.closedAt), and(eq(tickets.closedAt, from.closedAt), gt(tickets.id, from.ticketId))),
    )
    .orderBy(asc(tickets.closedAt), asc(tickets.id))
    .limit(most)
  return rows.flatMap((row) => (row.closedAt === null ? [] : { ...row, closedAt: row.closedAt }))
}

/** What was compared, and how far: together. */
export async function keepOutcomes(
  db: Db,
  outcomes: readonly (typeof learnerOutcomes.$inferInsert)[],
  last: { closedAt: Instant; id: TicketId },
): Promise<void> {
  const mark = { closedAt: last.closedAt, ticketId: last.id }
  await db.transaction(async (tx) => {
    if (outcomes.length > 0)
      await tx
        .insert(learnerOutcomes)
        .ignore()
        .values([...outcomes])
    await tx
      .insert(learnerMarks)
      .values({ id: 1, ...mark })
      .onDuplicateKeyUpdate({ set: mark })
  })
}

export async function readJudgement(db: Db): Promise<Judgement> {
  const rows = await db
    .select({ isAgreed: learnerOutcomes.isAgreed })
    .from(learnerOutcomes)
    .orderBy(desc(learnerOutcomes.closedAt), desc(learnerOutcomes.ticketId))
    .limit(judgedBy)
  return judge(rows.map(({ isAgreed }) => isAgreed))
}

/** The last two years by month of the city, the newest first. */
export async function readMonths(db: Db, now: Instant): Promise<{ month: string; agreed: number; of: number }[]> {
  const month = sql<string>`DATE_FORMAT(DATE_ADD(${learnerOutcomes.closedAt}, INTERVAL 8 HOUR), '%Y-%m')`
  return db
    .select({
      month,
      agreed: sql<number>`SUM(${learnerOutcomes.isAgreed})`.mapWith(Number),
      of: sql<number>`COUNT(*)`.mapWith(Number),
    })
    .from(learnerOutcomes)
    .where(gt(learnerOutcomes.closedAt, now - 730 * 86_400_000))
    .groupBy(sql`1`)
    .orderBy(sql`1 DESC`)
}
