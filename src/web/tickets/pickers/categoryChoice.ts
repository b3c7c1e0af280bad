import { type Category, findCategories } from '../../../catalogue/category.ts'

/** Contents of the list under the field of a matter. Pure: either search results, or one level of the tree. */

export interface Choices {
  /** Names of the levels above. */
  path: string[]
  options: Category[]
}

const most = 30

/** @param at the category whose children are listed; null for the first level. Ignored while typing. */
export function choicesFor(all: readonly Category[], typed: string, at: Category | null): Choices {
  if (typed.trim() !== '') return { path: [], options: findCategories(all, typed, most) }
  return { path: at?.path ?? [], options: all.filter((category) => isPartOf(category, at)) }
}

/** The parent level; null from the first level, and from nowhere. */
export function above(all: readonly Category[], at: Category): Category | null {
  return all.find((category) => category.level === at.level - 1 && isPartOf(at, category)) ?? null
}

function isPartOf(category: Category, at: Category | null): boolean {
  if (at === null) return category.level === 1
  return category.level === at.level + 1 && category.code.startsWith(at.code.slice(0, at.level * 2))
}
