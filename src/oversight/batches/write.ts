import { and, asc, eq, gt } from 'drizzle-orm'
import type { Calendar } from '../../calendar/calendar.ts'
import { valueUnlessYearMissing } from '../../calendar/weekdays.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { type BatchFile, digestOver, type Page, writeJson, writeXlsx } from './files.ts'
import { oversightBatches, oversightCuts, oversightFiles, oversightItems } from './schema.ts'
import { type BatchRow, type CutRow, headOf } from './sheet.ts'

/** Writes the files of a batch once. A process that dies on the way leaves nothing: the next one begins anew. */

const pageRows = 1_000

export interface WriteParts {
  db: Db
  /** Of the hotline: who sends. */
  centre: string
  calendar(): Promise<Calendar>
  now(): Instant
  /** In the transaction that writes it. */
  onWritten?(tx: Tx, batch: BatchRow, occasion: CutRow['occasion']): Promise<void>
}

/** @returns false when another process has written it */
export async function writeBatch(
  { db, centre, calendar, now, onWritten }: WriteParts,
  number: string,
): Promise<boolean> {
  const [found] = await db
    .select({ batch: oversightBatches, occasion: oversightCuts.occasion })
    .from(oversightBatches)
    .innerJoin(oversightCuts, eq(oversightCuts.id, oversightBatches.cutId))
    .where(and(eq(oversightBatches.number, number), eq(oversightBatches.state, 'CUT')))
  if (!found) return false
  const { batch, occasion } = found
  const head = headOf(batch, { occasion }, centre)
  const days = await calendar()
  const json = await writeJson(head, pagesOf(db, batch, days))
  const xlsx = await writeXlsx(head, pagesOf(db, batch, days), batch.cutoffAt)
  return db.transaction(async (tx) => {
    const [locked] = await tx
      .select({ state: oversightBatches.state })
      .from(oversightBatches)
      .where(eq(oversightBatches.number, number))
      .for('update')
    if (locked?.state !== 'CUT') return false
    await keepFile(tx, number, 'json', json)
    await keepFile(tx, number, 'xlsx', xlsx)
    const written = {
      ...{ state: 'WRITTEN' as const, writtenAt: now(), sha256: digestOver(json.sha256, xlsx.sha256) },
      ...{ jsonSha256: json.sha256, jsonBytes: json.bytes, xlsxSha256: xlsx.sha256, xlsxBytes: xlsx.bytes },
    }
    await tx.update(oversightBatches).set(written).where(eq(oversightBatches.number, number))
    await onWritten?.(tx, { ...batch, ...written }, occasion)
    return true
  })
}

async function* pagesOf(db: Db, { cutId, recipient, cutoffAt }: BatchRow, calendar: Calendar): AsyncGenerator<Page> {
  for (let line = 0; ; ) {
    const items = await db
      .select()
      .from(oversightItems)
      .where(
        and(eq(oversightItems.cutId, cutId), eq(oversightItems.recipient, recipient), gt(oversightItems.line, line)),
      )
      .orderBy(asc(oversightItems.line))
      .limit(pageRows)
    const last = items.at(-1)
    if (!last) return
    yield { items, overdueDays: items.map(({ dueAt }) => overdueDays(calendar, dueAt, cutoffAt)) }
    line = last.line
  }
}

const overdueDays = (calendar: Calendar, dueAt: Instant, cutoffAt: Instant): number | null =>
  valueUnlessYearMissing(() => calendar.workingDaysBetween(dueAt, cutoffAt))

async function keepFile(tx: Tx, batchNumber: string, format: 'json' | 'xlsx', { parts }: BatchFile): Promise<void> {
  for (const [part, content] of parts.entries()) {
    await tx.insert(oversightFiles).values({ batchNumber, format, part, content })
  }
}
