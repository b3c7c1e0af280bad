import type { Instant } from '../types.ts'
import { Refusal } from './problem.ts'

/** Rate limit per key, counted by this process alone. Against loops and floods, not against guesses. */
export interface Budget {
  /** @returns the count in the current window, this time included */
  spend(key: string): number
  /** Takes one time back. */
  giveBack(key: string): void
  /** Until the next window begins. */
  waitMs(): number
}

/** All windows begin and end together: nothing has to be stored of idle clients. */
export function openBudget(windowMs: number, now: () => Instant): Budget {
  let spent = new Map<string, number>()
  let begin = now()
  return {
    spend(key) {
      // A clock that was set back starts a new window, too.
      if (Math.abs(now() - begin) >= windowMs) {
        begin = now()
        spent = new Map()
      }
      const times = (spent.get(key) ?? 0) + 1
      spent.set(key, times)
      return times
    },
    giveBack(key) {
      const times = spent.get(key) ?? 0
      if (times > 0) spent.set(key, times - 1)
    },
    waitMs: () => Math.max(0, begin + windowMs - now()),
  }
}

/** @throws Refusal when the rate is exceeded */
export function spendOrRefuse(budget: Budget, key: string, most: number): void {
  if (budget.spend(key) <= most) return
  throw new Refusal('request.too-many', { retryAfterS: Math.max(1, Math.ceil(budget.waitMs() / 1_000)) })
}
