import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  index,
  int,
  mysqlTable,
  primaryKey,
  smallint,
  tinyint,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/mysql-core'
import { users } from '../../people/schema.ts'
import { code, instant, ulid } from '../../platform/database/columns.ts'
import type { TicketId, UnitCode } from '../../platform/types.ts'
import type { EventKind } from '../../tickets/life/steps/index.ts'
import type { TicketType, Urgency } from '../../tickets/life/words.ts'
import type { BatchReceipt, BatchState, CutOccasion, ItemStep, ReceiptKind, Recipient } from './batch.ts'

/** One moment at which everything overdue was taken, for all offices at once; asked for, then done by the jobs role. */
export const oversightCuts = mysqlTable(
  'oversight_cuts',
  {
    id: ulid('id').primaryKey(),
    /** `weekly:2026-11-30`: the same twice is one cut. */
    key: code('cut_key', 64).notNull(),
    occasion: code<CutOccasion>('occasion', 12).notNull(),
    /** Null: the machine. */
    askedBy: int('asked_by').references(() => users.id),
    askedAt: instant('asked_at').notNull(),
    /** Null until it is done. */
    cutoffAt: instant('cutoff_at'),
    /** Of an attempt that failed; it is tried again. */
    lastError: varchar('last_error', { length: 255 }),
  },
  (t) => [uniqueIndex('oversight_cuts_key').on(t.key), index('oversight_cuts_undone').on(t.cutoffAt, t.id)],
)

/** What one office gets of a cut. Never changed but for files, receipts and reconciliation. */
export const oversightBatches = mysqlTable(
  'oversight_batches',
  {
    /** `2026-0012` */
    number: code('number', 12).primaryKey(),
    cutId: ulid('cut_id')
      .notNull()
      .references(() => oversightCuts.id),
    documentNumber: varchar('document_number', { length: 32 }).notNull(),
    recipient: code<Recipient>('recipient', 8).notNull(),
    office: varchar('office', { length: 64 }).notNull(),
    /** The city's office, where a county's batch goes there as well. */
    copyTo: varchar('copy_to', { length: 64 }),
    items: int('items').notNull(),
    cutoffAt: instant('cutoff_at').notNull(),
    state: code<BatchState>('state', 8).notNull(),
    jsonSha256: code('json_sha256', 64),
    jsonBytes: int('json_bytes'),
    xlsxSha256: code('xlsx_sha256', 64),
    xlsxBytes: int('xlsx_bytes'),
    /** Over both. */
    sha256: code('sha256', 64),
    writtenAt: instant('written_at'),
    receipt: code<BatchReceipt>('receipt', 8).notNull(),
    receiptAt: instant('receipt_at'),
    receiptText: varchar('receipt_text', { length: 500 }),
    reconciledAt: instant('reconciled_at'),
  },
  (t) => [
    uniqueIndex('oversight_batches_recipient').on(t.cutId, t.recipient),
    // Those whose files are still to be written.
    index('oversight_batches_state').on(t.state, t.number),
  ],
)

/** An item as it was at the cut, and what became of it. */
export const oversightItems = mysqlTable(
  'oversight_items',
  {
    cutId: ulid('cut_id')
      .notNull()
      .references(() => oversightCuts.id),
    recipient: code<Recipient>('recipient', 8).notNull(),
    /** 1, 2, 3 … of its batch, what was due first at the top. */
    line: int('line').notNull(),
    ticketId: ulid<TicketId>('ticket_id').notNull(),
    ticketNumber: code('ticket_number', 16).notNull(),
    registeredAt: instant('registered_at').notNull(),
    type: code<TicketType>('type', 12).notNull(),
    urgency: code<Urgency>('urgency', 4).notNull(),
    category: varchar('category', { length: 128 }).notNull(),
    county: varchar('county', { length: 32 }),
    /** No nearer than this: an address may be somebody's home. */
    township: varchar('township', { length: 64 }),
    unitCode: code<UnitCode>('unit_code').notNull(),
    unit: varchar('unit', { length: 64 }).notNull(),
    coUnits: varchar('co_units', { length: 512 }).notNull(),
    dueAt: instant('due_at').notNull(),
    extensions: smallint('extensions').notNull(),
    returns: smallint('returns_asked').notNull(),
    redo: smallint('redo').notNull(),
    urges: smallint('urges').notNull(),
    callers: int('callers').notNull(),
    /** Problem tickets, clusters: what makes it weightier. */
    risk: varchar('risk', { length: 64 }).notNull(),
    /** Numbers of its papers of supervision: `长热督〔2026〕0003号`. */
    papers: varchar('papers', { length: 255 }).notNull().default(''),
    lastKind: code<EventKind>('last_kind', 24),
    lastAt: instant('last_at'),

    step: code<ItemStep>('step', 12).notNull().default(sql`'LISTED'`),
    caseNumber: varchar('case_number', { length: 64 }),
    result: varchar('result', { length: 1000 }),
    stepAt: instant('step_at'),
    struckAt: instant('struck_at'),
    struckWhy: varchar('struck_why', { length: 128 }),
    /** 1 until it is struck or cleared: what is reconciled each day. */
    openSlot: tinyint('open_slot').default(1),
  },
  (t) => [
    primaryKey({ columns: [t.cutId, t.recipient, t.line] }),
    // A ticket is in a cut once at most, whatever writes it.
    uniqueIndex('oversight_items_ticket').on(t.ticketId, t.cutId),
    index('oversight_items_open').on(t.openSlot, t.cutId),
  ],
)

/** Every receipt as it came, only ever added. */
export const oversightReceipts = mysqlTable(
  'oversight_receipts',
  {
    id: bigint('id', { mode: 'number' }).autoincrement().primaryKey(),
    /** Of the sender's message, or a digest of what it says: the same twice is one receipt. */
    key: code('receipt_key', 64).notNull(),
    batchNumber: code('batch_number', 12)
      .notNull()
      .references(() => oversightBatches.number),
    /** Null: of the whole batch. */
    line: int('line'),
    kind: code<ReceiptKind>('kind', 12).notNull(),
    caseNumber: varchar('case_number', { length: 64 }),
    text: varchar('words', { length: 1000 }),
    /** When it happened at the office. */
    at: instant('at').notNull(),
    receivedAt: instant('received_at').notNull(),
    /** Null: it came from the 13710 system. */
    byId: int('by_id').references(() => users.id),
    isEffective: boolean('is_effective').notNull(),
  },
  (t) => [uniqueIndex('oversight_receipts_key').on(t.key), index('oversight_receipts_item').on(t.batchNumber, t.line)],
)

const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'mediumblob' })

/** The files of a batch in pieces, so that neither writing nor sending one holds all of it. */
export const oversightFiles = mysqlTable(
  'oversight_files',
  {
    batchNumber: code('batch_number', 12)
      .notNull()
      .references(() => oversightBatches.number),
    format: code<'json' | 'xlsx'>('format', 4).notNull(),
    part: int('part').notNull(),
    content: bytes('content').notNull(),
  },
  (t) => [primaryKey({ columns: [t.batchNumber, t.format, t.part] })],
)

/** The last number of each year, counted in the transaction of the cut: none is missing. */
export const oversightBatchCounters = mysqlTable('oversight_batch_counters', {
  year: int('year').primaryKey(),
  last: int('last_number').notNull(),
})
