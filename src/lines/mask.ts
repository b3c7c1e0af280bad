import { shortCodeElsewhere } from './number.ts'

/** `139****1234`, `0355****123`, `010****5678`, short codes as they are: what tells a person is hidden, not the place. */
export function maskNumber(number: string | null): string | null {
  if (number === null) return null
  // A hotline of another city is nobody's own number.
  if (shortCodeElsewhere.test(number)) return number
  // E.164 leaves out the 0 of an area code; 400 and 800 are none.
  const national = number.replace(/^\+86/, '').replace(/^(?![48]00\d{7}$)(?=(?:10|2\d)\d{8}$|[3-9]\d{9,10}$)/, '0')
  const landline = /^(0(?:10|2\d|[3-9]\d{2}))\d{4}(\d{3,4})$/.exec(national)
  if (landline) return `${landline[1]}****${landline[2]}`
  if (national.length < 7) return national
  const keep = national.length >= 11 ? 4 : 3
  return `${national.slice(0, national.length - keep - 4)}****${national.slice(-keep)}`
}

/** A display name is often the number once more. */
export function maskNumbersIn(text: string | null): string | null {
  return text?.replace(/\+?\d[\d ().-]{5,}\d/g, (found) => maskNumber(found.replace(/[^+\d]/g, '')) ?? '') ?? null
}
