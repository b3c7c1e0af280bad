import { type Instant, type PromptId, unreachable } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import type { Call, CallEvent, Effect, EndedBy, Found, Outcome, Step } from '../call.ts'
import { mend, soundOf } from '../mix.ts'
import { withCallerAlone, withParty } from '../party.ts'
import { always, end } from '../phases/ending.ts'
import { queueSaying } from '../phases/line.ts'
import {
  type At,
  ignore,
  isAbout,
  nextPlayback,
  prepend,
  withoutTimer,
  withSegment,
  withSegmentEnd,
  withTimer,
} from '../phases/parts.ts'
import { resultOf } from '../phases/reaching.ts'
import {
  type Keypad,
  type KeypadQuestion,
  type KeypadResult,
  keypadKeyMs,
  keypadLimitMs,
  listenMs,
  longestHelloMs,
  longestWordMs,
  mostOf,
  mostVainTries,
  nothingPressed,
  silenceMs,
} from './keypad.ts'

/*
 * The machine calls a citizen and asks by keys.
 *
 *              (1)              (2)            (3)               (3)
 *   ──▶ ringing ───▶ listening ───▶ solved ───────▶ satisfied ───────▶ thanks ───▶ hung up
 *          │ (4)         │ (5)       │ ▲ (6)           │ (7)
 *          ▼             ▼           └─┘               └──▶ the waiting line
 *        hung up       hung up
 *
 *  1 answered                                 5 speaks longer than a person does: a voice box
 *  2 a word was said, or nothing at all       6 `*`, no key or a wrong one: once more
 *  3 a key of the question                    7 0, in both questions
 *  4 not answered, busy, not reached; never tried again by the call itself
 */
export function asking(call: Call, stage: At<'asking'>, event: CallEvent, now: Instant, timings: Timings): Step {
  if (stage.step === 'ringing') return ringing(call, event, now)
  switch (event.type) {
    case 'voice':
      return voice(call, stage, event, now)
    case 'digit':
      return press(call, stage, event.digit, now, timings)
    case 'playback-finished':
      return event.playback === stage.playback ? said(call, stage, now) : ignore(call, event)
    case 'timer':
      return due(call, stage, event, now)
    case 'failed':
      if (!stage.playback || !isAbout(event.effect, stage.playback)) return ignore(call, event)
      return stage.step === 'thanks' ? over(call, 'SYSTEM', now) : gaveUp(call, 'SYSTEM', now)
    case 'caller-gone':
      return stage.step === 'thanks' ? over(call, 'CALLER', now) : gaveUp(call, 'CALLER', now)
    case 'adopted':
      if (!event.found.isCallerAlive) return gaveUp(call, 'CALLER', now)
      return prepend(hush(stage), again(call, stage, now))
    default:
      return always(call, event, now)
  }
}

function ringing(call: Call, event: CallEvent, now: Instant): Step {
  switch (event.type) {
    case 'leg-up':
      return event.leg === call.channel ? answered(call, now) : always(call, event, now)
    case 'leg-dialled':
      return { call: withParty(call, 'CALLER', { dialledAt: now }), effects: [] }
    case 'leg-ringing':
      if (call.segments.at(-1)?.kind === 'RINGING') return { call, effects: [] }
      return { call: withSegment(call, { kind: 'RINGING' }, now, 'RUNG'), effects: [] }
    // An announcement of the network, before anybody answers.
    case 'voice':
      return { call: withVoice(call, event.isOn ? now : null), effects: [] }
    case 'caller-gone':
      return notReached(call, event.cause, now)
    case 'timer':
      return event.timer === 'reach' ? notReached(call, noAnswerCause, now) : ignore(call, event)
    case 'failed':
      return event.effect.do === 'dial'
        ? missed(call, 'NOT_PLACED', 'OUT_NOT_PLACED', 'SYSTEM', now)
        : ignore(call, event)
    case 'adopted':
      return found(call, event.found, now)
    default:
      return always(call, event, now)
  }
}

/**
 * A new controller: Asterisk has gone on ringing by itself. A leg that is missing was refused or never made, and one that
 * was not dialled rings nobody: neither is tried again, or a citizen could be called twice.
 */
