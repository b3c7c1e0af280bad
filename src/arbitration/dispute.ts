import type { CategoryCode, CountyCode, Instant, UnitCode } from '../platform/types.ts'

/**
 * A dispute about who is in charge (退单争议), of tickets or of a kind of matters, from its proposal to a ruling of a
 * joint meeting (联席会议). Pure: the web page imports this file too. Source: domain model of meetings; running rules
 * 按责转办 (联席会议制).
 *
 *            call 2              hold 5            rule 7             sign 8            review 9
 *   PROPOSED ──────► CALLED ───────────► HELD ───────────► RULED ──────────► IN_FORCE ──────► REVIEW_DUE
 *     ▲  │            │  ▲ 2 (moved)      │  ▲ 7 (amended)  │                 ▲   │              │  │
 *     │  │ view 3, evidence 4             │  └──────────────┘                 │   │   confirm 10 │  │
 *     └──┴── escalate 6: one rung higher ─┘                                   └───┼──────────────┘  │
 *   PROPOSED, CALLED, HELD, RULED ── withdraw 11 ──► LAPSED ◄── lapse 12 ─────────┴─────────────────┘
 *
 *  2 the meeting is called, with a notice of a working day   3 a unit states its view in writing; silence is consent
 *  5 attendance, positions and dissent are written down      6 this rung did not settle it
 *  8 the chair has signed: the minutes get their number, the tickets are designated at once, a rule is proposed
 *  9 twelve months later     10 it goes on     11 settled otherwise     12 it is replaced
 */

export const disputeStates = ['PROPOSED', 'CALLED', 'HELD', 'RULED', 'IN_FORCE', 'REVIEW_DUE', 'LAPSED'] as const
export type DisputeState = (typeof disputeStates)[number]
export const disputeStateTitles: Record<DisputeState, string> = {
  PROPOSED: '待召集',
  CALLED: '已通知开会',
  HELD: '已开会，待裁定',
  RULED: '待签发',
  IN_FORCE: '已生效',
  REVIEW_DUE: '满一年，待复核',
  LAPSED: '已终止',
}
/** Who is in charge is not settled yet. */
export const openDisputeStates = ['PROPOSED', 'CALLED', 'HELD', 'RULED'] as const satisfies DisputeState[]

export const rungs = ['J1', 'J2', 'J3', 'PLENARY'] as const
export type Rung = (typeof rungs)[number]
export const rungTitles: Record<Rung, string> = {
  J1: 'J1 协调会',
  J2: 'J2 专题会',
  J3: 'J3 市领导会议',
  PLENARY: '全体会议',
}
export const rungWords: Record<Rung, string> = {
  J1: '热线中心召集，两个单位、法规清楚；2 个工作日内召开',
  J2: '副秘书长召集，多个单位或县区、无牵头单位；5 个工作日内召开',
  J3: '副市长及以上召集，政策空白或涉及资金；10 个工作日内召开',
  PLENARY: '联席会议全体会议，全年规则和目录、疑难问题；每年至少一次',
}
/** Working days from the proposal, or from the escalation, until the meeting; null: no limit. */
export const holdWithin: Record<Rung, number | null> = { J1: 2, J2: 5, J3: 10, PLENARY: null }
/** Working days between the notice and the meeting. */
export const noticeDays = 1
/** A ruling is looked at again after a year. */
export const reviewMonths = 12
export const mostOf = { tickets: 200, parties: 20, view: 1_000, minutes: 5_000, evidence: 500, files: 20 }

/** A party disputes it; an invited unit (编办, 司法 among them) is heard. */
export type PartyRole = 'PARTY' | 'INVITED'

export interface Party {
  unit: UnitCode
  role: PartyRole
  view: string | null
  viewAt: Instant | null
  isPresent: boolean | null
  /** Who came, what they said, and what they do not agree to. */
  attendee: string | null
  position: string | null
  dissent: string | null
}

