import type { RefusedPacket } from '../exchange/packet.ts'
import type { RoleName } from '../people/person.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import {
  type ClockKind,
  clocks,
  noticeOf,
  type RequestKind,
  type Running,
  type StepTopic,
  stepTopics,
  type TaskStep,
  type TicketState,
} from '../tickets/life/ticket.ts'

/**
 * Notices about tickets and their recipients. Pure: the web page imports this file too. A unit is notified of what it
 * has to do, the hotline of what waits for a decision or is overdue. Source: domain model 3.7 and 5 (L0, L1).
 */

/** Notices besides those of a ticket's steps. */
const otherTopics = [
  'clock.yellow',
  'clock.red',
  'calendar.missing',
  'reading.bound',
  // A message to 110, 119, 120, 122 or the province that they did not take.
  'packet.refused',
  // About a person's own account: one recipient, written where the action is done.
  'password.link-made',
  'password.set-by-link',
  // To the unit that gave a ticket back: whatever step granted it.
  'return.granted',
  // To the units of a dispute, written where the step is done.
  'dispute.proposed',
  'dispute.called',
  'dispute.ruled',
  // Papers of supervision: to the unit, to those who issue them, to those who keep them.
  'oversight.issued',
  'oversight.to-approve',
  'oversight.answered',
  'oversight.overdue',
  'oversight.waiting',
  // A rating that a person judged: to the unit that handled the matter.
  'letter.issued',
  // Ratings that wait for a judgement too long: to those who judge.
  'follow-up.late',
  // Of duty lists: to the workstation, and to the centre in one line.
  'workstation.wanting',
  'workstation.alarm',
  // To the unit of a 13710 case and to overseers, written where it happens.
  'case13710.opened',
  'case13710.urged',
  'case13710.bounced',
  'case13710.red',
] as const
export const noticeTopics = [...stepTopics, ...otherTopics] as const
export type NoticeTopic = StepTopic | (typeof otherTopics)[number]

export function isNoticeTopic(topic: string): topic is NoticeTopic {
  return (noticeTopics as readonly string[]).includes(topic)
}

/** The facts in the notification itself. People with more rights open the ticket. */
export interface NoticeFacts {
  number?: string
  /** Without what tells who a hidden caller is. */
  title?: string
  /** In an e-mail, which may be read on its way, such a title is left out. */
  isCallerHidden?: boolean
  clock?: ClockKind
  dueAt?: Instant | null
  /** Short name of the unit that it is about, for the hotline. */
  unit?: string | null
  /** That is not loaded. */
  year?: number
  /** Name of the administrator who made the link. */
  by?: string
  /** Who had too much shown, and how many records. */
  who?: string
  records?: number
  /** That was not taken: to whom, why, and the setting that an administrator has to look at. */
  packet?: Pick<RefusedPacket, 'to' | 'why' | 'setting'>
  /** What it asked for has been done, or is no longer asked for. */
  settledAt?: Instant
}

/** What the rules of telling have to know. */
export interface Circumstances {
  topic: NoticeTopic
  lead: UnitCode | null
  /** That answers for the ticket until `lead` has signed. */
  holder?: UnitCode | null
  coUnits: UnitCode[]
  /** That the event names as having a part of the ticket. */
  named?: UnitCode[]
  /** Of the unit that acts, or whose clock it is: who sent its part (null: the hotline), and who reads its answer. */
  sender?: UnitCode | null
  reader?: UnitCode | null
  /** Of an alarm, and the unit that has to keep it. */
  clock?: ClockKind
  keeper?: UnitCode
  /** The machine did it, no person. */
  isByMachine: boolean
}

export interface Audience {
  units: UnitCode[]
  roles: RoleName[]
}

const noAudience: Audience = { units: [], roles: [] }
const dispatchers: Audience = { units: [], roles: ['DISPATCHER'] }

