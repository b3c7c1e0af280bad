/**
 * Words for the FULLTEXT index of `ticket_search`. Pure. Chinese has no spaces between words, and the servers that we
 * run on share no parser for it: so each pair of neighbouring characters becomes one ASCII word of eight letters, after
 * the bucket of time that the ticket is from.
 */

/** Longer texts are found by their beginning. */
const longestIndexed = 4_000
const separators = /[\s\p{P}\p{S}\p{C}]+/u

/** Distinct words of a text, in order: `路灯不亮` gives 路灯, 灯不, 不亮. A character that stands alone is a word too. */
function wordsOf(text: string): string[] {
  const words = new Set<string>()
  for (const run of text.slice(0, longestIndexed).toWellFormed().normalize('NFKC').toLowerCase().split(separators)) {
    const characters = [...run].map(asciiOf)
    if (characters.length === 1) words.add(`${characters[0]}`)
    for (let at = 1; at < characters.length; at += 1) words.add(`${characters[at - 1]}${characters[at]}`)
  }
  return [...words]
}

/** Four letters or digits: 36⁴ is more than Unicode has. */
function asciiOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(36).padStart(4, '0')
}

/**
 * A bucket of time is the first four characters of an id: twelve days. Its words are words of their own, so that a
 * search reads what is new first and stops when it has enough: in a winter one word is in half a million tickets.
 */
export const bucketLength = 4

/** Words of a ticket, as the index has them. */
export function tokensOf(id: string, ...texts: (string | null)[]): string {
  const bucket = id.slice(0, bucketLength).toLowerCase()
  return wordsOf(texts.filter((text) => text !== null).join('\n'))
    .map((word) => bucket + word)
    .join(' ')
}

/** @returns none when nothing in it can be searched for */
export function wordsToFind(typed: string): string[] {
  return wordsOf(typed)
}

/** What to ask the index for, in boolean mode: all of the words, in any of the buckets. */
export function searchOf(words: readonly string[], buckets: readonly string[]): string {
  return buckets.map((bucket) => `(${words.map((word) => `+${bucket}${word}`).join(' ')})`).join(' ')
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
