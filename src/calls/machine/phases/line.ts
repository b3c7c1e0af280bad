import type { AgentId, Instant, PlaybackId, PromptId, SkillId } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import { type Call, callableNumber, type Effect, type Step, type WayOutReason } from '../call.ts'
import { mend, mixOf, soundOf } from '../mix.ts'
import { type AgentParty, withCallerAlone } from '../party.ts'
import {
  enqueue,
  legClearance,
  music,
  nextPlayback,
  recordingClearance,
  withoutTimer,
  withSegment,
  withSegmentEnd,
  withTimer,
} from './parts.ts'
import { farewells, withConsultRoom, withPartiesEnded } from './regroup.ts'

/**
 * A phone that died in the queue is detected at the second look without sound, and hung up after 32 s without an
 * answer.
 */
export const pulseEveryMs = 20_000

/** Into the line, at the place of the first time. */
export function queue(call: Call, now: Instant, timings: Timings, before: Effect[]): Step {
  const queued: Call = {
    ...withCallerAlone(withSegment(call, { kind: 'WAITING' }, now)),
    stage: { phase: 'waiting', announcement: null },
    queuedAt: call.queuedAt ?? now,
    timers: { announce: now + timings.announceEveryMs, pulse: now + pulseEveryMs },
  }
  const isTold = queued.wayOutAt !== undefined
  const wayOutAt = Math.max(now, (queued.queuedAt ?? now) + timings.wayOutAfterMs)
  return {
    call: isTold ? queued : withTimer(queued, 'way-out', wayOutAt),
    effects: [...before, music(queued), enqueue(queued)],
  }
}

/** Out of the line, by a key of the caller's: music and what is said end. */
export function outOfLine(call: Call, announcement: PlaybackId | null): Effect[] {
  const quiet: Effect[] = announcement ? [{ do: 'stop-playback', playback: announcement }] : []
  return [...quiet, { do: 'leave-queue' }, { do: 'stop-music', channel: call.channel }]
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

/**
 * A talk without an answerable agent any more: the caller is first in the queue, and all others are out of the call.
 * @param prompt the announcement to the caller; null: music
 * @param lost agents whose phone failed
 */
export function headOfLine(
  call: Call,
  result: string,
  prompt: PromptId | null,
  lost: AgentId[],
  now: Instant,
  timings: Timings,
): Step {
  return fromTalk({ ...call, priority: 0 }, result, prompt, lost, now, timings)
}

/** An agent has handed the call on to the line of a skill, where it stands by the instant at which it first came. */
export function queueAnew(call: Call, agent: AgentParty, skill: SkillId, now: Instant, timings: Timings): Step {
  const { lastResult: _, ...fresh } = call
  return fromTalk({ ...fresh, skill, lastAgent: agent.agent.agentId }, 'TRANSFERRED', null, [], now, timings)
}

function fromTalk(
  call: Call,
  result: string,
  prompt: PromptId | null,
  lost: AgentId[],
  now: Instant,
  timings: Timings,
): Step {
  const before = withConsultRoom(call, soundOf(call))
  const left = withCallerAlone(withPartiesEnded(withSegmentEnd(call, now, result), now, result))
  const step = queueSaying(left, prompt, now, timings, [
    ...farewells(call, lost),
    // What is spoken interrupts the music of a caller on hold.
    ...mend({ ...before, mixes: mixOf(left) }, before),
    ...recordingClearance(call),
    ...legClearance(call),
  ])
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
    effects: [
      {
        do: 'announce-position',
        channel: call.channel,
        playback,
        after: call.wayOutAt === undefined ? [] : [wayOut(call)],
      },
    ],
  }
}

/**
 * Tells the caller how to be called back or to leave a message, without taking the call out of the line: an agent who
 * becomes ready gets it in the middle of these words.
 */
export function tellWayOut(call: Call, why: WayOutReason, now: Instant, timings: Timings): Step {
  const [numbered, playback] = nextPlayback(call)
  const told: Call = {
    ...withoutTimer(numbered, 'way-out'),
    wayOutAt: call.wayOutAt ?? now,
    stage: { phase: 'waiting', announcement: playback },
  }
  const reason = (why === 'unserved' ? 'nobody-serves' : 'way-out-long') as PromptId
  return {
    call: withTimer(told, 'announce', now + timings.announceEveryMs),
    effects: [{ do: 'play', channel: call.channel, playback, prompts: [reason, wayOut(call)] }],
  }
}

/** A withheld number cannot be called: it is said that one is asked for. */
function wayOut(call: Call): PromptId {
  return (callableNumber(call) === null ? 'way-out-withheld' : 'way-out') as PromptId
}
