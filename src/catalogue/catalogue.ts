import type { CategoryCode, CountyCode, Instant, UnitCode } from '../platform/types.ts'
import type { InboxMark, TicketType } from '../tickets/life/ticket.ts'
import type { UnitKind } from '../units/unit.ts'

/** The matter of a ticket, and the responsible unit that follows from it. Pure: the web page imports this file too. */

/**
 * UNIT: the unit named by the rule. TERRITORY: the workstation of the ticket's county, or the named unit if the place
 * is unknown. PROVINCE: the provincial platform.
 */
export const ruleTargets = ['UNIT', 'TERRITORY', 'PROVINCE'] as const
export type RuleTarget = (typeof ruleTargets)[number]

export interface Rule {
  /** Identifies the rule in the code, whatever its title becomes. */
  key: string
  /** What people read. */
  title: string
  categoryCode: CategoryCode
  /** Null for the whole city. */
  countyCode: CountyCode | null
  target: RuleTarget
  unitCode: UnitCode | null
  coUnitCodes: UnitCode[]
  /** Among equally specific rules the higher one wins. */
  priority: number
  /** Days, `2026-11-23`; both included. */
  effectiveFrom: string | null
  effectiveTo: string | null
  /** The basis of the rule, in words. */
  basis: string
}

export interface RuleUnit {
  code: UnitCode
  name: string
  kind: UnitKind
  countyCode: CountyCode | null
  /** The unit above it; left out: none. */
  parentCode?: UnitCode | null
}

/** The parts of a ticket that decide. */
export interface Matter {
  type: TicketType
  categoryCode: CategoryCode
  countyCode: CountyCode | null
  isCrossCity: boolean
  accusedUnit: UnitCode | null
}

export type Choice =
  | { lead: UnitCode; coUnits: UnitCode[]; ruleKey: string | null; reason: string }
  | { lead: null; mark: InboxMark; reason: string }

/** `010203` → `010203`, `010200`, `010000`: itself and what it is part of. */
export function lineageOf(code: CategoryCode): CategoryCode[] {
  const lineage = [code, `${code.slice(0, 4)}00`, `${code.slice(0, 2)}0000`] as CategoryCode[]
  return lineage.filter((one, at) => lineage.indexOf(one) === at)
}

/** The day of an instant in the city. */
function dayOf(at: Instant): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)
}

/**
 * The responsible unit: matters that cross the city's border go to the province; else territory first, then
 * responsibility. Rules of one county come before those of the city, deeper categories before wider ones.
 * @param units those that accept tickets now
 * Source: running rules, 按责转办; domain model 0.4.
 */
export function chooseUnit(matter: Matter, rules: readonly Rule[], units: readonly RuleUnit[], now: Instant): Choice {
  const province = units.find((unit) => unit.kind === 'PROVINCE')
  if (matter.isCrossCity) {
    return province
      ? { lead: province.code, coUnits: [], ruleKey: null, reason: `跨市事项，转${province.name}` }
      : { lead: null, mark: 'NO_UNIT', reason: '跨市事项，但未设置省级平台' }
  }
  const isAccused = (code: UnitCode) =>
    matter.type === 'REPORT' && matter.accusedUnit !== null && isWithin(code, matter.accusedUnit, units)
  const fitting = rulesFor(matter, rules, dayOf(now))
  for (const rule of fitting) {
    const found = unitOf(rule, matter, units, province)
    if (!found) continue
    // A report never goes to the unit that it accuses nor to one below it, neither as lead nor as co-unit.
    if (isAccused(found.code)) continue
    const coUnits = rule.coUnitCodes.filter(
      (code) => code !== found.code && units.some((unit) => unit.code === code) && !isAccused(code),
    )
    const why = found.kind === 'WORKSTATION' ? '属地管理优先' : '谁主管谁负责'
    const basis = rule.basis === '' ? '' : `：${rule.basis}`
    return { lead: found.code, coUnits, ruleKey: rule.key, reason: `${why}${basis}（规则：${rule.title}）` }
  }
  return fitting.length === 0
    ? { lead: null, mark: 'NO_RULE', reason: '派单目录中没有适用的规则，请派单员确定承办单位' }
    : { lead: null, mark: 'NO_UNIT', reason: `规则“${fitting[0]?.title}”指向的单位不能承办，请派单员确定承办单位` }
}

/** Whether it is that unit, or below it. */
function isWithin(code: UnitCode, top: UnitCode, units: readonly RuleUnit[]): boolean {
  const passed = new Set<UnitCode>()
  for (let at: UnitCode | null | undefined = code; at != null && !passed.has(at); ) {
    if (at === top) return true
    passed.add(at)
    const here: UnitCode = at
    at = units.find((unit) => unit.code === here)?.parentCode
  }
  return false
}

/** The unit that the person who took the request suggests. */
export interface Suggestion {
  unit: Pick<RuleUnit, 'code' | 'name'>
  reason: string
}

/** As long as its column. */
const longestReason = 512

/** Another unit was requested, with a reason: a dispatcher decides, and reads both. */
export function weighSuggestion(choice: Choice, suggestion: Suggestion | null, units: readonly RuleUnit[]): Choice {
  if (suggestion === null || suggestion.unit.code === choice.lead) return choice
  const { unit, reason } = suggestion
  const chosen = choice.lead === null ? '' : `${units.find(({ code }) => code === choice.lead)?.name ?? choice.lead}，`
  const words = `话务员建议派${unit.name}：${reason}。目录：${chosen}${choice.reason}`
  return { lead: null, mark: 'AGENT_ASKS', reason: [...words].slice(0, longestReason).join('') }
}

/** Rules in force on this day, the decisive one first. */
function rulesFor(matter: Matter, rules: readonly Rule[], day: string): Rule[] {
  const lineage = lineageOf(matter.categoryCode)
  const holds = (rule: Rule) =>
    lineage.includes(rule.categoryCode) &&
    (rule.countyCode === null || rule.countyCode === matter.countyCode) &&
    (rule.effectiveFrom === null || rule.effectiveFrom <= day) &&
    (rule.effectiveTo === null || day <= rule.effectiveTo)
  return rules
    .filter(holds)
    .toSorted(
      (one, other) =>
        Number(other.countyCode !== null) - Number(one.countyCode !== null) ||
        lineage.indexOf(one.categoryCode) - lineage.indexOf(other.categoryCode) ||
        byPriority(one, other),
    )
}

type Ranked = Pick<Rule, 'key' | 'priority'>

/** Of equally specific rules the decisive one first. */
export function byPriority(one: Ranked, other: Ranked): number {
  // Of the same priority: any stable order will do.
  return other.priority - one.priority || (one.key < other.key ? -1 : 1)
}

function unitOf(
  rule: Rule,
  matter: Matter,
  units: readonly RuleUnit[],
  province: RuleUnit | undefined,
): RuleUnit | undefined {
  const named = units.find((unit) => unit.code === rule.unitCode)
  if (rule.target === 'PROVINCE') return province
  if (rule.target === 'UNIT' || matter.countyCode === null) return named
  return units.find((unit) => unit.kind === 'WORKSTATION' && unit.countyCode === matter.countyCode) ?? named
}
