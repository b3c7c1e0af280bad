import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import { sweepFiles } from './attachment-files.ts'
import { endWithDrafts, isFileUsed } from './attachments.ts'

/** Ends files of deleted drafts, and removes contents without a reference. Any process may run it. */
export async function sweepAttachments(parts: { db: Db; folder: string; now(): Instant; log: Log }): Promise<void> {
  const { db, folder, now, log } = parts
  const ended = await endWithDrafts(db, now())
  const removed = await sweepFiles(folder, (sha256) => isFileUsed(db, sha256), now())
  if (ended > 0 || removed > 0) log.info({ ended, removed }, 'ticket files swept')
}
