/**
 * Words for the FULLTEXT index of `ticket_search`. Pure. Chinese has no spaces between words, and our servers have no
 * common parser for it: so each pair of neighbouring characters becomes one ASCII word of eight letters, prefixed with
 * the time bucket of the ticket. The last character of a run is a word of its own, so that a single character is found
 * as the beginning of words. Pairs only suggest a match; the text itself decides.
 */

/** All of a ticket's texts at their longest, several times over. */
const longestIndexed = 40_000
const separators = /[\s\p{P}\p{S}\p{C}]+/u

const plain = (text: string) => text.toWellFormed().normalize('NFKC').toLowerCase()

/** Runs without a blank or a sign, normalised: 路灯（LED）不亮 gives 路灯, led, 不亮. */
function runsOf(text: string): string[] {
  return plain(text)
    .split(separators)
    .filter((run) => run !== '')
}

const pairsOf = (characters: string[]) => characters.slice(1).map((next, at) => `${characters[at]}${next}`)

/** Distinct words of a text, in order: `路灯不亮` gives 路灯, 灯不, 不亮, 亮. */
function wordsOf(text: string): string[] {
  const words = new Set<string>()
  for (const run of runsOf(text.slice(0, longestIndexed))) {
    const characters = [...run].map(asciiOf)
    for (const pair of pairsOf(characters)) words.add(pair)
    words.add(characters.at(-1) ?? '')
  }
  return [...words]
}

/** Four letters or digits: 36⁴ is more than Unicode has. */
function asciiOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(36).padStart(4, '0')
}

/**
 * A time bucket is the first four characters of an id: twelve days. Its words are separate, so that a search reads new
 * tickets first and stops when it has enough: in a winter one word is in half a million tickets.
 */
export const bucketLength = 4

/** Texts of a ticket, by who may search them. */
export interface SearchTexts {
  /** For all people who may see the ticket. */
  shown: string[]
  /** The hotline only. */
  internal: string[]
}

/** Prefix of the words of internal texts: no other word begins with it. */
const internalMark = '_'

/** Words of a ticket, as the index has them. */
export function tokensOf(id: string, { shown, internal }: SearchTexts): string {
  const bucket = id.slice(0, bucketLength).toLowerCase()
  const words = wordsOf(shown.join('\n'))
  const known = new Set(words)
  const others = wordsOf(internal.join('\n')).filter((word) => !known.has(word))
  return [...words.map((word) => bucket + word), ...others.map((word) => bucket + internalMark + word)].join(' ')
}

/** A search query. */
export interface Wanted {
  /** Each must occur in one of the texts. */
  runs: string[]
  /** Words of the index; a run of one character is searched as the beginning of a word. */
  words: { word: string; isBeginning: boolean }[]
  /** Whether internal texts are searched, too. */
  isInternal: boolean
}

/** @returns null when the query contains nothing to search for */
export function wantedIn(typed: string, isInternal: boolean): Wanted | null {
  const runs = [...new Set(runsOf(typed))]
  const beginnings = new Map<string, boolean>()
  for (const run of runs) {
    const characters = [...run].map(asciiOf)
    if (characters.length === 1) beginnings.set(characters[0] ?? '', true)
    for (const pair of pairsOf(characters)) beginnings.set(pair, false)
  }
  const words = [...beginnings].map(([word, isBeginning]) => ({ word, isBeginning }))
  return words.length === 0 ? null : { runs, words, isInternal }
}

/** Words are sufficient when no run is longer than they are: 人民路 also matches 人民 and 民路 that stand apart. */
export function areWordsEnough({ runs }: Wanted): boolean {
  return runs.every((run) => [...run].length <= 2)
}

/** Whether the texts themselves contain everything. */
export function isIn({ runs, isInternal }: Wanted, { shown, internal }: SearchTexts): boolean {
  const texts = (isInternal ? [...shown, ...internal] : shown).map(plain)
  return runs.every((run) => texts.some((text) => text.includes(run)))
}

/** Marks between bucket and word, for the texts that this reader may search. */
export const marksFor = ({ isInternal }: Wanted): readonly string[] => (isInternal ? ['', internalMark] : [''])

/** The index query, in boolean mode: all of the words, in any of the buckets. */
export function searchOf(wanted: Wanted, buckets: readonly string[]): string {
  const marks = marksFor(wanted)
  const inBucket = (bucket: string) =>
    wanted.words.map(({ word, isBeginning }) => {
      const forms = marks.map((mark) => `${bucket}${mark}${word}${isBeginning ? '*' : ''}`)
      return forms.length === 1 ? `+${forms[0]}` : `+(${forms.join(' ')})`
    })
  return buckets.map((bucket) => `(${inBucket(bucket).join(' ')})`).join(' ')
}

const crockford = '0123456789abcdefghjkmnpqrstvwxyz'

/** Buckets from that of the newer id back to that of the older one. */
export function bucketsBetween(older: string, newer: string): string[] {
  const numberOf = (id: string) =>
    [...id.slice(0, bucketLength).toLowerCase()].reduce((sum, letter) => sum * 32 + crockford.indexOf(letter), 0)
  const nameOf = (bucket: number) =>
    Array.from({ length: bucketLength }, (_, at) => crockford[(bucket >> (5 * (bucketLength - 1 - at))) & 31]).join('')
  const [first, last] = [numberOf(older), numberOf(newer)]
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => nameOf(last - at))
}
