import { isSpelled } from '../platform/text/spelling.ts'
import type { CategoryCode } from '../platform/types.ts'
import type { Urgency } from '../tickets/life/ticket.ts'
import { wordsLike } from './alike.ts'

/**
 * Which matter a person means: by what is typed into the field of the matter, and by what is written as the content.
 * Pure: it runs in the page with every key. The server computed the words and their weights (`terms.ts`).
 */

/**
 * Words that indicate a matter, and how strongly. `灯+不亮` matches where both are in one clause, in either order:
 * 灯又有好几天不亮了.
 */
export type Terms = Readonly<Record<string, number>>

export interface Category {
  code: CategoryCode
  level: number
  name: string
  /** Names from the first level down, itself included. */
  path: string[]
  initials: string
  /** Syllables with blanks between. */
  pinyin: string
  keywords: string
  urgency: Urgency | null
  /** Of the third level: what speaks for it. */
  terms: Terms
}

/**
 * Matters that the typed text may mean: a code, letters of the pinyin, the name or a word that callers use; else the
 * matter that the text seems to be about. Best first; only the third level can be chosen, so only that is searched.
 */
export function findCategories(categories: readonly Category[], typed: string, most: number): Category[] {
  const text = typed.trim().toLowerCase()
  const leaves = categories.filter((category) => category.level === 3)
  if (text === '') return leaves.slice(0, most)
  const found = leaves
    .map((category) => ({ category, rank: rankOf(category, text) }))
    .filter(({ rank }) => rank < notFound)
    .toSorted((one, other) => one.rank - other.rank || (one.category.code < other.category.code ? -1 : 1))
    .slice(0, most)
    .map(({ category }) => category)
  return found.length > 0 ? found : suggestCategories(categories, text, most)
}

const notFound = 9

function rankOf({ code, name, path, initials, pinyin, keywords }: Category, text: string): number {
  const words = keywords.toLowerCase().split(' ')
  if (code === text || name.toLowerCase() === text) return 0
  if (/^\d+$/.test(text)) return code.startsWith(text) ? 1 : notFound
  if (initials.startsWith(text)) return 2
  if (name.toLowerCase().includes(text)) return 3
  if (words.includes(text)) return 4
  if (words.some((word) => word !== '' && (word.includes(text) || text.includes(word)))) return 5
  if (initials.includes(text) || isSpelled(pinyin, text)) return 6
  return path.some((part) => part.toLowerCase().includes(text)) ? 7 : notFound
}

interface Entry {
  /** Place of the matter among the categories. */
  at: number
  parts: string[]
  /** For each part its alternatives; a part that is alone matches as it is written. */
  choices: (readonly string[])[]
  weight: number
}
/** By the first character of the first part. */
type Index = Map<string, Entry[]>

const indexes = new WeakMap<readonly Category[], Index>()

function indexOf(categories: readonly Category[]): Index {
  const known = indexes.get(categories)
  if (known) return known
  const index: Index = new Map()
  for (const [at, { level, terms }] of categories.entries()) {
    if (level !== 3) continue
    for (const [word, weight] of Object.entries(terms)) {
      const parts = word.split('+')
      const choices = parts.map((part) => (parts.length === 1 ? [part] : wordsLike(part)))
      for (const first of new Set((choices[0] ?? []).map((choice) => choice[0] ?? ''))) {
        const entries = index.get(first) ?? []
        entries.push({ at, parts, choices, weight })
        index.set(first, entries)
      }
    }
  }
  indexes.set(categories, index)
  return index
}

const clauseEnds = /[，。；！？,;!?\n]+/

/**
 * Matters that a text seems to be about, best first, so that agents need not search. If words of a matter overlap, only
 * the longest counts, and each further word counts for less: many weak signs do not outweigh a strong one.
 */
