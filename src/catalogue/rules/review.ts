import type { CategoryCode, CountyCode, Instant } from '../../platform/types.ts'
import { chooseUnit, lineageOf, type Rule, type RuleUnit } from '../catalogue.ts'

/** What is wrong with the catalogue as a whole: matters without a unit, rules that contradict each other. Pure. */

interface Leaf {
  code: CategoryCode
  /** Names from the first level down. */
  path: string[]
}
interface Place {
  code: CountyCode
  name: string
}

/** A matter that no unit is found for, somewhere. */
export interface Gap {
  category: { code: CategoryCode; name: string }
  /** Null: also where the place is not known. Empty: only there. */
  counties: Place[]
  isEverywhere: boolean
  isPlaceUnknown: boolean
  mark: 'NO_RULE' | 'NO_UNIT'
  reason: string
}

/**
 * Every matter × every county, and the matter whose place is unknown, as the dispatch would choose on that day.
 * @param units those that accept tickets
 */
export function gapsIn(
  rules: readonly Rule[],
  units: readonly RuleUnit[],
  leaves: readonly Leaf[],
  counties: readonly Place[],
  at: Instant,
): Gap[] {
  const byCategory = Map.groupBy(rules, ({ categoryCode }) => categoryCode)
  return leaves.flatMap(({ code, path }) => {
    // Of thousands of rules only those that can fit: each matter is asked for as often as there are counties.
    const fitting = lineageOf(code).flatMap((above) => byCategory.get(above) ?? [])
    const found = [null, ...counties].flatMap((place) => {
      const matter = {
        ...{ type: 'HELP' as const, categoryCode: code, countyCode: place?.code ?? null },
        ...{ isCrossCity: false, accusedUnit: null },
      }
      const choice = chooseUnit(matter, fitting, units, at)
      return choice.lead === null ? [{ place, choice }] : []
    })
    const [first] = found
    if (!first) return []
    const missing = found.flatMap(({ place }) => place ?? [])
    const mark = found.some(({ choice }) => choice.mark === 'NO_UNIT') ? ('NO_UNIT' as const) : ('NO_RULE' as const)
    return {
      category: { code, name: path.join(' › ') },
      counties: missing,
      isEverywhere: missing.length === counties.length && counties.length > 0,
      isPlaceUnknown: found.some(({ place }) => place === null),
      mark,
      reason: first.choice.reason,
    }
  })
}

export const conflictKinds = ['SAME_RANK', 'UNIT_GONE', 'MATTER_GONE', 'NO_STATION', 'ENDS'] as const
export type ConflictKind = (typeof conflictKinds)[number]
export const conflictTitles: Record<ConflictKind, string> = {
  SAME_RANK: '规则相互冲突',
  UNIT_GONE: '单位已停用',
  MATTER_GONE: '事项已停用',
  NO_STATION: '县区没有工作站',
  ENDS: '即将到期且无接续',
}

export interface Conflict {
  kind: ConflictKind
  keys: string[]
  words: string
}

/** A rule that ends within so many days without one after it is told of. */
const soonDays = 30

/** Of versions that hold on this day or later. */
export function conflictsIn(
  all: readonly Rule[],
  known: { units: readonly RuleUnit[]; categories: ReadonlyMap<string, string>; counties: ReadonlyMap<string, string> },
  day: string,
): Conflict[] {
  const rules = all.filter(({ effectiveTo }) => effectiveTo === null || effectiveTo >= day)
  return [
    ...sameRank(rules, known),
    ...rules.flatMap((rule) => [...goneIn(rule, known), ...endsSoon(rule, rules, day)]),
  ]
}

function sameRank(
  rules: readonly Rule[],
  { categories, counties }: { categories: ReadonlyMap<string, string>; counties: ReadonlyMap<string, string> },
): Conflict[] {
  const groups = Map.groupBy(rules, (rule) => `${rule.categoryCode} ${rule.countyCode ?? ''} ${rule.priority}`)
  return [...groups.values()].flatMap((group) =>
    group.flatMap((one, at) =>
      group.slice(at + 1).flatMap((other) => {
        if (!overlaps(one, other) || outcomeOf(one) === outcomeOf(other)) return []
        const matter = categories.get(one.categoryCode) ?? one.categoryCode
        const place = one.countyCode === null ? '全市' : (counties.get(one.countyCode) ?? one.countyCode)
        const [first, second] = one.key < other.key ? [one, other] : [other, one]
        const words = `“${first.title}”和“${second.title}”都适用于 ${matter}（${place}），优先级相同而派往不同；现按“${first.title}”派单`
        return { kind: 'SAME_RANK' as const, keys: [first.key, second.key], words }
      }),
    ),
  )
}

const overlaps = (one: Rule, other: Rule): boolean =>
  one.key !== other.key &&
  (one.effectiveTo === null || other.effectiveFrom === null || other.effectiveFrom <= one.effectiveTo) &&
  (other.effectiveTo === null || one.effectiveFrom === null || one.effectiveFrom <= other.effectiveTo)

const outcomeOf = ({ target, unitCode, coUnitCodes }: Rule): string =>
  [target, unitCode ?? '', ...coUnitCodes.toSorted()].join(' ')

function goneIn(
  rule: Rule,
  { units, categories }: { units: readonly RuleUnit[]; categories: ReadonlyMap<string, string> },
): Conflict[] {
  const { key, title, categoryCode, countyCode, target, unitCode, coUnitCodes } = rule
  const at = (code: string) => units.some((unit) => unit.code === code)
  const gone = [unitCode, ...coUnitCodes].flatMap((code) => (code === null || at(code) ? [] : [code]))
  const hasStation =
    target !== 'TERRITORY' ||
    countyCode === null ||
    unitCode !== null ||
    units.some((unit) => unit.kind === 'WORKSTATION' && unit.countyCode === countyCode)
  const conflicts: Conflict[] = []
  const add = (kind: ConflictKind, words: string) => conflicts.push({ kind, keys: [key], words })
  if (gone.length > 0) add('UNIT_GONE', `“${title}”指向的单位 ${gone.join('、')} 已停用或不存在`)
  if (!categories.has(categoryCode)) add('MATTER_GONE', `“${title}”的事项 ${categoryCode} 已停用或不存在`)
  if (!hasStation) add('NO_STATION', `“${title}”派往属地，但该县区没有工作站，也没有填写后备单位`)
  return conflicts
}

function endsSoon(rule: Rule, rules: readonly Rule[], day: string): Conflict[] {
  const { key, title, effectiveTo } = rule
  if (effectiveTo === null) return []
  const last = new Date(Date.parse(`${day}T00:00:00Z`) + soonDays * 86_400_000).toISOString().slice(0, 10)
  const goesOn = rules.some(
    (other) =>
      other !== rule &&
      other.categoryCode === rule.categoryCode &&
      other.countyCode === rule.countyCode &&
      (other.effectiveTo === null || other.effectiveTo > effectiveTo),
  )
  if (effectiveTo > last || goesOn) return []
  return [{ kind: 'ENDS', keys: [key], words: `“${title}”将于 ${effectiveTo} 到期，之后没有接续的规则` }]
}
