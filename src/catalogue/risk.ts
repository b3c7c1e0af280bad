import type { Instant } from '../platform/types.ts'

/**
 * How likely a unit gives a ticket of a matter back (退单风险), before it is sent there. Pure: the web page imports this
 * file too. Source: domain model, first receiver: past returns of this unit for this matter, open disputes, age of the rule.
 */

export const riskLevels = ['LOW', 'MIDDLE', 'HIGH'] as const
export type RiskLevel = (typeof riskLevels)[number]
export const riskTitles: Record<RiskLevel, string> = { LOW: '退单风险低', MIDDLE: '可能退单', HIGH: '退单风险高' }

export interface RiskFacts {
  /** Returns of this matter among the last ones of this unit, within `riskDays`. */
  returns: number
  /** Open disputes about this matter that the unit takes part in. */
  disputes: number
  /** Since when the rule holds, `2026-01-01`; null: not known, or no rule. */
  ruleFrom: string | null
}

export const riskDays = 180
/** Of a unit's returns the last ones are looked at. */
export const mostReturnsSeen = 500
const manyReturns = 3
/** Duties move with every reorganisation: an old rule is asked about. */
const oldYears = 3
const yearMs = 365.25 * 86_400_000

export interface Risk extends RiskFacts {
  level: RiskLevel
  words: string[]
}

export function riskOf(facts: RiskFacts, now: Instant): Risk {
  const { returns, disputes, ruleFrom } = facts
  const years = ruleFrom === null ? 0 : (now - Date.parse(`${ruleFrom}T00:00:00+08:00`)) / yearMs
  const words = [
    ...(returns > 0 ? [`近 ${riskDays} 天该单位退回同类工单 ${returns} 次`] : []),
    ...(disputes > 0 ? [`该事项有 ${disputes} 件争议未裁定`] : []),
    ...(years >= oldYears ? [`规则已用 ${Math.floor(years)} 年，请核对职责有无调整`] : []),
  ]
  const level = disputes > 0 || returns >= manyReturns ? 'HIGH' : words.length > 0 ? 'MIDDLE' : 'LOW'
  return { ...facts, level, words }
}
