import type { CatalogueRule, CatalogueRuleHistory } from './api.ts'
import { type Known, type RuleFacts, standingOf } from './rule.ts'
import type { RuleRow } from './store.ts'

/** Rules as people read them: names beside codes; what a rule names stays readable after it has gone. */

type Named = { code: string; name: string }
type Names = Known & { short: ReadonlyMap<string, string> }

const namedIn = (names: ReadonlyMap<string, string>, code: string): Named => ({ code, name: names.get(code) ?? code })

export function viewOf(row: RuleRow & { seen: number }, known: Names, today: string): CatalogueRule {
  const { id, key, version, seen, title, target, priority, effectiveFrom, effectiveTo, basis, isSample, changedAt } =
    row
  return {
    ...{ id, key, version, seen, title, target, priority, effectiveFrom, effectiveTo, basis, isSample, changedAt },
    ...named(row, known),
    standing: standingOf(row, today),
    isOfFile: row.isSeeded && row.editedAt === null,
  }
}

export function inWords(
  facts: RuleFacts,
  known: Names,
): NonNullable<CatalogueRuleHistory['changes'][number]['before']> {
  const { title, target, priority, effectiveFrom, effectiveTo, basis } = facts
  return { title, target, priority, effectiveFrom, effectiveTo, basis, ...named(facts, known) }
}

function named(
  {
    categoryCode,
    countyCode,
    unitCode,
    coUnitCodes,
  }: Pick<RuleFacts, 'categoryCode' | 'countyCode' | 'unitCode' | 'coUnitCodes'>,
  { categories, counties, short }: Names,
) {
  return {
    category: namedIn(categories, categoryCode),
    county: countyCode === null ? null : namedIn(counties, countyCode),
    unit: unitCode === null ? null : namedIn(short, unitCode),
    coUnits: coUnitCodes.map((code) => namedIn(short, code)),
  }
}
