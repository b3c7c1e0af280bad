import type { Day } from '../../calendar/days.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { Urgency } from '../../tickets/life/words.ts'
import type { Problem } from '../../tickets/rounds/words.ts'

/**
 * What makes a ticket, a unit or a paper a matter of supervision, and how far up it goes. Pure: the web page imports this
 * file too. The figures are in `config/oversight.yaml`. Source: running rules 三（四）; domain model 2, 4.2.
 */

export const triggerTitles = {
  T01: '即将到期',
  T02: '逾期未签收',
  T03: '办理超期',
  T04: '超期需督办',
  T05: '督办单到期未答复',
  T06: '回访不满意需督办',
  T07: '多次退单或拒不接办',
  T08: '领导批示',
  T09: '群体诉求',
  T10: '虚假办结',
  T11: '同一事项反复投诉',
  T12: '承诺节点未完成',
  T13: '媒体或群体性事件',
  T14: '一周签收率、按期办结率低',
  T15: '一季度内两次提醒',
  T16: '省平台催办、督办',
} as const
export type TriggerId = keyof typeof triggerTitles
export const triggerIds = Object.keys(triggerTitles) as [TriggerId, ...TriggerId[]]

/** L0 to L3 rise; a letter and a talk are about a unit as a whole. */
export const levels = ['L0', 'L1', 'L2', 'L3', 'LETTER', 'TALK'] as const
export type Level = (typeof levels)[number]
export const levelTitles: Record<Level, string> = {
  L0: '提示',
  L1: '催办',
  L2: '督办',
  L3: '移送督查',
  LETTER: '提醒函',
  TALK: '约谈',
}

export interface Rule {
  level: Level
  /** What is to be done, in words. */
  act: string
  isOn: boolean
}

/** One version of `config/oversight.yaml`. Rates are percentages. */
export interface TriggerRules {
  version: number
  effectiveFrom: Day
  source: string
  triggers: Record<Exclude<TriggerId, 'T04' | 'T06' | 'T07' | 'T09' | 'T13' | 'T14' | 'T15'>, Rule> & {
    T04: Rule & { workingDays: number; urgent: Urgency[]; answerHours: Record<Urgency, number> }
    T06: Rule & { problemRedos: number; problemLevel: Level }
    T07: Rule & { returns: number }
    T09: Rule & { callers: number; hours: number; callersLong: number; daysLong: number }
    T13: Rule & { tags: string[] }
    T14: Rule & { signRate: number; onTimeRate: number; leastTickets: number }
    T15: Rule & { letters: number }
  }
}

/** The version in force on a day; null before the first. @param versions in the order of their days */
export function rulesOn(versions: readonly TriggerRules[], day: Day): TriggerRules | null {
  return versions.findLast(({ effectiveFrom }) => effectiveFrom <= day) ?? null
}

/**
 * Facts that are found outside of tickets, each of which pulls a trigger. They come through one port, `signals.ts`: from
 * the follow-up, from the province, or from a person.
 */
export const signalTriggers = {
  DISSATISFIED_AGAIN: 'T06',
  /** Judged so after the first rating, for other reasons than a false closure. */
  FOLLOW_UP_SUPERVISED: 'T06',
  DESIGNATED_REFUSES: 'T07',
  INSTRUCTION: 'T08',
  FALSE_CLOSURE: 'T10',
  MEDIA: 'T13',
  PROVINCE_URGES: 'T16',
} as const satisfies Record<string, TriggerId>
export type SignalKind = keyof typeof signalTriggers
export const signalKinds = Object.keys(signalTriggers) as [SignalKind, ...SignalKind[]]
export const signalTitles: Record<SignalKind, string> = {
  DISSATISFIED_AGAIN: '重办后回访仍不满意（合理）',
  FOLLOW_UP_SUPERVISED: '回访研判转督办',
  DESIGNATED_REFUSES: '指定承办单位拒不接办',
  INSTRUCTION: '领导批示',
  FALSE_CLOSURE: '查实虚假办结',
  MEDIA: '媒体关注或群体性事件',
  PROVINCE_URGES: '省平台催办、督办',
}

export interface Signal {
  kind: SignalKind
  at: Instant
  /** As it was sent: the province's own. */
  level: Level | null
}

/** What is known of a ticket. Of one that is not open: its signals only. */
export interface TicketFacts {
  urgency: Urgency
  /** Of clocks that run; null: none does. */
  warnAt: Instant | null
  handleDueAt: Instant | null
  signDueAt: Instant | null
  milestoneDueAt: Instant | null
  redoCount: number
  problem: Problem | null
  changedAt: Instant
  tags: readonly string[]
  returns: number
  lastReturnAt: Instant | null
  /** Callers of the same event, this one too, within the hours and the days of T09. */
  callers: number
  callersLong: number
  /** How often its caller said it in 90 days; 0: not counted. */
  timesSaid: number
  registeredAt: Instant
  signals: readonly Signal[]
}

