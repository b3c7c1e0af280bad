import { entriesOf } from './dialled.ts'
import { normaliseNumber, userOf } from './number.ts'

/** The caller's number, by what the network vouches for and what the caller's switch wrote. Pure. */

/** Headers of the INVITE as text, empty where there was none. */
export interface CallerFacts {
  from: string
  /** P-Asserted-Identity, from a trunk that is trusted with it; several values separated by commas. */
  asserted: string
  privacy: string
}

export interface Caller {
  /** E.164 or a short code; null without a number that can be called back. */
  number: string | null
  /** As it was written. */
  raw: string
  name: string
  /** The caller asked the network to withhold the number, whether it is known to us or not. */
  isWithheld: boolean
}

/**
 * The first telephone number that the network vouches for, else the one in From. Remote-Party-ID is ignored: it was
 * never more than a draft, and no network vouches for it.
 * @param areaCode of the city, e.g. `0355`
 * @returns null when From contains none: the channel's own number is used then
 * Source: RFC 3325, section 9.1 (at most one sip and one tel value); RFC 3323, section 4.
 */
export function readCaller(facts: CallerFacts, areaCode: string): Caller | null {
  const numberOf = (address: string) => normaliseNumber(address, areaCode).e164
  const asserted = entriesOf(facts.asserted)
  const vouched = asserted.find((address) => numberOf(address) !== null)
  const fromUser = userOf(facts.from)
  if (vouched === undefined && fromUser === '') return null
  const isAnonymous = /^anonymous$/i.test(fromUser)
  const chosen = vouched ?? facts.from
  return {
    number: numberOf(chosen),
    raw: userOf(chosen),
    name: (vouched && displayNameOf(vouched)) || (isAnonymous ? '' : displayNameOf(facts.from)),
    isWithheld: isAnonymous || asksForPrivacy(facts.privacy),
  }
}

/** `header` and `session` hide other data than the caller's identity; `critical` says how much it matters. */
function asksForPrivacy(privacy: string): boolean {
  return privacy.split(/[;,]/).some((value) => /^\s*(?:id|user)\s*$/i.test(value))
}

/**
 * The name before an address, without its quotes and with `\"` and `\\` undone.
 * @param address `"总机 \"A\"" <sip:12333@host>`, `总机 <sip:12333@host>` or an address alone
 * @returns empty when there is none
 * Source: RFC 3261, section 25.1, `display-name` and `quoted-pair`.
 */
export function displayNameOf(address: string): string {
  const text = address.trim()
  const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(text)?.[1]
  if (quoted !== undefined) return quoted.replace(/\\(.)/gs, '$1').trim()
  const open = text.indexOf('<')
  return open > 0 ? text.slice(0, open).trim() : ''
}
