import { createHash } from 'node:crypto'
import { and, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { afterBatchReceipt, afterItemReceipt, faultOf, isOfBatch, type Receipt, type ReceiptRefusal } from './batch.ts'
import { oversightBatches, oversightItems, oversightReceipts } from './schema.ts'
import type { BatchRow, ItemRow } from './sheet.ts'

/** What the offices answer, read into the batch and its items. */

export interface GivenReceipt extends Receipt {
  /** Of the sender's message; null: what it says is its name. */
  id: string | null
  /** Null: of the whole batch. */
  ticket: string | null
  at: Instant
}

export interface ReceiptFault {
  /** Its place among those that were given. */
  index: number
  code: ReceiptRefusal
}

export interface Imported {
  /** New ones; those that were known already are not counted. */
  added: number
  faults: ReceiptFault[]
  /** Items whose step or case changed, as they are now. */
  changed: ItemRow[]
}

/** What a receipt means beside the item. @returns why it cannot be */
export type OnItem = (item: ItemRow, receipt: GivenReceipt) => Promise<ReceiptRefusal | null>

/**
 * Reads receipts in the order given. With a single fault nothing may be written: the caller rolls back.
 * @param byId null: from the 13710 system
 * @returns null when there is no such batch
 */
export async function importReceipts(
  tx: Tx,
  number: string,
  given: readonly GivenReceipt[],
  byId: number | null,
  now: Instant,
  onItem: OnItem = async () => null,
): Promise<Imported | null> {
  const [batch] = await tx.select().from(oversightBatches).where(eq(oversightBatches.number, number)).for('update')
  if (!batch) return null
  const items = await itemsOf(tx, batch, given)
  const known = await knownKeys(tx, number, given)
  const imported: Imported = { added: 0, faults: [], changed: [] }
  const changed = new Map<number, ItemRow>()
  let current = batch
  for (const [index, receipt] of given.entries()) {
    const key = keyOf(number, receipt)
    if (known.has(key)) continue
    known.add(key)
    const item = receipt.ticket === null ? null : (items.get(receipt.ticket) ?? null)
    const after = judge(current, item, receipt)
    if (typeof after === 'string') {
      imported.faults.push({ index, code: after })
      continue
    }
    const refused = after.item ? await onItem(after.item, receipt) : null
    if (refused) {
      imported.faults.push({ index, code: refused })
      continue
    }
    const { kind, caseNumber, text, at } = receipt
    const isEffective = after.batch !== current.receipt || after.item?.step === kind
    const row = { key, batchNumber: number, line: item?.line ?? null, kind, caseNumber, text, at }
    await tx.insert(oversightReceipts).values({ ...row, receivedAt: now, byId, isEffective })
    imported.added += 1
    if (after.batch !== current.receipt || isOfBatch(kind)) {
      current = { ...current, receipt: after.batch, receiptAt: at, receiptText: isOfBatch(kind) ? text : null }
    }
    if (after.item) {
      items.set(after.item.ticketNumber, after.item)
      changed.set(after.item.line, after.item)
    }
  }
  if (imported.faults.length > 0) return imported
  await save(tx, batch, current, [...changed.values()])
  return { ...imported, changed: [...changed.values()] }
}

type Judged = { batch: BatchRow['receipt']; item: ItemRow | null }

function judge(batch: BatchRow, item: ItemRow | null, receipt: GivenReceipt): Judged | ReceiptRefusal {
  const fault = faultOf(receipt, receipt.ticket !== null)
  if (fault) return fault
  if (receipt.ticket !== null && item === null) return 'batch.item-not-found'
  const after = afterBatchReceipt(batch.receipt, receipt.kind)
  if (after !== 'PENDING' && after !== 'RECEIVED' && after !== 'REJECTED') return after
  if (item === null) return { batch: after, item: null }
  const standing = afterItemReceipt(item, receipt)
  if (typeof standing === 'string') return standing
  const isOpen = standing.step !== 'CLEARED' && item.struckAt === null
  return { batch: after, item: { ...item, ...standing, stepAt: receipt.at, openSlot: isOpen ? 1 : null } }
}

async function itemsOf(tx: Tx, batch: BatchRow, given: readonly GivenReceipt[]): Promise<Map<string, ItemRow>> {
  const numbers = [...new Set(given.flatMap(({ ticket }) => ticket ?? []))]
  if (numbers.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(oversightItems)
    .where(
      and(
        eq(oversightItems.cutId, batch.cutId),
        eq(oversightItems.recipient, batch.recipient),
        inArray(oversightItems.ticketNumber, numbers),
      ),
    )
    // The reconciliation may strike one at this moment: what is struck stays so.
    .for('update')
  return new Map(rows.map((row) => [row.ticketNumber, row]))
}

async function knownKeys(tx: Tx, number: string, given: readonly GivenReceipt[]): Promise<Set<string>> {
  if (given.length === 0) return new Set()
  const keys = given.map((receipt) => keyOf(number, receipt))
  const rows = await tx
    .select({ key: oversightReceipts.key })
    .from(oversightReceipts)
    .where(inArray(oversightReceipts.key, keys))
  return new Set(rows.map(({ key }) => key))
}

/** The same receipt twice is one, whether it was sent or typed again. */
function keyOf(number: string, { id, ticket, kind, caseNumber, text }: GivenReceipt): string {
  if (id !== null) return id
  const said = JSON.stringify([number, ticket, kind, caseNumber, text])
  return createHash('sha256').update(said).digest('hex')
}

async function save(tx: Tx, before: BatchRow, after: BatchRow, items: readonly ItemRow[]): Promise<void> {
  if (after !== before) {
    const { receipt, receiptAt, receiptText } = after
    await tx
      .update(oversightBatches)
      .set({ receipt, receiptAt, receiptText })
      .where(eq(oversightBatches.number, before.number))
  }
  for (const { cutId, recipient, line, step, caseNumber, result, stepAt, openSlot } of items) {
    await tx
      .update(oversightItems)
      .set({ step, caseNumber, result, stepAt, openSlot })
      .where(
        and(eq(oversightItems.cutId, cutId), eq(oversightItems.recipient, recipient), eq(oversightItems.line, line)),
      )
  }
}