export interface Cause {
  trigger: TriggerId
  level: Level
  /** When it began. */
  since: Instant
}

/** The third time another person looks at it (`rounds/complaints.ts`). */
const timesOfRepeat = 3

/**
 * What holds for a ticket now; at most one cause a trigger.
 * @param lateSince as many working days before now as T04 allows
 */
export function causesOf(
  facts: TicketFacts,
  { triggers }: Pick<TriggerRules, 'triggers'>,
  { now, lateSince }: { now: Instant; lateSince: Instant },
): Cause[] {
  const { handleDueAt, warnAt, signDueAt, milestoneDueAt, urgency } = facts
  const { T04, T06, T07, T09, T13 } = triggers
  const isOverdue = handleDueAt !== null && handleDueAt < now
  const isTagged = facts.tags.some((tag) => T13.tags.includes(tag))
  const isProblem = facts.problem === 'REDONE' || facts.redoCount >= T06.problemRedos
  const isCrowd = facts.callers >= T09.callers || facts.callersLong >= T09.callersLong
  const isLong = isOverdue && (handleDueAt < lateSince || T04.urgent.includes(urgency))
  const found: (Cause | false)[] = [
    warnAt !== null && !isOverdue && warnAt <= now && cause('T01', warnAt),
    signDueAt !== null && signDueAt < now && cause('T02', signDueAt),
    isOverdue && cause('T03', handleDueAt),
    isLong && cause('T04', handleDueAt),
    isProblem && cause('T06', facts.changedAt, T06.problemLevel),
    facts.returns >= T07.returns && cause('T07', facts.lastReturnAt ?? facts.changedAt),
    isCrowd && cause('T09', facts.registeredAt),
    facts.timesSaid >= timesOfRepeat && cause('T11', facts.registeredAt),
    milestoneDueAt !== null && milestoneDueAt < now && cause('T12', milestoneDueAt),
    isTagged && cause('T13', facts.registeredAt),
    ...facts.signals.map(({ kind, at, level }) => cause(signalTriggers[kind], at, level ?? undefined)),
  ]
  return highest(found.filter((one) => one !== false)).filter(({ trigger }) => triggers[trigger].isOn)

  function cause(trigger: TriggerId, since: Instant, level: Level = triggers[trigger].level): Cause {
    return { trigger, since, level: rankOf(level) < rankOf(triggers[trigger].level) ? triggers[trigger].level : level }
  }
}

const rankOf = (level: Level): number => levels.indexOf(level)

/** Of several causes of one trigger the one that goes furthest, since the first of them. */
function highest(causes: readonly Cause[]): Cause[] {
  const found = new Map<TriggerId, Cause>()
  for (const one of causes) {
    const other = found.get(one.trigger)
    const isHigher = !other || rankOf(one.level) > rankOf(other.level)
    const since = Math.min(one.since, other?.since ?? one.since)
    found.set(one.trigger, { ...(isHigher ? one : other), since })
  }
  return [...found.values()]
}

/** What stands: an alert that has not ended. */
export interface Standing extends Cause {
  id: string
  subject: string
  unit: UnitCode | null
}

/** What holds now, of a ticket, a unit or a paper. */
export interface Found extends Cause {
  subject: string
  unit: UnitCode | null
}

export interface Difference {
  raised: Found[]
  ended: Standing[]
  /** Of another unit or level than before. */
  moved: { id: string; unit: UnitCode | null; level: Level }[]
}

/** What a sweep has to write. Sweeping twice writes nothing the second time. */
export function compare(found: readonly Found[], standing: readonly Standing[]): Difference {
  const keyOf = ({ trigger, subject }: Pick<Found, 'trigger' | 'subject'>) => `${trigger} ${subject}`
  const before = new Map(standing.map((one) => [keyOf(one), one]))
  const now = new Map(found.map((one) => [keyOf(one), one]))
  return {
    raised: [...now.values()].filter((one) => !before.has(keyOf(one))),
    ended: standing.filter((one) => !now.has(keyOf(one))),
    moved: standing.flatMap((one) => {
      const other = now.get(keyOf(one))
      if (!other || (other.unit === one.unit && other.level === one.level)) return []
      return { id: one.id, unit: other.unit, level: other.level }
    }),
  }
}
