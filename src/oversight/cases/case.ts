import type { Instant, UnitCode } from '../../platform/types.ts'
import type { Level } from '../triggers/trigger.ts'
import { type CaseKind, caseForms, caseTitles, fieldsOf, type TextField, type Texts, textTitles } from './fields.ts'
import { marksFrom, type Report, type ReportStage } from './stages.ts'

/**
 * A paper of supervision, from its draft to its verdict. Pure: the web page imports this file too. Source: running rules
 * 三（四）; domain model 2, 4.3.
 *
 *            submit 1            approve 2, by another person
 *   DRAFT ───────────► PENDING ─────────────► SENT ──── receive 4 ────► RECEIVED ─┐
 *     ▲ │                │  │                   │  └──── answer 6 ──────────┬─────┘
 *     └─┼─── refuse 3 ───┘  │                   │ hold 5 (a talk)            ▼         accept 8
 *       └──── drop 10 ──────┴──► DROPPED        ├──► HELD ─── answer 6 ► ANSWERED ──────────► ACCEPTED
 *                                               │ instruct 7 (to a leader)   │ ▲
 *                                               └──► INSTRUCTED ─ report ─┐   │ │ 6
 *                                                      ▲  └───────────────┘   │ │
 *                                                      └──── sendBack 9 ──────┘ (a talk: HELD; others: RECEIVED)
 *   SENT … ANSWERED ── withdraw 11 ──► WITHDRAWN; a 催办单 ── lapse 12 ──► ACCEPTED
 *
 *  1 it says all that it has to   2 it gets its number and goes out, its time runs   4 the unit has read it   8 with the effect on the score
 *  9 with a new due time   11 its number is not given out again   12 the cause has ended
 */

export const caseStates = [
  ...(['DRAFT', 'PENDING', 'SENT', 'RECEIVED', 'HELD', 'INSTRUCTED', 'ANSWERED'] as const),
  ...(['ACCEPTED', 'WITHDRAWN', 'DROPPED'] as const),
] as const
export type CaseState = (typeof caseStates)[number]
export const caseStateTitles: Record<CaseState, string> = {
  DRAFT: '拟稿',
  PENDING: '待签发',
  SENT: '已发出',
  RECEIVED: '已接收',
  HELD: '已约谈',
  INSTRUCTED: '已批示',
  ANSWERED: '已答复，待审定',
  ACCEPTED: '已办结',
  WITHDRAWN: '已撤回',
  DROPPED: '未发出',
}
/** Issued, and not done with. */
export const runningStates = ['SENT', 'RECEIVED', 'HELD', 'INSTRUCTED', 'ANSWERED'] as const satisfies CaseState[]
/** The unit has to do something. */
export const owedStates = ['SENT', 'RECEIVED', 'HELD'] as const satisfies CaseState[]

export interface Case {
  kind: CaseKind
  state: CaseState
  version: number
  /** From the issue on, for ever. */
  number: string | null
  level: Level
  unit: UnitCode | null
  subject: string
  /** Who answers for it at the unit. */
  leader: string | null
  texts: Texts
  dueAt: Instant | null
  /** The answer is due so long after the issue; NULL: at the time that a person has set. */
  dueAfterMs: number | null
  meetAt: Instant | null
  /** Who asked for the issue, and who gave it: two people. NULL: the machine. */
  submittedBy: number | null
  approvedBy: number | null
  issuedAt: Instant | null
  receivedAt: Instant | null
  answeredAt: Instant | null
  verdict: string | null
  /** Points of the unit's assessment. */
  score: number | null
  instruction: string | null
  instructedAt: Instant | null
  reports: Report[]
  endedAt: Instant | null
}

