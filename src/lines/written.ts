import { halfWidth } from '../platform/text/half-width.ts'
import { normaliseNumber } from './number.ts'

/**
 * Telephone numbers as people write them: in forms, filters, log-ins, the search and, one day, spreadsheets. Pure. This
 * file handles what people put around, between and behind the digits; `number.ts` handles the meaning of the digits.
 */

export interface WrittenNumber {
  /** `+86355…`; a short code stays as it is dialled. */
  e164: string
  /** Digits to dial after the main number has answered: `0355-2123456-801` is 2123456, then 801. At most 6. */
  extension: string | null
}

export type NumberRead =
  | ({ ok: true; other: WrittenNumber | null } & WrittenNumber)
  /** What is wrong with this number, in Chinese. */
  | { ok: false; fault: string }

/** Longer than two numbers with everything around them. */
export const longestNumber = 64

const longestExtension = 6
const dashes = /[\u2010-\u2015\u2212\u30fc·•~_]/g
const labels = /^(?:联系|手机|移动|固定|办公|家庭)?(?:电话|手机|座机|固话|号码|tel|mobile|phone)(?:号码|号)?[:.\s]*/i
const extensionMark = /(?:转|轉|分机号?|内线|ext(?:ension)?\.?|x|#|,)[:.\s]*(\d+)$/i
/** Separators between two numbers. A slash or a blank may also occur inside one, so these are tried last. */
const surelyBetween = /[、;和或及]|,(?=\s*[+(\d])/
const perhapsBetween = [/\//, /\s+/]

/**
 * @param areaCode of the city, e.g. `0355`: where a number without one belongs
 */
export function readNumber(text: string, areaCode: string): NumberRead {
  const shown = halfWidth(text.slice(0, longestNumber * 4)).replace(dashes, '-')
  const plain = shown
    .replace(labels, '')
    .replace(/[。.,、;]+$/, '')
    .trim()
  if (plain === '') return { ok: false, fault: '请填写号码。' }
  const one = readOne(plain, areaCode)
  if (one) return { ok: true, ...one, other: null }
  for (const between of [surelyBetween, ...perhapsBetween]) {
    const [first, second, ...more] = plain.split(between).filter((part) => /\d/.test(part))
    if (first === undefined || second === undefined) continue
    if (more.length > 0 && between === surelyBetween) {
      return { ok: false, fault: `“${shown}”里有 ${more.length + 2} 个号码，最多填两个。` }
    }
    const [number, other] = [first, second].map((part) => readOne(part.trim(), areaCode))
    if (more.length === 0 && number && other && isWhole(number) && isWhole(other)) {
      return { ok: true, ...number, other }
    }
    if (between === surelyBetween) return { ok: false, fault: faultOf((number ? second : first).trim()) }
  }
  return { ok: false, fault: faultOf(plain) }
}

/** One word for number and extension, `+863552123456;ext=801`. Source: RFC 3966. */
export function addressOf({ e164, extension }: WrittenNumber): string {
  return extension === null ? e164 : `${e164};ext=${extension}`
}

/** A short code is not half of a number: `0355/2123456` is one number. */
const isWhole = ({ e164 }: WrittenNumber) => e164.startsWith('+')

function readOne(text: string, areaCode: string): WrittenNumber | null {
  // `+86 (0)355`: the 0 that is not dialled from abroad.
  const number = /^(?:\+|00)/.test(text) ? text.replace(/\(0\)/, '') : text
  const marked = extensionMark.exec(number)
  if (marked) {
    const main = mainOf(number.slice(0, marked.index).replace(/[-\s,(]+$/, ''), areaCode)
    return main && withExtension(main, marked[1] ?? '')
  }
  // The last group is an extension if the part before it is a number already; blanks separate groups of one number,
  // too.
  const dashed = /^(.+\d\)?)\s*-\s*(\d{1,6})$/.exec(number)
  const before = dashed?.[1] && mainOf(dashed[1], areaCode)
  if (before && isWhole(before)) return withExtension(before, dashed[2] ?? '')
  const whole = mainOf(number, areaCode)
  if (whole) return whole
  const spaced = /^(.+\d\)?)\s+(\d{1,6})$/.exec(number)
  const main = spaced?.[1] && mainOf(spaced[1], areaCode)
  return main && isWhole(main) ? withExtension(main, spaced[2] ?? '') : null
}

function mainOf(text: string, areaCode: string): WrittenNumber | null {
  // No address syntax: a person who writes `;` or `@` means no network address.
  if (!/^\+?[\d\s()./-]+$/.test(text)) return null
  const { e164 } = normaliseNumber(text.replace(/[/\s]+/g, '-'), areaCode)
  // A network may take a subscriber's number that lacks a digit for a short code; services begin with 1 or 9.
  return e164 === null || !/^[+19]/.test(e164) ? null : { e164, extension: null }
}

function withExtension(main: WrittenNumber, extension: string): WrittenNumber | null {
  return extension.length > longestExtension ? null : { ...main, extension }
}

function faultOf(given: string): string {
  const text = given.slice(0, longestNumber)
  const stray = /[^\d\s+()./#*-]/u.exec(text.replace(extensionMark, ''))?.[0]
  if (stray !== undefined) return `“${text}”中的“${stray}”不是号码，请只填数字。`
  const [, , extension = ''] = /(转|x|#|ext)\D*(\d+)$/i.exec(text) ?? []
  if (extension.length > longestExtension)
    return `“${text}”的分机号最多 ${longestExtension} 位，这里有 ${extension.length} 位。`
  return `“${text}”不是完整的号码：${whatIsWrong(text.replace(extensionMark, '').replace(/\D/g, ''), /^\+|^00/.test(text))}。`
}

/** Lengths and beginnings by the numbering plan. Source: 电信网编号计划; domain model 8.4. */
function whatIsWrong(given: string, isInternational: boolean): string {
  const digits = given.replace(/^(?:00)?86(?=\d{10})/, '')
  const count = `这里有 ${digits.length} 位`
  if (digits === '') return '没有数字'
  if (/^0?1[3-9]/.test(digits))
    return `手机号是 11 位，${digits.startsWith('0') ? `去掉 0 后有 ${digits.length - 1} 位` : count}`
  if (isInternational) return '国家代码后的位数不对'
  if (digits.length > 12) return `${count}，多了；两个号码之间请用顿号`
  if (digits.startsWith('0')) return `区号加座机号应为 10 至 12 位，${count}`
  if (/^1/.test(digits)) return digits.length === 11 ? '手机号应以 13 至 19 开头' : `${count}，手机号是 11 位`
  return `座机号是 7 或 8 位，${count}`
}
