/** Reproducible randomness: the same seeds give the same city. Pure. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number
  /** From `from` up to `to`, small values more often the higher `bend` is. */
  between(from: number, to: number, bend?: number): number
  chance(share: number): boolean
  pick<T>(from: readonly [T, ...T[]]): T
}

/** Mulberry32 on a mix of the seeds: 32 bits of state are enough for one ticket, and each ticket has its own. */
export function randomOf(...seeds: number[]): Random {
  let state = seeds.reduce((mixed, seed) => Math.imul(mixed ^ fold(seed), 0x9e3779b1) ^ (mixed >>> 15), 0x2545f491)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    between: (from, to, bend = 1) => from + (to - from) * next() ** bend,
    chance: (share) => next() < share,
    pick: <T>(from: readonly [T, ...T[]]) => from[below(from.length)] ?? from[0],
  }
}

/** Both halves of numbers above 32 bits count. */
function fold(seed: number): number {
  return (seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32) | 0, 0x85ebca6b)
}

export type Weighted<T> = readonly [value: T, weight: number]

/** @returns draws one of them, with a probability by its weight */
export function drawing<T>(table: readonly Weighted<T>[]): (random: Random) => T {
  let sum = 0
  const bounds = table.map(([value, weight]) => {
    sum += weight
    return { value, upTo: sum }
  })
  const last = bounds.at(-1)
  if (!last || sum <= 0) throw new Error('nothing to draw from')
  return (random) => {
    const at = random.next() * sum
    let [low, high] = [0, bounds.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((bounds[middle] ?? last).upTo > at) high = middle
      else low = middle + 1
    }
    return (bounds[low] ?? last).value
  }
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The second half of a ULID. */
export function tailOfUlid(random: Random): string {
  let tail = ''
  for (let at = 0; at < 16; at += 1) tail += crockford[random.below(32)]
  return tail
}
