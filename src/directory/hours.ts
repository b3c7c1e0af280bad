import { dayNumberOf, dayOfNumber, minuteMs, startOfDayNumber, weekdayOfNumber } from '../calendar/days.ts'
import type { Instant } from '../platform/types.ts'

/**
 * When an entry of the directory answers: `24h`, `workdays 08:30-12:00 14:30-18:00`, `daily 08:00-20:00`,
 * `mon-sat 09:00-17:00; sun 09:00-12:00`. People at the page write it in Chinese as well: 全天, 工作日, 每天, 周一至周五. Pure.
 */

/** `workdays`: by the State Council's calendar, make-up days included. A list: days of the week, 0 is Sunday. */
type Days = 'daily' | 'workdays' | readonly number[]

interface HoursRule {
  days: Days
  /** Minutes since midnight; `to` up to 1440. */
  stretches: readonly { from: number; to: number }[]
}

/** Rules that are combined. */
export type Hours = readonly HoursRule[]

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const weekdayWords = '日一二三四五六'
const wholeDay = { from: 0, to: 24 * 60 }

/** @returns null for unreadable text */
export function readHours(text: string): Hours | null {
  const rules = plain(text)
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readRule)
  return rules.length > 0 && rules.every((rule) => rule !== null) ? rules : null
}

/** Chinese words and signs converted to those of the file. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[;\n]/g, ';')
    .replace(/全天|24\s*小时/g, '24h')
    .replace(/每天|每日|天天/g, ' daily ')
    .replace(/工作日/g, ' workdays ')
    .replace(/周末/g, ' sat-sun ')
    .replace(
      /(?:星期|周)([一二三四五六日天])/g,
      (_, day: string) => weekdays[weekdayWords.indexOf(day.replace('天', '日'))] ?? '',
    )
    .replace(/\s*[至到~—–−-]+\s*/g, '-')
    .replace(/[,、]/g, ' ')
}

function readRule(part: string): HoursRule | null {
  const words = part.split(/\s+/).filter((word) => word !== '')
  const days = readDays(words[0] ?? '')
  const times = days === null ? words : words.slice(1)
  const stretches = times.map(readStretch)
  if (stretches.length === 0 || stretches.some((stretch) => stretch === null)) return null
  const found = stretches.filter((stretch) => stretch !== null)
  // Overlapping or reversed hours are a typing error.
  const isInOrder = found.every(({ from }, at) => from >= (found[at - 1]?.to ?? 0))
  return isInOrder ? { days: days ?? 'daily', stretches: found } : null
}

function readDays(word: string): Days | null {
  if (word === 'daily' || word === 'workdays') return word
  const [first, last, ...more] = word.split('-').map((name) => weekdays.indexOf(name as (typeof weekdays)[number]))
  if (first === undefined || first < 0 || more.length > 0 || (last !== undefined && last < 0)) return null
  const length = (((last ?? first) - first + 7) % 7) + 1
  return Array.from({ length }, (_, step) => (first + step) % 7)
}

function readStretch(word: string): { from: number; to: number } | null {
  if (word === '24h') return wholeDay
  const match = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(word)
  if (!match) return null
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number)
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute]
  return fromMinute < 60 && toMinute < 60 && from < to && to <= 24 * 60 ? { from, to } : null
}

/** Canonical text, as it is stored. */
export function writeHours(hours: Hours): string {
  return hours.map(({ days, stretches }) => ruleText(writeDays(days), stretches)).join('; ')
}

function ruleText(days: string, stretches: HoursRule['stretches']): string {
  const times = stretches.map(({ from, to }) => `${clock(from)}-${clock(to)}`).join(' ')
  if (times !== '00:00-24:00') return `${days} ${times}`
  return days === 'daily' ? '24h' : `${days} 24h`
}

function writeDays(days: Days): string {
  if (typeof days === 'string') return days
  const [first = 0, last = first] = [days[0], days.at(-1)]
  return days.length === 1 ? (weekdays[first] ?? '') : `${weekdays[first]}-${weekdays[last]}`
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** `工作日 08:30–12:00、14:30–18:00`, as people read it. */
export function hoursInWords(hours: Hours): string {
  return hours
    .map(({ days, stretches }) => {
      const times = stretches.map(({ from, to }) => `${clock(from)}–${clock(to)}`).join('、')
      const isWhole = times === '00:00–24:00'
      if (days === 'daily') return isWhole ? '全天' : `每天 ${times}`
      return `${daysInWords(days)} ${isWhole ? '全天' : times}`
    })
    .join('；')
}

function daysInWords(days: Exclude<Days, 'daily'>): string {
  if (days === 'workdays') return '工作日'
  const name = (day: number | undefined) => `周${weekdayWords[day ?? 0]}`
  return days.length === 1 ? name(days[0]) : `${name(days[0])}至${name(days.at(-1))}`
}

/** @param isWorkingDay by the calendar; if its year is not loaded, by the week */
export function isOpenAt(hours: Hours, at: Instant, isWorkingDay: (day: string) => boolean): boolean {
  const number = dayNumberOf(at)
  const minute = Math.floor((at - startOfDayNumber(number)) / minuteMs)
  return hours.some(({ days, stretches }) => {
    if (!stretches.some(({ from, to }) => from <= minute && minute < to)) return false
    if (days === 'daily') return true
    if (days === 'workdays') return isWorkingDay(dayOfNumber(number))
    return days.includes(weekdayOfNumber(number))
  })
}
