import { dayMs, dayNumberOf, hourMs, minuteMs, startOfDayNumber } from '../calendar/days.ts'
import type { Instant } from '../platform/types.ts'

/** When a citizen may be asked, and how often. Figures: `config/follow-up.yaml`. Pure. Source: domain model 2, 3.2. */

export interface FollowUpRules {
  version: number
  /** `2026-11-30`: the day on which this version came into force. */
  from: string
  /** Day parts in which citizens are called, minutes after midnight in the city. */
  parts: readonly DayPart[]
  /** In which messages are sent. */
  messages: DayPart
  /** Tries by voice, the unit's and the hotline's together, and how far apart. */
  tries: number
  spacingMinutes: number
  /** Tries are spread over so many day parts. */
  partsWanted: number
  /** How long an unanswered link, and then an unanswered call by machine, is waited for. */
  waitHours: number
  /** To one person about one matter. */
  mostMessages: number
  linkDays: number
  /** How many callers of a merged matter are called; of the others this share in percent. */
  mergedCalled: number
  mergedSample: number
  /** A call whose result nobody gave is looked up after so long. */
  lostMinutes: number
  /** Working days in which a unit may appeal against a letter. */
  appealDays: number
}

export interface DayPart {
  /** Minutes after midnight. */
  from: number
  to: number
}

const zoneMs = 8 * hourMs
const minuteOf = (at: Instant): number => Math.floor(((at + zoneMs) % dayMs) / minuteMs)
const isIn = ({ from, to }: DayPart, at: Instant): boolean => minuteOf(at) >= from && minuteOf(at) < to

/** @returns index of the part of the day; null outside all of them */
export function partOf({ parts }: Pick<FollowUpRules, 'parts'>, at: Instant): number | null {
  const found = parts.findIndex((part) => isIn(part, at))
  return found < 0 ? null : found
}

/** The first instant from `at` on that lies in one of these parts. */
export function firstIn(parts: readonly DayPart[], at: Instant): Instant {
  if (parts.some((part) => isIn(part, at))) return at
  const midnight = startOfDayNumber(dayNumberOf(at))
  const starts = [midnight, midnight + dayMs].flatMap((day) => parts.map(({ from }) => day + from * minuteMs))
  return Math.min(...starts.filter((start) => start >= at))
}

/**
 * When a person who was tried at `tried` may be called next.
 * @param at not before
 * @param tried earlier tries by voice, oldest first
 */
export function voiceAt(rules: FollowUpRules, tried: readonly Instant[], at: Instant): Instant {
  const last = tried.at(-1)
  const earliest = last === undefined ? at : Math.max(at, last + rules.spacingMinutes * minuteMs)
  const used = new Set(tried.map((one) => partOf(rules, one)))
  // The tries that are left have to reach so many parts: then a part that was used already is passed over.
  const isOtherWanted = rules.partsWanted - used.size >= rules.tries - tried.length
  const open = rules.parts.filter((_, part) => !isOtherWanted || !used.has(part))
  return firstIn(open.length === 0 ? rules.parts : open, earliest)
}

export const messageAt = (rules: FollowUpRules, at: Instant): Instant => firstIn([rules.messages], at)

export const linkLifeMs = ({ linkDays }: Pick<FollowUpRules, 'linkDays'>): number => linkDays * dayMs
