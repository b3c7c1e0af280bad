import type { Instant } from '../../platform/types.ts'

/** How long a caller waited. Pure. */

interface Stage {
  kind: string
  endedAt: Instant | null
}

const inLine = new Set(['WAITING', 'OFFER', 'FALLBACK'])

/**
 * In the waiting line until answered or gone from it: what a caller speaks on a message, or keys in for a callback, is no
 * waiting. The figures of the day count the same (`countCalls`).
 * @param segments of the call; those in the line are enough
 * @returns null while the call still waits, or when it never came to the line
 */
export function waitedMs(
  { queuedAt, answeredAt, endedAt }: { queuedAt: Instant | null; answeredAt: Instant | null; endedAt: Instant | null },
  segments: readonly Stage[],
): number | null {
  if (queuedAt === null) return null
  if (answeredAt !== null) return answeredAt - queuedAt
  if (endedAt === null) return null
  const leftAt = segments.findLast((segment) => inLine.has(segment.kind))?.endedAt
  return (leftAt ?? endedAt) - queuedAt
}