export interface Ruling {
  lead: UnitCode
  coUnits: UnitCode[]
  basis: string
  text: string
  /** Days of the city; of a kind: from when to when the rule shall hold. */
  validFrom: string
  validTo: string | null
}

export interface Dispute {
  state: DisputeState
  version: number
  rung: Rung
  question: string
  /** It is about a kind of matters: the ruling becomes a proposed rule. */
  isKind: boolean
  categoryCode: CategoryCode
  countyCode: CountyCode | null
  tickets: string[]
  parties: Party[]
  /** The meeting has to be held until then. */
  holdBy: Instant | null
  meetingAt: Instant | null
  place: string | null
  chair: string | null
  viewsBy: Instant | null
  heldAt: Instant | null
  minutes: string | null
  ruling: Ruling | null
  minutesNumber: string | null
  signedOn: string | null
  inForceAt: Instant | null
  reviewAt: Instant | null
  endedAt: Instant | null
}

export interface Attendance {
  unit: UnitCode
  isPresent: boolean
  attendee: string
  position: string
  dissent: string
}

export type DisputeEvent =
  | {
      kind: 'call'
      at: Instant
      place: string
      chair: string
      viewsBy: Instant
      invited: UnitCode[]
      /** The earliest instant that a notice of a working day allows; the store fills it in. */
      earliest: Instant
    }
  | { kind: 'view'; unit: UnitCode; text: string }
  | { kind: 'evidence'; text: string; basis: string }
  | { kind: 'hold'; heldAt: Instant; attendance: Attendance[]; minutes: string }
  | { kind: 'escalate'; why: string; holdBy: Instant | null }
  | ({ kind: 'rule' } & Ruling)
  /** `number` and `reviewAt` are filled in by the store. */
  | { kind: 'sign'; chair: string; signedOn: string; number: string; reviewAt: Instant }
  | { kind: 'review' }
  | { kind: 'confirm'; why: string; reviewAt: Instant }
  | { kind: 'withdraw'; why: string }
  | { kind: 'lapse'; why: string }
export type DisputeEventKind = DisputeEvent['kind']

export const disputeEventTitles: Record<DisputeEventKind | 'propose', string> = {
  propose: '提出',
  call: '通知开会',
  view: '书面意见',
  evidence: '补充证据',
  hold: '开会',
  escalate: '提级',
  rule: '裁定',
  sign: '签发',
  review: '到期复核',
  confirm: '继续有效',
  withdraw: '撤回',
  lapse: '终止',
}

/** The keeper is the dispatchers' office, which prepares the meetings; a unit is one that takes part. */
export type DisputeActor = { by: 'keeper' } | { by: 'unit'; unit: UnitCode } | { by: 'reader' } | { by: 'system' }

export const disputeRefusals = [
  'dispute.not-allowed',
  'dispute.wrong-state',
  'dispute.notice-too-short',
  'dispute.views-over',
  'dispute.not-yet-held',
  'dispute.top-rung',
  'dispute.unit-not-heard',
  'dispute.attendance-missing',
] as const
export interface DisputeRefusal {
  code: (typeof disputeRefusals)[number]
  detail: string
}
export type DisputeStep = { ok: true; dispute: Dispute } | { ok: false; refusal: DisputeRefusal }

const from: Record<DisputeEventKind, readonly DisputeState[]> = {
  call: ['PROPOSED', 'CALLED'],
  view: ['PROPOSED', 'CALLED'],
  evidence: ['PROPOSED', 'CALLED', 'HELD'],
  hold: ['CALLED'],
  escalate: ['PROPOSED', 'CALLED', 'HELD'],
  rule: ['HELD', 'RULED'],
  sign: ['RULED'],
  review: ['IN_FORCE'],
  confirm: ['REVIEW_DUE'],
  withdraw: ['PROPOSED', 'CALLED', 'HELD', 'RULED'],
  lapse: ['IN_FORCE', 'REVIEW_DUE'],
}
const byUnits: readonly DisputeEventKind[] = ['view', 'evidence']

