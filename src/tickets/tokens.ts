/**
 * Words for the FULLTEXT index of `ticket_search`. Pure. Chinese has no spaces between words, and the servers that we
 * run on share no parser for it: so each pair of neighbouring characters becomes one ASCII word of eight letters.
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

export function tokensOf(...texts: (string | null)[]): string {
  return wordsOf(texts.filter((text) => text !== null).join('\n')).join(' ')
}

/**
 * What to ask the index for, in boolean mode: all pairs of what was typed.
 * @returns null when nothing in it can be searched for
 */
export function searchOf(typed: string): string | null {
  const words = wordsOf(typed)
  return words.length === 0 ? null : words.map((word) => `+${word}`).join(' ')
}
