import { type Category, findCategories } from '../../../catalogue/category.ts'

/** What the list under the field of a matter shows. Pure: either what is searched for, or one level of the tree. */

export interface Choices {
  /** Names of the levels that were gone down. */
  path: string[]
  options: Category[]
}

const most = 30

/** @param at the category whose parts are looked at; null for the first level. Ignored while something is typed. */
export function choicesFor(all: readonly Category[], typed: string, at: Category | null): Choices {
  if (typed.trim() !== '') return { path: [], options: findCategories(all, typed, most) }
  return { path: at?.path ?? [], options: all.filter((category) => isPartOf(category, at)) }
}

/** Where the way back leads; null from a first level, and from nowhere. */
export function above(all: readonly Category[], at: Category): Category | null {
  return all.find((category) => category.level === at.level - 1 && isPartOf(at, category)) ?? null
}

function isPartOf(category: Category, at: Category | null): boolean {
  if (at === null) return category.level === 1
  return category.level === at.level + 1 && category.code.startsWith(at.code.slice(0, at.level * 2))
}
