import type { Instant } from '../../platform/types.ts'

/** How long a caller waited. Pure. */

interface Stage {
  kind: string
  endedAt: Instant | null
}

const inLine = new Set(['WAITING', 'OFFER', 'FALLBACK'])

/**
 * Time in the queue until answered or left: the time of speaking a message, or of keying in a callback number, is not
 * waiting. The figures of the day count the same (`countCalls`).
 * @param segments of the call; those in the queue are sufficient
 * @returns null while the call still waits, or when it never entered the queue
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
