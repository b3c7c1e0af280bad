import { z } from 'zod'
import { manyLines, oneLine } from '../../platform/text/text.ts'
import { nextCursor, pageQuery } from '../../platform/web/paging.ts'
import { batchReceipts, cutOccasions, itemSteps, receiptKinds } from './batch.ts'

/** Requests and answers of `/api/oversight/batches`. Types for the pages, too. */

const instant = z.number().describe('ms since 1970, UTC')
const number = z.string().regex(/^\d{4}-\d{4,7}$/, '批次编号应为 2026-0001 的形式')
const ticketNumber = z.string().regex(/^[A-Z]{2}\d{14}$/, '工单编号应为 CZ 加 14 位数字')

export const byBatch = z.object({ number })
export const batchQuery = z.object({ ...pageQuery(50) })
export const itemFilters = ['ALL', 'OPEN', 'SETTLED', 'STRUCK'] as const
export const itemQuery = z.object({
  ...pageQuery(50),
  shown: z.enum(itemFilters).default('ALL').describe('OPEN: neither settled nor struck; SETTLED: 销号'),
})
export const fileQuery = z.object({ format: z.enum(['xlsx', 'json']) })

export const batchRequest = z
  .object({
    key: z
      .string()
      .min(8)
      .max(48)
      .regex(/^[\w-]+$/)
      .describe('of the client: the same twice is one cut'),
  })
  .meta({ id: 'BatchRequest' })
export const batchAsked = z.object({ cut: z.string() }).meta({ id: 'BatchAsked' })

const receipt = z.object({
  id: z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/)
    .nullable()
    .default(null)
    .describe('the same twice is one receipt'),
  ticket: ticketNumber.nullable().default(null).describe('null: of the whole batch'),
  kind: z.enum(receiptKinds),
  caseNumber: oneLine(64, '13710 编号').nullable().default(null),
  text: manyLines(1_000, '说明')
    .nullable()
    .default(null)
    .transform((text) => text?.trim() || null),
  at: instant.optional().describe('when it happened at the office; now by default'),
})
export const receiptsGiven = z
  .object({ receipts: z.array(receipt).min(1, '没有回执').max(1_000, '一次最多导入 1000 条') })
  .meta({ id: 'BatchReceipts' })
export const receiptsTaken = z
  .object({ added: z.number(), known: z.number().describe('they were known already') })
  .meta({ id: 'BatchReceiptsTaken' })

const file = z.object({ bytes: z.number(), sha256: z.string() })
const counts = z.object({
  open: z.number().describe('neither cleared nor struck'),
  struck: z.number().describe('settled before the office came to them'),
  steps: z.record(z.enum(itemSteps), z.number()).describe('items that are not struck, by their last step'),
})
const batch = z.object({
  number: z.string(),
  documentNumber: z.string(),
  office: z.string(),
  copyTo: z.string().nullable(),
  occasion: z.enum(cutOccasions),
  cutoffAt: instant,
  items: z.number(),
  files: z.object({ json: file, xlsx: file, sha256: z.string().describe('over both') }).nullable(),
  receipt: z.enum(batchReceipts),
  receiptAt: instant.nullable(),
  receiptText: z.string().nullable(),
  isReceiptLate: z.boolean().describe('no receipt a day after the cut'),
  reconciledAt: instant.nullable(),
  counts,
})
export const batchList = z
  .object({ batches: z.array(batch), waiting: z.number().describe('cuts that are being made'), next: nextCursor })
  .meta({ id: 'OversightBatchList' })

const item = z.object({
  line: z.number(),
  ticket: z.string(),
  category: z.string(),
  place: z.string(),
  unit: z.string(),
  dueAt: instant,
  step: z.enum(itemSteps),
  caseNumber: z.string().nullable(),
  result: z.string().nullable(),
  stepAt: instant.nullable(),
  struckAt: instant.nullable(),
  struckWhy: z.string().nullable(),
})
const said = z.object({
  ticket: z.string().nullable(),
  kind: z.enum(receiptKinds),
  caseNumber: z.string().nullable(),
  text: z.string().nullable(),
  at: instant,
  receivedAt: instant,
  by: z.string().nullable().describe('null: from the 13710 system'),
})
export const batchDetail = batch
  .extend({ items: z.number(), list: z.array(item), next: nextCursor, receipts: z.array(said) })
  .meta({ id: 'OversightBatch' })

export type BatchList = z.infer<typeof batchList>
export type BatchDetail = z.infer<typeof batchDetail>
export type BatchSummary = z.infer<typeof batch>
export type ReceiptInput = z.input<typeof receipt>
