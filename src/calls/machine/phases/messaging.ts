import { type Instant, type PromptId, unreachable } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import { type Call, type CallEvent, callableNumber, messageName, type Step, shortestMessageMs } from '../call.ts'
import { registered } from './arranging.ts'
import { always, end } from './ending.ts'
import { queue, queueSaying } from './line.ts'
import { type At, ignore, isAbout, nextPlayback, prepend, withKey, withSegment } from './parts.ts'

/** Asterisk ends a message sooner, see `recordMessage`; what never reports its end is given up. */
const longestStepMs = 150_000

/** The caller leaves a message: told what to say, recorded after a beep, thanked. Out of the line all the while. */
export function messaging(call: Call, stage: At<'messaging'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'playback-finished':
      return event.playback === stage.playback ? next(call, stage, now) : ignore(call, event)
    case 'timer':
      if (event.timer !== 'message') return ignore(call, event)
      return prepend(hush(call, stage), next(call, stage, now))
    case 'digit':
      if (event.digit !== '0' || stage.step !== 'prompt') return { call: withKey(call, event.digit), effects: [] }
      return prepend(hush(call, stage), queue(withKey(call, event.digit), now, timings, []))
    case 'recording-ended':
      if (stage.step !== 'recording' || event.recording !== call.message) return ignore(call, event)
      return event.isKept && isLongEnough(stage, now) ? thank(call, now) : notRecorded(call, now, timings)
    case 'failed':
      if (event.effect.do === 'record-message') {
        return stage.step === 'recording' && event.effect.recording === call.message
          ? notRecorded(call, now, timings)
          : ignore(call, event)
      }
      return stage.playback && isAbout(event.effect, stage.playback) ? next(call, stage, now) : ignore(call, event)
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return taken(call, stage, event.found.isRecording, now)
    default:
      return always(call, event, now)
  }
}

export function leaveMessage(call: Call, now: Instant): Step {
  return say(withSegment(call, { kind: 'MESSAGE' }, now), 'prompt', 'message-prompt', now)
}

/** One that ends at once failed at its start: Asterisk 22.10.1 calls that finished, too. */
function isLongEnough({ since }: At<'messaging'>, now: Instant): boolean {
  return since !== null && now - since >= shortestMessageMs
}

function next(call: Call, stage: At<'messaging'>, now: Instant): Step {
  switch (stage.step) {
    case 'prompt':
      return record(call, now)
    case 'recording':
      return thank(call, now)
    case 'thanks':
      return end(call, now, 'SYSTEM')
    default:
      return unreachable(stage.step)
  }
}

function record(call: Call, now: Instant): Step {
  const serial = call.serial + 1
  const recording = messageName(call.id, serial)
  return {
    call: {
      ...call,
      serial,
      message: recording,
      stage: { phase: 'messaging', step: 'recording', playback: null, since: now },
      timers: { message: now + longestStepMs },
      owned: { ...call.owned, recording },
    },
    effects: [{ do: 'record-message', channel: call.channel, recording }],
  }
}

const thank = (call: Call, now: Instant): Step => say(call, 'thanks', 'message-thanks', now)

/** A full disk, or Asterisk said nothing: the caller is called back, or waits on where the number is not known. */
function notRecorded(call: Call, now: Instant, timings: Timings): Step {
  const without: Call = { ...call, message: undefined }
  const away = 'message-away' as PromptId
  const number = callableNumber(call)
  return number === null
    ? queueSaying(without, away, now, timings, [])
    : registered(withSegment(without, { kind: 'CALLBACK' }, now), number, now, away)
}

/** The recording of a message continues while no controller leads; one that ended in the meantime is complete. */
function taken(call: Call, stage: At<'messaging'>, isRecording: boolean, now: Instant): Step {
  if (stage.step === 'recording') {
    return isRecording ? { call, effects: [] } : thank({ ...call, owned: { ...call.owned, recording: null } }, now)
  }
  const again = stage.step === 'prompt' ? say(call, 'prompt', 'message-prompt', now) : thank(call, now)
  return prepend(hush(call, stage), again)
}

function say(call: Call, step: 'prompt' | 'thanks', prompt: string, now: Instant): Step {
  const [numbered, playback] = nextPlayback(call)
  return {
    call: {
      ...numbered,
      stage: { phase: 'messaging', step, playback, since: null },
      timers: { message: now + longestStepMs },
    },
    effects: [{ do: 'play', channel: call.channel, playback, prompts: [prompt as PromptId] }],
  }
}

function hush(call: Call, stage: At<'messaging'>): Step['effects'] {
  return [
    ...(stage.playback ? [{ do: 'stop-playback', playback: stage.playback } as const] : []),
    ...(call.owned.recording ? [{ do: 'stop-recording', recording: call.owned.recording } as const] : []),
  ]
}
