import type { Instant } from '../types.ts'

/**
 * There are two clocks. The wall clock says when something was, for people and other machines; it can be stepped. The
 * monotonic clock (`performance.now()`) only goes forward; it measures durations.
 */

/**
 * A clock that starts at `start` and follows the monotonic clock, unaffected by steps of the wall clock. Whole
 * milliseconds.
 */
export function evenFrom(start: Instant, passed: () => number = () => performance.now()): () => Instant {
  const begun = passed()
  return () => start + Math.round(passed() - begun)
}

/** Less than this is a clock being slewed, or a busy machine. */
const leastStepMs = 2_000

/** Detects steps of the wall clock. @returns call it periodically: the step since the last call, usually 0 */
export function openStepWatch(timeOfDay: () => Instant, passed: () => number = () => performance.now()): () => number {
  let ahead = timeOfDay() - passed()
  return () => {
    const step = timeOfDay() - passed() - ahead
    if (Math.abs(step) < leastStepMs) return 0
    ahead += step
    return Math.round(step)
  }
}