export type CaseEvent =
  | {
      kind: 'edit'
      subject: string
      leader: string | null
      texts: Texts
      dueAt: Instant | null
      meetAt: Instant | null
    }
  | { kind: 'submit' }
  /** `number` is filled in by the store. */
  | { kind: 'approve'; number: string }
  | { kind: 'refuse'; why: string }
  | { kind: 'drop'; why: string }
  | { kind: 'receive' }
  | { kind: 'hold'; heldAt: Instant; texts: Texts; dueAt: Instant }
  | { kind: 'instruct'; text: string; at: Instant }
  | { kind: 'report'; stage: ReportStage; words: string }
  | { kind: 'answer'; texts: Texts }
  | { kind: 'accept'; words: string; score: number | null }
  | { kind: 'sendBack'; words: string; dueAt: Instant }
  | { kind: 'withdraw'; why: string }
  | { kind: 'lapse' }
export type CaseEventKind = CaseEvent['kind']

export const caseEventTitles: Record<CaseEventKind | 'begin', string> = {
  begin: '拟稿',
  edit: '修改',
  submit: '报签',
  approve: '签发',
  refuse: '退回修改',
  drop: '不再发出',
  receive: '接收',
  hold: '约谈记录',
  instruct: '登记批示',
  report: '报告进展',
  answer: '答复',
  accept: '审定通过',
  sendBack: '退回重办',
  withdraw: '撤回',
  lapse: '事由消除，自动办结',
}

/** The keeper is a 督办员; an approver may be one, too, and a leader of the centre. */
export type CaseActor =
  | { by: 'office'; id: number; mayKeep: boolean; mayApprove: boolean }
  | { by: 'unit'; id: number; unit: UnitCode }
  | { by: 'reader' }
  | { by: 'system' }

export const caseRefusals = [
  'oversight.not-allowed',
  'oversight.wrong-state',
  'oversight.incomplete',
  'oversight.same-person',
  'oversight.due-past',
  'oversight.not-yet',
  'oversight.stage-done',
] as const
export interface CaseRefusal {
  code: (typeof caseRefusals)[number]
  detail: string
}
export type CaseStep = { ok: true; after: Case } | { ok: false; refusal: CaseRefusal }

const answeredFrom: Record<CaseKind, readonly CaseState[]> = {
  ORDER: ['SENT', 'RECEIVED'],
  URGE: ['SENT', 'RECEIVED'],
  LETTER: ['SENT', 'RECEIVED'],
  SITE: ['SENT', 'RECEIVED'],
  TALK: ['HELD'],
  REPORT: ['INSTRUCTED'],
}

/** From which states an event of this kind of paper leads on. */
export function statesBefore(kind: CaseKind, event: CaseEventKind): readonly CaseState[] {
  switch (event) {
    case 'edit':
    case 'submit':
      return ['DRAFT']
    case 'approve':
    case 'refuse':
      return ['PENDING']
    case 'drop':
      return ['DRAFT', 'PENDING']
    case 'receive':
      return caseForms[kind].isToUnit ? ['SENT'] : []
    case 'hold':
      return kind === 'TALK' ? ['SENT', 'RECEIVED'] : []
    case 'instruct':
      return kind === 'REPORT' ? ['SENT'] : []
    case 'report':
      return kind === 'REPORT' ? ['INSTRUCTED'] : []
    case 'answer':
      return answeredFrom[kind]
    case 'accept':
    case 'sendBack':
      return ['ANSWERED']
    case 'withdraw':
      return runningStates
    case 'lapse':
      return kind === 'URGE' ? ['SENT', 'RECEIVED', 'ANSWERED'] : []
  }
}

function mayDo(event: CaseEventKind, { kind, unit }: Pick<Case, 'kind' | 'unit'>, actor: CaseActor): boolean {
  switch (actor.by) {
    case 'system':
      return event === 'lapse'
    case 'reader':
      return false
    case 'unit':
      return (event === 'receive' || event === 'answer') && caseForms[kind].isToUnit && actor.unit === unit
    case 'office':
      if (event === 'approve' || event === 'refuse') return actor.mayApprove
      if (event === 'withdraw' || event === 'instruct') return actor.mayApprove || actor.mayKeep
      if (event === 'answer') return actor.mayKeep && !caseForms[kind].isToUnit
      return actor.mayKeep && event !== 'receive' && event !== 'lapse'
  }
}

