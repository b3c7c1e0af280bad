import type { Tx } from '../../platform/database/database.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import type { BatchHooks } from '../batches/duties.ts'
import type { BatchRow } from '../batches/sheet.ts'
import { type OutboxParts, queueMessages, sendDue } from './outbox.ts'
import { followUnits, tellRed } from './store.ts'

const sendEveryMs = 1_000
const redEveryMs = 60_000

/** The jobs role's part: messages to the system, units in charge, and marks that pass unmet. */
export function dutiesOf13710(parts: OutboxParts): Duty[] {
  const red = {
    ...{ everyMs: redEveryMs, name: 'marks of 13710 cases' },
    async work() {
      // First: who is told of a mark is the unit in charge.
      await followUnits(parts.db, parts.now())
      await tellRed(parts.db, parts.now())
    },
  }
  const send = { everyMs: sendEveryMs, name: 'messages to the 13710 system', work: () => sendDue(parts) }
  return parts.settings.thirteen710Url === null ? [red] : [send, red]
}

/** What batches tell the system, in the transaction of what is told. Nothing where none is linked. */
export function hooksOf13710({ settings, now }: Pick<OutboxParts, 'settings' | 'now'>): BatchHooks {
  if (settings.thirteen710Url === null) return {}
  return {
    onWritten: (tx: Tx, batch: BatchRow, occasion) =>
      queueMessages(tx, [{ type: 'BATCH', subject: batch.number, body: batchBody(batch, occasion) }], now()),
    onStruck: (tx, struck) =>
      queueMessages(
        tx,
        struck.map(({ batchNumber, ticketNumber: ticket, why }) => ({
          ...{ type: 'STRUCK' as const, subject: batchNumber, body: { batch: batchNumber, ticket, why } },
        })),
        now(),
      ),
  }
}

function batchBody(batch: BatchRow, occasion: string): Record<string, unknown> {
  const { number, documentNumber: document_number, recipient, office, copyTo: copy_to, items } = batch
  return {
    ...{ number, document_number, recipient, office, copy_to, occasion, items },
    cutoff_at: new Date(batch.cutoffAt).toISOString(),
    ...{
      json_sha256: batch.jsonSha256,
      json_bytes: batch.jsonBytes,
      xlsx_sha256: batch.xlsxSha256,
      sha256: batch.sha256,
    },
  }
}
