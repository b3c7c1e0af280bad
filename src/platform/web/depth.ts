/**
 * Deeper than any form or event of ours. What walks a value by recursion (checks, copies, JSON) runs out of stack on one
 * that is some thousands deep, and 64 kB of brackets are 32,000.
 */
const deepest = 32

/** Looks at it level by level, without recursion. */
export function isTooDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}
