import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Logger } from 'pino'
import type { Db } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import { shortestMessageMs } from '../machine/call.ts'
import { callbacks } from '../records/schema.ts'
import { durationOf } from '../records/store.ts'

/**
 * Messages that callers left with the controller: their rows are written with the call's record, their files measured
 * here.
 */

type Row = typeof callbacks.$inferSelect

/**
 * Length and digest of each unmeasured message; may run at any time, in any process, and repeatedly. A message without
 * speech is set aside, and its caller counts as one who gave up. A missing file is logged.
 */
export async function measureMessages(parts: { db: Db; recordingDir: string; log: Logger }): Promise<void> {
  const { db, log } = parts
  const rows = await db
    .select()
    .from(callbacks)
    .where(and(eq(callbacks.reason, 'MESSAGE'), isNull(callbacks.sha256), isNotNull(callbacks.fileName)))
    .limit(100)
  for (const row of rows) {
    try {
      await measure(parts, row)
    } catch (error) {
      log.error({ err: error, callId: row.callId, file: row.fileName }, 'voice message not measured: retrying')
    }
  }
}

async function measure(
  { db, recordingDir, log }: { db: Db; recordingDir: string; log: Logger },
  row: Row,
): Promise<void> {
  const sound = await readFile(join(recordingDir, row.fileName ?? '')).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (sound === null) log.error({ callId: row.callId, file: row.fileName }, 'voice message file missing')
  const durationMs = durationOf(sound?.byteLength ?? 0)
  const isEmpty = durationMs < shortestMessageMs
  await db.transaction(async (tx) => {
    if (isEmpty && row.callerNumber !== null) {
      const { callerNumber, callId, lineId, since } = row
      const gaveUp = { callerNumber, callId, lineId, since, reason: 'GAVE_UP', status: 'TO_CALL_BACK' } as const
      await tx
        .insert(callbacks)
        .ignore()
        .values({ id: newId(since), ...gaveUp })
    }
    await tx
      .update(callbacks)
      .set({
        durationMs,
        sha256: createHash('sha256')
          .update(sound ?? '')
          .digest('hex'),
        ...(sound === null ? { fileName: null } : {}),
        ...(isEmpty ? { status: 'EMPTY' as const } : {}),
      })
      .where(and(eq(callbacks.id, row.id), isNull(callbacks.sha256)))
  })
}
