import type { Calendar } from '../../calendar/calendar.ts'
import { type Day, dayMs, dayNumberOf, hourMs, minuteMs, startOfDayNumber } from '../../calendar/days.ts'
import type { Limit, LimitUnit } from '../../calendar/limit.ts'
import type { Instant } from '../../platform/types.ts'
import { unreachable } from '../../platform/types.ts'
import type { ClockKind, RequestKind, TicketType, Urgency } from '../life/ticket.ts'

/**
 * How long each step of a ticket may take, and when its lamps change. Pure: the web page imports this file too. The
 * running rules (三) 限时办结 give no numbers: these are the product's defaults (domain model 4.2); a site's own are in
 * `config/limits/`. A ticket keeps the version that it was dispatched under.
 */

export interface Limits {
  /** From submission until a unit is responsible. */
  dispatch: Limit
  /** From dispatch, all five; null: none. */
  sign: Limit | null
  contact: Limit | null
  handle: Limit
  /** A report of how it goes, where the handling takes long. */
  progress: Limit | null
  returnWindow: Limit | null
  /** How often, and by how much from the due date on. */
  extension: { by: Limit; times: number } | null
}

/** What the machine does with a request that nobody has decided in time; WAIT: the alarm is all. */
export const otherwise = ['WAIT', 'REFUSE', 'GRANT'] as const
export interface DecisionRule {
  within: Limit
  otherwise: (typeof otherwise)[number]
}

/**
 * One profile in one version. A site also says what redo (重办) and calls to the citizen after the reply (回访) may take:
 * read and checked here, and in force with the steps that need them.
 */
export interface LimitTable {
  /** `default`, `luliang-2024` … */
  profile: string
  title: string
  version: number
  /** First day on which tickets may be dispatched under it. */
  from: Day
  /** The rule behind it. */
  source: string
  /** Of any type. */
  urgent: Record<Exclude<Urgency, 'P3'>, Limits>
  /** Of P3. */
  general: Record<TicketType, Limits>
  /** Handled again because the citizen is not satisfied (重办), of P3. */
  redo: Limits
  /** Until when a closed ticket may be redone or reopened (重新受理); later it is another one. */
  reopen: Limit
  /** A dispatcher's decision on an answer, and on what units ask for. */
  replyReview: Limit
  decisions: Record<RequestKind, DecisionRule>
  /** An extension must be requested at least this long before the due date. */
  extensionNotice: Limit
  /** How often a ticket may be given back; the next dispatch is a designation (指定承办). */
  returns: number
  /** How long a suspension and a promise may last. */
  suspension: Limit
  promise: Limit
  /** After the reply: first call to the citizen, last one. */
  callbackStart: Limit
  callbackFinish: Limit
  /** A ticket that its unit has not signed in time counts as signed: not signing gains no time. */
  autoSign: boolean
}

/** Names a profile in one version: what a ticket keeps of its dispatch. */
export const keyOf = ({ profile, version }: Pick<LimitTable, 'profile' | 'version'>): string => `${profile}.${version}`

const min = (count: number): Limit => ({ count, unit: 'MINUTE' })
const h = (count: number): Limit => ({ count, unit: 'HOUR' })
const d = (count: number): Limit => ({ count, unit: 'DAY' })
const wh = (count: number): Limit => ({ count, unit: 'WORKING_HOUR' })
const wd = (count: number): Limit => ({ count, unit: 'WORKING_DAY' })
const once = (by: Limit) => ({ by, times: 1 })

const none = {
  sign: null,
  contact: null,
  progress: null,
  returnWindow: null,
  extension: null,
} as const satisfies Partial<Limits>

const help: Limits = {
  ...none,
  dispatch: h(2),
  sign: wd(1),
  contact: wd(1),
  handle: wd(5),
  returnWindow: wd(1),
  extension: once(wd(5)),
}

