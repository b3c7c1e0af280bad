import type { Category, Terms } from './category.ts'

/** Which words speak for a matter, and how much each of them says. Pure. */

/** Knows the language. */
export interface Lexicon {
  /** Words of a text, and those that they are made of: 无证行医 gives 无证, 行医. */
  cut(text: string): string[]
  /** How rarely a word is used, as inverse document frequency: some 4 for 问题, 10 for 扰民; null for what is no word. */
  rarity(word: string): number | null
}

export interface Named extends Pick<Category, 'code' | 'level' | 'name' | 'path' | 'keywords'> {
  /** Said around it by callers who do not name it: 晾+土 for dust of a building site. Weighs less than a keyword. */
  hints: string
}

/** A word that says as little as 问题, 管理 says nothing. */
const sayingNothing = 4
const [leastSaid, mostSaid] = [0.5, 6]

/** From here on a word says something without the words that it stands with. */
const telling = 7.5

/** How near a word is to the matter: its name stands before the name of its group. */
const nearness = {
  name: 1.3,
  keyword: 1.3,
  partOfName: 1,
  hint: 0.8,
  partOfKeyword: 0.4,
  group: 0.3,
  partOfPair: 0.2,
  top: 0.15,
}

export function termsOf(categories: readonly Named[], lexicon: Lexicon): Map<string, Terms> {
  const leaves = categories.filter(({ level }) => level === 3)
  const words = leaves.map((leaf) => wordsOf(leaf, lexicon))
  const spread = new Map<string, number>()
  for (const word of words.flatMap((ofOne) => [...ofOne.keys()])) spread.set(word, (spread.get(word) ?? 0) + 1)
  return new Map(
    leaves.map(({ code }, at) => {
      const weights = [...(words[at] ?? [])].map(([word, near]) => {
        // What many matters have in common tells them apart the less.
        const shared = 1 / Math.sqrt(spread.get(word) ?? 1)
        return [word, Math.round(saidBy(word, lexicon) * near * shared * 100) / 100]
      })
      return [code, Object.fromEntries(weights)]
    }),
  )
}

/** @returns words with their nearness; for a word in several places the nearest counts */
function wordsOf({ name, path, keywords, hints }: Named, { cut, rarity }: Lexicon): Map<string, number> {
  const [top = '', group = ''] = path
  const own = keywords.split(' ').filter((word) => word !== '')
  const around = hints.split(' ').filter((word) => word !== '')
  const wholes = own.filter((word) => !word.includes('+'))
  const found: [string[], number][] = [
    [[plain(name)], nearness.name],
    [own, nearness.keyword],
    [cut(name), nearness.partOfName],
    [around, nearness.hint],
    [wholes.flatMap((word) => cut(word)).filter((part) => (rarity(part) ?? 0) >= telling), nearness.partOfKeyword],
    [cut(group), nearness.group],
    [[...own, ...around].filter((word) => word.includes('+')).flatMap((word) => word.split('+')), nearness.partOfPair],
    [cut(top), nearness.top],
  ]
  const words = new Map<string, number>()
  for (const [list, near] of found) {
    for (const given of list) {
      const word = given.normalize('NFKC').toLowerCase()
      // One character alone says too much by chance, unless it is one of the keywords.
      if ((word.length < 2 && near !== nearness.keyword) || words.has(word)) continue
      words.set(word, near)
    }
  }
  return words
}

/** 噪声扰民（商业） is said as 噪声扰民. */
const plain = (name: string) => name.replace(/（.*?）/g, '')

function saidBy(word: string, { cut, rarity }: Lexicon): number {
  const known = word.includes('+') ? null : rarity(word)
  const parts = word.split('+').flatMap((part) => (rarity(part) === null ? cut(part) : [part]))
  const rarities = known === null ? parts.map((part) => rarity(part) ?? sayingNothing + 3) : [known]
  const said = rarities.map((one) => Math.max(leastSaid, one - sayingNothing))
  // Each further part makes it surer.
  const most = Math.max(leastSaid, ...said)
  return Math.min(mostSaid, most + (said.reduce((sum, one) => sum + one, 0) - most) / 2)
}
