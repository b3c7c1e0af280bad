import { hourMs, minuteMs } from '../calendar/days.ts'
import type { Instant } from '../platform/types.ts'
import { type Answers, needsReview, outcomeOf, verdictsFor } from './answers.ts'
import { type FollowUpRules, linkLifeMs, messageAt, partOf, voiceAt } from './rules.ts'
import {
  type AttemptResult,
  type Exemption,
  type FollowUpState,
  type Means,
  type Outcome,
  type Verdict,
  type VoiceMeans,
  voiceMeans,
} from './words.ts'

/**
 * Asking one citizen about one round of one matter (评价反馈). Pure. Source: running rules 三 (五); domain model 2, 3.2
 * and 3.5.
 *
 *            link 1             begin 2              answer 4, content
 *   PLANNED ───────► WAITING ◄─────────► CALLING ─────────────────────► DONE ◄── give-up 6: tries used up
 *      │                ▲       end 3       │                            │ ▲
 *      │ begin 2        │                   │ answer 4, not content      │ │ judge 5
 *      └────────────────┴───────────────────┴──────────► REVIEW ◄────────┘ │
 *                                                           └──────────────┘
 *
 *  1 a message with the link             2 a call begins              3 it ends without an answer
 *  4 by link, keys or an agent; by link also after the task is over, while the link holds: then it is late
 *  5 a person decides about an answer    6 the machine ends it: NOT_REACHED, OTHER_PERSON, BROKEN_OFF
 *  7 exempt, 8 cancel: every state before an answer
 *
 * The feedback letter (评价反馈单) is written with 4 or 5, so it is no state of its own. A matter is rated once: the first
 * answer stands. Who was reached by the hotline, or refused, is not called again. A person is called about one matter at a
 * time, and about their other matters as far apart as about the same one.
 */

export interface Attempt {
  means: Means
  at: Instant
  /** Who called; null: the machine. */
  by: number | null
  /** Null while a call is under way. */
  result: AttemptResult | null
}

export type Tried = Pick<Attempt, 'at' | 'result'>

/** How this person may be asked, fixed when it is planned. */
export interface Plan {
  /** By a person always, never by the machine. */
  isByPerson: boolean
  mayMessage: boolean
  mayCall: boolean
}

export interface FollowUp extends Plan {
  state: FollowUpState
  plannedAt: Instant
  /** Until when they are called; null: its working days are not known. Who was never tried is called later as well. */
  dueAt: Instant | null
  attempts: readonly Attempt[]
  answers: Answers | null
  /** After the task was over. */
  isLate: boolean
  /** The second rating of the matter. */
  isFinal: boolean
  outcome: Outcome | null
  verdict: Verdict | null
  exemption: Exemption | null
}

export type FollowUpEvent =
  | { kind: 'link' }
  /** @property others calls to the same person about other matters, without those that never left the hotline */
  | { kind: 'begin'; means: VoiceMeans; by: number | null; others: readonly Tried[] }
  | { kind: 'end'; result: Exclude<AttemptResult, 'SENT'> }
  | { kind: 'answer'; means: 'LINK' | 'KEYPAD' | 'AGENT'; answers: Answers }
  | { kind: 'judge'; verdict: Verdict }
  | { kind: 'give-up' }
  | { kind: 'exempt'; exemption: Exemption }
  | { kind: 'cancel' }

export const followUpRefusals = [
  'follow-up.over',
  'follow-up.rated',
  'follow-up.in-progress',
  'follow-up.no-call',
  'follow-up.tries-used',
  'follow-up.reached',
  'follow-up.outside-hours',
  'follow-up.too-soon',
  'follow-up.not-now',
  'follow-up.link-over',
  'follow-up.verdict',
] as const
export type FollowUpRefusal = (typeof followUpRefusals)[number]

export type Step = { ok: true; followUp: FollowUp } | { ok: false; refusal: FollowUpRefusal }

/** What comes next by itself, and when. END: nothing more is tried. */
export type Next = { means: 'LINK' | 'KEYPAD' | 'AGENT'; at: Instant } | { means: 'END'; at: Instant; outcome: Outcome }

const before: readonly FollowUpState[] = ['PLANNED', 'WAITING', 'CALLING']
export const isOpen = ({ state }: Pick<FollowUp, 'state'>): boolean => before.includes(state)

const isVoice = ({ means }: Attempt): boolean => voiceMeans.some((voice) => voice === means)
/** Calls that count: all but those that never left the hotline. */
const triesOf = (attempts: readonly Attempt[]): Attempt[] =>
  attempts.filter((attempt) => isVoice(attempt) && attempt.result !== 'NOT_PLACED')
const linksOf = (attempts: readonly Attempt[]): Attempt[] => attempts.filter(({ means }) => means === 'LINK')
const openOf = (attempts: readonly Attempt[]): Attempt | null => attempts.find(({ result }) => result === null) ?? null