function found(call: Call, { isCallerAlive, isCallerUp, isCallerDown }: Found, now: Instant): Step {
  if (isCallerUp) return answered(call, now)
  const isDialled = call.parties.some(({ dialledAt }) => dialledAt !== undefined)
  if (isCallerDown && !isDialled) return missed(call, 'NOT_PLACED', 'OUT_NOT_PLACED', 'SYSTEM', now)
  return isCallerAlive ? { call, effects: [] } : missed(call, 'NO_ANSWER', 'OUT_NO_ANSWER', 'SYSTEM', now)
}

function answered(call: Call, now: Instant): Step {
  const alone = withCallerAlone(withParty(call, 'CALLER', { step: 'UP' }))
  const up: Call = {
    ...withSegment(alone, { kind: 'ASKING' }, now, 'ANSWERED'),
    stage: { phase: 'asking', step: 'listening', playback: null, tries: 0 },
    pickedUpAt: now,
    timers: { listen: now + listenMs, limit: now + keypadLimitMs },
  }
  const effects = mend(soundOf(up), soundOf(call))
  // Who began to speak before the answer is an announcement more often than not: its length counts from here.
  const isSpeaking = call.keypad?.voiceSince !== null
  return { call: isSpeaking ? withTimer(withVoice(up, now), 'voice', now + longestHelloMs + silenceMs) : up, effects }
}

const noAnswerCause = 19

const missedAs = {
  BUSY: ['BUSY', 'OUT_BUSY'],
  DECLINED: ['NO_ANSWER', 'OUT_DECLINED'],
  NO_ANSWER: ['NO_ANSWER', 'OUT_NO_ANSWER'],
  NO_SUCH_NUMBER: ['UNREACHABLE', 'OUT_NO_NUMBER'],
  // Our own trunk had no line: no phone has rung.
  CONGESTED: ['NOT_PLACED', 'OUT_NOT_PLACED'],
} as const satisfies Record<string, readonly [KeypadResult, Outcome]>

function notReached(call: Call, cause: number | null, now: Instant): Step {
  const why = resultOf(cause)
  const [result, outcome] = why in missedAs ? missedAs[why as keyof typeof missedAs] : unreached
  return missed(call, result, outcome, why === 'BUSY' || why === 'DECLINED' ? 'CALLER' : 'SYSTEM', now)
}

const unreached = ['UNREACHABLE', 'OUT_UNREACHABLE'] as const

function missed(call: Call, result: KeypadResult, outcome: Outcome, by: EndedBy, now: Instant): Step {
  return end(withSegmentEnd(withKeypad(call, { result }), now, result), now, by, outcome)
}

type Voice = Extract<CallEvent, { type: 'voice' }>

function voice(call: Call, stage: At<'asking'>, { isOn, ms }: Voice, now: Instant): Step {
  const isListening = stage.step === 'listening'
  if (isOn) {
    const speaks = withoutTimer(withVoice(call, now), 'listen')
    const mayTell = stage.step !== 'thanks' && isUntouched(call)
    const longest = isListening ? longestHelloMs : longestWordMs
    return { call: mayTell ? withTimer(speaks, 'voice', now + longest + silenceMs) : speaks, effects: [] }
  }
  const quiet = withKeypad(withoutTimer(withVoice(call, null), 'voice'), { wasHeard: true })
  if (!isListening) return { call: quiet, effects: [] }
  return ms > longestHelloMs ? isBox(quiet, now) : ask(quiet, 'solved', 0, ['keypad-hello'], now)
}

/** No key says yet that a person is there. */
const isUntouched = ({ keypad }: Call): boolean => keypad?.solved === null

function due(call: Call, stage: At<'asking'>, event: Extract<CallEvent, { type: 'timer' }>, now: Instant): Step {
  switch (event.timer) {
    case 'listen':
      return stage.step === 'listening' ? ask(call, 'solved', 0, ['keypad-hello'], now) : ignore(call, event)
    case 'voice':
      return prepend(hush(stage), isBox(call, now))
    case 'key':
      return stage.step === 'thanks' ? over(call, 'SYSTEM', now) : vain(call, stage, [], now)
    case 'limit':
      return prepend(hush(stage), stage.step === 'thanks' ? over(call, 'SYSTEM', now) : gaveUp(call, 'SYSTEM', now))
    default:
      return ignore(call, event)
  }
}

function isBox(call: Call, now: Instant): Step {
  return missed(call, 'VOICE_BOX', 'OUT_VOICE_BOX', 'SYSTEM', now)
}

