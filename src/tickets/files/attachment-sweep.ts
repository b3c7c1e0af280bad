import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import { sweepFiles } from './attachment-files.ts'
import { endWithDrafts, isFileUsed } from './attachments.ts'

export interface AttachmentSweepParts {
  db: Db
  folder: string
  /** Other rooms keep files in the same folder. */
  isUsedElsewhere(sha256: string): Promise<boolean>
  now(): Instant
  log: Log
}

/** Ends files of deleted drafts, and removes contents without a reference. Any process may run it. */
export async function sweepAttachments(parts: AttachmentSweepParts): Promise<void> {
  const { db, folder, now, log } = parts
  const isUsed = async (sha256: string) => (await isFileUsed(db, sha256)) || (await parts.isUsedElsewhere(sha256))
  const ended = await endWithDrafts(db, now())
  const removed = await sweepFiles(folder, isUsed, now())
  if (ended > 0 || removed > 0) log.info({ ended, removed }, 'ticket files swept')
}
