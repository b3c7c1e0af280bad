import type { Instant, PromptId } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import type { Call, Effect, Step } from '../call.ts'
import { enqueue, legClearance, music, nextPlayback, withSegment, withSegmentEnd, withTimer } from './parts.ts'

/** Into the line, at the place of the first time. */
export function queue(call: Call, now: Instant, timings: Timings, before: Effect[]): Step {
  const queued: Call = {
    ...withSegment(call, { kind: 'WAITING' }, now),
    stage: { phase: 'waiting', announcement: null },
    queuedAt: call.queuedAt ?? now,
    timers: { announce: now + timings.announceEveryMs },
  }
  return { call: queued, effects: [...before, music(queued), enqueue(queued)] }
}

/** Into the line with a word in place of the first bars of music; an agent who is free cuts it short. */
export function queueSaying(
  call: Call,
  prompt: PromptId | null,
  now: Instant,
  timings: Timings,
  before: Effect[],
): Step {
  if (prompt === null) return queue(call, now, timings, before)
  const [numbered, playback] = nextPlayback(call)
  const step = queue(numbered, now, timings, before)
  return {
    call: { ...step.call, stage: { phase: 'waiting', announcement: playback } },
    effects: [
      ...step.effects.filter((effect) => effect.do !== 'start-music'),
      { do: 'play', channel: call.channel, playback, prompts: [prompt] },
    ],
  }
}

/** Head of the line again, the agent's leg dropped: no answer, refused, unreachable, or the offer was lost. */
export function backInLine(call: Call, result: string, now: Instant, timings: Timings, first: Effect[]): Step {
  const step = queue(withSegmentEnd(call, now, result), now, timings, [...first, ...legClearance(call)])
  return { call: { ...step.call, offeredAt: null }, effects: step.effects }
}

/** Tells position and expected wait, and again after `announceEveryMs`. */
export function announce(call: Call, now: Instant, timings: Timings): Step {
  const [numbered, playback] = nextPlayback(call)
  return {
    call: withTimer(
      { ...numbered, stage: { phase: 'waiting', announcement: playback } },
      'announce',
      now + timings.announceEveryMs,
    ),
    effects: [{ do: 'announce-position', channel: call.channel, playback }],
  }
}
