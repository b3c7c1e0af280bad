import type { BatchReceipt, ItemStep } from '../../../oversight/batches/batch.ts'

/** Colours of what the offices answered. */
export const receiptTones: Record<BatchReceipt, string> = { PENDING: 'amber', RECEIVED: 'ready', REJECTED: 'red' }

export const stepTones: Record<ItemStep, string> = {
  LISTED: 'idle',
  NOTED: 'talking',
  ON_SITE: 'talking',
  CASE_OPENED: 'talking',
  RESULT: 'amber',
  CLEARED: 'ready',
}

export const shownTitles = { ALL: '全部', OPEN: '未销号', SETTLED: '已销号', STRUCK: '已划去' } as const
