import { dayNumberOf, numberOfDay, startOfDayNumber } from '../../calendar/days.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'

/**
 * A case of the province's 13710 system about one of our tickets: 1-3-7-1-0, until it is cleared to zero (销号). Pure: the web
 * page imports this file too. Source: 13710 制度 of Shanxi; domain model of its clock.
 *
 *              deploy 1             report 2            claim 6              verify 7 + clear 8
 *   ENTERED ──────────► DEPLOYED ──────────► PROGRESS ─────────► CLAIMED ────────────────────► CLEARED
 *                          │                  │  ▲ 2              │   ▲
 *                          │ plan 4           │  │                │   │ 6
 *                          ▼                  ▼  │     9 bounce, 7 not done
 *                        PLANNED ◄────────── (4)─┤                ▼   │
 *                          │ node 5, report 2    └──────────── BOUNCED ┘
 *                          └─── claim 6 ─────────────────────►
 *
 *  1 leader, section, first measure: the same day   2 what is done, why not, what comes next: by day 3
 *  3 major (重大复杂): asked for by one person, granted by another one   4 only then: a plan with dated nodes, by day 30
 *  5 a node is done   6 the result: by day 7, or by day 30   7 the hotline has checked it and asked the citizen
 *  8 by the inspection office, never before 7   9 by the office, with its reason   10 urge: every open state, stays
 *
 * The clock of the ticket runs beside it and knows nothing of it.
 */

export const caseStates = ['ENTERED', 'DEPLOYED', 'PROGRESS', 'PLANNED', 'CLAIMED', 'BOUNCED', 'CLEARED'] as const
export type CaseState = (typeof caseStates)[number]
export const caseStateTitles: Record<CaseState, string> = {
  ENTERED: '待部署',
  DEPLOYED: '已部署',
  PROGRESS: '办理中',
  PLANNED: '按计划办理',
  CLAIMED: '已报办结，待核实',
  BOUNCED: '退回重办',
  CLEARED: '已销号',
}

export interface PlanNode {
  /** `2026-12-31`, a day of the city. */
  on: string
  what: string
  owner: string
  doneAt: Instant | null
}

export interface Verification {
  byId: number | null
  citizen: CitizenSays
  note: string
  at: Instant
}
export const citizenSays = ['SOLVED', 'UNSOLVED', 'NOT_REACHED'] as const
/** Of the question whether it is solved. Not reached is no yes: the hotline's own check has to bear it. */
export type CitizenSays = (typeof citizenSays)[number]
export const citizenTitles: Record<CitizenSays, string> = {
  SOLVED: '市民认可已解决',
  UNSOLVED: '市民表示未解决',
  NOT_REACHED: '未联系上市民',
}

export interface Case13710 {
  state: CaseState
  version: number
  unit: UnitCode
  enteredAt: Instant
  deployedAt: Instant | null
  leader: string | null
  section: string | null
  measure: string | null
  reportedAt: Instant | null
  majorAskedAt: Instant | null
  majorAskedBy: number | null
  majorWhy: string | null
  majorAt: Instant | null
  plannedAt: Instant | null
  nodes: PlanNode[]
  claimedAt: Instant | null
  claimedBy: number | null
  result: string | null
  verification: Verification | null
  bounceReason: string | null
  bounces: number
  urges: number
  urgedAt: Instant | null
  clearedAt: Instant | null
}

export type CaseEvent =
  | { kind: 'deploy'; leader: string; section: string; measure: string }
  | { kind: 'report'; done: string; whyNot: string; nextOn: string | null }
  | { kind: 'ask-major'; why: string }
  | { kind: 'grant-major' }
  | { kind: 'refuse-major'; why: string }
  | { kind: 'plan'; why: string; nodes: { on: string; what: string; owner: string }[] }
  | { kind: 'node-done'; node: number; text: string }
  | { kind: 'claim'; result: string }
  | { kind: 'verify'; isDone: boolean; citizen: CitizenSays; note: string }
  | { kind: 'clear' }
  | { kind: 'bounce'; reason: string }
  | { kind: 'urge'; text: string }