/** The person spoke with us. WANTS_AGENT: they ask to be spoken with. */
const reachedResults: readonly (AttemptResult | null)[] = ['ANSWERED', 'REFUSED', 'BROKEN_OFF']
const isReached = ({ result }: Pick<Attempt, 'result'>): boolean => reachedResults.includes(result)
const isReachedByHotline = (attempts: readonly Attempt[]): boolean =>
  attempts.some((attempt) => isVoice(attempt) && attempt.means !== 'UNIT' && isReached(attempt))

/**
 * @param notBefore a call that nobody has made by now is made from now on, or no more
 * @returns null while a call is under way, and when it is over
 */
export function nextOf(followUp: FollowUp, rules: FollowUpRules, notBefore: Instant = 0): Next | null {
  const { attempts, plannedAt, dueAt, mayCall, mayMessage, isByPerson } = followUp
  if (!isOpen(followUp) || openOf(attempts) !== null) return null
  const tried = triesOf(attempts)
  const links = linksOf(attempts)
  const lastAt = Math.max(plannedAt, ...attempts.map(({ at }) => at))
  const end = (at: Instant): Next => ({ means: 'END', at, outcome: endOf(tried) })
  if (isReachedByHotline(attempts)) return end(lastAt)
  // Where nobody was reached, the link is all that is left to them.
  const isLinkOwed = endOf(tried) === 'NOT_REACHED' && attempts.at(-1)?.means !== 'LINK'
  const times = tried.map((attempt) => attempt.at)
  const noMoreCalls = (): Next => {
    const isSent = isLinkOwed && mayMessageAgain(followUp, rules)
    return isSent ? { means: 'LINK', at: messageAt(rules, lastAt) } : end(lastAt)
  }
  const call = (means: 'KEYPAD' | 'AGENT', from: Instant): Next => {
    const at = voiceAt(rules, times, Math.max(from, notBefore))
    const isTimeUp = tried.length > 0 && dueAt !== null && at >= dueAt
    return isTimeUp ? noMoreCalls() : { means, at }
  }
  const afterWait = lastAt + rules.waitHours * hourMs
  if (!isByPerson && mayMessage && links.length === 0) return { means: 'LINK', at: messageAt(rules, plannedAt) }
  if (!mayCall) return end(links.length === 0 ? plannedAt : afterWait)
  if (tried.length >= rules.tries) return noMoreCalls()
  if (isByPerson) return call('AGENT', plannedAt)
  const keypad = tried.findLast(({ means }) => means === 'KEYPAD')
  const isUntried = tried.every(({ means }) => means === 'UNIT')
  if (isUntried) return call('KEYPAD', links.length === 0 ? plannedAt : afterWait)
  const isAwaited = keypad !== undefined && keypad.result !== 'WANTS_AGENT' && tried.at(-1) === keypad
  return call('AGENT', isAwaited ? keypad.at + rules.waitHours * hourMs : plannedAt)
}

/** What it comes to when nothing more is tried, by what the hotline found itself. Nobody is taken for content. */
function endOf(tried: readonly Attempt[]): Outcome {
  const last = tried.findLast(({ means }) => means !== 'UNIT')?.result
  return last === 'BROKEN_OFF' || last === 'OTHER_PERSON' || last === 'REFUSED' ? last : 'NOT_REACHED'
}

/** Whether another message may go to this person. */
export const mayMessageAgain = (
  { attempts, mayMessage }: Pick<FollowUp, 'attempts' | 'mayMessage'>,
  rules: FollowUpRules,
): boolean => mayMessage && linksOf(attempts).length < rules.mostMessages

/** When a person who was called about other matters may be called again; null: a call is under way. */
export function freeAt(
  others: readonly Tried[],
  { spacingMinutes }: Pick<FollowUpRules, 'spacingMinutes'>,
): Instant | null {
  if (others.some(({ result }) => result === null)) return null
  return Math.max(0, ...others.map(({ at }) => at + spacingMinutes * minuteMs))
}

/** Whether a call may begin now. @param others calls to the same person about other matters @returns why not */
export function barToCall(
  followUp: FollowUp,
  means: VoiceMeans,
  rules: FollowUpRules,
  now: Instant,
  others: readonly Tried[],
): FollowUpRefusal | null {
  const { attempts } = followUp
  if (followUp.answers !== null) return 'follow-up.rated'
  if (!isOpen(followUp)) return 'follow-up.over'
  if (openOf(attempts) !== null) return 'follow-up.in-progress'
  const tried = triesOf(attempts)
  if (tried.length >= rules.tries) return 'follow-up.tries-used'
  if (isReachedByHotline(attempts)) return 'follow-up.reached'
  // The unit says itself what came of its call: it has one, so that it cannot use up the hotline's.
  if (means === 'UNIT' && tried.some((attempt) => attempt.means === 'UNIT')) return 'follow-up.tries-used'
  if (partOf(rules, now) === null) return 'follow-up.outside-hours'
  const free = freeAt(others, rules)
  if (free === null) return 'follow-up.in-progress'
  const times = tried.map(({ at }) => at)
  if (free > now || voiceAt(rules, times, now) > now) return 'follow-up.too-soon'
  if (means === 'UNIT') return null
  const next = nextOf(followUp, rules, now)
  if (next === null || next.means !== means) return 'follow-up.not-now'
  return next.at > now ? 'follow-up.too-soon' : null
}

