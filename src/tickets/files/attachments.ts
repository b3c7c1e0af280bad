import {
  and,
  asc,
  count,
  eq,
  exists,
  getTableColumns,
  isNotNull,
  isNull,
  lt,
  not,
  or,
  type Placeholder,
  type SQL,
  sql,
} from 'drizzle-orm'
import { users } from '../../people/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { attachments, ticketDrafts, tickets } from '../records/schema.ts'
import { type AttachmentKind, type MediaType, mostFiles } from './attachment.ts'

/** Rows of attachments. A file belongs to a draft until its submission, then to the ticket. */

export type AttachmentRow = typeof attachments.$inferSelect

/** The owner of a file. */
export type Holder = { ticketId: TicketId } | { draftId: string }

export interface NewAttachment {
  kind: AttachmentKind
  fileName: string
  mediaType: MediaType
  bytes: number
  sha256: string
}

function of(holder: { ticketId: TicketId | Placeholder } | { draftId: string }): SQL | undefined {
  const isHeld =
    'ticketId' in holder ? eq(attachments.ticketId, holder.ticketId) : eq(attachments.draftId, holder.draftId)
  return and(isHeld, isNull(attachments.deletedAt))
}

/** Of a row that an older version wrote the unit is that of the person. */
const columns = {
  ...getTableColumns(attachments),
  unitCode: sql<UnitCode | null>`COALESCE(${attachments.unitCode}, ${users.unitCode})`,
}

const ofTicket = prepared((db) =>
  db
    .select(columns)
    .from(attachments)
    .leftJoin(users, eq(users.id, attachments.uploadedBy))
    .where(of({ ticketId: sql.placeholder('ticketId') }))
    .orderBy(asc(attachments.id))
    .prepare(),
)

export async function listAttachments(db: Db | Tx, holder: Holder): Promise<AttachmentRow[]> {
  if ('ticketId' in holder) return ofTicket(db).execute({ ticketId: holder.ticketId })
  return db.select().from(attachments).where(of(holder)).orderBy(asc(attachments.id))
}

/** @returns false when the limit is reached */
export async function mayHoldMore(db: Db | Tx, holder: Holder): Promise<boolean> {
  const [row] = await db.select({ files: count() }).from(attachments).where(of(holder))
  return (row?.files ?? 0) < mostFiles
}

/** Serialised with other files of the same draft or ticket, and with the submission of the draft. */
export async function addAttachment(
  db: Db,
  holder: Holder,
  file: NewAttachment,
  by: { id: number | null; unitCode: UnitCode | null },
  now: Instant,
): Promise<AttachmentRow | 'draft.not-found' | 'attachment.too-many'> {
  const row: AttachmentRow = {
    id: newId(now),
    ticketId: 'ticketId' in holder ? holder.ticketId : null,
    draftId: 'draftId' in holder ? holder.draftId : null,
    ...file,
    uploadedBy: by.id,
    unitCode: by.unitCode,
    uploadedAt: now,
    deletedAt: null,
  }
  return db.transaction(async (tx) => {
    if (!(await lockHolder(tx, holder))) return 'draft.not-found'
    if (!(await mayHoldMore(tx, holder))) return 'attachment.too-many'
    await tx.insert(attachments).values(row)
    return row
  })
}

/** @returns false when the draft was submitted or deleted in the meantime */
async function lockHolder(tx: Tx, holder: Holder): Promise<boolean> {
  const one = { one: sql<number>`1` }
  const rows =
    'ticketId' in holder
      ? await tx.select(one).from(tickets).where(eq(tickets.id, holder.ticketId)).for('update')
      : await tx
          .select(one)
          .from(ticketDrafts)
          .where(and(eq(ticketDrafts.id, holder.draftId), isNull(ticketDrafts.endedAt)))
          .for('update')
  return rows.length > 0
}

export async function findAttachment(db: Db, id: string): Promise<AttachmentRow | null> {
  const [row] = await db
    .select(columns)
    .from(attachments)
    .leftJoin(users, eq(users.id, attachments.uploadedBy))
    .where(and(eq(attachments.id, id), isNull(attachments.deletedAt)))
  return row ?? null
}

/** A ticket's files are part of its record; only a draft's file may be removed. */
export async function dropAttachment(db: Db, id: string, ownerId: number, now: Instant): Promise<boolean> {
  const [result] = await db
    .update(attachments)
    .set({ deletedAt: now })
    .where(
      and(
        eq(attachments.id, id),
        eq(attachments.uploadedBy, ownerId),
        isNotNull(attachments.draftId),
        isNull(attachments.ticketId),
        isNull(attachments.deletedAt),
      ),
    )
  return result.affectedRows > 0
}

/** In the transaction that submits the draft. */
export async function moveToTicket(tx: Tx, draftId: string, ticketId: TicketId, ownerId: number): Promise<void> {
  await tx
    .update(attachments)
    .set({ ticketId, draftId: null })
    .where(and(of({ draftId }), eq(attachments.uploadedBy, ownerId)))
}

/** Files of deleted drafts end with them. */
export async function endWithDrafts(db: Db, now: Instant): Promise<number> {
  const [result] = await db
    .update(attachments)
    .set({ deletedAt: now })
    .where(
      and(
        isNotNull(attachments.draftId),
        isNull(attachments.deletedAt),
        or(
          exists(
            db
              .select({ one: sql`1` })
              .from(ticketDrafts)
              .where(and(eq(ticketDrafts.id, attachments.draftId), isNotNull(ticketDrafts.endedAt))),
          ),
          // A draft whose owner was removed is removed with them.
          and(
            lt(attachments.uploadedAt, now - 86_400_000),
            not(exists(db.select({ one: sql`1` }).from(ticketDrafts).where(eq(ticketDrafts.id, attachments.draftId)))),
          ),
        ),
      ),
    )
  return result.affectedRows
}

export async function isFileUsed(db: Db, sha256: string): Promise<boolean> {
  const [row] = await db
    .select({ one: sql<number>`1` })
    .from(attachments)
    .where(and(eq(attachments.sha256, sha256), isNull(attachments.deletedAt)))
    .limit(1)
  return row !== undefined
}
