import type { CountyCode, Instant } from '../../platform/types.ts'

/**
 * Batches of overdue tickets for the 督查室 (government inspection office): what is in one, to whom it goes, and what is
 * answered. Pure: the web page imports this file too. Source: running rules 三(四) (overdue matters are collected and reported
 * to the inspection office of each level); domain model of batches.
 *
 *               cut 1            write 2             receipt 3
 *   (asked) ─────────► CUT ───────────► WRITTEN   PENDING ───────► RECEIVED | REJECTED
 *
 *  1 one statement takes every item that is overdue and open at that moment; the batch of each office gets the next
 *    number   2 JSON and XLSX are written once, with their digests   3 of the office
 *
 * Each item then, whatever the order in which its receipts arrive:
 *
 *   LISTED ──► NOTED | ON_SITE | CASE_OPENED ──► RESULT ──► CLEARED        struck: a mark beside the step, with its reason
 */

export const cutOccasions = ['WEEKLY', 'ON_DEMAND', 'UNANSWERED'] as const
export type CutOccasion = (typeof cutOccasions)[number]
export const occasionTitles: Record<CutOccasion, string> = {
  WEEKLY: '每周移送',
  ON_DEMAND: '即时移送',
  UNANSWERED: '督办单逾期未复',
}

/** CUT: the items are known. WRITTEN: so are the files. */
export type BatchState = 'CUT' | 'WRITTEN'

export const batchReceipts = ['PENDING', 'RECEIVED', 'REJECTED'] as const
export type BatchReceipt = (typeof batchReceipts)[number]
export const batchReceiptTitles: Record<BatchReceipt, string> = {
  PENDING: '待回执',
  RECEIVED: '已接收',
  REJECTED: '被退回',
}

export const itemSteps = ['LISTED', 'NOTED', 'ON_SITE', 'CASE_OPENED', 'RESULT', 'CLEARED'] as const
export type ItemStep = (typeof itemSteps)[number]
export const itemStepTitles: Record<ItemStep, string> = {
  LISTED: '待回执',
  NOTED: '已知悉',
  ON_SITE: '现场督办',
  CASE_OPENED: '13710 立项',
  RESULT: '已报结果',
  CLEARED: '已销号',
}
/** NOTED, ON_SITE and CASE_OPENED are the office's choice of how to press: the one said last holds. */
const rankOf: Record<ItemStep, number> = { LISTED: 0, NOTED: 1, ON_SITE: 1, CASE_OPENED: 1, RESULT: 2, CLEARED: 3 }

export interface ItemStanding {
  step: ItemStep
  /** Number at the 13710 system. */
  caseNumber: string | null
  result: string | null
}

export const receiptKinds = ['RECEIVED', 'REJECTED', 'NOTED', 'ON_SITE', 'CASE_OPENED', 'RESULT', 'CLEARED'] as const
export type ReceiptKind = (typeof receiptKinds)[number]
export const receiptTitles: Record<ReceiptKind, string> = {
  RECEIVED: '整批接收',
  REJECTED: '整批退回',
  NOTED: '已知悉',
  ON_SITE: '现场督办',
  CASE_OPENED: '13710 立项',
  RESULT: '办理结果',
  CLEARED: '销号',
}
export const isOfBatch = (kind: ReceiptKind): kind is 'RECEIVED' | 'REJECTED' =>
  kind === 'RECEIVED' || kind === 'REJECTED'

/** What the office says, of the batch or of one item. */
export interface Receipt {
  kind: ReceiptKind
  /** Number at the 13710 system, of CASE_OPENED. */
  caseNumber: string | null
  /** Reason, or result. */
  text: string | null
}

export const receiptRefusals = [
  'batch.receipt-without-case',
  'batch.receipt-without-text',
  'batch.receipt-for-batch',
  'batch.receipt-for-item',
  'batch.item-not-found',
  'batch.other-case',
  'batch.receipt-too-late',
  'batch.case-not-verified',
] as const
export type ReceiptRefusal = (typeof receiptRefusals)[number]

/** What is wrong with a receipt by itself. @param isForItem whether it names a ticket */
export function faultOf(receipt: Receipt, isForItem: boolean): ReceiptRefusal | null {
  const { kind, caseNumber, text } = receipt
  if (isOfBatch(kind) && isForItem) return 'batch.receipt-for-batch'
  if (!isOfBatch(kind) && !isForItem) return 'batch.receipt-for-item'
  if (kind === 'CASE_OPENED' && caseNumber === null) return 'batch.receipt-without-case'
  return (kind === 'REJECTED' || kind === 'RESULT') && text === null ? 'batch.receipt-without-text' : null
}

/**
 * The batch after a receipt. What a receipt of an item says implies that the batch has arrived; an office that has worked with a
 * batch can no longer reject it.
 */
export function afterBatchReceipt(before: BatchReceipt, kind: ReceiptKind): BatchReceipt | ReceiptRefusal {
  if (kind === 'REJECTED') return before === 'RECEIVED' ? 'batch.receipt-too-late' : 'REJECTED'
  return 'RECEIVED'
}

/**
 * An item after a receipt. A receipt that arrives late is kept, and takes nothing back; the number of a case is never replaced by
 * another one.
 */
export function afterItemReceipt(item: ItemStanding, receipt: Receipt): ItemStanding | ReceiptRefusal {
  const { kind, caseNumber, text } = receipt
  if (isOfBatch(kind)) return 'batch.receipt-for-batch'
  if (caseNumber !== null && item.caseNumber !== null && caseNumber !== item.caseNumber) return 'batch.other-case'
  return {
    step: rankOf[kind] >= rankOf[item.step] ? kind : item.step,
    caseNumber: caseNumber ?? item.caseNumber,
    result: kind === 'RESULT' ? text : item.result,
  }
}

/** Of the city's own office; counties are named by their code. */
export const cityRecipient = 'CITY'
export type Recipient = typeof cityRecipient | CountyCode

/** `2026-0012`: as addresses and files name a batch. */
export function batchNumberOf(year: number, n: number): string {
  return `${year}-${String(n).padStart(4, '0')}`
}

/** `长热移〔2026〕12号`. @param city `长治` */
export function documentNumberOf(city: string, year: number, n: number): string {
  return `${[...city][0] ?? ''}热移〔${year}〕${n}号`
}

/** `长治市政府督查室`, `潞州区政府督查室`. @param place of the city, or of the county */
export const officeNameOf = (place: string): string => `${place}政府督查室`

/** Why an item is struck: it was settled before the office came to it. */
export function strikeWordsOf(state: string, at: Instant | null, dayOf: (at: Instant) => string): string {
  return at === null ? `工单已不在办（${state}）` : `工单已不在办（${state}，${dayOf(at)}）`
}
