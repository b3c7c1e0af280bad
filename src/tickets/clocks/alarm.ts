import type { Instant } from '../../platform/types.ts'
import { type Lamp, overdueFrom } from './limits.ts'

/**
 * When a running clock raises an alarm: once when its lamp turns yellow, once when it turns red. Pure. An alarm names
 * the instant that it was set for: the worker checks whether that instant still is the clock's.
 */
export interface Alarm {
  deadlineId: string
  lamp: Exclude<Lamp, 'GREEN'>
  at: Instant
}

/** The fields of `ticket_deadlines` that matter here. */
export interface Clock {
  id: string
  /** 1 while it runs. */
  slot: number | null
  warnAt: Instant | null
  dueAt: Instant | null
  warnedAt: Instant | null
  overdueAt: Instant | null
}

/** The alarms that a clock has not fired yet. */
export function alarmsOf(clock: Clock): Alarm[] {
  const { id: deadlineId, slot, warnAt, dueAt, warnedAt, overdueAt } = clock
  if (slot !== 1 || overdueAt !== null) return []
  const alarms: Alarm[] = []
  if (warnAt !== null && warnedAt === null) alarms.push({ deadlineId, lamp: 'YELLOW', at: warnAt })
  if (dueAt !== null) alarms.push({ deadlineId, lamp: 'RED', at: overdueFrom(dueAt) })
  return alarms
}

/**
 * What an alarm means now.
 * - `due`: it fires now
 * - `early`: not yet; the wall clock was set back, or the alarm fired without cause
 * - `stale`: the clock was met, cancelled, recomputed, has fired already, or red has overtaken yellow
 */
export function verdictOn(alarm: Alarm, clock: Clock, now: Instant): 'due' | 'early' | 'stale' {
  const alarms = alarmsOf(clock)
  if (!alarms.some(({ lamp, at }) => lamp === alarm.lamp && at === alarm.at)) return 'stale'
  if (now < alarm.at) return 'early'
  const isOvertaken = alarm.lamp === 'YELLOW' && alarms.some(({ lamp, at }) => lamp === 'RED' && at <= now)
  return isOvertaken ? 'stale' : 'due'
}

/** Setting the same alarm twice makes one job. */
export function jobIdOf({ deadlineId, lamp, at }: Alarm): string {
  return `${deadlineId}-${lamp}-${at}`
}
