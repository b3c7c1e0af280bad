import { asc, count, eq } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant } from '../../platform/types.ts'
import { mostFiles } from '../../tickets/files/attachment.ts'
import type { NewAttachment } from '../../tickets/files/attachments.ts'
import { oversightPhotos } from './schema.ts'

/** Photos of papers. Their bytes lie in the folder of ticket files, which is swept of what nothing refers to. */

export type PhotoRow = typeof oversightPhotos.$inferSelect

export function photosOf(db: Db, caseId: string): Promise<PhotoRow[]> {
  return db.select().from(oversightPhotos).where(eq(oversightPhotos.caseId, caseId)).orderBy(asc(oversightPhotos.id))
}

export async function findPhoto(db: Db, id: string): Promise<PhotoRow | null> {
  const [row] = await db.select().from(oversightPhotos).where(eq(oversightPhotos.id, id))
  return row ?? null
}

export async function mayHavePhoto(db: Db | Tx, caseId: string): Promise<boolean> {
  const [row] = await db.select({ photos: count() }).from(oversightPhotos).where(eq(oversightPhotos.caseId, caseId))
  return (row?.photos ?? 0) < mostFiles
}

export async function addPhoto(
  tx: Tx,
  caseId: string,
  { fileName, mediaType, bytes, sha256 }: Omit<NewAttachment, 'kind'>,
  by: number,
  now: Instant,
): Promise<string> {
  const id = newId(now)
  await tx.insert(oversightPhotos).values({ id, caseId, fileName, mediaType, bytes, sha256, addedBy: by, addedAt: now })
  return id
}

/** Whether a photo has this content: the sweep of files leaves it. */
export async function isPhoto(db: Db, sha256: string): Promise<boolean> {
  const [row] = await db
    .select({ id: oversightPhotos.id })
    .from(oversightPhotos)
    .where(eq(oversightPhotos.sha256, sha256))
    .limit(1)
  return row !== undefined
}
