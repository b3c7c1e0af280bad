import type { Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { GivenReceipt, OnItem } from '../batches/receipts.ts'
import type { ItemRow } from '../batches/sheet.ts'
import { type Author, actOnCase, byNumber, findCase, openCase } from './store.ts'

/**
 * What receipts of items mean to cases: opened, and cleared after they were verified.
 * @param by null: the 13710 system itself
 */
export function casesOfReceipts(tx: Tx, batchNumber: string, by: Author | null, now: Instant): OnItem {
  return async (item: ItemRow, { kind, at }: GivenReceipt) => {
    const { caseNumber } = item
    if (caseNumber === null) return null
    if (kind === 'CASE_OPENED') {
      await openCase(tx, { item, caseNumber, batchNumber }, by, Math.min(at, now))
      return null
    }
    if (kind !== 'CLEARED') return null
    const known = await findCase(tx, byNumber(caseNumber), true)
    if (!known || known.state === 'CLEARED') return null
    try {
      const request = { actor: { by: 'office' as const }, by, version: null, now, isLinked: false }
      await actOnCase(tx, byNumber(caseNumber), { kind: 'clear' }, request)
      return null
    } catch (error) {
      if (error instanceof Refusal && error.code.startsWith('province-case.')) return 'batch.case-not-verified'
      throw error
    }
  }
}
