import { readNumber } from '../lines/written.ts'
import { halfWidth } from '../platform/text/half-width.ts'

/** A telephone as a duty list has it: kept as people wrote it, where it can be dialled. Pure. */

export const longestPhone = 40

/** @returns as it is kept: half-width; null for what is no number */
export function readPhone(text: string, areaCode: string): string | null {
  const written = halfWidth(text)
  return written.length <= longestPhone && readNumber(written, areaCode).ok ? written : null
}