/** Whether the citizen may still answer by the link. @returns why not */
export function barToLink(followUp: FollowUp, rules: FollowUpRules, now: Instant): FollowUpRefusal | null {
  const { attempts, answers, state } = followUp
  if (answers !== null) return 'follow-up.rated'
  if (state === 'CANCELLED' || state === 'EXEMPT') return 'follow-up.over'
  const sent = linksOf(attempts).at(-1)
  return sent === undefined || now >= sent.at + linkLifeMs(rules) ? 'follow-up.link-over' : null
}

const refused = (refusal: FollowUpRefusal): Step => ({ ok: false, refusal })

/** The task after the event, or why not. */
export function advance(followUp: FollowUp, event: FollowUpEvent, rules: FollowUpRules, now: Instant): Step {
  const { attempts } = followUp
  const became = (changed: Partial<FollowUp>): Step => ({ ok: true, followUp: { ...followUp, ...changed } })
  switch (event.kind) {
    case 'link': {
      if (!isOpen(followUp) || openOf(attempts) !== null) return refused('follow-up.over')
      if (messageAt(rules, now) > now) return refused('follow-up.outside-hours')
      if (!mayMessageAgain(followUp, rules)) return refused('follow-up.tries-used')
      return became({ state: 'WAITING', attempts: [...attempts, { means: 'LINK', at: now, by: null, result: 'SENT' }] })
    }
    case 'begin': {
      const bar = barToCall(followUp, event.means, rules, now, event.others)
      if (bar !== null) return refused(bar)
      const attempt = { means: event.means, at: now, by: event.by, result: null }
      return became({ state: 'CALLING', attempts: [...attempts, attempt] })
    }
    case 'end':
      return ended(followUp, event.result)
    case 'answer':
      return answered(followUp, event, rules, now)
    case 'judge': {
      const { answers, state } = followUp
      if (state !== 'REVIEW' || answers === null) return refused('follow-up.over')
      if (!verdictsFor(followUp).includes(event.verdict)) return refused('follow-up.verdict')
      return became({ state: 'DONE', verdict: event.verdict, outcome: outcomeOf(answers, event.verdict) })
    }
    case 'give-up': {
      const next = nextOf(followUp, rules, now)
      if (next?.means !== 'END' || next.at > now) return refused('follow-up.not-now')
      return became({ state: 'DONE', outcome: next.outcome })
    }
    case 'exempt':
      if (!isOpen(followUp)) return refused('follow-up.over')
      return became({ state: 'EXEMPT', outcome: 'EXEMPT', exemption: event.exemption })
    case 'cancel':
      return isOpen(followUp) ? became({ state: 'CANCELLED' }) : refused('follow-up.over')
  }
}

/** A call ended without an answer. Somebody may have answered by the link meanwhile: the task stays where it is then. */
function ended(followUp: FollowUp, result: AttemptResult): Step {
  const { state, attempts } = followUp
  const calling = openOf(attempts)
  // Only by the unit can somebody be reached without an answer of ours.
  if (calling === null || (result === 'ANSWERED' && calling.means !== 'UNIT')) return refused('follow-up.no-call')
  const after = attempts.map((attempt) => (attempt.result === null ? { ...attempt, result } : attempt))
  const closed = { ...followUp, attempts: after }
  if (state !== 'CALLING') return { ok: true, followUp: closed }
  if (calling.means !== 'UNIT' && (result === 'REFUSED' || result === 'WRONG_NUMBER')) {
    return { ok: true, followUp: { ...closed, state: 'DONE', outcome: result } }
  }
  return { ok: true, followUp: { ...closed, state: 'WAITING' } }
}

function answered(
  followUp: FollowUp,
  { means, answers }: Extract<FollowUpEvent, { kind: 'answer' }>,
  rules: FollowUpRules,
  now: Instant,
): Step {
  const { attempts, state } = followUp
  if (followUp.answers !== null) return refused('follow-up.rated')
  const calling = openOf(attempts)
  if (means === 'LINK') {
    const bar = barToLink(followUp, rules, now)
    if (bar !== null) return refused(bar)
  } else if (state !== 'CALLING' || calling?.means !== means) return refused('follow-up.no-call')
  const isLate = state === 'DONE'
  const isAnswer = (attempt: Attempt): boolean =>
    means === 'LINK' ? attempt === linksOf(attempts).at(-1) : attempt === calling
  const after = attempts.map((attempt): Attempt => (isAnswer(attempt) ? { ...attempt, result: 'ANSWERED' } : attempt))
  const outcome = outcomeOf(answers, null)
  return {
    ok: true,
    followUp: {
      ...{ ...followUp, attempts: after, answers, isLate, outcome },
      state: needsReview(answers) ? 'REVIEW' : 'DONE',
    },
  }
}
