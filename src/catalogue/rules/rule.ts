import type { CategoryCode, CountyCode, UnitCode } from '../../platform/types.ts'
import type { Rule, RuleTarget } from '../catalogue.ts'

/**
 * A row of the catalogue (权责清单) as people edit it: what it may say, and which of its versions holds on a day. Pure:
 * the web page imports this file too.
 */

export const targetTitles: Record<RuleTarget, string> = {
  UNIT: '指定单位',
  TERRITORY: '属地工作站',
  PROVINCE: '省平台',
}

/** Why a row was written: by hand, from a table, or by a ruling that two people approved. */
export const ruleSources = ['PAGE', 'IMPORT', 'RULING'] as const
export type RuleSource = (typeof ruleSources)[number]
export const sourceTitles: Record<RuleSource, string> = { PAGE: '页面修改', IMPORT: '表格导入', RULING: '裁定入目录' }

export const changeKinds = ['ADDED', 'CHANGED', 'ENDED'] as const
export type ChangeKind = (typeof changeKinds)[number]
export const changeTitles: Record<ChangeKind, string> = { ADDED: '新增', CHANGED: '修改', ENDED: '停用' }

/** What one version says. Days are those of the city, both included. */
export interface RuleFacts {
  title: string
  categoryCode: CategoryCode
  countyCode: CountyCode | null
  target: RuleTarget
  unitCode: UnitCode | null
  coUnitCodes: UnitCode[]
  priority: number
  effectiveFrom: string
  effectiveTo: string | null
  basis: string
}

/** What rules may name. */
export interface Known {
  categories: ReadonlyMap<string, string>
  counties: ReadonlyMap<string, string>
  /** Units that accept tickets. */
  units: ReadonlyMap<string, string>
}

export const mostCoUnits = 10

/** What is wrong with it, by field, in words for the person who typed it. */
export function faultsOf(facts: RuleFacts, known: Known, today: string): { field: keyof RuleFacts; message: string }[] {
  const faults: { field: keyof RuleFacts; message: string }[] = []
  const fault = (field: keyof RuleFacts, message: string) => faults.push({ field, message })
  const { categoryCode, countyCode, target, unitCode, coUnitCodes, effectiveFrom, effectiveTo } = facts
  if (!known.categories.has(categoryCode)) fault('categoryCode', `没有事项 ${categoryCode}，请从事项分类中选择`)
  if (countyCode !== null && !known.counties.has(countyCode)) fault('countyCode', `没有县区 ${countyCode}`)
  if (target === 'UNIT' && unitCode === null) fault('unitCode', '派往“指定单位”时须填写主办单位')
  if (target === 'PROVINCE' && unitCode !== null) fault('unitCode', '派往“省平台”时不填主办单位')
  if (unitCode !== null && !known.units.has(unitCode)) fault('unitCode', `没有单位 ${unitCode}，或它已停用`)
  for (const code of coUnitCodes) {
    if (!known.units.has(code)) fault('coUnitCodes', `没有协办单位 ${code}，或它已停用`)
    if (code === unitCode) fault('coUnitCodes', '主办单位不能同时是协办单位')
  }
  if (new Set(coUnitCodes).size < coUnitCodes.length) fault('coUnitCodes', '协办单位有重复')
  if (coUnitCodes.length > mostCoUnits) fault('coUnitCodes', `协办单位最多 ${mostCoUnits} 个`)
  if (effectiveFrom < today) fault('effectiveFrom', `生效日期不能早于今天（${today}）：已派的工单按当日规则派出`)
  if (effectiveTo !== null && effectiveTo < effectiveFrom) fault('effectiveTo', '截止日期早于生效日期')
  return faults
}

export const standings = ['NOW', 'COMING', 'ENDED'] as const
export type Standing = (typeof standings)[number]
export const standingTitles: Record<Standing, string> = { NOW: '生效中', COMING: '待生效', ENDED: '已停用' }

type Dated = Pick<Rule, 'effectiveFrom' | 'effectiveTo'>

export function standingOf({ effectiveFrom, effectiveTo }: Dated, today: string): Standing {
  if (effectiveTo !== null && effectiveTo < today) return 'ENDED'
  return effectiveFrom !== null && effectiveFrom > today ? 'COMING' : 'NOW'
}

/** The day before, `2026-03-01` → `2026-02-28`. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}

/**
 * What becomes of the versions of a rule when another one takes their place from a day on: those that would only begin
 * then are withdrawn, those that hold until then are ended.
 */
export function madeRoom<Version extends Dated>(
  versions: readonly Version[],
  from: string,
): { withdrawn: Version[]; ended: Version[] } {
  const later = versions.filter(({ effectiveTo }) => effectiveTo === null || effectiveTo >= from)
  return {
    withdrawn: later.filter(({ effectiveFrom }) => effectiveFrom !== null && effectiveFrom >= from),
    ended: later.filter(({ effectiveFrom }) => effectiveFrom === null || effectiveFrom < from),
  }
}
