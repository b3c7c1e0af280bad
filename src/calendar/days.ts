import type { Instant } from '../platform/types.ts'

/**
 * Days and minutes in the hotline's time zone. Pure. Asia/Shanghai is UTC+8 without daylight saving time since 1991, so
 * days are plain arithmetic and need no zone database.
 */

/** A day in Shanghai, `2026-02-13`. Sorts by time. */
export type Day = string

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
const zoneOffsetMs = 8 * hourMs

/** Days since 1970-01-01 in Shanghai: the unit of all counting here. */
export function dayNumberOf(at: Instant): number {
  return Math.floor((at + zoneOffsetMs) / dayMs)
}

export function startOfDayNumber(dayNumber: number): Instant {
  return dayNumber * dayMs - zoneOffsetMs
}

export function dayOfNumber(dayNumber: number): Day {
  return new Date(dayNumber * dayMs).toISOString().slice(0, 10)
}

export function numberOfDay(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) / dayMs
}

export function dayOf(at: Instant): Day {
  return dayOfNumber(dayNumberOf(at))
}

/** `2026-11-23 14:05:22` on the clocks of Shanghai, as spreadsheets read it. */
export function wallTimeOf(at: Instant): string {
  return new Date(at + zoneOffsetMs).toISOString().slice(0, 19).replace('T', ' ')
}

export function yearOfNumber(dayNumber: number): number {
  return new Date(dayNumber * dayMs).getUTCFullYear()
}

/** 0 is Sunday, 6 Saturday. */
export function weekdayOfNumber(dayNumber: number): number {
  return new Date(dayNumber * dayMs).getUTCDay()
}

/** Numbers of the first day of the year and of the first one after it. */
export function boundsOfYear(year: number): { first: number; end: number } {
  return { first: numberOfDay(`${year}-01-01`), end: numberOfDay(`${year + 1}-01-01`) }
}
