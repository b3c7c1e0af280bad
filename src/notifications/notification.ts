import type { RoleName } from '../people/person.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import type { ClockKind, TicketState } from '../tickets/life/ticket.ts'

/**
 * What people are told of tickets, and who is told. Pure: the web page imports this file too. A unit is told of what it
 * has to do, the hotline of what waits for a decision or is overdue. Source: domain model 3.7 and 5 (L0, L1).
 */

export const noticeTopics = [
  'ticket.dispatch',
  'ticket.sign',
  'ticket.send-back',
  'ticket.refuse-return',
  'ticket.urge',
  'ticket.supplement',
  'ticket.queue',
  'ticket.return',
  'ticket.reply',
  'clock.yellow',
  'clock.red',
  'calendar.missing',
] as const
export type NoticeTopic = (typeof noticeTopics)[number]

export function isNoticeTopic(topic: string): topic is NoticeTopic {
  return (noticeTopics as readonly string[]).includes(topic)
}

/** What stands in the notification itself. Whoever may read more opens the ticket. */
export interface NoticeFacts {
  number?: string
  /** Without what tells who a hidden caller is. */
  title?: string
  /** In a letter, which anybody may read on its way, such a title is not said at all. */
  isCallerHidden?: boolean
  clock?: ClockKind
  dueAt?: Instant | null
  /** Short name of the unit that it is about, for the hotline. */
  unit?: string | null
  /** That is not loaded. */
  year?: number
  /** What it asked for has been done, or is no longer asked for. */
  settledAt?: Instant
}

/** What the rules of telling have to know. */
export interface Circumstances {
  topic: NoticeTopic
  lead: UnitCode | null
  coUnits: UnitCode[]
  /** Of an alarm. */
  clock?: ClockKind
  /** The machine did it, no person. */
  isByMachine: boolean
}

export interface Audience {
  units: UnitCode[]
  roles: RoleName[]
}

const nobody: Audience = { units: [], roles: [] }

export function audienceOf({ topic, lead, coUnits, clock, isByMachine }: Circumstances): Audience {
  const inCharge: Audience = lead === null ? { units: [], roles: ['DISPATCHER'] } : { units: [lead], roles: [] }
  switch (topic) {
    case 'ticket.dispatch':
      return { ...inCharge, units: [...inCharge.units, ...coUnits] }
    case 'ticket.sign':
      // Who signs knows it.
      return isByMachine ? inCharge : nobody
    case 'ticket.send-back':
    case 'ticket.refuse-return':
    case 'ticket.urge':
    case 'ticket.supplement':
      return inCharge
    case 'ticket.queue':
    case 'ticket.return':
    case 'ticket.reply':
      return { units: [], roles: ['DISPATCHER'] }
    case 'clock.yellow':
      return isOfUnit(clock) ? inCharge : { units: [], roles: ['DISPATCHER'] }
    case 'clock.red':
      return { units: isOfUnit(clock) ? inCharge.units : [], roles: ['DISPATCHER', 'SUPERVISOR'] }
    case 'calendar.missing':
      return { units: [], roles: ['ADMIN', 'DISPATCHER'] }
    default:
      return topic satisfies never
  }
}

/** Where a ticket stands, for the question whether a notice of it still asks for something. */
export interface Standing {
  state: TicketState
  /** The unit in charge and those that help. */
  units: UnitCode[]
}

/** While the ticket is in one of these states the clock runs. */
const clockRunsIn: Record<ClockKind, readonly TicketState[]> = {
  DISPATCH: ['REGISTERED'],
  SIGN: ['DISPATCHED'],
  HANDLE: ['DISPATCHED', 'SIGNED', 'RETURNED'],
  REVIEW: ['RETURNED'],
  CHECK: ['REPLIED'],
}

function asksIn(topic: NoticeTopic, clock: ClockKind | undefined, isForUnit: boolean): readonly TicketState[] | null {
  switch (topic) {
    case 'ticket.dispatch':
      return ['DISPATCHED']
    case 'ticket.sign':
    case 'ticket.send-back':
    case 'ticket.refuse-return':
      return ['SIGNED']
    case 'ticket.urge':
    case 'ticket.supplement':
      return isForUnit ? ['DISPATCHED', 'SIGNED'] : ['REGISTERED', 'RETURNED']
    case 'ticket.queue':
      return ['REGISTERED']
    case 'ticket.return':
      return ['RETURNED']
    case 'ticket.reply':
      return ['REPLIED']
    case 'clock.yellow':
    case 'clock.red':
      return clock === undefined ? null : clockRunsIn[clock]
    case 'calendar.missing':
      return null
    default:
      return topic satisfies never
  }
}

/**
 * Whether a notice still asks its reader for something. What has been done is settled, whoever did it: a ticket that was
 * signed need not be signed, and a unit that is no longer in charge has nothing to do with it.
 * @param unit whose notice it is; null: a person's of the hotline
 */
export function stillAsks(
  { topic, clock, unit }: { topic: NoticeTopic; clock?: ClockKind | undefined; unit: UnitCode | null },
  { state, units }: Standing,
): boolean {
  if (unit !== null && !units.includes(unit)) return false
  const states = asksIn(topic, clock, unit !== null)
  return states === null || states.includes(state)
}

function isOfUnit(clock: ClockKind | undefined): boolean {
  return clock === 'SIGN' || clock === 'HANDLE'
}

const steps: Record<ClockKind, string> = {
  DISPATCH: '派单',
  SIGN: '签收',
  HANDLE: '办理',
  REVIEW: '退单审核',
  CHECK: '答复审核',
}

/** One line that says what it is about; the page and the letter add number, title and due time. */
export function noticeHeadline(topic: NoticeTopic, { clock, unit, year }: NoticeFacts): string {
  const step = clock === undefined ? '' : steps[clock]
  const who = unit ?? '承办单位'
  switch (topic) {
    case 'ticket.dispatch':
      return '新工单，请签收'
    case 'ticket.sign':
      return '逾期未签收，系统已代为签收，请办理'
    case 'ticket.send-back':
      return '答复未通过审核，请重新办理'
    case 'ticket.refuse-return':
      return '退单被驳回，请办理'
    case 'ticket.urge':
      return '来电人催办，请尽快办理'
    case 'ticket.supplement':
      return '有补充内容，请查看'
    case 'ticket.queue':
      return '没有合适的派单规则，请人工派单'
    case 'ticket.return':
      return `${who}退单，请审核`
    case 'ticket.reply':
      return `${who}已答复，请审核`
    case 'clock.yellow':
      return `${step}即将到期（黄灯）`
    case 'clock.red':
      return `${step}已超期（红灯）`
    case 'calendar.missing':
      return `${year ?? ''} 年工作日历尚未载入，落入该年的期限无法计算`
    default:
      return topic satisfies never
  }
}

/** Live, to a page whose person has something new to read: which is asked for. */
export interface NoticeSign {
  topic: NoticeTopic
  number: string | null
  at: Instant
}
