import type { Instant } from '../types.ts'

/** Caches an answer that many ask for and that may be some seconds old. A failed reading is repeated. */
export function kept<T>(read: (now: Instant) => Promise<T>, keptMs: number, now: () => Instant): () => Promise<T> {
  let last: { at: Instant; reading: Promise<T> } | null = null
  return () => {
    const at = now()
    // After a step back of the clock the kept reading is not used.
    if (last && Math.abs(at - last.at) < keptMs) return last.reading
    const reading = read(at)
    last = { at, reading }
    reading.catch(() => {
      last = null
    })
    return reading
  }
}
