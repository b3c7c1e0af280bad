import type { Instant } from '../../../platform/types.ts'

/**
 * 按键回访: a citizen is called by the machine and asked by keys. Pure. Source: domain model 2, 3.3: Q2 and Q3, at most 40 s,
 * `*` repeats, 0 is an agent.
 */

/** Q2: 1 solved, 2 partly, 3 not. Q3: five levels, 1 is the best. */
export const mostOf = { solved: 3, satisfied: 5 } as const
export type KeypadQuestion = keyof typeof mostOf

/**
 * `ANSWERED`: both questions. `BROKEN_OFF`: somebody was there and did not answer both. `VOICE_BOX`: a machine or an
 * announcement, told by how long it spoke; or a line on which nothing was said and no key pressed. `NOT_PLACED`: no phone
 * rang.
 */
export const keypadResults = [
  'ANSWERED',
  'BROKEN_OFF',
  'WANTS_AGENT',
  'VOICE_BOX',
  'NO_ANSWER',
  'BUSY',
  'UNREACHABLE',
  'NOT_PLACED',
] as const
export type KeypadResult = (typeof keypadResults)[number]

/** What was said and pressed so far. */
export interface Keypad {
  solved: number | null
  satisfied: number | null
  /** Since when somebody has been speaking. */
  voiceSince: Instant | null
  /** Somebody spoke, for as long as a person does. */
  wasHeard: boolean
  /** Null while it is asked. */
  result: KeypadResult | null
}

export const nothingPressed: Keypad = {
  ...{ solved: null, satisfied: null, voiceSince: null, wasHeard: false, result: null },
}

/** After the answer a person says at least a word; who says nothing is asked all the same. */
export const listenMs = 1_800
/** A person who answers a phone says a word or a name; an announcement goes on. */
export const longestHelloMs = 2_800
/** Nobody talks so long into a question. A box with a long pause before its announcement is told by this. */
export const longestWordMs = 5_000
/** From the answer. */
export const keypadLimitMs = 40_000
/** How long a key is waited for. */
export const keypadKeyMs = 5_000
/** Of one question: silence and wrong keys together. */
export const mostVainTries = 2
/** Silence that ends a stretch of speech; only after it the end is told. */
export const silenceMs = 600
/** The same for `TALK_DETECT`, with the loudness (of 32,767) that begins a stretch. */
export const talkDetect = `${silenceMs},256`
