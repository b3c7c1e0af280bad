import type { Outcome } from '../calls/machine/call.ts'
import type { Instant } from '../platform/types.ts'

/**
 * Figures of a period, computed from the records of calls. Pure: the pages show the same definitions. Source: GB/T
 * 33358-2016 (connect rate, answered within 15 s), domain model 8.5.
 *
 * A call counts from its entry into the queue. A call that still waits is decided later: until then it is in no rate,
 * except that a caller who has waited for 15 s was not answered within them.
 */

/** A caller who hangs up sooner has not really waited: they misdialled, or changed their mind. */
export const shortWaitMs = 5_000
export const promisedWaitMs = 15_000

/** Source: GB/T 33358-2016. */
export const goals = { connected: 0.95, within15s: 0.9 } as const

/** Result of a call that was in the queue. A new outcome has to be added here. */
export const fates: Record<Outcome, 'caller-left' | 'not-answered' | 'answered'> = {
  ANSWERED: 'answered',
  FALLBACK_ANSWERED: 'answered',
  SELF_SERVED: 'caller-left',
  LEFT_BEFORE_QUEUE: 'caller-left',
  LEFT_QUEUE: 'caller-left',
  LEFT_AT_OFFER: 'caller-left',
  FALLBACK_LEFT: 'caller-left',
  // Of calls that agents place, which are counted nowhere here.
  OUT_BUSY: 'not-answered',
  OUT_DECLINED: 'not-answered',
  OUT_NO_ANSWER: 'not-answered',
  OUT_NO_NUMBER: 'not-answered',
  OUT_UNREACHABLE: 'not-answered',
  OUT_CANCELLED: 'not-answered',
  OUT_NOT_PLACED: 'not-answered',
  OUT_ASKED: 'not-answered',
  OUT_VOICE_BOX: 'not-answered',
  LEFT_MESSAGE: 'not-answered',
  CALLBACK_ASKED: 'not-answered',
  FALLBACK_MESSAGE: 'not-answered',
  PLATFORM_LOST: 'not-answered',
  PLATFORM_FAILED: 'not-answered',
}

export interface Tally {
  /** Every call, also those that never entered the queue. */
  arrived: number
  /** Entered the queue. */
  offered: number
  answered: number
  answeredWithin15s: number
  /** Total of all answered calls. */
  waitedMs: number
  /** Hung up before 5 s. */
  leftShort: number
  /** Hung up after 5 s or more. */
  gaveUp: number
  /** Left a message, asked for a callback, or was cut off by the platform. */
  notAnswered: number
  /** Not decided yet. */
  waiting: number
  /** Those waiting for more than 15 s. */
  waitingLong: number
}

export const noCalls: Tally = {
  arrived: 0,
  offered: 0,
  answered: 0,
  answeredWithin15s: 0,
  waitedMs: 0,
  leftShort: 0,
  gaveUp: 0,
  notAnswered: 0,
  waiting: 0,
  waitingLong: 0,
}

export function together(...tallies: Tally[]): Tally {
  const sum = { ...noCalls }
  for (const tally of tallies) for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key]
  return sum
}

/** 接通率; null when no caller has been in the queue yet. */
export function connectRate(tally: Tally): number | null {
  return ratio(tally.answered, tally.offered - tally.leftShort - tally.waiting)
}

/** 15 秒接通率 */
export function within15sRate(tally: Tally): number | null {
  const stillIn15s = tally.waiting - tally.waitingLong
  return ratio(tally.answeredWithin15s, tally.offered - tally.leftShort - stillIn15s)
}

/** Of answered callers, from entering the queue to the agent. */
export function averageWaitMs(tally: Tally): number | null {
  return ratio(tally.waitedMs, tally.answered)
}

function ratio(part: number, whole: number): number | null {
  return whole <= 0 ? null : part / whole
}

/** The figures of the floor page's band. All four periods end or begin at the same time of day. */
export interface DayFigures {
  at: Instant
  /** Since midnight in Shanghai. */
  today: Tally
  /** From yesterday's midnight to the same time of day. */
  yesterday: Tally
  last24h: Tally
  /** The 24 hours before those. */
  before24h: Tally
}

/** Definitions of the figures, in words. */
export const definitions = {
  arrived: '今日 0 时起打进热线的全部电话，含问候语中挂断和自助查询的。',
  answered: '今日 0 时起进入排队、由话务员接听的电话（含应急队列接听）。正在通话的已计入。',
  gaveUp: '今日 0 时起进入排队、等满 5 秒后自行挂断的电话（含振铃中挂断）。5 秒内挂断的不计；留言和平台中断的另计。',
  wait: '今日已接听的电话，从进入排队到话务员接听的平均时间。问候语不计入等待。',
  within15s:
    '15 秒内接听的电话 ÷（进入排队的电话 − 5 秒内挂断的）。正在排队且未满 15 秒的暂不计入。国标 GB/T 33358 要求不低于 90%。',
  connected:
    '最近 24 小时内接听的电话 ÷（进入排队的电话 − 5 秒内挂断的）。正在排队的暂不计入；每通电话按进入排队的时间归属。国标 GB/T 33358 要求不低于 95%。',
} as const
