import { and, isNull, notInArray, sql } from 'drizzle-orm'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import type { Site } from '../site/site.ts'
import { lines } from './schema.ts'

/** Columns that follow the file; `number` is the key and `id` never changes. */
const followed = {
  name: sql`values(${lines.name})`,
  department: sql`values(${lines.department})`,
  mode: sql`values(${lines.mode})`,
  skill: sql`values(${lines.skill})`,
  keepNumber: sql`values(${lines.keepNumber})`,
  isSample: sql`values(${lines.isSample})`,
  effectiveFrom: sql`values(${lines.effectiveFrom})`,
  effectiveTo: sql`values(${lines.effectiveTo})`,
  changedAt: sql`values(${lines.changedAt})`,
  withdrawnAt: sql`NULL`,
}

/** Brings the table in step with `config/numbers.yaml`. Any number of processes may run it at once. */
export async function syncLines(db: Db, site: Pick<Site, 'lines'>, now: Instant): Promise<void> {
  const rows = site.lines.map((line) => ({
    number: line.number,
    name: line.name,
    department: line.department,
    mode: line.mode,
    skill: line.skill as string,
    keepNumber: line.keepNumber,
    isSample: line.isSample,
    effectiveFrom: line.effectiveFrom,
    effectiveTo: line.effectiveTo,
    changedAt: now,
  }))
  if (rows.length === 0) return
  await db.insert(lines).values(rows).onDuplicateKeyUpdate({ set: followed })
  // Never deleted: earlier calls refer to them.
  await db
    .update(lines)
    .set({ withdrawnAt: now, changedAt: now })
    .where(
      and(
        isNull(lines.withdrawnAt),
        notInArray(
          lines.number,
          rows.map((row) => row.number),
        ),
      ),
    )
}

/** Id of every present and former line, by its number. */
export async function lineIds(db: Db): Promise<Map<string, number>> {
  const rows = await db.select({ id: lines.id, number: lines.number }).from(lines)
  return new Map(rows.map((row) => [row.number, row.id]))
}

/** Lines are written when a hotline starts: an unknown one was added since the last query. */
export function openLineIds(db: Db): (number: string) => Promise<number | null> {
  let known = new Map<string, number>()
  return async (number) => {
    if (!known.has(number)) known = await lineIds(db)
    return known.get(number) ?? null
  }
}
