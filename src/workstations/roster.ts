import type { Calendar } from '../calendar/calendar.ts'
import {
  type Day,
  dayMs,
  dayNumberOf,
  dayOf,
  dayOfNumber,
  minuteMs,
  numberOfDay,
  startOfDayNumber,
} from '../calendar/days.ts'
import type { Instant } from '../platform/types.ts'

/**
 * 县区工作站: who answers for a county, on which shift, and what is missing. Pure: the web page imports this file too.
 * Source: running rules 二(三): 工作站要有专人负责、专人承办、专人反馈、专门经费; domain model of county workstations.
 */

/** Two of them cover a day; the night belongs to the day on which it begins. */
export const dutyShifts = ['DAY', 'NIGHT'] as const
export type DutyShift = (typeof dutyShifts)[number]
export const shiftTitles: Record<DutyShift, string> = { DAY: '白班', NIGHT: '夜班' }

/** DAY: nobody is expected at night. Said by the centre, so that no station spares itself the nights. */
export const covers = ['ALL', 'DAY'] as const
export type Cover = (typeof covers)[number]
export const coverTitles: Record<Cover, string> = { ALL: '昼夜值守', DAY: '仅白班' }

export const posts = ['leader', 'handler', 'backup', 'feedback'] as const
export type Post = (typeof posts)[number]
export const postTitles: Record<Post, string> = {
  leader: '负责人',
  handler: '承办人',
  backup: '备岗（AB角）',
  feedback: '反馈人',
}
export type Posts = Record<Post, { name: string; phone: string }>

/** What the site sets, see `workstations` of `config/hotline.yaml`. */
export interface DutyRules {
  /** Of the day shift, in minutes since midnight; the rest is the night's. */
  dayShift: { from: number; to: number }
  /** Day of the month on which a station is reminded to confirm the next month. */
  remindOn: number
}
export const usualDutyRules: DutyRules = { dayShift: { from: 510, to: 1_080 }, remindOn: 25 }

export interface Turn {
  day: Day
  shift: DutyShift
}
export interface Duty extends Turn {
  /** 带班领导; may be empty. */
  leader: string
  name: string
  phone: string
}

/** `2026-11`. */
export type Month = string
export const monthOf = (day: Day): Month => day.slice(0, 7)
export function monthAfter(month: Month, by = 1): Month {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7)
}
export function daysOf(month: Month): Day[] {
  const [first, end] = [numberOfDay(`${month}-01`), numberOfDay(`${monthAfter(month)}-01`)]
  return Array.from({ length: end - first }, (_, at) => dayOfNumber(first + at))
}

/** The turn that an instant is in. Before the day shift begins it is the night of the day before. */
export function turnAt(at: Instant, { dayShift }: DutyRules): Turn {
  const number = dayNumberOf(at)
  const minute = Math.floor((at - startOfDayNumber(number)) / minuteMs)
  if (minute < dayShift.from) return { day: dayOfNumber(number - 1), shift: 'NIGHT' }
  return { day: dayOfNumber(number), shift: minute < dayShift.to ? 'DAY' : 'NIGHT' }
}

/** When a turn ends. */
export function endOf({ day, shift }: Turn, { dayShift }: DutyRules): Instant {
  const start = startOfDayNumber(numberOfDay(day))
  return shift === 'DAY' ? start + dayShift.to * minuteMs : start + dayMs + dayShift.from * minuteMs
}

/** Turns of these days that nobody has, in order. */
export function gapsIn(duties: readonly Turn[], days: readonly Day[], cover: Cover): Turn[] {
  const taken = new Set(duties.map(({ day, shift }) => `${day}${shift}`))
  const shifts: readonly DutyShift[] = cover === 'ALL' ? dutyShifts : ['DAY']
  return days.flatMap((day) => shifts.flatMap((shift) => (taken.has(`${day}${shift}`) ? [] : { day, shift })))
}

export function emptyPosts(filled: Posts): Post[] {
  return posts.filter((post) => filled[post].name === '' || filled[post].phone === '')
}

