import { dayMs, minuteMs } from '../../calendar/days.ts'
import type { Instant } from '../../platform/types.ts'
import type { OutgoingRules } from '../../site/site.ts'
import type { OutgoingKind } from '../machine/outgoing/outgoing.ts'

/** Whether a citizen may be called now: hours, the citizen's own wish, how often. Pure. Source: domain model 3.2. */

export const ruleRefusals = [
  'outgoing.never-call',
  'outgoing.outside-hours',
  'outgoing.reason-missing',
  'outgoing.too-often',
  'callback.tries-used',
  'callback.too-soon',
] as const
export type RuleRefusal = (typeof ruleRefusals)[number]

export interface Asked {
  kind: OutgoingKind
  /** Why the agent calls at this hour. */
  hasReason: boolean
  /** The citizen wants no calls from the hotline. */
  isNeverCalled: boolean
  /** Calls that were placed to this number today, for whatever reason. */
  callsToday: number
  /** Of the callback: how often it was tried, and before when it is not tried again. */
  tries: number
  nextAt: Instant | null
}

/** @returns why not; null when the call may be placed. Departments and other bodies of the directory may always be called. */
export function mayNotCall(asked: Asked, rules: OutgoingRules, now: Instant): RuleRefusal | null {
  const { kind, hasReason, isNeverCalled, callsToday, tries, nextAt } = asked
  if (kind === 'directory') return null
  if (isNeverCalled) return 'outgoing.never-call'
  if (!isWithinHours(rules, now)) {
    if (kind === 'callback') return 'outgoing.outside-hours'
    if (!hasReason) return 'outgoing.reason-missing'
  }
  if (kind === 'callback') {
    if (tries >= rules.tries) return 'callback.tries-used'
    if (nextAt !== null && now < nextAt) return 'callback.too-soon'
  }
  return callsToday >= rules.perNumberAndDay ? 'outgoing.too-often' : null
}

const zoneOffsetMs = 8 * 60 * minuteMs

export function isWithinHours({ from, to }: Pick<OutgoingRules, 'from' | 'to'>, now: Instant): boolean {
  const minute = Math.floor(((now + zoneOffsetMs) % dayMs) / minuteMs)
  return minute >= from && minute < to
}

/** `9:00-20:00` */
export function hoursInWords({ from, to }: Pick<OutgoingRules, 'from' | 'to'>): string {
  const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
  return `${clock(from)}-${clock(to)}`
}

/** When a callback that was not reached is due again. */
export function nextTryAt(rules: Pick<OutgoingRules, 'spacingMinutes'>, triedAt: Instant): Instant {
  return triedAt + rules.spacingMinutes * minuteMs
}
