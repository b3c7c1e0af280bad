import { likenessOf } from '../../../tickets/merge/likeness.ts'

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
  return likenessOf(one.title, other.title) + likenessOf(one.place, other.place)
}
