import type { ChannelId, Instant, PlaybackId } from '../../../platform/types.ts'
import {
  bridgeOf,
  type Call,
  type CallEvent,
  type Effect,
  recordingName,
  type Segment,
  type Stage,
  type Step,
  type TimerName,
} from '../call.ts'

/** A phase's own part of the call. */
export type At<P extends Stage['phase']> = Extract<Stage, { phase: P }>

/** Longest wait for Asterisk to do what a call was ended with. */
export const teardownMs = 5_000

export const triesOfARequest = 3

/** An event that this phase has no use for; told, so that a log shows it. */
export function ignore(call: Call, event: CallEvent): Step {
  return { call, effects: [{ do: 'ignore', event: event.type, phase: call.stage.phase }] }
}

export function prepend(first: Effect[], step: Step): Step {
  return { call: step.call, effects: [...first, ...step.effects] }
}

export function music(call: Call): Effect {
  return { do: 'start-music', channel: call.channel }
}

export function enqueue(call: Call): Effect {
  return { do: 'enqueue', skill: call.skill, priority: call.priority, queuedAt: call.queuedAt ?? call.arrivedAt }
}

/** Whether it is what the playback was started with. */
export function isAbout(effect: Effect, playback: PlaybackId): boolean {
  const isSpoken = effect.do === 'play' || effect.do === 'tell-progress' || effect.do === 'read-back'
  return isSpoken && effect.playback === playback
}

export function nextPlayback<C extends Pick<Call, 'id' | 'serial'>>(call: C): [C, PlaybackId] {
  const serial = call.serial + 1
  return [{ ...call, serial }, `${call.id}.play${serial}` as PlaybackId]
}

export function withKey(call: Call, digit: string): Call {
  return call.keys.length < 32 ? { ...call, keys: call.keys + digit } : call
}

export function withTimer(call: Call, timer: TimerName, at: Instant): Call {
  return { ...call, timers: { ...call.timers, [timer]: at } }
}

export function withoutTimer(call: Call, timer: TimerName): Call {
  if (!(timer in call.timers)) return call
  const { [timer]: _, ...rest } = call.timers
  return { ...call, timers: rest }
}

export function withoutLeg(call: Call, leg: ChannelId): Call {
  if (!call.owned.legs.includes(leg)) return call
  return { ...call, owned: { ...call.owned, legs: call.owned.legs.filter((one) => one !== leg) } }
}

/** Ends the last stretch of the caller and begins the next one. */
export function withSegment<C extends Pick<Call, 'segments'>>(
  call: C,
  segment: Pick<Segment, 'kind'> & Partial<Segment>,
  now: Instant,
  endOfLast: string | null = null,
): C {
  const closed = withSegmentEnd(call, now, endOfLast)
  const opened: Segment = { agentId: null, channel: null, startedAt: now, endedAt: null, result: null, ...segment }
  return { ...closed, segments: [...closed.segments, opened] }
}

/** @returns the stretch in which the caller is now; those of people whom an agent asked in run beside it */
export function openSegment({ segments }: Pick<Call, 'segments'>): Segment | null {
  return segments.findLast((segment) => segment.party === undefined && segment.endedAt === null) ?? null
}

export function withSegmentEnd<C extends Pick<Call, 'segments'>>(call: C, now: Instant, result: string | null): C {
  const open = openSegment(call)
  return open ? withEnded(call, open, now, result) : call
}

export function withEnded<C extends Pick<Call, 'segments'>>(
  call: C,
  open: Segment,
  now: Instant,
  result: string | null,
): C {
  const ended = { ...open, endedAt: now, result: open.result ?? result }
  return { ...call, segments: call.segments.map((segment) => (segment === open ? ended : segment)) }
}

export function legClearance(call: Call): Effect[] {
  return call.owned.legs.map((leg) => ({ do: 'hangup', channel: leg, cause: 'normal' }))
}

export function recordingClearance({ owned }: Call): Effect[] {
  const names = [owned.recording, owned.consultRecording ?? null].filter((name) => name !== null)
  return names.map((recording): Effect => ({ do: 'stop-recording', recording }))
}

/** Under a new name if it is not recorded: the effect of a failed request at Asterisk is unknown. */
export function withRecording(call: Call): Call {
  if (call.owned.recording !== null) return call
  const serial = call.serial + 1
  const recording = recordingName(call.id, call.arrivedAt, serial)
  return { ...call, serial, owned: { ...call.owned, bridge: bridgeOf(call.id), recording } }
}
