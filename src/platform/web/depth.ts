/**
 * Deeper than any form or event of ours. Recursive code (checks, copies, JSON) overflows the stack on a value that is
 * some thousands deep, and 64 kB of brackets are 32,000.
 */
const deepest = 32

/**
 * Examines it level by level, without recursion. Only values that JSON can hold are opened: a body that is still being
 * received is a stream, whose objects refer to each other cyclically.
 */
export function isTooDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true
    level = level.flatMap((one) => (isPlain(one) ? Object.values(one) : []))
  }
  return false
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
