import { normaliseNumber } from '../../../lines/number.ts'
import type { Instant, PromptId } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import { type Call, type CallEvent, callableNumber, type Effect, type Step } from '../call.ts'
import { firstKeyMs, mostTries, nextKeyMs } from '../inquiry.ts'
import { always, end } from './ending.ts'
import { queueSaying } from './line.ts'
import { type At, ignore, isAbout, nextPlayback, prepend, withSegment, withTimer } from './parts.ts'

/*
 * The caller asks to be called back. With a number of the caller's own that is all; a withheld one is keyed in.
 *
 *              (1)              (2)             (4)
 *   ──▶ number ───▶ confirm ─────────▶ done ─────────▶ hung up
 *        ▲ │ (3)       │ (3)
 *        │ └──▶ the waiting line, after three tries without success
 *        └─────────────┘ `*`, no key
 *
 *  1 `#`, a pause or the last digit of a mobile number: a number that can be called   3 no such number: once more
 *  2 key 1; at once for a caller whose number is known                               4 said goodbye
 */

/** Longer than all that is said at once: what never reports its end is given up. */
const longestStepMs = 60_000
/** Country code and the longest number that E.164 has. */
const mostDigits = 17

export function arranging(call: Call, stage: At<'arranging'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'digit':
      return press(call, stage, event.digit, now, timings)
    case 'timer':
      if (event.timer !== 'key') return ignore(call, event)
      return stage.step === 'done' ? end(call, now, 'SYSTEM') : pause(call, stage, now, timings)
    case 'playback-finished':
      if (event.playback !== stage.playback) return ignore(call, event)
      if (stage.step === 'done') return end(call, now, 'SYSTEM')
      return { call: withTimer({ ...call, stage: { ...stage, playback: null } }, 'key', now + firstKeyMs), effects: [] }
    case 'failed':
      if (!stage.playback || !isAbout(event.effect, stage.playback)) return ignore(call, event)
      // A caller who hears nothing cannot know what to press.
      return stage.step === 'done' ? end(call, now, 'SYSTEM') : giveUp(call, now, timings)
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return prepend(hush(stage), resumed(call, stage, now))
    default:
      return always(call, event, now)
  }
}

/** @param call out of the line already */
export function arrange(call: Call, now: Instant): Step {
  const begun = withSegment(call, { kind: 'CALLBACK' }, now)
  const number = callableNumber(call)
  return number === null ? ask(begun, 0, [], now) : registered(begun, number, now)
}

/** @param before said first */
export function registered(call: Call, number: string, now: Instant, ...before: PromptId[]): Step {
  const prompts = [...before, 'callback-registered' as PromptId]
  return say({ ...call, callBackTo: number }, { step: 'done', typed: '', tries: 0 }, prompts, now)
}

function ask(call: Call, tries: number, lead: PromptId[], now: Instant): Step {
  return say(call, { step: 'number', typed: '', tries }, [...lead, 'callback-number' as PromptId], now)
}

function press(call: Call, stage: At<'arranging'>, key: string, now: Instant, timings: Timings): Step {
  const { step, typed, tries } = stage
  if (step === 'done') return { call, effects: [] }
  if (key === '*') return prepend(hush(stage), ask(call, tries, [], now))
  if (step === 'confirm') {
    if (key !== '1') return { call, effects: [] }
    const number = callable(typed, call)
    return number === null
      ? prepend(hush(stage), again(call, stage, now, timings))
      : prepend(hush(stage), registered(call, number, now))
  }
  if (key === '#') return typed === '' ? { call, effects: [] } : complete(call, stage, now, timings)
  const longer = { ...stage, typed: typed + key, playback: null }
  if (isMobile(longer.typed) || longer.typed.length >= mostDigits) {
    return prepend(hush(stage), complete(call, longer, now, timings))
  }
  return { call: withTimer({ ...call, stage: longer }, 'key', now + nextKeyMs), effects: hush(stage) }
}

/** No key for too long. */
function pause(call: Call, stage: At<'arranging'>, now: Instant, timings: Timings): Step {
  return stage.step === 'number' && stage.typed !== ''
    ? complete(call, stage, now, timings)
    : prepend(hush(stage), again(call, stage, now, timings))
}

function complete(call: Call, stage: At<'arranging'>, now: Instant, timings: Timings): Step {
  const { typed, tries } = stage
  if (callable(typed, call) === null) return again(call, stage, now, timings)
  const [numbered, playback] = nextPlayback(call)
  return {
    call: {
      ...numbered,
      stage: { phase: 'arranging', step: 'confirm', typed, tries, playback },
      timers: { key: now + longestStepMs },
    },
    effects: [...hush(stage), { do: 'read-back', channel: call.channel, playback, number: typed }],
  }
}

function again(call: Call, stage: At<'arranging'>, now: Instant, timings: Timings): Step {
  const tries = stage.tries + 1
  if (tries >= mostTries) return giveUp(call, now, timings)
  return ask(call, tries, stage.typed === '' ? [] : ['callback-number-wrong' as PromptId], now)
}

function giveUp(call: Call, now: Instant, timings: Timings): Step {
  return queueSaying(call, 'callback-give-up' as PromptId, now, timings, [])
}

/** After a takeover: keys pressed in the meantime are lost. */
function resumed(call: Call, stage: At<'arranging'>, now: Instant): Step {
  return stage.step === 'done' && call.callBackTo !== undefined
    ? registered(call, call.callBackTo, now)
    : ask(call, stage.tries, [], now)
}

function say(
  call: Call,
  to: Pick<At<'arranging'>, 'step' | 'typed' | 'tries'>,
  prompts: PromptId[],
  now: Instant,
): Step {
  const [numbered, playback] = nextPlayback(call)
  return {
    call: { ...numbered, stage: { phase: 'arranging', ...to, playback }, timers: { key: now + longestStepMs } },
    effects: [{ do: 'play', channel: call.channel, playback, prompts }],
  }
}

/** @returns E.164; null for text that is not a telephone number: a service number cannot be called back */
function callable(typed: string, call: Call): string | null {
  const { e164 } = normaliseNumber(typed, call.areaCode ?? '')
  return e164?.startsWith('+') ? e164 : null
}

function isMobile(typed: string): boolean {
  return /^1[3-9]\d{9}$/.test(typed)
}

function hush(stage: At<'arranging'>): Effect[] {
  return stage.playback ? [{ do: 'stop-playback', playback: stage.playback }] : []
}
