import type { Line } from '../site/site.ts'
import { normaliseNumber, userOf } from './number.ts'

export { normaliseNumber } from './number.ts'

/** Which line the citizen dialled. Pure. Order of trust: domain model 8.4. */

export type LineSource = 'DID' | 'DIVERSION' | 'HISTORY_INFO' | 'P_CALLED_PARTY' | 'DIALLED' | 'UNKNOWN_DIVERSION'
export type LineConfidence = 'CERTAIN' | 'LIKELY' | 'ASSUMED'

/** The INVITE's data, unchanged. */
export interface DialledFacts {
  /** User of the request address. */
  dialled: string
  diversion: string | null
  historyInfo: string | null
  pCalledParty: string | null
}

export interface RecognisedLine {
  line: Line
  source: LineSource
  confidence: LineConfidence
  /** Number that the call was forwarded from, as dialled inside the country. */
  diverted: string | null
  /** The network names a number that is not ours; counted, because the table may lack a line. */
  unknownDiversion: string | null
}

export const ownNumber = '12345'

/** The hotline's own line, which outgoing calls show. */
export function ownLineOf<L extends Pick<Line, 'number'>>(lines: readonly L[]): L {
  const own = lines.find((line) => line.number === ownNumber) ?? lines[0]
  if (!own) throw new Error('the site has no lines: config/numbers.yaml is empty')
  return own
}

/**
 * Order of trust: a landing number that only one line's calls are delivered to; Diversion, the latest first;
 * History-Info before its last entry; P-Called-Party-ID; the number in the request itself; else 12345.
 * @param lines of the site, 12345 among them
 * Source: domain model 8.4; RFC 5806, RFC 7044, RFC 7315.
 */
export function recogniseLine(facts: DialledFacts, lines: Line[], areaCode: string): RecognisedLine {
  const numberOf = (address: string) => normaliseNumber(address, areaCode).national
  const lineOf = (address: string) => lines.find((line) => line.number === numberOf(address))
  const dialled = numberOf(facts.dialled)

  const landed = dialled === '' ? undefined : lines.find((line) => line.landingDids.includes(dialled))
  if (landed) {
    const diverted = landed.number === ownNumber ? null : landed.number
    return { line: landed, source: 'DID', confidence: 'CERTAIN', diverted, unknownDiversion: null }
  }

  const signs: { source: LineSource; address: string }[] = [
    ...entriesOf(facts.diversion).map((address) => ({ source: 'DIVERSION' as const, address })),
    ...forwardersOf(facts.historyInfo).map((address) => ({ source: 'HISTORY_INFO' as const, address })),
    ...entriesOf(facts.pCalledParty).map((address) => ({ source: 'P_CALLED_PARTY' as const, address })),
  ].filter(({ address }) => !saysNothing(address, numberOf(address), dialled))
  for (const { source, address } of signs) {
    const line = lineOf(address)
    if (line) return { line, source, confidence: 'LIKELY', diverted: line.number, unknownDiversion: null }
  }

  const stranger = signs[0]
  const unknownDiversion = stranger ? numberOf(stranger.address) || userOf(stranger.address).slice(0, 64) : null
  const asked = lineOf(facts.dialled)
  if (asked && asked.number !== ownNumber) {
    return { line: asked, source: 'DIALLED', confidence: 'CERTAIN', diverted: unknownDiversion, unknownDiversion }
  }
  const own = asked ?? ownLineOf(lines)
  if (unknownDiversion !== null) {
    return {
      line: own,
      source: 'UNKNOWN_DIVERSION',
      confidence: 'ASSUMED',
      diverted: unknownDiversion,
      unknownDiversion,
    }
  }
  return {
    line: own,
    source: 'DIALLED',
    confidence: asked ? 'CERTAIN' : 'ASSUMED',
    diverted: null,
    unknownDiversion: null,
  }
}

/** Our own number or the requested one: no forwarding. */
function saysNothing(address: string, number: string, dialled: string): boolean {
  return userOf(address) === '' || number === ownNumber || (number !== '' && number === dialled)
}

/**
 * Entries of History-Info that the call passed before its present target: the latest first. A single entry is the
 * target itself, unless its cause says that the call was forwarded from there.
 */
function forwardersOf(header: string | null): string[] {
  const entries = entriesOf(header)
  if (entries.length === 1) return entries.filter(hasCause)
  return entries.slice(0, -1).reverse()
}

/** `;cause=302` (RFC 4458) or `?Reason=SIP%3Bcause%3D302` (RFC 7044). */
function hasCause(entry: string): boolean {
  return /(?:;|%3B)\s*cause\s*(?:=|%3D)\s*\d{3}/i.test(entry)
}

/** More entries, and longer headers, than any honest network makes. */
const mostEntries = 20
const longestHeader = 8_192

/** Splits a header at the commas that are neither in quotes nor in angle brackets. */
export function entriesOf(header: string | null): string[] {
  const entries: string[] = []
  let entry = ''
  let isQuoted = false
  let isBracketed = false
  let isEscaped = false
  for (const character of (header ?? '').slice(0, longestHeader)) {
    if (character === ',' && !isQuoted && !isBracketed) {
      entries.push(entry)
      entry = ''
      continue
    }
    entry += character
    if (isEscaped) isEscaped = false
    else if (isQuoted && character === '\\') isEscaped = true
    else if (character === '"' && !isBracketed) isQuoted = !isQuoted
    else if (character === '<' && !isQuoted) isBracketed = true
    else if (character === '>' && !isQuoted) isBracketed = false
  }
  entries.push(entry)
  return entries
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .slice(0, mostEntries)
}
