import type { CategoryCode, Instant } from '../../platform/types.ts'
import { isSamePlace, type Place } from '../life/duplicate.ts'

/**
 * How likely two tickets are one matter, and why. Pure: the web page imports this file too. Each reason has points; what
 * reaches the threshold is shown, with its reasons. Source: domain model 3.7: by phone, place, category and text.
 */

export interface Described extends Place {
  categoryCode: CategoryCode
  text: string
  at: Instant
}

export interface Score {
  points: number
  reasons: string[]
}

/** Same caller and matter, or same place and matter, is enough; the rest tells which one is likelier. */
export const threshold = 55
const points = { caller: 40, place: 40, matter: 15, nearMatter: 5, text: 20, recent: 5 }
const recentMs = 3 * 86_400_000
/** Fewer pairs of letters in common are chance. */
const leastAlike = 0.15
/** Of two matters: they may have been classed differently. */
const leastOfOther = 0.4

export function scoreOf(one: Described, other: Described, isSameCaller: boolean): Score {
  const alike = likenessOf(one.text, other.text)
  // One person may complain of two things at one place.
  if (one.categoryCode !== other.categoryCode && alike < leastOfOther) return { points: 0, reasons: [] }
  const found: [number, string][] = [
    [isSameCaller ? points.caller : 0, '同一来电人'],
    [isSamePlace(one, other) ? points.place : 0, '同一地点'],
    ...matterPoints(one.categoryCode, other.categoryCode),
    [alike >= leastAlike ? Math.round(points.text * alike) : 0, `内容相似 ${Math.round(alike * 100)}%`],
    [Math.abs(one.at - other.at) <= recentMs ? points.recent : 0, '3 天内'],
  ]
  const given = found.filter(([some]) => some > 0)
  return {
    points: Math.min(
      100,
      given.reduce((sum, [some]) => sum + some, 0),
    ),
    reasons: given.map(([, words]) => words),
  }
}

function matterPoints(one: CategoryCode, other: CategoryCode): [number, string][] {
  if (one === other) return [[points.matter, '同一事项']]
  return one.slice(0, 4) === other.slice(0, 4) ? [[points.nearMatter, '相近事项']] : []
}

/** Share of the shorter text's pairs of letters that the other one has, too. */
export function likenessOf(one: string, other: string): number {
  const [a, b] = [pairsOf(one), pairsOf(other)]
  const smaller = Math.min(a.size, b.size)
  if (smaller === 0) return 0
  const [few, many] = a.size <= b.size ? [a, b] : [b, a]
  return [...few].filter((pair) => many.has(pair)).length / smaller
}

function pairsOf(text: string): Set<string> {
  const letters = [...text.replace(/[^\p{L}\p{N}]/gu, '')]
  return new Set(letters.slice(1).map((letter, at) => `${letters[at]}${letter}`))
}