const refusal = (code: DisputeRefusal['code'], detail: string): DisputeRefusal => ({ code, detail })

/** What can be said before anything is typed: it also hides the button. */
export function barToDispute(
  dispute: Pick<Dispute, 'state' | 'parties' | 'viewsBy' | 'rung'>,
  kind: DisputeEventKind,
  actor: DisputeActor,
  now: Instant,
): DisputeRefusal | null {
  const title = disputeEventTitles[kind]
  if (!isTheirs(dispute, kind, actor)) return refusal('dispute.not-allowed', `您不能对这件争议执行“${title}”。`)
  if (!from[kind].includes(dispute.state)) {
    return refusal('dispute.wrong-state', `争议当前为“${disputeStateTitles[dispute.state]}”，不能${title}，请刷新。`)
  }
  if (kind === 'view' && dispute.viewsBy !== null && now > dispute.viewsBy) {
    return refusal('dispute.views-over', '书面意见的期限已过，未提交视为同意；可在会上陈述。')
  }
  if (kind === 'escalate' && nextRung(dispute.rung) === null) {
    return refusal('dispute.top-rung', '已是最高一级，不能再提级。')
  }
  return null
}

function isTheirs({ parties }: Pick<Dispute, 'parties'>, kind: DisputeEventKind, actor: DisputeActor): boolean {
  switch (actor.by) {
    case 'system':
      return kind === 'review'
    case 'keeper':
      return kind !== 'view' && kind !== 'review'
    case 'unit':
      return byUnits.includes(kind) && parties.some(({ unit }) => unit === actor.unit)
    case 'reader':
      return false
  }
}

/** J1 → J2 → J3; a plenary is called for by nobody's failure. */
export function nextRung(rung: Rung): Rung | null {
  return rung === 'J1' ? 'J2' : rung === 'J2' ? 'J3' : null
}

/** The next state, or why not. */
export function advanceDispute(dispute: Dispute, event: DisputeEvent, actor: DisputeActor, now: Instant): DisputeStep {
  const refused = barToDispute(dispute, event.kind, actor, now) ?? refusedBy(dispute, event, actor, now)
  if (refused) return { ok: false, refusal: refused }
  return { ok: true, dispute: { ...dispute, ...changedBy(dispute, event, now), version: dispute.version + 1 } }
}

function refusedBy(dispute: Dispute, event: DisputeEvent, actor: DisputeActor, now: Instant): DisputeRefusal | null {
  switch (event.kind) {
    case 'call':
      if (event.at < event.earliest) {
        return refusal('dispute.notice-too-short', `会议须提前 ${noticeDays} 个工作日通知，请另定时间。`)
      }
      return event.viewsBy > event.at ? refusal('dispute.notice-too-short', '书面意见的期限不能晚于会议时间。') : null
    case 'view':
      // A unit speaks for itself only.
      return actor.by === 'unit' && actor.unit === event.unit
        ? null
        : refusal('dispute.not-allowed', '只能提交本单位的意见。')
    case 'hold': {
      if (event.heldAt > now || (dispute.meetingAt !== null && event.heldAt < dispute.meetingAt - earlyMs)) {
        return refusal('dispute.not-yet-held', '会议尚未召开，请在会后登记；提前召开的请先改定时间。')
      }
      const told = event.attendance.map(({ unit }) => unit)
      const missing = dispute.parties.filter(({ unit }) => !told.includes(unit))
      const strange = told.filter((unit) => !dispute.parties.some((party) => party.unit === unit))
      return missing.length + strange.length > 0 || new Set(told).size < told.length
        ? refusal('dispute.attendance-missing', '请逐一登记每个参会单位是否到会，不多不少。')
        : null
    }
    case 'rule': {
      const heard = (unit: UnitCode) => dispute.parties.some((party) => party.unit === unit)
      if (![event.lead, ...event.coUnits].every(heard)) {
        return refusal('dispute.unit-not-heard', '主办、协办单位须是通知参会的单位，请先邀请并听取意见。')
      }
      return event.coUnits.includes(event.lead)
        ? refusal('dispute.unit-not-heard', '主办单位和协办单位不能重复，请检查。')
        : null
    }
    default:
      return null
  }
}