export function audienceOf({
  topic,
  lead,
  holder = null,
  coUnits,
  clock,
  keeper,
  isByMachine,
  named = [],
  sender = null,
  reader = null,
}: Circumstances): Audience {
  const unit = keeper ?? lead
  const inCharge: Audience = unit === null ? dispatchers : { units: [unit], roles: [] }
  const to = (code: UnitCode | null): Audience => (code === null ? dispatchers : { units: [code], roles: [] })
  switch (topic) {
    case 'clock.yellow':
      return isOfUnit(clock) || isOfPart(clock) ? inCharge : dispatchers
    case 'clock.red':
      // Of a part below the hotline hears nothing: its sender sees to it.
      if (isOfPart(clock)) {
        const above = [sender ?? [], reader ?? []].flat()
        return { units: [...new Set([...inCharge.units, ...above])], roles: sender === null ? ['DISPATCHER'] : [] }
      }
      return { units: isOfUnit(clock) ? inCharge.units : [], roles: ['DISPATCHER', 'SUPERVISOR'] }
    case 'return.granted':
      return { units: keeper === undefined ? [] : [keeper], roles: [] }
    case 'calendar.missing':
      return { units: [], roles: ['ADMIN', 'DISPATCHER'] }
    case 'reading.bound':
      return { units: [], roles: ['SUPERVISOR', 'AUDITOR', 'DIRECTOR'] }
    case 'packet.refused':
      // One mends the secret, the other says by telephone what the message should have said.
      return { units: [], roles: ['ADMIN', 'SUPERVISOR'] }
  }
  switch (noticeOf(topic)?.to) {
    case 'UNIT':
      return inCharge
    case 'UNIT_AND_HOLDER':
      return holder === null ? inCharge : { ...inCharge, units: [...new Set([holder, ...inCharge.units])] }
    case 'UNITS':
      return { ...inCharge, units: [...inCharge.units, ...coUnits] }
    case 'UNIT_UNLESS_ITS_OWN':
      return isByMachine ? inCharge : noAudience
    case 'DISPATCHERS':
      return dispatchers
    case 'LEADERSHIP':
      return { units: [], roles: ['DISPATCHER', 'SUPERVISOR', 'DIRECTOR'] }
    case 'NAMED':
      return { units: named, roles: [] }
    case 'SENDER':
      return to(sender)
    case 'READER':
      return to(reader)
    case undefined:
      return noAudience
  }
}

/** Where a ticket stands, for the question whether a notice of it still asks for something. */
export interface Standing {
  state: TicketState
  /** Those that take part. */
  units: UnitCode[]
  /** Of them, those that it was last sent to: the unit that it is with, and those that help. */
  sentTo: UnitCode[]
  /** Clocks that run. */
  running: readonly Running[]
  /** What was asked for and waits. */
  asks: readonly RequestKind[]
  /** Parts of it: whose, in which step, who sent them, who reads the answers. */
  parts: readonly { unit: UnitCode; step: TaskStep; from: UnitCode | null; reader: UnitCode | null }[]
}

/**
 * Whether a notice still asks its reader for something. What has been done is settled, no matter who did it: a ticket that was
 * signed need not be signed, and a unit that is no longer in charge has nothing to do with it. The unit that gave it away
 * still answers for it, but has nothing to sign.
 * @param unit whose notice it is; null: a person's of the hotline
 */
export function stillAsks(
  { topic, clock, unit }: { topic: NoticeTopic; clock?: ClockKind | undefined; unit: UnitCode | null },
  { state, units, sentTo, running, asks, parts }: Standing,
): boolean {
  const notice = noticeOf(topic)
  // It asks for nothing, and is news also to a unit that is out.
  if (topic === 'return.granted') return true
  if (unit !== null && !(notice?.due === 'SIGN' ? sentTo : units).includes(unit)) return false
  const watches = (whose: UnitCode | null) =>
    parts.some((part) => part.unit === whose && (part.from === unit || part.reader === unit))
  if (!notice) {
    const isMine = (one: Running) => isFor(unit, one) || (isOfPart(one.clock) && watches(one.unit))
    return clock === undefined || running.some((one) => one.clock === clock && isMine(one))
  }
  const own = parts.find((part) => part.unit === unit)
  // A co-unit signs its own part, whatever the unit in charge has done.
  if (notice.due === 'SIGN' && own) return own.step === 'SENT'
  if (notice.asksToDecide !== undefined && !asks.includes(notice.asksToDecide)) return false
  const { asksInStep, to } = notice
  if (asksInStep !== undefined) {
    const isMeant = (part: Standing['parts'][number]) =>
      to === 'NAMED' ? part.unit === unit : to === 'SENDER' ? part.from === unit : part.reader === unit
    if (!parts.some((part) => isMeant(part) && asksInStep.includes(part.step))) return false
  }
  return ((unit === null ? notice.hotlineAsksIn : undefined) ?? notice.asksIn).includes(state)
}

