import { type Instant, type PromptId, unreachable } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import type { Call, CallEvent, Effect, Step } from '../call.ts'
import {
  answered,
  firstKeyMs,
  type Inquired,
  type Inquiry,
  inquiryAway,
  type Move,
  nextKeyMs,
  pause,
  press,
  questionOf,
  resumed,
} from '../inquiry.ts'
import { always, end } from './ending.ts'
import { queue, queueSaying } from './line.ts'
import { type At, ignore, isAbout, nextPlayback, prepend, withTimer } from './parts.ts'

/** Longer than all that is said at once, and than any request: what never reports its end is given up. */
const inquiryLimitMs = 60_000

const mostInquired = 8

/** 进度查询 by keypad; the questions and the meaning of keys are in `inquiry.ts`. */
export function inquiring(call: Call, stage: At<'inquiring'>, event: CallEvent, now: Instant, timings: Timings): Step {
  const { inquiry, playback } = stage
  const move = (to: Move) => inquire(call, stage, to, now, timings)
  switch (event.type) {
    case 'digit':
      return move(press(inquiry, event.digit))
    case 'timer':
      if (event.timer !== 'key') return ignore(call, event)
      return inquiry.step === 'goodbye' ? end(call, now, 'SYSTEM') : move(pause(inquiry))
    case 'playback-finished':
      if (event.playback !== playback) return ignore(call, event)
      if (inquiry.step === 'goodbye') return end(call, now, 'SYSTEM')
      return { call: withTimer({ ...call, stage: { ...stage, playback: null } }, 'key', now + firstKeyMs), effects: [] }
    case 'looked-up': {
      if (inquiry.step !== 'looking' || event.serial !== stage.lookUp) return ignore(call, event)
      const asked = withInquired(call, { number: inquiry.number, result: event.answer.result })
      return inquire(asked, stage, answered(inquiry, event.answer), now, timings)
    }
    case 'failed':
      return inquiryFailed(call, stage, event, now, timings)
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return inquiry.step === 'looking'
        ? lookUp(call, inquiry, now)
        : prepend(hush(stage), say(call, resumed(inquiry), now))
    default:
      return always(call, event, now)
  }
}

function inquiryFailed(
  call: Call,
  stage: At<'inquiring'>,
  event: Extract<CallEvent, { type: 'failed' }>,
  now: Instant,
  timings: Timings,
): Step {
  const { effect } = event
  const { inquiry, playback, lookUp } = stage
  if (effect.do === 'look-up' && inquiry.step === 'looking' && effect.serial === lookUp) {
    const asked = withInquired(call, { number: inquiry.number, result: 'FAILED' })
    return inquire(asked, stage, inquiryAway, now, timings)
  }
  if (!playback || !isAbout(effect, playback)) return ignore(call, event)
  // A caller who hears no prompt cannot know which key to press.
  return inquiry.step === 'goodbye' ? end(call, now, 'SYSTEM') : queue(call, now, timings, [])
}

function inquire(call: Call, stage: At<'inquiring'>, move: Move, now: Instant, timings: Timings): Step {
  switch (move.next) {
    case 'nothing':
      return { call, effects: [] }
    case 'listen':
      return {
        call: withTimer(
          { ...call, stage: { ...stage, inquiry: move.inquiry, playback: null } },
          'key',
          now + nextKeyMs,
        ),
        effects: hush(stage),
      }
    case 'say':
      return prepend(hush(stage), say(call, move.inquiry, now))
    case 'look-up':
      return prepend(hush(stage), lookUp(call, move.inquiry, now))
    case 'queue':
      return prepend(hush(stage), queueSaying(call, move.prompt, now, timings, []))
    default:
      return unreachable(move)
  }
}

export function say(call: Call, inquiry: Exclude<Inquiry, { step: 'looking' }>, now: Instant): Step {
  const [numbered, playback] = nextPlayback(call)
  const { channel } = call
  return {
    call: {
      ...numbered,
      stage: { phase: 'inquiring', inquiry, playback, lookUp: null },
      timers: { key: now + inquiryLimitMs },
    },
    effects: [
      inquiry.step === 'told'
        ? { do: 'tell-progress', channel, playback, progress: inquiry.progress }
        : {
            do: 'play',
            channel,
            playback,
            prompts: inquiry.step === 'goodbye' ? ['goodbye' as PromptId] : questionOf(inquiry),
          },
    ],
  }
}

function lookUp(call: Call, inquiry: Extract<Inquiry, { step: 'looking' }>, now: Instant): Step {
  const serial = call.serial + 1
  return {
    call: {
      ...call,
      serial,
      stage: { phase: 'inquiring', inquiry, playback: null, lookUp: serial },
      timers: { key: now + inquiryLimitMs },
    },
    effects: [{ do: 'look-up', serial, number: inquiry.number, code: inquiry.code }],
  }
}

function hush(stage: At<'inquiring'>): Effect[] {
  return stage.playback ? [{ do: 'stop-playback', playback: stage.playback }] : []
}

function withInquired(call: Call, inquired: Inquired): Call {
  return { ...call, inquired: [...(call.inquired ?? []), inquired].slice(-mostInquired) }
}