export type CaseEventKind = CaseEvent['kind']
export const caseEventTitles: Record<CaseEventKind | 'enter' | 'move', string> = {
  enter: '立项',
  move: '工单改派，改由其他单位办理',
  deploy: '研究部署',
  report: '报告进展',
  'ask-major': '申请列为重大复杂',
  'grant-major': '同意列为重大复杂',
  'refuse-major': '不同意列为重大复杂',
  plan: '制定计划',
  'node-done': '完成节点',
  claim: '报告办结',
  verify: '核实',
  clear: '销号',
  bounce: '督查室退回',
  urge: '督查室催办',
}

/** The keeper is the hotline's overseer; the office speaks through the 13710 system. */
export type CaseActor =
  | { by: 'keeper'; id: number }
  /** The director: grants what others ask for, does nothing else. */
  | { by: 'approver'; id: number }
  | { by: 'unit'; id: number; unit: UnitCode }
  | { by: 'office' }
  | { by: 'reader' }

export const caseRefusals = [
  'province-case.not-allowed',
  'province-case.wrong-state',
  'province-case.same-person',
  'province-case.not-major',
  'province-case.bad-plan',
  'province-case.no-such-node',
  'province-case.not-verified',
] as const
export interface CaseRefusal {
  code: (typeof caseRefusals)[number]
  detail: string
}
export type CaseStep = { ok: true; case: Case13710 } | { ok: false; refusal: CaseRefusal }

const open: readonly CaseState[] = ['ENTERED', 'DEPLOYED', 'PROGRESS', 'PLANNED', 'CLAIMED', 'BOUNCED']
const working: readonly CaseState[] = ['DEPLOYED', 'PROGRESS', 'PLANNED', 'BOUNCED']
const from: Record<CaseEventKind, readonly CaseState[]> = {
  deploy: ['ENTERED'],
  report: working,
  'ask-major': ['ENTERED', ...working],
  'grant-major': ['ENTERED', ...working],
  'refuse-major': ['ENTERED', ...working],
  plan: working,
  'node-done': ['PLANNED'],
  claim: working,
  verify: ['CLAIMED'],
  clear: ['CLAIMED'],
  bounce: ['CLAIMED'],
  urge: open,
}
const byUnits: readonly CaseEventKind[] = ['deploy', 'report', 'ask-major', 'plan', 'node-done', 'claim']
/** The overseer enters them, too, for a site whose office has no system. */
const byOffice: readonly CaseEventKind[] = ['clear', 'bounce', 'urge']

const refusal = (code: CaseRefusal['code'], detail: string): CaseRefusal => ({ code, detail })

/** What can be said before anything is typed: it also hides the button. */
export function barToCase(one: Case13710, kind: CaseEventKind, actor: CaseActor): CaseRefusal | null {
  const title = caseEventTitles[kind]
  if (!isTheirs(one, kind, actor)) return refusal('province-case.not-allowed', `您不能对这件事项执行“${title}”。`)
  if (!from[kind].includes(one.state)) {
    return refusal('province-case.wrong-state', `事项当前为“${caseStateTitles[one.state]}”，不能${title}，请刷新。`)
  }
  switch (kind) {
    case 'ask-major':
      return one.majorAskedAt !== null ? refusal('province-case.wrong-state', '已申请列为重大复杂。') : null
    case 'grant-major':
    case 'refuse-major':
      if (one.majorAskedAt === null || one.majorAt !== null) {
        return refusal('province-case.wrong-state', '没有待审批的申请，请刷新。')
      }
      return personOf(actor) === one.majorAskedBy ? refusal('province-case.same-person', '申请须由另一人审批。') : null
    case 'plan':
      return one.majorAt === null
        ? refusal('province-case.not-major', '7 日内应当办结；列为重大复杂后才能按计划办理。')
        : null
    case 'verify':
      if (one.verification !== null) return refusal('province-case.wrong-state', '已核实，等待督查室销号。')
      return personOf(actor) === one.claimedBy
        ? refusal('province-case.same-person', '报告办结和核实须由不同的人进行。')
        : null
    case 'clear':
      return one.verification === null ? refusal('province-case.not-verified', '尚未核实办理结果，不能销号。') : null
    default:
      return null
  }
}

