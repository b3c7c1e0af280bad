import type { RoleName } from '../../people/person.ts'
import type { CategoryCode, Instant, TicketId, UnitCode } from '../../platform/types.ts'

/**
 * A ticket from the form to its end. Pure: the web page imports this file too, so that a button on the screen and the
 * guard on the server are one function. Source: domain model 3.7, of which these are the first states.
 *
 *            register 1           dispatch 4            sign 5             reply 8           close 10
 *   DRAFT ───────────► REGISTERED ─────────► DISPATCHED ──────► SIGNED ────────────► REPLIED ─────────► CLOSED
 *     │                 │ │  ▲ 3 queue         │  ▲  return 6     │ ▲ ▲ send-back 9     │
 *     │ answer 2        │ │  └─(stays)         ▼  │ dispatch 4    │ │ └─────────────────┘
 *     ▼                 │ │ void 11          RETURNED ◄───────────┘ │
 *   DIRECT_CLOSED ◄─────┘ └──► VOIDED ◄────────┘ └── refuse-return 7┘        12 urge: every open state, stays
 *
 *  1 the agent hands it in    2 answered on the spot        3 no rule fits: a dispatcher decides
 *  4 one unit is in charge    5 it has taken the matter on  6 it is not the right one, with a coded reason
 *  7 it is, all the same      8 answer to citizen and hotline   9 not good enough   10 accepted
 *  11 not a matter of the hotline                           12 the citizen asks again (催办)
 *  13 supplement: every open state, stays: more was said (补充)
 *  14 correct: REGISTERED and DISPATCHED, within ten minutes of hand-in, back to REGISTERED: another matter, dispatched anew
 */

export const ticketStates = [
  'DRAFT',
  'REGISTERED',
  'DISPATCHED',
  'SIGNED',
  'REPLIED',
  'CLOSED',
  'DIRECT_CLOSED',
  'RETURNED',
  'VOIDED',
] as const
export type TicketState = (typeof ticketStates)[number]

export const stateTitles: Record<TicketState, string> = {
  DRAFT: '草稿',
  REGISTERED: '待派单',
  DISPATCHED: '待签收',
  SIGNED: '办理中',
  REPLIED: '待审核答复',
  CLOSED: '已办结',
  DIRECT_CLOSED: '直接办结',
  RETURNED: '退单待审',
  VOIDED: '不予受理',
}

/** Somebody still has to do something. */
export const openStates = ['REGISTERED', 'DISPATCHED', 'SIGNED', 'REPLIED', 'RETURNED'] as const satisfies TicketState[]
/** A dispatcher has to. */
export const inboxStates = ['REGISTERED', 'RETURNED'] as const satisfies TicketState[]

export const ticketTypes = ['CONSULT', 'HELP', 'COMPLAINT', 'REPORT', 'SUGGEST', 'PRAISE', 'OTHER'] as const
export type TicketType = (typeof ticketTypes)[number]
export const typeTitles: Record<TicketType, string> = {
  CONSULT: '咨询',
  HELP: '求助',
  COMPLAINT: '投诉',
  REPORT: '举报',
  SUGGEST: '建议',
  PRAISE: '表扬',
  OTHER: '其他',
}

/** P1 danger to life or property; P2 water, power, gas, heat, many people; P3 all else. Source: domain model 3.5. */
export const urgencies = ['P1', 'P2', 'P3'] as const
export type Urgency = (typeof urgencies)[number]
export const urgencyTitles: Record<Urgency, string> = { P1: '特急', P2: '紧急', P3: '一般' }

export const channels = [
  'PHONE',
  'WEB',
  'WECHAT',
  'APP',
  'SMS',
  'MAILBOX',
  'LETTER',
  'WALK_IN',
  'OUTBOUND',
  'PROVINCE',
  'NATIONAL',
  'POLICE_110',
  'OTHER_CITY',
] as const
export type Channel = (typeof channels)[number]
export const channelTitles: Record<Channel, string> = {
  PHONE: '电话',
  WEB: '网站',
  WECHAT: '微信',
  APP: '手机应用',
  SMS: '短信',
  MAILBOX: '信箱',
  LETTER: '来信',
  WALK_IN: '来访',
  OUTBOUND: '外呼',
  PROVINCE: '省平台',
  NATIONAL: '国家平台',
  POLICE_110: '110',
  OTHER_CITY: '外市',
}

