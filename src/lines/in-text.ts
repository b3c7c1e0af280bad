import { halfWidth } from '../platform/text/half-width.ts'
import { readNumber } from './written.ts'

/** Telephone numbers within texts typed by people. Pure. */

/** Not within a ticket's number, an id or a longer row of digits. */
const candidate = /(?<![\dA-Za-z])\+?\(?\d[\d ().·—–-]{4,}\d(?![\dA-Za-z])/g
const isDate = (text: string) => /^\d{4}-\d{1,2}-\d{1,2}\b/.test(text)
const isAddress = (text: string) => /^\d{1,3}(\.\d{1,3}){3}$/.test(text)

/** Replaces what may be a citizen's number; dates, machine addresses and long numbers stay. */
export function replaceNumbersIn(text: string, replace: (digits: string) => string): string {
  const shown = /[０-９]/.test(text) ? halfWidth(text) : text
  return shown.replace(candidate, (found) => {
    const digits = found.replace(/[^+\d]/g, '')
    const length = digits.replace('+', '').length
    return length < 7 || length > 13 || isDate(found) || isAddress(found) ? found : replace(digits)
  })
}

/** @returns as `+86…`, each once */
export function numbersIn(text: string, areaCode: string): string[] {
  const found = new Set<string>()
  replaceNumbersIn(text, (digits) => {
    const read = readNumber(digits, areaCode)
    if (read.ok && read.e164.startsWith('+')) found.add(read.e164)
    return digits
  })
  return [...found]
}
