import { and, asc, count, eq } from 'drizzle-orm'
import type { Db } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import type { Instant } from '../platform/types.ts'
import type { NewAttachment } from '../tickets/files/attachments.ts'
import { mostOf } from './dispute.ts'
import { disputeFiles, disputes } from './schema.ts'
import type { Author } from './store.ts'

/** Evidence of disputes as files. */

export type DisputeFileRow = typeof disputeFiles.$inferSelect

export function listDisputeFiles(db: Db, disputeId: string): Promise<DisputeFileRow[]> {
  return db.select().from(disputeFiles).where(eq(disputeFiles.disputeId, disputeId)).orderBy(asc(disputeFiles.id))
}

export async function findDisputeFile(db: Db, disputeId: string, id: string): Promise<DisputeFileRow | null> {
  const [row] = await db
    .select()
    .from(disputeFiles)
    .where(and(eq(disputeFiles.id, id), eq(disputeFiles.disputeId, disputeId)))
  return row ?? null
}

/** Whether these bytes are evidence of any dispute. */
export async function isDisputeFile(db: Db, sha256: string): Promise<boolean> {
  const [row] = await db
    .select({ id: disputeFiles.id })
    .from(disputeFiles)
    .where(eq(disputeFiles.sha256, sha256))
    .limit(1)
  return row !== undefined
}

export async function mayTakeMore(db: Pick<Db, 'select'>, disputeId: string): Promise<boolean> {
  const [row] = await db.select({ files: count() }).from(disputeFiles).where(eq(disputeFiles.disputeId, disputeId))
  return (row?.files ?? 0) < mostOf.files
}

/** @returns its id; null when there are enough by now */
export async function addDisputeFile(
  db: Db,
  disputeId: string,
  file: Omit<NewAttachment, 'kind'>,
  by: Author,
  now: Instant,
): Promise<string | null> {
  const id = newId(now)
  return db.transaction(async (tx) => {
    await tx.select({ id: disputes.id }).from(disputes).where(eq(disputes.id, disputeId)).for('update')
    if (!(await mayTakeMore(tx, disputeId))) return null
    const who = { unitCode: by.unitCode, uploadedBy: by.id, byName: by.name }
    await tx.insert(disputeFiles).values({ id, disputeId, ...file, ...who, uploadedAt: now })
    return id
  })
}