/** Why a unit gives a ticket back. The legal basis stands in the note. */
export const returnReasons = {
  NOT_OUR_DUTY: '不属于本单位职责',
  NOT_OUR_TERRITORY: '不属于本辖区',
  WRONG_CATEGORY: '事项分类有误',
  UNCLEAR: '诉求内容不清，无法办理',
  DUPLICATE: '与在办工单重复',
  OUT_OF_SCOPE: '不属于热线受理范围',
  OTHER: '其他原因',
} as const
export type ReturnReason = keyof typeof returnReasons
export const returnReasonCodes = Object.keys(returnReasons) as [ReturnReason, ...ReturnReason[]]

/** Why a matter is not taken on, and what was told to the caller stands in the note. Source: domain model 3.8. */
export const voidReasons = {
  N01: '涉诉或仲裁事项',
  N02: '已进入信访程序',
  N03: '涉军事项',
  N04: '行政复议中',
  N05: '归口中央部门垂直管理',
  N06: '纪检监察事项',
  N07: '政府信息公开申请',
  N08: '紧急事项，已转110/119/120/122',
  N09: '涉密、涉隐私或违背公序良俗',
  N10: '党委、人大、政协、法院、检察院事项',
  N11: '同一事项在办或已依法办结，无新事实',
  N12: '纯民事纠纷',
  N13: '不在本市范围',
  N14: '无实质内容或骚扰',
  DUPLICATE: '重复登记',
  MISTAKE: '误登记',
} as const
export type VoidReason = keyof typeof voidReasons
export const voidReasonCodes = Object.keys(voidReasons) as [VoidReason, ...VoidReason[]]

/** Why a dispatcher has to decide. */
export type InboxMark = 'NO_RULE' | 'NO_UNIT' | 'AGENT_ASKS'
export type CloseKind = 'DIRECT' | 'HANDLED'

/**
 * DISPATCH, REVIEW and CHECK are the hotline's own: from hand-in, and from a return, until a unit is in charge; from a
 * reply until it is accepted or sent back. SIGN and HANDLE are the unit's, both from dispatch on: a unit that does not
 * sign gains no time.
 */
export const clockKinds = ['DISPATCH', 'SIGN', 'HANDLE', 'REVIEW', 'CHECK'] as const
export type ClockKind = (typeof clockKinds)[number]

export interface Ticket {
  id: TicketId
  state: TicketState
  /** Rows of its history: each event adds one. */
  version: number
  type: TicketType
  categoryCode: CategoryCode
  registeredAt: Instant
  urgency: Urgency
  isConfidential: boolean
  isAnonymous: boolean
  /** The unit that is complained about; a report never goes there. */
  accusedUnit: UnitCode | null
  /** The one unit that answers for it now. */
  leadUnit: UnitCode | null
  coUnits: UnitCode[]
  /** The unit that was in charge first, and the one that gave it back last. */
  firstUnit: UnitCode | null
  returnedBy: UnitCode | null
  /** After this the unit has to handle it; null: no limit. */
  returnBy: Instant | null
  ruleKey: string | null
  dispatchReason: string | null
  inboxMark: InboxMark | null
  publicReply: string | null
  internalReply: string | null
  closeKind: CloseKind | null
  dispatchCount: number
  returnCount: number
  urgeCount: number
  /** Clocks that run. */
  running: ClockKind[]
}

export type TicketEvent =
  | { kind: 'register' }
  /** `isKnowledge`: read out of the knowledge base. */
  | { kind: 'answer'; publicReply: string; isKnowledge: boolean }
  | { kind: 'queue'; mark: InboxMark; reason: string }
  | {
      kind: 'dispatch'
      lead: UnitCode
      coUnits: UnitCode[]
      ruleKey: string | null
      reason: string
      returnBy: Instant | null
    }
  | { kind: 'sign' }
  | { kind: 'return'; reason: ReturnReason; note: string; suggestedUnit: UnitCode | null }
  | { kind: 'refuse-return'; note: string }
  | { kind: 'reply'; publicReply: string; internalReply: string }
  | { kind: 'send-back'; note: string }
  | { kind: 'close' }
  | { kind: 'void'; reason: VoidReason; note: string }
  | { kind: 'urge'; note: string }
  | { kind: 'supplement'; note: string }
  | { kind: 'correct'; categoryCode: CategoryCode }
export type EventKind = TicketEvent['kind']

export const eventTitles: Record<EventKind, string> = {
  register: '登记',
  answer: '直接答复',
  queue: '转派单员',
  dispatch: '派单',
  sign: '签收',
  return: '退单',
  'refuse-return': '驳回退单',
  reply: '答复',
  'send-back': '退回重办',
  close: '办结',
  void: '不予受理',
  urge: '催办',
  supplement: '补充',
  correct: '更正事项',
}

