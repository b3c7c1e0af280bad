import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { placeInWords } from '../../units/unit.ts'
import type { BatchDetail, BatchSummary, itemFilters } from './api.ts'
import { type ItemStep, itemSteps } from './batch.ts'
import { oversightBatches, oversightCuts, oversightFiles, oversightItems, oversightReceipts } from './schema.ts'
import type { BatchRow, CutRow, ItemRow } from './sheet.ts'

/** Batches as people read them. */

export interface FoundBatch {
  batch: BatchRow
  occasion: CutRow['occasion']
}

export async function findBatch(db: Db, number: string): Promise<FoundBatch | null> {
  const [row] = await batchesWhere(db, eq(oversightBatches.number, number)).limit(1)
  return row ?? null
}

/** Newest first. @param before number of the last one of the page before */
export function listBatches(db: Db, before: string | null, limit: number): Promise<FoundBatch[]> {
  return batchesWhere(db, before === null ? undefined : lt(oversightBatches.number, before))
    .orderBy(desc(oversightBatches.number))
    .limit(limit)
}

function batchesWhere(db: Db, where: SQL | undefined) {
  return db
    .select({ batch: oversightBatches, occasion: oversightCuts.occasion })
    .from(oversightBatches)
    .innerJoin(oversightCuts, eq(oversightCuts.id, oversightBatches.cutId))
    .where(where)
}

const receiptLateMs = 24 * 3_600_000

export async function summariesOf(db: Db, found: readonly FoundBatch[], now: Instant): Promise<BatchSummary[]> {
  if (found.length === 0) return []
  const rows = await db
    .select({
      ...{ cutId: oversightItems.cutId, recipient: oversightItems.recipient, step: oversightItems.step },
      isStruck: sql<number>`${oversightItems.struckAt} IS NOT NULL`,
      items: count(),
    })
    .from(oversightItems)
    .where(inArray(oversightItems.cutId, [...new Set(found.map(({ batch }) => batch.cutId))]))
    .groupBy(oversightItems.cutId, oversightItems.recipient, oversightItems.step, sql`4`)
  return found.map(({ batch, occasion }) => {
    const own = rows.filter(({ cutId, recipient }) => cutId === batch.cutId && recipient === batch.recipient)
    const sum = (some: typeof own) => some.reduce((all, { items }) => all + items, 0)
    const struck = own.filter(({ isStruck }) => Number(isStruck) === 1)
    const standing = own.filter((row) => !struck.includes(row))
    const { number, documentNumber, office, copyTo, cutoffAt, receipt, receiptAt, receiptText, reconciledAt } = batch
    return {
      ...{ number, documentNumber, office, copyTo, occasion, cutoffAt, items: batch.items, files: filesOf(batch) },
      ...{ receipt, receiptAt, receiptText, reconciledAt },
      isReceiptLate: receipt === 'PENDING' && batch.items > 0 && now > cutoffAt + receiptLateMs,
      counts: {
        open: sum(standing.filter(({ step }) => step !== 'CLEARED')),
        struck: sum(struck),
        steps: Object.fromEntries(
          itemSteps.map((step) => [step, sum(standing.filter((row) => row.step === step))]),
        ) as Record<ItemStep, number>,
      },
    }
  })
}

function filesOf({ jsonBytes, jsonSha256, xlsxBytes, xlsxSha256, sha256 }: BatchRow): BatchSummary['files'] {
  if (jsonBytes === null || jsonSha256 === null || xlsxBytes === null || xlsxSha256 === null || sha256 === null)
    return null
  return {
    json: { bytes: jsonBytes, sha256: jsonSha256 },
    xlsx: { bytes: xlsxBytes, sha256: xlsxSha256 },
    sha256,
  }
}

const shownWhere: Record<(typeof itemFilters)[number], SQL | undefined> = {
  ALL: undefined,
  OPEN: eq(oversightItems.openSlot, 1),
  SETTLED: eq(oversightItems.step, 'CLEARED'),
  STRUCK: isNotNull(oversightItems.struckAt),
}

/** In the order of their lines. */
export function listItems(
  db: Db,
  { cutId, recipient }: BatchRow,
  shown: (typeof itemFilters)[number],
  page: { after: number; limit: number },
): Promise<ItemRow[]> {
  return db
    .select()
    .from(oversightItems)
    .where(
      and(
        ...[eq(oversightItems.cutId, cutId), eq(oversightItems.recipient, recipient)],
        ...[gt(oversightItems.line, page.after), shownWhere[shown]],
      ),
    )
    .orderBy(asc(oversightItems.line))
    .limit(page.limit)
}

export function itemView(item: ItemRow): BatchDetail['list'][number] {
  const { line, ticketNumber, category, county, township, unit, dueAt } = item
  const { step, caseNumber, result, stepAt, struckAt, struckWhy } = item
  return {
    ...{ line, ticket: ticketNumber, category, place: placeInWords(county, township, ''), unit, dueAt },
    ...{ step, caseNumber, result, stepAt, struckAt, struckWhy },
  }
}

const mostReceipts = 100

/** The last ones first. */
export async function readReceipts(db: Db, { number, cutId, recipient }: BatchRow): Promise<BatchDetail['receipts']> {
  const { ticketNumber } = oversightItems
  return db
    .select({
      ...{ ticket: ticketNumber, kind: oversightReceipts.kind, caseNumber: oversightReceipts.caseNumber },
      ...{ text: oversightReceipts.text, at: oversightReceipts.at, receivedAt: oversightReceipts.receivedAt },
      by: users.name,
    })
    .from(oversightReceipts)
    .leftJoin(users, eq(users.id, oversightReceipts.byId))
    .leftJoin(
      oversightItems,
      and(
        ...[eq(oversightItems.cutId, cutId), eq(oversightItems.recipient, recipient)],
        eq(oversightItems.line, oversightReceipts.line),
      ),
    )
    .where(eq(oversightReceipts.batchNumber, number))
    .orderBy(desc(oversightReceipts.id))
    .limit(mostReceipts)
}

export async function countWaiting(db: Db): Promise<number> {
  const [row] = await db.select({ waiting: count() }).from(oversightCuts).where(isNull(oversightCuts.cutoffAt))
  return row?.waiting ?? 0
}

/** A file piece by piece. */
export async function* readFile(db: Db, batchNumber: string, format: 'json' | 'xlsx'): AsyncGenerator<Buffer> {
  for (let part = 0; ; part += 1) {
    const [row] = await db
      .select({ content: oversightFiles.content })
      .from(oversightFiles)
      .where(
        and(
          ...[eq(oversightFiles.batchNumber, batchNumber), eq(oversightFiles.format, format)],
          eq(oversightFiles.part, part),
        ),
      )
    if (!row) return
    yield row.content
  }
}
