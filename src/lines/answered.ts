import type { Instant } from '../platform/types.ts'
import type { Line } from '../site/site.ts'
import { ownNumber } from './dialled.ts'

const chinaOffsetMs = 8 * 60 * 60_000

/**
 * Lines whose numbers are answered on this day of the city (UTC+8, no daylight saving time): `effectiveFrom` and
 * `effectiveTo` are its first and last day. 12345 itself always is: unreadable numbers are meant for it. Pure.
 */
export function answeredLines(lines: readonly Line[], now: Instant): Line[] {
  const today = new Date(now + chinaOffsetMs).toISOString().slice(0, 10)
  return lines.filter(
    ({ number, effectiveFrom, effectiveTo }) =>
      number === ownNumber || ((effectiveFrom ?? today) <= today && today <= (effectiveTo ?? today)),
  )
}