/** Who acts: a person in one or more of these capacities, or the machine. */
type Capacity = 'HOTLINE' | 'DISPATCHER' | 'LEAD_UNIT' | 'SYSTEM'

export interface TicketPerson {
  id: number
  roles: RoleName[]
  unitCode: UnitCode | null
}
export type Actor = { by: 'person'; person: TicketPerson } | { by: 'system' }

export const stepRefusals = [
  'ticket.not-allowed',
  'ticket.wrong-state',
  'ticket.text-missing',
  'ticket.must-be-dispatched',
  'ticket.accused-unit',
  'ticket.lead-among-co-units',
  'ticket.return-exhausted',
  'ticket.return-too-late',
  'ticket.correction-too-late',
] as const
/** A refusal has its status and its general sentence in `platform/problem.ts`; `detail` is the more exact one. */
export interface TicketRefusal {
  code: (typeof stepRefusals)[number]
  detail: string
}

/** What the store has to do besides writing ticket and history. `resume`: the same due time holds again. */
export interface ClockEffect {
  do: 'start' | 'meet' | 'cancel' | 'resume'
  clock: ClockKind
}

export type Step = { ok: true; ticket: Ticket; clocks: ClockEffect[] } | { ok: false; refusal: TicketRefusal }

/** Who has just handed it in may have taken the wrong matter; later a unit has begun to look at it. */
export const correctionMs = 10 * 60_000

/** The third dispatch is final (指定). Source: domain model 4.2. */
export const mostReturns = 2

interface Case<Event extends TicketEvent> {
  from: readonly TicketState[]
  /** Null: it stays where it is. */
  to: TicketState | null
  who: readonly Capacity[]
  /** What can be said before anything is typed: it also hides the button. */
  bars?(ticket: Ticket, now: Instant): TicketRefusal | null
  refuses?(ticket: Ticket, event: Event): TicketRefusal | null
  changes?(ticket: Ticket, event: Event): Partial<Ticket>
  clocks?: ClockEffect[]
}
type Cases = { [Kind in EventKind]: Case<Extract<TicketEvent, { kind: Kind }>> }

const start = (clock: ClockKind): ClockEffect => ({ do: 'start', clock })
const meet = (clock: ClockKind): ClockEffect => ({ do: 'meet', clock })
const cancel = (clock: ClockKind): ClockEffect => ({ do: 'cancel', clock })
const resume = (clock: ClockKind): ClockEffect => ({ do: 'resume', clock })

const refusal = (code: TicketRefusal['code'], detail: string): TicketRefusal => ({ code, detail })
const missing = (text: string, what: string): TicketRefusal | null =>
  text.trim() === '' ? refusal('ticket.text-missing', `请填写${what}。`) : null

