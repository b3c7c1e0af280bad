/** Choices of one run of a property test: the same for the same seed, so that a failure can be repeated. */
export type Dice = () => number

/** mulberry32: small, seeded, good enough to choose events. */
export function random(seed: number): Dice {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