export function suggestCategories(categories: readonly Category[], text: string, most: number): Category[] {
  const index = indexOf(categories)
  const met = new Map<number, Map<string, Entry>>()
  for (const clause of text.normalize('NFKC').toLowerCase().split(clauseEnds)) {
    for (const entry of metIn(clause, index)) {
      const ofMatter = met.get(entry.at) ?? new Map<string, Entry>()
      const word = entry.parts.join('+')
      if ((ofMatter.get(word)?.weight ?? 0) < entry.weight) ofMatter.set(word, entry)
      met.set(entry.at, ofMatter)
    }
  }
  const found = [...met].flatMap(([at, entries]) => {
    const category = categories[at]
    return category ? [{ category, weight: weightOf([...entries.values()]) }] : []
  })
  const ofGroups = new Map<string, number>()
  for (const { category, weight } of found)
    ofGroups.set(groupOf(category), (ofGroups.get(groupOf(category)) ?? 0) + weight)
  return found
    .map(({ category, weight }) => ({
      category,
      weight: weight + ((ofGroups.get(groupOf(category)) ?? 0) - weight) * ofNeighbours,
    }))
    .toSorted((one, other) => other.weight - one.weight || (one.category.code < other.category.code ? -1 : 1))
    .slice(0, most)
    .map(({ category }) => category)
}

/** What speaks for the other matters of a group speaks a little for each: a text about water is rarely about gas. */
const ofNeighbours = 0.15
const groupOf = ({ path: [top, group] }: Category) => `${top}/${group}`

/** 动车 is hardly meant where 电动车 is said. */
const insideAnother = 0.3

function metIn(clause: string, index: Index): Entry[] {
  const found: { entry: Entry; from: number; to: number }[] = []
  /** How far the longest word reaches that begins at each place or before. */
  const reach: number[] = []
  for (let from = 0, far = 0; from < clause.length; from += 1) {
    for (const entry of index.get(clause[from] ?? '') ?? []) {
      const sureness = surenessAt(entry, clause, from)
      if (sureness === 0) continue
      const to = from + (entry.parts.length > 1 ? 0 : (entry.parts[0]?.length ?? 0))
      found.push({ entry: { ...entry, weight: entry.weight * sureness }, from, to })
      far = Math.max(far, to)
    }
    reach.push(far)
  }
  return found.map(({ entry, from, to }) => {
    const longer = Math.max(reach[from] ?? 0, to)
    const isInside = to > from && (longer > to || (from > 0 && (reach[from - 1] ?? 0) >= to))
    return isInside ? { ...entry, weight: entry.weight * insideAnother } : entry
  })
}

/** 半夜 is written, 后半夜 is said. */
const standsFor = 0.8

/** @returns how surely the words of an entry are met where the first of them begins; 0 when they are not */
function surenessAt({ parts, choices }: Entry, clause: string, from: number): number {
  const [firsts = [], ...others] = choices
  let surest = 0
  for (const first of firsts) {
    if (!clause.startsWith(first, from)) continue
    const rest = others.length === 0 ? '' : `${clause.slice(0, from)}\n${clause.slice(from + first.length)}`
    const surenesses = others.map((words, at) => {
      const met = words.filter((word) => rest.includes(word))
      return met.length === 0 ? 0 : met.includes(parts[at + 1] ?? '') ? 1 : standsFor
    })
    surest = Math.max(
      surest,
      surenesses.reduce<number>((all, one) => all * one, first === parts[0] ? 1 : standsFor),
    )
  }
  return surest
}

/** Of the second word, the third … */
const share = 0.6

function weightOf(entries: Entry[]): number {
  const lengthOf = ({ parts }: Entry) => parts.join('').length
  const longestFirst = entries.toSorted((one, other) => lengthOf(other) - lengthOf(one))
  const kept: Entry[] = []
  for (const entry of longestFirst) {
    if (!kept.some((longer) => entry.parts.every((part) => longer.parts.some((its) => its.includes(part)))))
      kept.push(entry)
  }
  return kept
    .map(({ weight }) => weight)
    .toSorted((one, other) => other - one)
    .reduce((sum, weight, at) => sum + weight * share ** at, 0)
}