/** `12月1日至3日白班、5日夜班`: neighbours of one shift are said together. */
export function turnsInWords(turns: readonly Turn[], most = 6): string {
  const runs: { from: Day; to: Day; shift: DutyShift }[] = []
  for (const shift of dutyShifts) {
    for (const { day } of turns.filter((turn) => turn.shift === shift)) {
      const last = runs.at(-1)
      if (last?.shift === shift && numberOfDay(day) === numberOfDay(last.to) + 1) last.to = day
      else runs.push({ from: day, to: day, shift })
    }
  }
  const words = runs
    .toSorted((one, other) => one.from.localeCompare(other.from))
    .map(({ from, to, shift }) => `${inWords(from)}${from === to ? '' : `至${inWords(to)}`}${shiftTitles[shift]}`)
  return words.length > most ? `${words.slice(0, most).join('、')}等 ${words.length} 段` : words.join('、')
}
const inWords = (day: Day): string => `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`

/** Why a month cannot be confirmed yet; null: it can. Days that are over are not asked for. */
export function barToConfirm(
  station: { posts: Posts; cover: Cover; duties: readonly Turn[] },
  month: Month,
  now: Instant,
): string | null {
  const today = dayOf(now)
  if (month !== monthOf(today) && month !== monthAfter(monthOf(today))) return '只能确认本月和下月的名单。'
  const missing = emptyPosts(station.posts)
  if (missing.length > 0) return `请先填写${missing.map((post) => postTitles[post]).join('、')}的姓名和电话。`
  const days = daysOf(month).filter((day) => day >= today)
  const gaps = gapsIn(station.duties, days, station.cover)
  return gaps.length > 0 ? `还有班次无人值班：${turnsInWords(gaps)}。` : null
}

/**
 * NOBODY: the turn has nobody. UNCONFIRMED: this month's list is not confirmed. POST_EMPTY: a post is not filled. AWAY:
 * no person of the station has logged in for a working day. REMIND: next month is to be confirmed; told to the station
 * alone.
 */
export const alarmKinds = ['NOBODY', 'UNCONFIRMED', 'POST_EMPTY', 'AWAY', 'REMIND'] as const
export type AlarmKind = (typeof alarmKinds)[number]

export interface Alarm {
  kind: AlarmKind
  /** What it is about: the same one is told once, until it has ended. */
  key: string
  words: string
}

export interface StationFacts {
  posts: Posts
  cover: Cover
  /** Of the present turn. */
  isOnDuty: boolean
  confirmed: readonly Month[]
  /** The last log-in of any of its people; of a station whose people never did, when the first of them was added. */
  lastSeenAt: Instant | null
  /** See `awaySince`. */
  awayBefore: Instant
}

/**
 * The start of the last working day before this one. Only a log-in before it leaves a working day without anyone: at
 * the week-end Friday's still counts, and on Monday as well, at whatever hour.
 */
export function awaySince(calendar: Pick<Calendar, 'subtractWorkingDays'>, at: Instant): Instant {
  return startOfDayNumber(dayNumberOf(calendar.subtractWorkingDays(at, 1)))
}

/** What is wrong at a station now, the gravest first. A station without accounts is not away: nobody could log in. */
export function alarmsOf(station: StationFacts, now: Instant, rules: DutyRules): Alarm[] {
  const turn = turnAt(now, rules)
  const today = dayOf(now)
  const month = monthOf(today)
  const found: Alarm[] = []
  const isExpected = turn.shift === 'DAY' || station.cover === 'ALL'
  if (isExpected && !station.isOnDuty) {
    const words = `${inWords(turn.day)}${shiftTitles[turn.shift]}无人值班`
    found.push({ kind: 'NOBODY', key: `${turn.day}:${turn.shift}`, words })
  }
  if (!station.confirmed.includes(month)) {
    found.push({ kind: 'UNCONFIRMED', key: month, words: `${Number(month.slice(5))}月值班名单未确认` })
  }
  const missing = emptyPosts(station.posts)
  if (missing.length > 0) {
    const words = `未填写${missing.map((post) => postTitles[post]).join('、')}`
    found.push({ kind: 'POST_EMPTY', key: 'posts', words })
  }
  if (station.lastSeenAt !== null && station.lastSeenAt < station.awayBefore) {
    found.push({ kind: 'AWAY', key: dayOf(station.lastSeenAt), words: '超过 1 个工作日无人登录' })
  }
  const next = monthAfter(month)
  if (Number(today.slice(8)) >= rules.remindOn && !station.confirmed.includes(next)) {
    found.push({ kind: 'REMIND', key: next, words: `请确认${Number(next.slice(5))}月值班名单` })
  }
  return found
}
