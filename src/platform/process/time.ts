import type { Instant } from '../types.ts'

/**
 * There are two clocks. The time of day says when something was, to people and to other machines; it can be set. Time
 * that passes (`performance.now()`) only goes forward; it says how long something takes.
 */

/** Goes on from `start` as time passes, whatever becomes of the time of day. In whole milliseconds. */
export function evenFrom(start: Instant, passed: () => number = () => performance.now()): () => Instant {
  const begun = passed()
  return () => start + Math.round(passed() - begun)
}

/** Less is a clock that is being adjusted, or a busy machine. */
const leastStepMs = 2_000

/** Notices that the clock was set. @returns asked again and again: how far ahead since the last time, mostly 0 */
export function openStepWatch(timeOfDay: () => Instant, passed: () => number = () => performance.now()): () => number {
  let ahead = timeOfDay() - passed()
  return () => {
    const step = timeOfDay() - passed() - ahead
    if (Math.abs(step) < leastStepMs) return 0
    ahead += step
    return Math.round(step)
  }
}