/** Source: domain model 4.2. `config/limits/default.yaml` has the same values until a site changes it; a test compares them. */
export const defaultLimits: LimitTable = {
  profile: 'default',
  title: '默认期限',
  version: 1,
  from: '2020-01-01',
  source: '运行机制（试行）三、（三）限时办结；期限数字为产品默认值',
  urgent: {
    P1: {
      ...none,
      dispatch: min(5),
      sign: min(15),
      contact: min(30),
      handle: h(24),
      progress: h(2),
      returnWindow: min(15),
    },
    P2: {
      ...none,
      dispatch: min(10),
      sign: min(30),
      contact: h(2),
      handle: h(24),
      returnWindow: min(30),
      extension: once(h(24)),
    },
  },
  general: {
    CONSULT: {
      ...none,
      dispatch: min(30),
      sign: wd(0.5),
      contact: wd(1),
      handle: wd(1),
      returnWindow: wd(0.5),
      extension: once(wd(1)),
    },
    HELP: help,
    COMPLAINT: {
      ...none,
      dispatch: h(2),
      sign: wd(1),
      contact: wd(1),
      handle: wd(5),
      returnWindow: wd(1),
      extension: once(wd(10)),
    },
    REPORT: {
      ...none,
      dispatch: h(2),
      sign: wd(1),
      contact: wd(2),
      handle: wd(15),
      progress: wd(7),
      returnWindow: wd(1),
      extension: once(wd(15)),
    },
    SUGGEST: {
      ...none,
      dispatch: wd(1),
      sign: wd(1),
      handle: wd(10),
      returnWindow: wd(1),
      extension: once(wd(5)),
    },
    PRAISE: { ...none, dispatch: wd(1), handle: wd(3) },
    // The table has no row for it: as for help.
    OTHER: help,
  },
  redo: { ...none, dispatch: h(2), sign: wd(0.5), contact: wd(1), handle: wd(3) },
  reopen: { count: 30, unit: 'DAY' },
  replyReview: wh(4),
  decisions: {
    RETURN: { within: wh(2), otherwise: 'WAIT' },
    EXTENSION: { within: wh(4), otherwise: 'REFUSE' },
    SUSPENSION: { within: wd(1), otherwise: 'REFUSE' },
    PROMISE: { within: wd(2), otherwise: 'WAIT' },
    FINAL: { within: wd(3), otherwise: 'WAIT' },
    END: { within: wd(1), otherwise: 'WAIT' },
  },
  extensionNotice: wh(4),
  returns: 2,
  suspension: d(90),
  promise: d(180),
  callbackStart: wd(1),
  callbackFinish: wd(3),
  autoSign: true,
}

/** The facts on which a ticket's limits depend. */
export interface Matter {
  urgency: Urgency
  type: TicketType
  isRedo?: boolean
  /** Working days that a law gives for the category. */
  statutoryDays?: number | null
  /** The instant by which the province or another platform wants it handled; it wins where it is the earlier one. */
  upstreamDueAt?: Instant | null
}

/**
 * The limits of one ticket. Urgency comes first; a law's limit replaces the general one, but danger does not wait for
 * it. A ticket that is handled again is neither returned nor extended.
 * Source: domain model 4.2; running rules (三) 限时办结, for complaints and reports „other rules“.
 */
export function limitsFor(matter: Matter, table: LimitTable = defaultLimits): Limits {
  const { urgency, type } = matter
  const isUrgent = urgency !== 'P3'
  const row = isUrgent ? table.urgent[urgency] : matter.isRedo ? table.redo : table.general[type]
  const statutory = isUrgent || matter.isRedo || !matter.statutoryDays ? null : wd(matter.statutoryDays)
  const handle = statutory ?? row.handle
  return { ...row, handle, ...(matter.isRedo ? { returnWindow: null, extension: null } : {}) }
}

/**
 * Until when a unit may declare that it is not responsible; after that it has to handle the ticket.
 * @returns null: it may not be returned at all, e.g. when handled again
 * Source: domain model 4.2, return window (after Tianjin 2025).
 */
export function returnDueAt(dispatchedAt: Instant, limits: Limits, calendar: Calendar): Instant | null {
  return limits.returnWindow && calendar.addWorkingTime(dispatchedAt, limits.returnWindow)
}

/**
 * The limit of a running clock.
 * @returns null: there is none, and the clock need not be started
 */
