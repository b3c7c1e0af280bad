import type { Trunk } from '../site/site.ts'
import { type DirectoryEntry, type DirectoryKind, dialDigits } from './entry.ts'

/**
 * Which external number may be dialled, and over which trunk. The only place that decides it: consultation, transfer,
 * three-way calls, emergencies and outgoing calls ask here. Pure.
 */

/** Why it may be dialled: the first of these that applies. */
export type DialReason = 'EMERGENCY' | 'DIRECTORY' | 'TICKET'

export interface Diallable {
  reason: DialReason
  /** Digits to dial. */
  number: string
  /** For people; null for a citizen of a ticket. */
  name: string | null
  kind: DirectoryKind | null
}

export interface KnownNumbers {
  /** From the site's configuration: valid without a database, and no list can remove them. */
  emergencies: readonly Pick<DirectoryEntry, 'name' | 'number'>[]
  directory: readonly Pick<DirectoryEntry, 'name' | 'number' | 'kind'>[]
  /** Numbers of the people of the ticket that the call is about, E.164 or as dialled. */
  people: readonly string[]
  /** Numbers of our own lines: a ticket does not lead from the hotline to itself. */
  own: readonly string[]
}

/**
 * A mobile or a landline of the mainland. Agents type the numbers of a ticket's people: no country, and no short code or
 * service number, is opened by typing it there.
 */
const citizensNumber = /^(?:1[3-9]\d{9}|0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7})$/

/**
 * @param wanted as a person typed or chose it
 * @returns null: this number is not dialled
 */
export function mayDial(wanted: string, known: KnownNumbers, areaCode: string): Diallable | null {
  const number = dialDigits(wanted, areaCode)
  if (number === null) return null
  const isIt = (one: { number: string }) => one.number === number
  const emergency = known.emergencies.find(isIt)
  if (emergency) return { reason: 'EMERGENCY', number, name: emergency.name, kind: 'EMERGENCY' }
  const entry = known.directory.find(isIt)
  if (entry) return { reason: 'DIRECTORY', number, name: entry.name, kind: entry.kind }
  const isSame = (other: string) => dialDigits(other, areaCode) === number
  if (!citizensNumber.test(number) || known.own.some(isSame)) return null
  const isOfTicket = known.people.some((person) => isSame(person.split(';ext=')[0] ?? ''))
  return isOfTicket ? { reason: 'TICKET', number, name: null, kind: null } : null
}

/**
 * The province is reached over its own trunk if outgoing calls are allowed there, all other numbers over the carrier's.
 * @param isSamplePlayed whether the program that plays the province runs (`SAMPLE_PROVINCE`)
 * @returns null: no trunk leads there
 */
export function trunkFor<T extends Pick<Trunk, 'name' | 'kind' | 'sendTo'>>(
  target: Pick<Diallable, 'kind'>,
  trunks: readonly T[],
  isSamplePlayed: boolean,
): T | null {
  const out = trunks.filter(({ sendTo }) => sendTo !== null && (sendTo !== 'sample' || isSamplePlayed))
  const own = target.kind === 'PROVINCE' ? out.find((trunk) => trunk.kind === 'province') : undefined
  return own ?? out.find((trunk) => trunk.kind === 'carrier') ?? null
}
