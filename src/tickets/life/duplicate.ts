import { halfWidth } from '../../platform/text/half-width.ts'
import { withoutRegion } from '../../platform/text/region.ts'
import type { CountyCode } from '../../platform/types.ts'

/** Whether two tickets may be one matter. Pure. Source: 国办函〔2025〕66号, duplicates are merged in principle (并单). */

/** So far back the same matter at the same place is looked for. */
export const duplicateMs = 30 * 86_400_000

export interface Place {
  countyCode: CountyCode | null
  /** As it was typed. */
  place: string
  longitude: number | null
  latitude: number | null
}

/** GPS of a telephone between houses. */
const nearMetres = 60
/** Shorter ones, 门口, 村里, are everywhere. */
const shortest = 3
/** A name alone that begins a longer address: 惠丰小区 and 惠丰小区3号楼. */
const shortestBeginning = 4

/**
 * Whether two people mean one place. In two counties never; else by the map, or by what is written: the same words, one
 * of them more exact than the other, or a crossing named from either side.
 */
export function isSamePlace(one: Place, other: Place): boolean {
  if (one.countyCode !== null && other.countyCode !== null && one.countyCode !== other.countyCode) return false
  if (isNear(one, other)) return true
  const [first, second] = [one.place, other.place].map(plainPlace)
  if (first === undefined || second === undefined || first.length < shortest || second.length < shortest) return false
  return first === second || begins(first, second) || begins(second, first) || isSameCrossing(first, second)
}

function isNear(one: Place, other: Place): boolean {
  const [a, b, c, d] = [one.longitude, one.latitude, other.longitude, other.latitude]
  if (a === null || b === null || c === null || d === null) return false
  const metresPerDegree = 111_320
  const east = (a - c) * metresPerDegree * Math.cos((b * Math.PI) / 180)
  const north = (b - d) * metresPerDegree
  return Math.hypot(east, north) <= nearMetres
}

const round = /(?:附近|旁边?|门口|门前|对面|一带|周边|这里|那里)$/

/** Without province, city and county, signs and words like 附近. */
function plainPlace(place: string): string {
  const plain = halfWidth(place)
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, '')
  return withoutRegion(plain)
    .replace(round, '')
    .replace(/(?:交叉口|交汇处|十字路口|十字)$/, '')
    .replace(/路口$/, '路')
}

/** Not in the middle of a number: 英雄路8号 is not 英雄路88号, 3号楼 not 3号楼12单元's 3号楼1. */
function begins(short: string, long: string): boolean {
  if (short.length < shortestBeginning || !long.startsWith(short)) return false
  const next = long[short.length] ?? ''
  return !(/\d$/.test(short) && /^\d/.test(next))
}

function isSameCrossing(one: string, other: string): boolean {
  const [roads, others] = [one, other].map((place) =>
    place.split(/[与和及]/).map((road) => road.replace(/路口$/, '路')),
  )
  if (!roads || !others || roads.length < 2 || roads.length !== others.length) return false
  return roads.every((road) => road.length > 1 && others.includes(road))
}