export function limitOf(clock: ClockKind, limits: Limits, table: LimitTable = defaultLimits): Limit | null {
  switch (clock) {
    case 'DISPATCH':
      return limits.dispatch
    case 'SIGN':
    case 'PART_SIGN':
      return limits.sign
    case 'CONTACT':
      return limits.contact
    case 'HANDLE':
    case 'PART':
      return limits.handle
    case 'PROGRESS':
      return limits.progress
    case 'REVIEW':
      return table.decisions.RETURN.within
    case 'DECIDE_EXT':
      return table.decisions.EXTENSION.within
    case 'DECIDE_SUSP':
      return table.decisions.SUSPENSION.within
    case 'DECIDE_PROM':
      return table.decisions.PROMISE.within
    case 'DECIDE_FINAL':
      return table.decisions.FINAL.within
    case 'DECIDE_END':
      return table.decisions.END.within
    // They have a date of their own.
    case 'MILESTONE':
    case 'SUSPENDED':
      return null
    case 'CHECK':
      return table.replyReview
    default:
      return unreachable(clock)
  }
}

/**
 * When the lamp turns yellow. For a limit in working days: when the offices open on the working day before the due
 * date, or on the due date itself where the limit has no such day. For other limits in office hours, and for limits
 * that run day and night: when a quarter of the time is left. A limit that counts office hours turns yellow within
 * office hours, because no one watches a lamp at midnight.
 * @param startedAt start of the clock
 * @param dueAt its due date, also one that was shortened by the province
 * Source: domain model 5, supervision level L0 (after Shandong 2017).
 */
export function yellowAt(startedAt: Instant, dueAt: Instant, limit: Limit, calendar: Calendar): Instant {
  switch (limit.unit) {
    case 'MINUTE':
    case 'HOUR':
    case 'DAY':
      return quarterLeft(startedAt, dueAt)
    case 'WORKING_HOUR':
      return quarterOfOfficeTimeLeft(startedAt, dueAt, calendar)
    case 'WORKING_DAY': {
      const isShort = calendar.workingDaysBetween(startedAt, dueAt) <= 1
      const day = dayNumberOf(isShort ? dueAt : calendar.subtractWorkingDays(dueAt, 1))
      const opening = calendar.officeTimeFrom(startOfDayNumber(day))
      const isBetween = startedAt < opening && opening < dueAt
      return isBetween ? opening : quarterOfOfficeTimeLeft(startedAt, dueAt, calendar)
    }
    default:
      return unreachable(limit.unit)
  }
}

function quarterLeft(startedAt: Instant, dueAt: Instant): Instant {
  return startedAt + Math.floor((dueAt - startedAt) * 0.75)
}

function quarterOfOfficeTimeLeft(startedAt: Instant, dueAt: Instant, calendar: Calendar): Instant {
  const minutes = calendar.workingMinutesBetween(startedAt, dueAt) * 0.75
  // The province may have set a due date before the offices open again.
  if (minutes === 0) return quarterLeft(startedAt, dueAt)
  return calendar.officeTimeFrom(calendar.addWorkingMinutes(startedAt, minutes))
}

/** GREEN in time, YELLOW due soon, RED overdue. */
export const lamps = ['GREEN', 'YELLOW', 'RED'] as const
export type Lamp = (typeof lamps)[number]
export const lampTitles: Record<Lamp, string> = { GREEN: '正常', YELLOW: '临期', RED: '超期' }

/** A running clock. Both null as long as the year of its due date is not loaded: shown by a mark, not by a lamp. */
export interface Deadline {
  warnAt: Instant | null
  dueAt: Instant | null
}

/**
 * The lamp of a ticket: that of its worst running clock.
 * Source: domain model 5: yellow one working day before due, red from the first moment past due.
 */
export function lampAt(now: Instant, ticketDeadlines: readonly Deadline[]): Lamp {
  if (ticketDeadlines.some(({ dueAt }) => dueAt !== null && isOverdue(now, dueAt))) return 'RED'
  return ticketDeadlines.some(({ warnAt }) => warnAt !== null && now >= warnAt) ? 'YELLOW' : 'GREEN'
}

/** The due instant itself is still in time; its alarm fires a millisecond later, at `overdueFrom`. */
export function isOverdue(now: Instant, dueAt: Instant): boolean {
  return now > dueAt
}

export function overdueFrom(dueAt: Instant): Instant {
  return dueAt + 1
}

/** To compare limits on different clocks, roughly: a working day counts as a day. */
const unitMs: Record<LimitUnit, number> = {
  MINUTE: minuteMs,
  HOUR: hourMs,
  DAY: dayMs,
  WORKING_HOUR: hourMs,
  WORKING_DAY: dayMs,
}

export function isLonger(one: Limit, other: Limit): boolean {
  return one.count * unitMs[one.unit] > other.count * unitMs[other.unit]
}