function press(call: Call, stage: At<'asking'>, key: string, now: Instant, timings: Timings): Step {
  const { step } = stage
  if (step === 'thanks') return { call, effects: [] }
  // A person is there.
  const pressed = withoutTimer(withKeypad(call, { wasHeard: true, voiceSince: null }), 'voice')
  if (key === '0') return toAgent(pressed, stage, now, timings)
  if (step === 'listening') return ask(pressed, 'solved', 0, ['keypad-hello'], now)
  if (step === 'ringing') return { call, effects: [] }
  if (key === '*') return prepend(hush(stage), ask(pressed, step, stage.tries, [], now))
  const chosen = /^[1-9]$/.test(key) && Number(key) <= mostOf[step] ? Number(key) : null
  if (chosen === null) return prepend(hush(stage), vain(pressed, stage, ['survey-wrong'], now))
  if (step === 'solved') {
    return prepend(hush(stage), ask(withKeypad(pressed, { solved: chosen }), 'satisfied', 0, [], now))
  }
  return prepend(hush(stage), thank(withKeypad(pressed, { satisfied: chosen, result: 'ANSWERED' }), now))
}

function toAgent(call: Call, stage: At<'asking'>, now: Instant, timings: Timings): Step {
  const wants = withSegmentEnd(withKeypad(call, { result: 'WANTS_AGENT' }), now, 'WANTS_AGENT')
  return queueSaying(wants, 'keypad-agent' as PromptId, now, timings, hush(stage))
}

/** No key, or a wrong one. */
function vain(call: Call, stage: At<'asking'>, lead: string[], now: Instant): Step {
  const { step } = stage
  if (step !== 'solved' && step !== 'satisfied') return { call, effects: [] }
  const tries = stage.tries + 1
  return tries >= mostVainTries ? gaveUp(call, 'SYSTEM', now) : ask(call, step, tries, lead, now)
}

function said(call: Call, stage: At<'asking'>, now: Instant): Step {
  if (stage.step === 'thanks') return over(call, 'SYSTEM', now)
  return { call: withTimer({ ...call, stage: { ...stage, playback: null } }, 'key', now + keypadKeyMs), effects: [] }
}

/** After a takeover: keys pressed in the meantime are lost. */
function again(call: Call, stage: At<'asking'>, now: Instant): Step {
  switch (stage.step) {
    case 'ringing':
    case 'listening':
      return ask(call, 'solved', 0, ['keypad-hello'], now)
    case 'solved':
    case 'satisfied':
      return ask(call, stage.step, stage.tries, [], now)
    case 'thanks':
      return thank(call, now)
    default:
      return unreachable(stage.step)
  }
}

function ask(call: Call, step: KeypadQuestion, tries: number, lead: string[], now: Instant): Step {
  return say(call, step, tries, [...lead, `keypad-${step}`], now)
}

const thank = (call: Call, now: Instant): Step => say(call, 'thanks', 0, ['survey-thanks'], now)

/** What never reports its end is given up with the whole call. */
function say(call: Call, step: At<'asking'>['step'], tries: number, prompts: string[], now: Instant): Step {
  const [numbered, playback] = nextPlayback(call)
  const { limit = now + keypadLimitMs, voice: box } = call.timers
  return {
    call: {
      ...numbered,
      stage: { phase: 'asking', step, tries, playback },
      timers: { limit, ...(box === undefined ? {} : { voice: box }) },
    },
    effects: [{ do: 'play', channel: call.channel, playback, prompts: prompts as PromptId[] }],
  }
}

/** Somebody was there and did not answer both. Where nobody ever said or pressed anything, it was no person. */
function gaveUp(call: Call, by: EndedBy, now: Instant): Step {
  const isPerson = by === 'CALLER' || call.keypad?.wasHeard === true
  if (!isPerson) return isBox(call, now)
  return over(withKeypad(call, { result: 'BROKEN_OFF' }), by, now)
}

function over(call: Call, by: EndedBy, now: Instant): Step {
  return end(withSegmentEnd(call, now, call.keypad?.result ?? null), now, by, 'OUT_ASKED')
}

function hush({ playback }: At<'asking'>): Effect[] {
  return playback ? [{ do: 'stop-playback', playback }] : []
}

function withKeypad(call: Call, changes: Partial<Keypad>): Call {
  return { ...call, keypad: { ...(call.keypad ?? nothingPressed), ...changes } }
}

const withVoice = (call: Call, voiceSince: Instant | null): Call => withKeypad(call, { voiceSince })
