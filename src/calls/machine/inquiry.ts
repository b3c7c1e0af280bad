import type { PromptId } from '../../platform/types.ts'
import {
  codeDigits,
  type InquiryAnswer,
  numberDigits,
  type Progress,
  ticketNumberOf,
} from '../../tickets/life/progress.ts'

/*
 * 进度查询 (key 3 of the greeting): what each key means, what is asked and what is told. Pure; `advance.ts` makes
 * playbacks, alarms and requests of it.
 *
 *            (1)          (2)             (3)           (5)
 *   number ──────▶ code ──────▶ looking ──────▶ told ──────▶ goodbye ──▶ hung up
 *    ▲  ▲ │(4)      │ │(4)         │ (4)         │ 1: another one
 *    │  └─┼─────────┴─┼────────────┘             │
 *    └────┼───────────┼──────────────────────────┘
 *         └───────────┴──▶ the waiting line: 0, three tries without success, too many tries, store away
 *
 *  1 fourteen digits     3 both are right
 *  2 six digits          4 too short, nothing pressed, not right: once more, at most three tries
 *                        5 nothing pressed
 *  `#` ends what is typed, `*` begins it again. No ticket's number begins with 0, so that 0 leads to an agent at once;
 *  a code may, so that it is 0 with `#` or with a pause there.
 */

/** From the end of what is said to the first key, and from key to key: people read the number from a message. */
export const firstKeyMs = 10_000
export const nextKeyMs = 8_000
export const mostTries = 3

export type Inquiry =
  | { step: 'number'; lead: PromptId | null; typed: string; tries: number }
  | { step: 'code'; lead: PromptId | null; typed: string; tries: number; number: string }
  | { step: 'looking'; tries: number; number: string; code: string }
  | { step: 'told'; progress: Progress }
  | { step: 'goodbye' }

/** Kept with the call for the agent who takes it next. */
export const inquiryResults = ['FOUND', 'NOT_FOUND', 'LOCKED', 'FAILED'] as const
export type InquiryResult = (typeof inquiryResults)[number]

export interface Inquired {
  /** As typed, `CZ…`; of a ticket that there is only when it was found. */
  number: string
  result: InquiryResult
}

export type Move =
  /** The announcement continues. */
  | { next: 'nothing' }
  /** A key was taken: what is said stops. */
  | { next: 'listen'; inquiry: Inquiry }
  | { next: 'say'; inquiry: Exclude<Inquiry, { step: 'looking' }> }
  | { next: 'look-up'; inquiry: Extract<Inquiry, { step: 'looking' }> }
  | { next: 'queue'; prompt: PromptId | null }

const prompt = (name: string) => `inquiry-${name}` as PromptId

export function beginInquiry(): Extract<Inquiry, { step: 'number' }> {
  return { step: 'number', lead: null, typed: '', tries: 0 }
}

/** Text of the two questions; the answer is composed of figures, see `sayProgress`. */
export function questionOf(inquiry: Extract<Inquiry, { step: 'number' | 'code' }>): PromptId[] {
  return [...(inquiry.lead ? [inquiry.lead] : []), prompt(inquiry.step)]
}

export function press(inquiry: Inquiry, key: string): Move {
  switch (inquiry.step) {
    case 'number':
    case 'code':
      return typing(inquiry, key)
    case 'told':
      if (key === '0') return { next: 'queue', prompt: null }
      if (key === '1') return { next: 'say', inquiry: beginInquiry() }
      return key === '*' ? { next: 'say', inquiry } : { next: 'nothing' }
    default:
      return { next: 'nothing' }
  }
}

type Typing = Extract<Inquiry, { step: 'number' | 'code' }>

function typing(inquiry: Typing, key: string): Move {
  const { typed } = inquiry
  if (key === '*') {
    // With nothing to take back it is the number that was wrong.
    return { next: 'say', inquiry: typed === '' ? { ...beginInquiry(), tries: inquiry.tries } : cleared(inquiry) }
  }
  // The `#` after the last digit of a number that was long enough already.
  if (key === '#') return typed === '' ? { next: 'nothing' } : complete(inquiry)
  if (key === '0' && typed === '' && inquiry.step === 'number') return { next: 'queue', prompt: null }
  const longer = { ...inquiry, typed: typed + key }
  return longer.typed.length === lengthOf(inquiry) ? complete(longer) : { next: 'listen', inquiry: longer }
}

function complete(inquiry: Typing): Move {
  const { typed, tries } = inquiry
  if (inquiry.step === 'code' && typed === '0') return { next: 'queue', prompt: null }
  if (typed.length !== lengthOf(inquiry)) return again(inquiry, prompt(`${inquiry.step}-short`))
  if (inquiry.step === 'code') {
    return { next: 'look-up', inquiry: { step: 'looking', tries, number: inquiry.number, code: typed } }
  }
  return {
    next: 'say',
    inquiry: { step: 'code', lead: null, typed: '', tries, number: ticketNumberOf(typed) },
  }
}

/** No key for too long. */
export function pause(inquiry: Inquiry): Move {
  switch (inquiry.step) {
    case 'number':
    case 'code':
      return inquiry.typed === '' ? again(inquiry, prompt('no-key')) : complete(inquiry)
    case 'looking':
      return { next: 'queue', prompt: prompt('away') }
    default:
      return { next: 'say', inquiry: { step: 'goodbye' } }
  }
}

export function answered(inquiry: Extract<Inquiry, { step: 'looking' }>, answer: InquiryAnswer): Move {
  switch (answer.result) {
    case 'FOUND':
      return { next: 'say', inquiry: { step: 'told', progress: answer.progress } }
    case 'NOT_FOUND':
      return again({ ...beginInquiry(), tries: inquiry.tries }, prompt('not-found'))
    default:
      return { next: 'queue', prompt: prompt('locked') }
  }
}

export const inquiryAway: Move = { next: 'queue', prompt: prompt('away') }

function again(inquiry: Typing, lead: PromptId): Move {
  const tries = inquiry.tries + 1
  if (tries >= mostTries) return { next: 'queue', prompt: prompt('give-up') }
  return { next: 'say', inquiry: { ...cleared(inquiry), lead, tries } }
}

function cleared<T extends Typing>(inquiry: T): T {
  return { ...inquiry, lead: null, typed: '' }
}

function lengthOf(inquiry: Typing): number {
  return inquiry.step === 'number' ? numberDigits : codeDigits
}

/** The question to repeat after a takeover: keys pressed in the meantime are lost. */
export function resumed<T extends Inquiry>(inquiry: T): T {
  return inquiry.step === 'number' || inquiry.step === 'code' ? { ...inquiry, typed: '' } : inquiry
}