const refusal = (code: CaseRefusal['code'], detail: string): CaseRefusal => ({ code, detail })

/** What can be said before anything is typed: it also hides the button. */
export function barToCase(
  before: Pick<Case, 'kind' | 'state' | 'unit' | 'submittedBy'>,
  event: CaseEventKind,
  actor: CaseActor,
): CaseRefusal | null {
  const [paper, title] = [caseTitles[before.kind], caseEventTitles[event]]
  if (!mayDo(event, before, actor)) return refusal('oversight.not-allowed', `您不能对这份${paper}执行“${title}”。`)
  if (!statesBefore(before.kind, event).includes(before.state)) {
    return refusal(
      'oversight.wrong-state',
      `这份${paper}当前为“${caseStateTitles[before.state]}”，不能${title}，请刷新。`,
    )
  }
  if (event === 'approve' && actor.by === 'office' && actor.id === before.submittedBy) {
    return refusal('oversight.same-person', '报签人不能自己签发，请由另一人签发。')
  }
  return null
}

/** The next state, or why not. */
export function advanceCase(before: Case, event: CaseEvent, actor: CaseActor, now: Instant): CaseStep {
  const refused = barToCase(before, event.kind, actor) ?? refusedBy(before, event, now)
  if (refused) return { ok: false, refusal: refused }
  return { ok: true, after: { ...before, ...changedBy(before, event, actor, now), version: before.version + 1 } }
}

function refusedBy(before: Case, event: CaseEvent, now: Instant): CaseRefusal | null {
  const { kind, texts } = before
  const { required, record, answer } = caseForms[kind]
  switch (event.kind) {
    case 'submit':
      return missing(required, texts) ?? missingTimes(before, now)
    case 'approve':
      // Of a meeting the time may be over: it is the record that is issued.
      return missingTimes(before, now)
    case 'hold':
      if (event.heldAt > now) return refusal('oversight.not-yet', '约谈尚未进行，请在谈话后登记。')
      return missing(record, event.texts) ?? past(event.dueAt, now)
    case 'instruct':
      return event.at > now ? refusal('oversight.not-yet', '批示时间不能晚于现在。') : null
    case 'report':
      return before.reports.some(({ stage }) => stage === event.stage && stage !== 'PROGRESS')
        ? refusal('oversight.stage-done', '这一节点已经报告，请报告进展或结果。')
        : null
    case 'answer':
      return missing(kind === 'ORDER' ? answer.filter((one) => one !== 'evidence') : answer, event.texts)
    case 'sendBack':
      return past(event.dueAt, now)
    default:
      return null
  }
}

function missing(fields: readonly TextField[], texts: Texts): CaseRefusal | null {
  const names = fields.filter((field) => (texts[field] ?? '').trim() === '').map((field) => textTitles[field])
  return names.length === 0 ? null : refusal('oversight.incomplete', `请填写${names.join('、')}。`)
}

function missingTimes({ kind, unit, dueAt, dueAfterMs, meetAt }: Case, now: Instant): CaseRefusal | null {
  const { due, meet, isToUnit } = caseForms[kind]
  if (isToUnit && unit === null) return refusal('oversight.incomplete', '请选择单位。')
  if (meet !== null && meetAt === null) return refusal('oversight.incomplete', `请填写${meet}。`)
  // What a talk promises is settled there.
  if (kind === 'TALK') return null
  if (due !== null && dueAt === null) return refusal('oversight.incomplete', `请填写${due}。`)
  return dueAt === null || dueAfterMs !== null ? null : past(dueAt, now)
}

/** As a form shows times. */
function isSameMinute(one: Instant | null, other: Instant | null): boolean {
  const minuteOf = (at: Instant | null) => at && Math.floor(at / 60_000)
  return minuteOf(one) === minuteOf(other)
}

const past = (dueAt: Instant, now: Instant): CaseRefusal | null =>
  dueAt <= now ? refusal('oversight.due-past', '期限已过，请改为以后的时间。') : null

