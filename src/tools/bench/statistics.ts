/** The arithmetic of the bench. Pure. */

/** @returns the smallest value that at least `share` of all do not exceed (nearest rank); NaN without values */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** The mean of the middle two for an even number. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2
}

export function rangeOf(values: readonly number[]): [lowest: number, highest: number] {
  return [Math.min(...values), Math.max(...values)]
}

/**
 * The order in which arms alternate: there and back, so that drift (caches, heat, neighbours) affects all of them
 * alike. Two rounds of N, F, P are N F P P F N.
 */
export function abba<Arm>(arms: readonly Arm[], rounds: number): Arm[] {
  return Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? arms : arms.toReversed())).flat()
}

/**
 * Finds the highest rate that holds: doubles until one does not, then halves the gap.
 * @param holds whether the rate is carried without a failure
 * @param precision stop when the gap is smaller than this share of the rate that held
 * @returns the highest that held, 0 when not even the first did
 */
export async function findKnee(
  holds: (rate: number) => Promise<boolean>,
  { first, highest, precision }: { first: number; highest: number; precision: number },
): Promise<number> {
  let good = 0
  let bad = Number.POSITIVE_INFINITY
  let rate = first
  while (rate > 0) {
    if (await holds(rate)) good = rate
    else bad = rate
    if (good >= highest || bad - good <= Math.max(1, precision * good)) return good
    rate = bad === Number.POSITIVE_INFINITY ? Math.min(highest, good * 2) : Math.floor((good + bad) / 2)
  }
  return good
}
