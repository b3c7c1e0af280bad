/** Telephone numbers as networks write them. Pure. Source: domain model 8.4. */

export interface TelephoneNumber {
  /**
   * `+86355…`, `+861…`; a short code, for which E.164 has no form, stays as it is dialled, another city's with its area
   * code (`035212345`). Null when no number that can
   * be called back could be read: anonymous, unavailable, garbage.
   */
  e164: string | null
  /** As dialled inside the country: `12345`, `03555550123`, `13912345678`; empty when nothing could be read. */
  national: string
}

/** Short codes of other cities: `0352-12345`. */
export const shortCodeElsewhere = /^0(?:10|2\d|[3-9]\d{2})1\d{2,5}$/

const nothing: TelephoneNumber = { e164: null, national: '' }
/** Longer than any number or address; text beyond it is not read. */
const longest = 1_024

/**
 * @param raw number, `sip:` or `tel:` address, with or without a display name
 * @param areaCode of the city, e.g. `0355`
 */
export function normaliseNumber(raw: string, areaCode: string): TelephoneNumber {
  const user = withContext(raw)
  // Letters make it a name (`anonymous`, `sipp`), not a number with decoration.
  if (!/^\+?[\d\s().-]+$/.test(user)) return nothing
  const digits = user.replace(/\D/g, '')
  if (user.startsWith('+')) return digits.startsWith('86') ? inland(digits.slice(2), areaCode, true) : abroad(digits)
  if (digits.startsWith('0086')) return inland(digits.slice(4), areaCode, true)
  if (digits.startsWith('00')) return abroad(digits.slice(2))
  // Shorter ones are local numbers that happen to begin with 86.
  if (digits.startsWith('86') && digits.length >= 10) return inland(digits.slice(2), areaCode, true)
  return inland(digits, areaCode, false)
}

function abroad(digits: string): TelephoneNumber {
  return /^[1-9]\d{6,14}$/.test(digits) ? { e164: `+${digits}`, national: `00${digits}` } : nothing
}

function inland(digits: string, areaCode: string, hadCountryCode: boolean): TelephoneNumber {
  // Another province's exchange puts 0 before a mobile number.
  const mobile = /^0?(1[3-9]\d{9})$/.exec(digits)
  if (mobile) return { e164: `+86${mobile[1]}`, national: `${mobile[1]}` }

  if (/^[48]00\d{7}$/.test(digits)) return { e164: `+86${digits}`, national: digits }

  // `0355 12345`: the city's short code, dialled from elsewhere.
  const area = areaCode.replace(/^0/, '')
  const cityCode = digits.startsWith(`0${area}`)
    ? digits.slice(area.length + 1)
    : hadCountryCode && digits.startsWith(area)
      ? digits.slice(area.length)
      : ''
  if (isShortCode(cityCode)) return { e164: cityCode, national: cityCode }

  const elsewhere = hadCountryCode && !digits.startsWith('0') ? `0${digits}` : digits
  if (shortCodeElsewhere.test(elsewhere)) return { e164: elsewhere, national: elsewhere }

  const landline = /^0?((?:10|2\d)\d{8}|[3-9]\d{2}\d{7,8})$/.exec(digits)
  if (landline && (digits.startsWith('0') || digits.length >= 10)) {
    return { e164: `+86${landline[1]}`, national: `0${landline[1]}` }
  }
  if (isShortCode(digits)) return { e164: digits, national: digits }
  if (/^[2-8]\d{6,7}$/.test(digits)) return { e164: `+86${area}${digits}`, national: `0${area}${digits}` }
  return nothing
}

/** 3 to 6 digits, and the service numbers 95… and 96… of up to 8. */
function isShortCode(digits: string): boolean {
  return /^[1-9]\d{2,5}$/.test(digits) || /^9[56]\d{5,6}$/.test(digits)
}

/** `"总机" <sip:12333@host;user=phone>;reason=…` → `12333` */
export function userOf(address: string): string {
  const uri = uriOf(address.slice(0, longest))
  const withoutScheme = uri.replace(/^(?:sips?|tel):/i, '')
  const user = /^[^@;?>]*/.exec(withoutScheme)?.[0] ?? ''
  return decode(user).trim()
}

/** `tel:2123456;phone-context=+86351` is a number of Taiyuan, not of this city. Source: RFC 3966, section 5.1.5. */
function withContext(raw: string): string {
  const user = userOf(raw)
  const context = /;phone-context=\+86(\d{2,3})(?=[;@?>\s]|$)/i.exec(uriOf(raw.slice(0, longest)))?.[1]
  return context !== undefined && /^[2-8]\d{6,7}$/.test(user) ? `0${context}${user}` : user
}

/** The text between the angle brackets, or everything up to the first parameter. */
function uriOf(address: string): string {
  const bare = address.trim().replace(/^"(?:[^"\\]|\\.)*"/, '')
  const open = bare.indexOf('<')
  if (open < 0) return bare
  const close = bare.indexOf('>', open)
  return bare.slice(open + 1, close < 0 ? undefined : close).trim()
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // An invalid % sequence: the raw text is the best reading.
    return text
  }
}

/**
 * All forms in which networks may write a number of the city in a request: for the dialplan.
 * @param number national, e.g. `12333` or `03555550123`
 */
export function dialForms(number: string, areaCode: string): string[] {
  const area = areaCode.replace(/^0/, '')
  const local = number.startsWith(`0${area}`) ? number.slice(area.length + 1) : isShortCode(number) ? number : null
  if (local === null) return [number]
  return [local, `0${area}${local}`, `+86${area}${local}`, `86${area}${local}`, `0086${area}${local}`]
}
