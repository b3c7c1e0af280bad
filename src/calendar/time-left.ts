import type { Instant } from '../platform/types.ts'
import { type Calendar, CalendarYearMissing } from './calendar.ts'
import { dayMs, dayNumberOf, minuteMs, startOfDayNumber } from './days.ts'

/** How long until a deadline, as people say it. Pure: the web page imports this file too. */

export interface TimeLeft {
  isOver: boolean
  /** Zero minutes: less than one. Natural days are used only where working days do not apply. */
  amount: number
  unit: 'MINUTE' | 'HOUR' | 'DAY' | 'WORKING_DAY'
  dueAt: Instant
  now: Instant
}

/** Which days a deadline is counted in: those of a limit in working days, or all of them. */
export type DayCount = 'WORKING_DAYS' | 'NATURAL_DAYS'

/**
 * Below a day hours and minutes, above it days. The last millisecond still belongs to the limit: overdue is later than
 * `dueAt`. Never throws: a list must show what it knows.
 */
export function timeLeft(now: Instant, dueAt: Instant, calendar: Calendar, count: DayCount = 'WORKING_DAYS'): TimeLeft {
  const isOver = now > dueAt
  // Time left is rounded to the minute, time over is rounded down: 23:59:59.999 seen at 18:00 is six hours away, and a
  // limit of 30 minutes that has just begun does not show 31, although the page's clock is some seconds behind the
  // server's.
  const minutes = isOver ? Math.floor((now - dueAt) / minuteMs) : Math.round((dueAt - now) / minuteMs)
  const of = (amount: number, unit: TimeLeft['unit']): TimeLeft => ({ isOver, amount, unit, dueAt, now })
  const workingDays = count === 'WORKING_DAYS' ? workingDaysApart(now, dueAt, calendar) : null

  if (isOver && workingDays !== null && workingDays > 0) return of(workingDays, 'WORKING_DAY')
  if (minutes < 60) return of(minutes, 'MINUTE')
  if (minutes < 24 * 60) return of(Math.floor(minutes / 60), 'HOUR')
  if (workingDays !== null && workingDays > 0) return of(workingDays, 'WORKING_DAY')
  // A day and a half is shown in hours: „1 天“ would hide a third of it.
  if (minutes < 48 * 60) return of(Math.floor(minutes / 60), 'HOUR')
  return of(Math.floor(minutes / (24 * 60)), 'DAY')
}

/** Null when a year in between is not loaded: then natural days are shown, which are correct in any case. */
function workingDaysApart(now: Instant, dueAt: Instant, calendar: Calendar): number | null {
  try {
    return Math.abs(calendar.workingDaysBetween(now, dueAt))
  } catch (error) {
    if (error instanceof CalendarYearMissing) return null
    throw error
  }
}

const unitWords: Record<TimeLeft['unit'], string> = {
  MINUTE: '分钟',
  HOUR: '小时',
  DAY: '天',
  WORKING_DAY: '个工作日',
}

/** `剩 6 小时 (明天 11:30)`, `超 2 个工作日`. An overdue one needs no date, only the duration. */
export function timeLeftInWords(left: TimeLeft): string {
  const isShort = left.amount === 0 && left.unit === 'MINUTE'
  if (left.isOver) return isShort ? '刚刚超时' : `超 ${left.amount} ${unitWords[left.unit]}`
  const amount = isShort ? '即将到期' : `剩 ${left.amount} ${unitWords[left.unit]}`
  return `${amount} (${dueInWords(left.dueAt, left.now)})`
}

/** `今天 11:30`, `明天 23:59`, `11月26日 23:59`, with the year when it is not this one. */
export function dueInWords(dueAt: Instant, now: Instant): string {
  const [day, today] = [dayNumberOf(dueAt), dayNumberOf(now)]
  const minute = Math.floor((dueAt - startOfDayNumber(day)) / minuteMs)
  const two = (n: number) => String(n).padStart(2, '0')
  const time = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
  const near: Record<number, string> = { [-1]: '昨天', 0: '今天', 1: '明天' }
  const word = near[day - today]
  if (word) return `${word} ${time}`
  const date = new Date(day * dayMs)
  const isThisYear = date.getUTCFullYear() === new Date(today * dayMs).getUTCFullYear()
  const year = isThisYear ? '' : `${date.getUTCFullYear()}年`
  return `${year}${date.getUTCMonth() + 1}月${date.getUTCDate()}日 ${time}`
}

/** The mark of a ticket whose due date cannot be counted yet. */
export function yearMissingInWords(year: number): string {
  return `期限待定:${year} 年工作日历尚未载入`
}
