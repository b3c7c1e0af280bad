import type { BatchReceipt, ItemStep } from '../../../oversight/batches/batch.ts'

/** Colours of what the offices answered. */
export const receiptTones: Record<BatchReceipt, string> = {
  PENDING: 'tone-wrap-up',
  RECEIVED: 'tone-ready',
  REJECTED: 'tone-trouble',
}

export const stepTones: Record<ItemStep, string> = {
  LISTED: 'tone-idle',
  NOTED: 'tone-talking',
  ON_SITE: 'tone-talking',
  CASE_OPENED: 'tone-talking',
  RESULT: 'tone-wrap-up',
  CLEARED: 'tone-ready',
}

export const shownTitles = { ALL: '全部', OPEN: '未销号', SETTLED: '已销号', STRUCK: '已划去' } as const