function changedBy(before: Case, event: CaseEvent, actor: CaseActor, now: Instant): Partial<Case> {
  const { kind, texts } = before
  const by = actor.by === 'office' ? actor.id : null
  switch (event.kind) {
    case 'edit': {
      const { subject, leader, dueAt, meetAt } = event
      const dueAfterMs = isSameMinute(dueAt, before.dueAt) ? before.dueAfterMs : null
      return { subject, leader, dueAt, dueAfterMs, meetAt, texts: only(fieldsOf(kind), event.texts) }
    }
    case 'submit':
      return { state: 'PENDING', submittedBy: by }
    case 'approve': {
      // A draft may lie over a weekend: the unit has its whole time from the issue on.
      const dueAt = before.dueAfterMs === null ? before.dueAt : now + before.dueAfterMs
      return { state: 'SENT', approvedBy: by, number: event.number, issuedAt: now, dueAt }
    }
    case 'refuse':
      return { state: 'DRAFT', submittedBy: null }
    case 'drop':
      return { state: 'DROPPED', endedAt: now }
    case 'receive':
      return { state: 'RECEIVED', receivedAt: now }
    case 'hold': {
      const held = { ...texts, ...only(caseForms[kind].record, event.texts) }
      return { state: 'HELD', meetAt: event.heldAt, dueAt: event.dueAt, texts: held }
    }
    case 'instruct': {
      // Its own clock: the last mark is the due time.
      const dueAt = marksFrom(event.at).at(-1)?.dueAt ?? null
      return { state: 'INSTRUCTED', instruction: event.text, instructedAt: event.at, dueAt }
    }
    case 'report':
      return { reports: [...before.reports, { stage: event.stage, words: event.words, at: now }] }
    case 'answer': {
      const said = { ...texts, ...only(caseForms[kind].answer, event.texts) }
      return { state: 'ANSWERED', answeredAt: now, receivedAt: before.receivedAt ?? now, texts: said }
    }
    case 'accept':
      return { state: 'ACCEPTED', verdict: event.words, score: event.score, endedAt: now }
    case 'sendBack': {
      const again = kind === 'TALK' ? 'HELD' : kind === 'REPORT' ? 'INSTRUCTED' : 'RECEIVED'
      return { state: again, verdict: event.words, dueAt: event.dueAt }
    }
    case 'withdraw':
      return { state: 'WITHDRAWN', endedAt: now }
    case 'lapse':
      return { state: 'ACCEPTED', endedAt: now }
  }
}

function only(fields: readonly TextField[], texts: Texts): Texts {
  return Object.fromEntries(fields.flatMap((field) => (texts[field] ? [[field, texts[field]]] : [])))
}

/** The unit has not answered in time. */
export function isLate({ kind, state, dueAt }: Pick<Case, 'kind' | 'state' | 'dueAt'>, now: Instant): boolean {
  const isOwed = owedStates.some((one) => one === state) || (kind === 'REPORT' && state === 'INSTRUCTED')
  return isOwed && dueAt !== null && dueAt < now
}

const series: Record<Exclude<CaseKind, 'URGE'>, { sign: string; digits: number }> = {
  ORDER: { sign: '督', digits: 4 },
  LETTER: { sign: '提', digits: 4 },
  TALK: { sign: '约', digits: 4 },
  REPORT: { sign: '呈', digits: 2 },
  SITE: { sign: '现', digits: 4 },
}

/** `长热督〔2026〕0003号`. @param city `长治` */
export function caseNumberOf(kind: Exclude<CaseKind, 'URGE'>, city: string, year: number, n: number): string {
  const { sign, digits } = series[kind]
  return `${[...city][0] ?? ''}热${sign}〔${year}〕${String(n).padStart(digits, '0')}号`
}

/** A 催办单 is counted by its ticket. */
export const urgeNumberOf = (ticket: string, n: number): string => `${ticket}-${n}`