const personOf = (actor: CaseActor): number | null => ('id' in actor ? actor.id : null)

function isTheirs({ unit }: Case13710, kind: CaseEventKind, actor: CaseActor): boolean {
  switch (actor.by) {
    case 'keeper':
      return true
    case 'unit':
      return actor.unit === unit && byUnits.includes(kind)
    case 'approver':
      return kind === 'grant-major' || kind === 'refuse-major'
    case 'office':
      return byOffice.includes(kind)
    case 'reader':
      return false
  }
}

/** The next state, or why not. */
export function advanceCase(one: Case13710, event: CaseEvent, actor: CaseActor, now: Instant): CaseStep {
  const refused = barToCase(one, event.kind, actor) ?? refusedBy(one, event, now)
  if (refused) return { ok: false, refusal: refused }
  return { ok: true, case: { ...one, ...changedBy(one, event, personOf(actor), now), version: one.version + 1 } }
}

function refusedBy(one: Case13710, event: CaseEvent, now: Instant): CaseRefusal | null {
  if (event.kind === 'plan') {
    const days = event.nodes.map(({ on }) => on)
    const isInOrder = days.every((on, at) => at === 0 || (days[at - 1] ?? '') < on)
    const isToCome = days.every((on) => Date.parse(`${on}T00:00:00+08:00`) > now)
    return isInOrder && isToCome && days.length > 0
      ? null
      : refusal('province-case.bad-plan', '计划至少有一个节点，日期须在今天以后，按先后排列且不重复。')
  }
  if (event.kind === 'node-done') {
    const node = one.nodes[event.node]
    return node === undefined || node.doneAt !== null
      ? refusal('province-case.no-such-node', '没有这个节点，或它已完成，请刷新。')
      : null
  }
  return null
}

function changedBy(one: Case13710, event: CaseEvent, by: number | null, now: Instant): Partial<Case13710> {
  switch (event.kind) {
    case 'deploy': {
      const { leader, section, measure } = event
      return { state: 'DEPLOYED', deployedAt: now, leader, section, measure }
    }
    case 'report':
      return { state: one.state === 'PLANNED' ? 'PLANNED' : 'PROGRESS', reportedAt: one.reportedAt ?? now }
    case 'ask-major':
      return { majorAskedAt: now, majorAskedBy: by, majorWhy: event.why }
    case 'grant-major':
      return { majorAt: now }
    case 'refuse-major':
      return { majorAskedAt: null, majorAskedBy: null, majorWhy: null }
    case 'plan':
      return {
        ...{ state: 'PLANNED', plannedAt: one.plannedAt ?? now },
        nodes: event.nodes.map((node) => ({ ...node, doneAt: null })),
      }
    case 'node-done':
      return { nodes: one.nodes.map((node, at) => (at === event.node ? { ...node, doneAt: now } : node)) }
    case 'claim':
      return { state: 'CLAIMED', claimedAt: now, claimedBy: by, result: event.result, bounceReason: null }
    case 'verify': {
      const { isDone, citizen, note } = event
      if (isDone && citizen !== 'UNSOLVED') return { verification: { byId: by, citizen, note, at: now } }
      return sentBack(one, note || citizenTitles[citizen])
    }
    case 'bounce':
      return sentBack(one, event.reason)
    case 'urge':
      return { urges: one.urges + 1, urgedAt: now }
    case 'clear':
      return { state: 'CLEARED', clearedAt: now }
  }
}

