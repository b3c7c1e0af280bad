import { halfWidth } from '../../platform/text/half-width.ts'
import type { Instant } from '../../platform/types.ts'
import { ticketNumberOf } from '../life/progress.ts'

/** Ticket numbers as people type, paste and read them out. Pure. */

const cityOffsetMs = 8 * 3_600_000
const label = /^(?:工单|受理|案件)?(?:编号|单号|号码|号)?[\s:#№-]*/
/** Separators between the groups, and signs that are copied from a sentence with the number. */
const around = /[\s\-–—_·.。,，、;；:：!！?？"“”'‘’()[\]【】《》<>]+/g

/**
 * @returns the meant number, `CZ20261130000029`: with or without CZ, in groups, in full-width, at a sentence's end;
 *   six digits alone mean a number of today. Null for text that is not a number.
 */
export function ticketNumberIn(text: string, now: Instant): string | null {
  const plain = halfWidth(text).toUpperCase().replace(label, '').replace(around, '')
  const digits = /^(?:#?CZ)?(\d{6}|\d{14})$/.exec(plain)?.[1]
  if (digits === undefined) return null
  if (digits.length === 6) return ticketNumberOf(`${dayOf(now)}${digits}`)
  return isDay(digits.slice(0, 8)) ? ticketNumberOf(digits) : null
}

function dayOf(now: Instant): string {
  return new Date(now + cityOffsetMs).toISOString().slice(0, 10).replaceAll('-', '')
}

/** 14 digits that do not begin with a day are another kind of number. */
function isDay(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)]
  const at = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(8, 10) === day && Number(year) >= 2000
}