/** People begin when all are there. */
const earlyMs = 30 * 60_000

const unheard: Omit<Party, 'unit' | 'role'> = {
  ...{ view: null, viewAt: null, isPresent: null, attendee: null, position: null, dissent: null },
}
export const aParty = (unit: UnitCode, role: PartyRole): Party => ({ unit, role, ...unheard })

function changedBy(dispute: Dispute, event: DisputeEvent, now: Instant): Partial<Dispute> {
  const { parties } = dispute
  switch (event.kind) {
    case 'call': {
      const { at, place, chair, viewsBy, invited } = event
      const more = [...new Set(invited)].filter((unit) => !parties.some((party) => party.unit === unit))
      const all = [...parties, ...more.map((unit) => aParty(unit, 'INVITED'))]
      return { state: 'CALLED', meetingAt: at, place, chair, viewsBy, parties: all }
    }
    case 'view':
      return {
        parties: parties.map((one) => (one.unit === event.unit ? { ...one, view: event.text, viewAt: now } : one)),
      }
    case 'evidence':
      return {}
    case 'hold':
      return {
        ...{ state: 'HELD', heldAt: event.heldAt, minutes: event.minutes },
        parties: parties.map((one) => {
          const there = event.attendance.find(({ unit }) => unit === one.unit)
          if (!there) return one
          const { isPresent, attendee, position, dissent } = there
          return { ...one, isPresent, attendee: attendee || null, position: position || null, dissent: dissent || null }
        }),
      }
    case 'escalate': {
      const asked = { meetingAt: null, place: null, chair: null, viewsBy: null, heldAt: null, minutes: null }
      const rung = nextRung(dispute.rung) ?? dispute.rung
      // Views stay; who came to the lower meeting is in the history.
      const again = parties.map((one) => ({ ...one, isPresent: null, attendee: null, position: null, dissent: null }))
      return { state: 'PROPOSED', rung, holdBy: event.holdBy, ...asked, ruling: null, parties: again }
    }
    case 'rule': {
      const { kind: _kind, ...ruling } = event
      return { state: 'RULED', ruling }
    }
    case 'sign': {
      const { chair, signedOn, number, reviewAt } = event
      return { state: 'IN_FORCE', chair, signedOn, minutesNumber: number, inForceAt: now, reviewAt }
    }
    case 'review':
      return { state: 'REVIEW_DUE' }
    case 'confirm':
      return { state: 'IN_FORCE', reviewAt: event.reviewAt }
    case 'withdraw':
    case 'lapse':
      return { state: 'LAPSED', endedAt: now }
  }
}

/** Units that were asked and said nothing in time: that is consent, and is written down. */
export function silentUnits({ parties }: Pick<Dispute, 'parties'>): UnitCode[] {
  return parties.flatMap(({ unit, view }) => (view === null ? unit : []))
}

/** `长热会〔2026〕3号`. @param city `长治` */
export function minutesNumberOf(city: string, year: number, n: number): string {
  return `${[...city][0] ?? ''}热会〔${year}〕${n}号`
}

/** The same time of day, so many months later; the 31st becomes the last day of a shorter month. */
export function monthsAfter(at: Instant, months: number): Instant {
  const zoneMs = 8 * 3_600_000
  const wall = new Date(at + zoneMs)
  const day = wall.getUTCDate()
  wall.setUTCDate(1)
  wall.setUTCMonth(wall.getUTCMonth() + months)
  const last = new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate()
  wall.setUTCDate(Math.min(day, last))
  return wall.getTime() - zoneMs
}