/** What was claimed did not hold: the marks of day 7 and 30 are open again. */
function sentBack({ bounces }: Case13710, bounceReason: string): Partial<Case13710> {
  return { state: 'BOUNCED', claimedAt: null, claimedBy: null, verification: null, bounces: bounces + 1, bounceReason }
}

export function newCase(unit: UnitCode, enteredAt: Instant): Case13710 {
  return {
    ...{ state: 'ENTERED', version: 1, unit, enteredAt, deployedAt: null, leader: null, section: null, measure: null },
    ...{ reportedAt: null, majorAskedAt: null, majorAskedBy: null, majorWhy: null, majorAt: null, plannedAt: null },
    ...{ nodes: [], claimedAt: null, claimedBy: null, result: null, verification: null, bounceReason: null },
    ...{ bounces: 0, urges: 0, urgedAt: null, clearedAt: null },
  }
}

/** Days of the four marks: natural days, the first one is that of the entry, each ends at midnight. */
export const markDays = [1, 3, 7, 30] as const
export type MarkDay = (typeof markDays)[number]
export const markTitles: Record<MarkDay, string> = {
  1: '1 日内部署',
  3: '3 日内报告进展',
  7: '7 日内办结或列为重大复杂',
  30: '1 个月内办结或有计划',
}

export interface Mark {
  day: MarkDay
  dueAt: Instant
  metAt: Instant | null
  /** LATE: met, and not in time. RED: not met, and its time is over. */
  standing: 'RUNNING' | 'MET' | 'LATE' | 'RED'
}

/**
 * Mark 1 ends with the day of the entry (`当天`); 3, 7 and 30 days after it with that day (Civil Code art. 201: the day of the event is
 * not counted; no working days, no shift over holidays).
 */
export function markDueAt(enteredAt: Instant, day: MarkDay): Instant {
  return startOfDayNumber(dayNumberOf(enteredAt) + (day === 1 ? 0 : day) + 1) - 1
}

export function marksOf(one: Case13710, now: Instant): Mark[] {
  const first = (...instants: (Instant | null)[]): Instant | null => {
    const there = instants.filter((at) => at !== null)
    return there.length === 0 ? null : Math.min(...there)
  }
  const metAt: Record<MarkDay, Instant | null> = {
    1: one.deployedAt,
    3: first(one.reportedAt, one.claimedAt),
    7: first(one.claimedAt, one.majorAt),
    30: first(one.claimedAt, one.plannedAt),
  }
  return markDays.map((day) => {
    const [dueAt, met] = [markDueAt(one.enteredAt, day), metAt[day]]
    const standing = met === null ? (now > dueAt ? 'RED' : 'RUNNING') : met > dueAt ? 'LATE' : 'MET'
    return { day, dueAt, metAt: met, standing }
  })
}

/** What has to be there by a day. `step` grows with the days: 1, 3, 7, 30 are marks, more are nodes of the plan. */
export interface Owed {
  step: number
  dueAt: Instant
}

/** Unmet marks and the first node of the plan that is not done, each with the end of its day; none of a case that is over. */
export function owedOf(one: Case13710): Owed[] {
  if (one.state === 'CLEARED') return []
  const unmet = marksOf(one, one.enteredAt).flatMap(({ day, dueAt, metAt }) =>
    metAt === null ? { step: day, dueAt } : [],
  )
  const n = one.claimedAt === null ? one.nodes.findIndex(({ doneAt }) => doneAt === null) : -1
  const node = one.nodes[n]
  if (!node) return unmet
  return [...unmet, { step: lastMark + 1 + n, dueAt: startOfDayNumber(numberOfDay(node.on) + 1) - 1 }]
}
const lastMark: MarkDay = 30

/** The last step whose day has passed without it, to be told once. Another plan has other nodes, told anew. */
export function redOf(one: Case13710, now: Instant): Owed | null {
  return owedOf(one).findLast(({ dueAt }) => dueAt < now) ?? null
}

/** @param told the last step that was told */
export const toldAfter = (kind: CaseEventKind, told: number): number =>
  kind === 'plan' ? Math.min(told, lastMark) : told