/** The whole life: one entry an event. A new state is a new entry here and a line in the drawing above. */
const cases: Cases = {
  register: {
    from: ['DRAFT'],
    to: 'REGISTERED',
    who: ['HOTLINE', 'DISPATCHER', 'SYSTEM'],
    clocks: [start('DISPATCH')],
  },

  answer: {
    from: ['DRAFT', 'REGISTERED'],
    to: 'DIRECT_CLOSED',
    who: ['HOTLINE', 'DISPATCHER'],
    bars: (ticket) =>
      ticket.type === 'COMPLAINT' || ticket.type === 'REPORT'
        ? refusal('ticket.must-be-dispatched', `${typeTitles[ticket.type]}须派单办理，不能直接办结。`)
        : null,
    refuses: (ticket, event) =>
      ticket.type !== 'CONSULT' && ticket.type !== 'PRAISE' && !event.isKnowledge
        ? refusal('ticket.must-be-dispatched', '只有咨询、表扬，或依据知识库答复的诉求可以直接办结，其余请派单。')
        : missing(event.publicReply, '答复内容'),
    changes: (_, event) => ({ publicReply: event.publicReply, closeKind: 'DIRECT', inboxMark: null }),
    clocks: [meet('DISPATCH')],
  },

  queue: {
    from: ['REGISTERED'],
    to: null,
    who: ['SYSTEM'],
    changes: (_, event) => ({ inboxMark: event.mark, dispatchReason: event.reason }),
  },

  dispatch: {
    from: ['REGISTERED', 'RETURNED'],
    to: 'DISPATCHED',
    who: ['DISPATCHER', 'SYSTEM'],
    refuses: (ticket, event) => {
      if (ticket.type === 'REPORT' && [event.lead, ...event.coUnits].some((unit) => unit === ticket.accusedUnit)) {
        return refusal('ticket.accused-unit', '举报件不能派给被举报单位，请另选承办单位。')
      }
      if (event.coUnits.includes(event.lead) || new Set(event.coUnits).size < event.coUnits.length) {
        return refusal('ticket.lead-among-co-units', '主办单位和协办单位不能重复，请检查。')
      }
      return missing(event.reason, '派单理由')
    },
    changes: (ticket, event) => ({
      leadUnit: event.lead,
      coUnits: event.coUnits,
      firstUnit: ticket.firstUnit ?? event.lead,
      returnBy: event.returnBy,
      ruleKey: event.ruleKey,
      dispatchReason: event.reason,
      inboxMark: null,
      dispatchCount: ticket.dispatchCount + 1,
    }),
    clocks: [meet('DISPATCH'), meet('REVIEW'), cancel('HANDLE'), start('SIGN'), start('HANDLE')],
  },

  sign: { from: ['DISPATCHED'], to: 'SIGNED', who: ['LEAD_UNIT', 'SYSTEM'], clocks: [meet('SIGN')] },

  return: {
    from: ['DISPATCHED', 'SIGNED'],
    to: 'RETURNED',
    who: ['LEAD_UNIT'],
    bars: (ticket, now) => {
      if (ticket.returnCount >= mostReturns) {
        return refusal('ticket.return-exhausted', `该工单已退回 ${mostReturns} 次，由热线中心指定承办，不能再退单。`)
      }
      return ticket.returnBy !== null && now > ticket.returnBy
        ? refusal('ticket.return-too-late', '已超过退单时限，请办理；确需调整请联系派单员。')
        : null
    },
    refuses: (_, event) => missing(event.note, '退单依据'),
    changes: (ticket) => ({
      leadUnit: null,
      coUnits: [],
      returnedBy: ticket.leadUnit,
      returnCount: ticket.returnCount + 1,
    }),
    // The citizen waits all the same: HANDLE goes on until another unit is in charge.
    clocks: [cancel('SIGN'), start('REVIEW')],
  },

  'refuse-return': {
    from: ['RETURNED'],
    to: 'SIGNED',
    who: ['DISPATCHER'],
    refuses: (_, event) => missing(event.note, '驳回理由'),
    changes: (ticket) => ({ leadUnit: ticket.returnedBy }),
    clocks: [meet('REVIEW')],
  },

  reply: {
    from: ['SIGNED'],
    to: 'REPLIED',
    who: ['LEAD_UNIT'],
    refuses: (_, event) => missing(event.publicReply, '公开答复内容') ?? missing(event.internalReply, '办理情况'),
    changes: (_, event) => ({ publicReply: event.publicReply, internalReply: event.internalReply }),
    clocks: [meet('HANDLE'), start('CHECK')],
  },

  'send-back': {
    from: ['REPLIED'],
    to: 'SIGNED',
    who: ['DISPATCHER'],
    refuses: (_, event) => missing(event.note, '退回理由'),
    // What was not accepted is no answer; it stays in the history.
    changes: () => ({ publicReply: null, internalReply: null }),
    clocks: [meet('CHECK'), resume('HANDLE')],
  },

  close: {
    from: ['REPLIED'],
    to: 'CLOSED',
    who: ['DISPATCHER', 'SYSTEM'],
    changes: () => ({ closeKind: 'HANDLED' }),
    clocks: [meet('CHECK')],
  },

  void: {
    from: ['REGISTERED', 'RETURNED'],
    to: 'VOIDED',
    who: ['DISPATCHER'],
    refuses: (_, event) => missing(event.note, '对来电人的说明'),
    changes: () => ({ inboxMark: null }),
    clocks: [cancel('DISPATCH'), cancel('REVIEW'), cancel('HANDLE')],
  },

  urge: {
    from: openStates,
    to: null,
    who: ['HOTLINE', 'DISPATCHER', 'SYSTEM'],
    refuses: (_, event) => missing(event.note, '催办内容'),
    changes: (ticket) => ({ urgeCount: ticket.urgeCount + 1 }),
  },

  supplement: {
    from: openStates,
    to: null,
    who: ['HOTLINE', 'DISPATCHER'],
    refuses: (_, event) => missing(event.note, '补充内容'),
  },

  correct: {
    // Nobody has signed for it: no unit's work is lost.
    from: ['REGISTERED', 'DISPATCHED'],
    to: 'REGISTERED',
    who: ['HOTLINE', 'DISPATCHER'],
    bars: (ticket, now) =>
      now > ticket.registeredAt + correctionMs
        ? refusal('ticket.correction-too-late', '提交已超过 10 分钟，不能再更正事项；请联系派单员，或补充说明。')
        : null,
    refuses: (ticket, event) =>
      event.categoryCode === ticket.categoryCode
        ? refusal('ticket.text-missing', '事项没有变化，请选择另一个事项。')
        : null,
    changes: (_, event) => ({
      categoryCode: event.categoryCode,
      leadUnit: null,
      coUnits: [],
      firstUnit: null,
      returnBy: null,
      ruleKey: null,
      dispatchReason: null,
      inboxMark: null,
    }),
    clocks: [cancel('SIGN'), cancel('HANDLE'), cancel('DISPATCH'), start('DISPATCH')],
  },
}

