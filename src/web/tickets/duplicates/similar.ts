/** Which tickets of one matter are about the same thing. Pure. */

interface Described {
  title: string
  place: string
}

/** Share of the shorter text's pairs of letters that the other text has, too: few in common is chance. */
const leastAlike = 0.15

/** Similar ones first, by similarity; equal ones keep their order. */
export function mostAlike<T extends Described>(one: Described, others: readonly T[]): T[] {
  return others
    .map((other) => ({ other, score: likeness(one, other) }))
    .filter(({ score }) => score >= leastAlike)
    .sort((a, b) => b.score - a.score)
    .map(({ other }) => other)
}

function likeness(one: Described, other: Described): number {
  return shared(one.title, other.title) + shared(one.place, other.place)
}

function shared(one: string, other: string): number {
  const [a, b] = [pairsOf(one), pairsOf(other)]
  const smaller = Math.min(a.size, b.size)
  if (smaller === 0) return 0
  return [...a].filter((pair) => b.has(pair)).length / smaller
}

function pairsOf(text: string): Set<string> {
  const letters = [...text.replace(/[^\p{L}\p{N}]/gu, '')]
  return new Set(letters.slice(1).map((letter, at) => `${letters[at]}${letter}`))
}
