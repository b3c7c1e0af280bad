import type { Duty } from '../platform/jobs/ticker.ts'
import { type BatchDutyParts, openBatchDuties } from './batches/duties.ts'
import { urgeDuties } from './cases/urging.ts'
import { dutiesOf13710, hooksOf13710 } from './thirteen710/duties.ts'
import type { OutboxParts } from './thirteen710/outbox.ts'
import { dailyDuty } from './triggers/daily.ts'
import { type AlertParts, alertDuties } from './triggers/sweep.ts'

export type OversightDutyParts = Omit<BatchDutyParts, 'hooks'> &
  OutboxParts &
  Omit<AlertParts, 'rules'> & { site: { oversight: AlertParts['rules'] } }

/** The jobs role's part of supervision. */
export function openOversightDuties(parts: OversightDutyParts): { duties: Duty[]; close(): Promise<void> } {
  const batches = openBatchDuties({ ...parts, hooks: hooksOf13710(parts) })
  return {
    duties: [
      ...batches.duties,
      ...dutiesOf13710(parts),
      ...alertDuties({ ...parts, rules: parts.site.oversight }),
      ...urgeDuties(parts),
      dailyDuty(parts),
    ],
    close: batches.close,
  }
}
