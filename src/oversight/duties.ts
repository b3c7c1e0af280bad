import type { Duty } from '../platform/jobs/ticker.ts'
import { type BatchDutyParts, openBatchDuties } from './batches/duties.ts'
import { type AlertParts, alertDuties } from './triggers/sweep.ts'

export type OversightDutyParts = BatchDutyParts &
  Omit<AlertParts, 'rules'> & { site: { oversight: AlertParts['rules'] } }

/** The jobs role's part of supervision. */
export function openOversightDuties(parts: OversightDutyParts): { duties: Duty[]; close(): Promise<void> } {
  const batches = openBatchDuties(parts)
  return {
    duties: [...batches.duties, ...alertDuties({ ...parts, rules: parts.site.oversight })],
    close: batches.close,
  }
}
