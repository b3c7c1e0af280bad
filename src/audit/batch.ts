import type { Db } from '../platform/database/database.ts'
import { auditEvents } from './schema.ts'
import { type AuditEvent, rowOf } from './store.ts'

interface Waiting {
  event: AuditEvent
  done(): void
  failed(error: unknown): void
}

/** Larger statements cost more than they save. */
const mostRows = 200

/**
 * Writes readings in batches: those that arrive while a statement is running go with the next one, so that a hundred
 * pages at once cost a few statements. @returns resolves when the row is written, rejects when it is not: then nothing
 * is shown
 */
export function openAuditBatch(db: Db): (event: AuditEvent) => Promise<void> {
  const waiting: Waiting[] = []
  let isWriting = false

  async function write(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, mostRows)
      try {
        await db.insert(auditEvents).values(batch.map(({ event }) => rowOf(event)))
        for (const { done } of batch) done()
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    isWriting = false
  }

  return (event) =>
    new Promise((done, failed) => {
      waiting.push({ event, done, failed })
      if (!isWriting) void write()
    })
}
