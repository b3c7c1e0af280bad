import type { Demand } from './check.ts'

/** What the citizen asked for, as the check compares it. A promise with a plan is no part of a ticket yet. */
export function demandOf({ title, content, wish }: { title: string; content: string; wish: string }): Demand {
  return { title, text: `${content}\n${wish}`, hasPromise: false }
}