/** In which capacities somebody stands to this ticket. */
function capacitiesOf(actor: Actor, ticket: Ticket): Capacity[] {
  if (actor.by === 'system') return ['SYSTEM']
  const { roles, unitCode } = actor.person
  const isOf = (...names: RoleName[]) => roles.some((role) => names.includes(role))
  const isLead = isOf('CLERK', 'WORKSTATION') && unitCode !== null && unitCode === ticket.leadUnit
  return [
    ...(isOf('AGENT', 'SUPERVISOR') ? (['HOTLINE'] as const) : []),
    ...(isOf('DISPATCHER') ? (['DISPATCHER'] as const) : []),
    ...(isLead ? (['LEAD_UNIT'] as const) : []),
  ]
}

/**
 * Whether the button is there, and whether the server lets it pass.
 * @returns why not; null when nothing but what is typed can stand against it
 */
export function barTo(actor: Actor, ticket: Ticket, kind: EventKind, now: Instant): TicketRefusal | null {
  const { from, who, bars } = cases[kind]
  const capacities = capacitiesOf(actor, ticket)
  if (!who.some((capacity) => capacities.includes(capacity))) {
    return refusal('ticket.not-allowed', `您不能对该工单执行“${eventTitles[kind]}”。`)
  }
  if (!from.includes(ticket.state)) {
    return refusal('ticket.wrong-state', `工单当前为“${stateTitles[ticket.state]}”，不能${eventTitles[kind]}，请刷新。`)
  }
  return bars?.(ticket, now) ?? null
}

/** `mayDo(person, ticket, 'sign', now)`: for pages, and for lists of what can be done. */
export function mayDo(person: TicketPerson, ticket: Ticket, kind: EventKind, now: Instant): boolean {
  return barTo({ by: 'person', person }, ticket, kind, now) === null
}

/** What this person can do with this ticket now, in the order of the table. */
export function actionsOf(person: TicketPerson, ticket: Ticket, now: Instant): EventKind[] {
  return (Object.keys(cases) as EventKind[]).filter((kind) => mayDo(person, ticket, kind, now))
}

/** What happens next: the ticket after the event and what becomes of its clocks, or why not. */
export function advance(ticket: Ticket, event: TicketEvent, actor: Actor, now: Instant): Step {
  // The table holds for each kind the case of its event; a lookup cannot tell the compiler so.
  const found = cases[event.kind] as Case<TicketEvent>
  const refused = barTo(actor, ticket, event.kind, now) ?? found.refuses?.(ticket, event)
  if (refused) return { ok: false, refusal: refused }
  const { running, clocks } = carry(ticket.running, found.clocks ?? [])
  return {
    ok: true,
    ticket: {
      ...ticket,
      ...found.changes?.(ticket, event),
      state: found.to ?? ticket.state,
      version: ticket.version + 1,
      running,
    },
    clocks,
  }
}

/** Only what runs can be stopped: the same case serves tickets that come from different states. */
function carry(before: ClockKind[], wanted: ClockEffect[]): { running: ClockKind[]; clocks: ClockEffect[] } {
  let running = before
  const clocks: ClockEffect[] = []
  for (const effect of wanted) {
    const isRunning = running.includes(effect.clock)
    const isBegin = effect.do === 'start' || effect.do === 'resume'
    if (isBegin === isRunning) continue
    running = isBegin ? [...running, effect.clock] : running.filter((clock) => clock !== effect.clock)
    clocks.push(effect)
  }
  return { running, clocks }
}