/** The hotline is notified of all clocks, a unit of its own and of the hotline's. */
const isFor = (reader: UnitCode | null, { unit }: Running) => reader === null || unit === null || unit === reader

function isOfPart(clock: ClockKind | undefined): boolean {
  return clock !== undefined && clocks[clock].owner === 'PART'
}

function isOfUnit(clock: ClockKind | undefined): boolean {
  return clock !== undefined && clocks[clock].owner === 'UNIT'
}

/** One line that says what it is about; the page and the letter add number, title and due time. */
export function noticeHeadline(topic: NoticeTopic, facts: NoticeFacts): string {
  const { clock, unit, year, by, who, records } = facts
  const due = clock === undefined ? '' : clocks[clock].title
  switch (topic) {
    case 'clock.yellow':
      return `${due}即将到期（黄灯）`
    case 'clock.red':
      return `${due}已超期（红灯）`
    case 'calendar.missing':
      return `${year ?? ''} 年工作日历尚未载入，落入该年的期限无法计算`
    case 'reading.bound':
      return `${who ?? ''}今天查看的市民信息已超过 ${records ?? ''} 条，请核查`
    case 'packet.refused':
      return refusedWords(facts.packet)
    case 'password.link-made':
      return `系统管理员${by ?? ''}为您的账号生成了设置密码的链接；如非您本人要求，请告知审计员`
    case 'return.granted':
      return '退单已同意；新单位签收前仍由原承办单位负责'
    case 'oversight.issued':
      return '收到督办文书，请在“承办工单”最上方接收并答复'
    case 'oversight.to-approve':
      return '有一份督办文书等待签发'
    case 'oversight.answered':
      return '承办单位已答复督办文书，请审定'
    case 'oversight.overdue':
      return '本单位有工单办理超期，请立即办理'
    case 'oversight.waiting':
      return '有督办预警等待处理'
    case 'dispute.proposed':
      return '有一件权责争议涉及本单位，请在“权责”中提交书面意见'
    case 'dispute.called':
      return '联席会议开会通知，请在“权责”中查看时间并提交书面意见'
    case 'dispute.ruled':
      return '联席会议已作出裁定，即日生效，请在“权责”中查看'
    case 'letter.issued':
      return '有一份评价反馈单，请阅知；如有异议可在期限内申诉'
    case 'follow-up.late':
      return '有评价超过一个工作日未研判，请立即研判'
    case 'workstation.wanting':
      return '本站值班需要处理'
    case 'workstation.alarm':
      return '县区工作站值班提醒'
    case 'case13710.opened':
      return '督查室已在 13710 系统立项，请当日研究部署'
    case 'case13710.urged':
      return '督查室催办 13710 事项，请尽快报告'
    case 'case13710.bounced':
      return '13710 事项办理结果未通过，已退回重办'
    case 'case13710.red':
      return '13710 事项已超过时限，请立即办理并报告'
    case 'password.set-by-link':
      return `您的密码已通过系统管理员${by ?? ''}生成的链接设置；如非您本人操作，请立即告知审计员`
    default:
      return noticeOf(topic)?.headline(unit ?? '承办单位') ?? ''
  }
}

function refusedWords(packet: NoticeFacts['packet']): string {
  const { to = '对方', why = 'REFUSED', setting = '' } = packet ?? {}
  switch (why) {
    case 'SECRET':
      return `${to}没有接收来电信息：双方密钥不一致。请系统管理员与对方核对 ${setting}；改好前请用电话告知对方`
    case 'REFUSED':
      return `${to}拒收来电信息，请用电话告知对方，并查看回执`
    case 'NOT_SENT':
      return `来电信息 15 分钟内没有送达${to}，请用电话确认对方已知情，并检查接口`
  }
}

/** Live, to a page whose person has something new to read: which is asked for. */
export interface NoticeSign {
  topic: NoticeTopic
  number: string | null
  at: Instant
}
