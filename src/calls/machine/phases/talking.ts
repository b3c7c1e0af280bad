import { type ChannelId, type Instant, type PromptId, unreachable } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import { bridgeOf, type Call, type CallEvent, type Effect, type Found, recordingName, type Step } from '../call.ts'
import { always, end } from './ending.ts'
import { queueSaying } from './line.ts'
import {
  type At,
  ignore,
  legClearance,
  music,
  triesOfARequest,
  withKey,
  withoutTimer,
  withSegment,
  withSegmentEnd,
  withTimer,
} from './parts.ts'

/** Caller and agent talk, or one of them is on hold or coming back. */
export function talking(call: Call, stage: At<'talking'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'command':
      return command(call, stage, event, now)
    case 'rejoin':
      return event.agentId === stage.agent.agentId
        ? rejoin(call, stage, event.endpoint, now, timings)
        : ignore(call, event)
    case 'leg-up':
      if (event.leg === stage.leg) return ignore(call, event)
      if (event.leg !== stage.rejoin?.leg) return always(call, event, now)
      return rejoined(call, stage, stage.rejoin)
    case 'leg-gone':
      return legEnded(call, stage, event, now, timings)
    case 'timer':
      if (event.timer === 'join') {
        // A bridge that was not there was not recorded either.
        const recorded = recordAgain(call)
        const create: Effect = { do: 'create-bridge', bridge: bridgeOf(call.id) }
        return { call: recorded.call, effects: [create, ...recorded.effects, join(call, stage)] }
      }
      if (event.timer === 'record') return recordAgain(call)
      if (event.timer === 'rejoin' && stage.rejoin) {
        return rejoinFailed(call, stage, now, timings, [
          { do: 'hangup', channel: stage.rejoin.leg, cause: 'no_answer' },
        ])
      }
      return ignore(call, event)
    case 'recording-ended':
      // In a talk nobody asks for that: Asterisk gave it up.
      return call.owned.recording === null && call.timers.record === undefined
        ? recordLater(call, stage, now)
        : ignore(call, event)
    case 'failed':
      return talkFailed(call, stage, event, now, timings)
    case 'digit':
      return { call: withKey(call, event.digit), effects: [] }
    case 'adopted':
      return adoptTalk(call, stage, event.found, now, timings)
    default:
      return always(call, event, now)
  }
}

function command(call: Call, stage: At<'talking'>, event: Extract<CallEvent, { type: 'command' }>, now: Instant): Step {
  if (event.agentId !== stage.agent.agentId) return ignore(call, event)
  const bridge = bridgeOf(call.id)
  const agentId = stage.agent.agentId
  switch (event.command) {
    case 'hangup':
      return end(call, now, 'AGENT')
    case 'hold':
      if (stage.isOnHold) return { call, effects: [] }
      return {
        call: { ...withSegment(call, { kind: 'HOLD', agentId }, now), stage: { ...stage, isOnHold: true } },
        effects: [
          { do: 'leave-bridge', bridge, channel: call.channel },
          music(call),
          { do: 'mark-hold', agentId, isOnHold: true },
        ],
      }
    case 'resume':
      if (!stage.isOnHold) return { call, effects: [] }
      return {
        call: {
          ...withSegment(call, { kind: 'TALKING', agentId, channel: stage.leg }, now),
          stage: { ...stage, isOnHold: false, joinTries: 0 },
        },
        effects: [
          { do: 'stop-music', channel: call.channel },
          { do: 'join', bridge, channels: [call.channel] },
          { do: 'mark-hold', agentId, isOnHold: false },
        ],
      }
    default:
      return unreachable(event.command)
  }
}

function rejoin(call: Call, stage: At<'talking'>, endpoint: string, now: Instant, timings: Timings): Step {
  const serial = call.serial + 1
  const leg = `${call.id}.leg${serial}` as ChannelId
  const older: Effect[] = stage.rejoin ? [{ do: 'hangup', channel: stage.rejoin.leg, cause: 'normal' }] : []
  return {
    call: withTimer(
      {
        ...call,
        serial,
        stage: { ...stage, rejoin: { leg, endpoint } },
        owned: { ...call.owned, legs: [...call.owned.legs, leg] },
      },
      'rejoin',
      now + timings.ringMs,
    ),
    effects: [...older, { do: 'originate', leg, endpoint }],
  }
}

function rejoined(call: Call, stage: At<'talking'>, back: { leg: ChannelId; endpoint: string }): Step {
  const old: Effect[] = call.owned.legs.includes(stage.leg)
    ? [{ do: 'hangup', channel: stage.leg, cause: 'normal' }]
    : []
  return {
    call: withoutTimer(
      { ...call, stage: { ...stage, leg: back.leg, agent: { ...stage.agent, endpoint: back.endpoint }, rejoin: null } },
      'rejoin',
    ),
    effects: [{ do: 'join', bridge: bridgeOf(call.id), channels: [back.leg] }, ...old],
  }
}

/** The new leg did not come: with the old one alive the call goes on, without it the caller must not sit in silence. */
function rejoinFailed(call: Call, stage: At<'talking'>, now: Instant, timings: Timings, first: Effect[]): Step {
  const alone = withoutTimer({ ...call, stage: { ...stage, rejoin: null } }, 'rejoin')
  if (call.owned.legs.includes(stage.leg)) return { call: alone, effects: first }
  return agentLost(alone, stage, now, timings, first)
}

/** A BYE of the agent's phone ends the call; a leg that vanished otherwise leaves a caller who still wants an answer. */
function legEnded(
  call: Call,
  stage: At<'talking'>,
  event: Extract<CallEvent, { type: 'leg-gone' }>,
  now: Instant,
  timings: Timings,
): Step {
  if (event.leg === stage.rejoin?.leg) return rejoinFailed(call, stage, now, timings, [])
  if (event.leg !== stage.leg) return ignore(call, event)
  if (stage.rejoin) return { call, effects: [] }
  if (event.cause === 16) return end(call, now, 'AGENT')
  return agentLost(call, stage, now, timings, [])
}

function agentLost(call: Call, stage: At<'talking'>, now: Instant, timings: Timings, first: Effect[]): Step {
  const held: Effect[] = stage.isOnHold
    ? []
    : [{ do: 'leave-bridge', bridge: bridgeOf(call.id), channel: call.channel }]
  const lost = withSegmentEnd(call, now, 'AGENT_LOST')
  const urgent = { ...lost, priority: 0, lastAgent: stage.agent.agentId }
  const step = queueSaying(urgent, 'agent-lost' as PromptId, now, timings, [
    ...first,
    { do: 'finish-agent', agentId: stage.agent.agentId, isPhoneLost: true },
    ...held,
    ...(call.owned.recording ? [{ do: 'stop-recording', recording: call.owned.recording } as const] : []),
    ...legClearance(call),
  ])
  return { call: { ...step.call, offeredAt: null }, effects: step.effects }
}

function talkFailed(
  call: Call,
  stage: At<'talking'>,
  event: Extract<CallEvent, { type: 'failed' }>,
  now: Instant,
  timings: Timings,
): Step {
  switch (event.effect.do) {
    case 'join':
      if (stage.joinTries >= triesOfARequest) return end(call, now, 'SYSTEM', 'PLATFORM_FAILED')
      return {
        call: withTimer({ ...call, stage: { ...stage, joinTries: stage.joinTries + 1 } }, 'join', now + 100),
        effects: [],
      }
    case 'originate':
      if (event.effect.leg !== stage.rejoin?.leg) return ignore(call, event)
      return rejoinFailed(call, stage, now, timings, [])
    case 'record':
      return recordLater(call, stage, now)
    default:
      return ignore(call, event)
  }
}

function recordLater(call: Call, stage: At<'talking'>, now: Instant): Step {
  const tries = stage.recordTries ?? 0
  const later = { ...call, stage: { ...stage, recordTries: tries + 1 } }
  return { call: withTimer(later, 'record', now + recordPauseMs(tries)), effects: [] }
}

const firstRecordPauseMs = 2_000
const longestRecordPauseMs = 30_000

/**
 * Tried for as long as the talk lasts: nobody has said that it is not recorded. Ever more seldom: on a disk that is full
 * every talk fails, and each try is kept and told on that disk.
 */
function recordPauseMs(tries: number): number {
  return Math.min(longestRecordPauseMs, firstRecordPauseMs * 2 ** tries)
}

/** Under a new name: of the request that failed nobody knows what Asterisk has made of it. */
function recordAgain(call: Call): Step {
  if (call.owned.recording !== null) return { call, effects: [] }
  const bridge = bridgeOf(call.id)
  const serial = call.serial + 1
  const recording = recordingName(call.id, call.arrivedAt, serial)
  return {
    call: { ...call, serial, owned: { ...call.owned, bridge, recording } },
    effects: [{ do: 'record', bridge, recording }],
  }
}

function adoptTalk(call: Call, stage: At<'talking'>, found: Found, now: Instant, timings: Timings): Step {
  if (!found.isCallerAlive) return end(call, now, 'CALLER')
  const isAlive = (leg: ChannelId): boolean => found.legs.some((one) => one.id === leg && one.isUp)
  if (stage.rejoin && isAlive(stage.rejoin.leg)) return rejoined(call, stage, stage.rejoin)
  if (stage.rejoin) return rejoinFailed(call, stage, now, timings, [])
  if (!isAlive(stage.leg)) return agentLost(call, stage, now, timings, [])
  return mend(call, stage, found)
}

/** Puts back what a controller's death left half done; a bridge that mixes is not touched. */
function mend(call: Call, stage: At<'talking'>, found: Found): Step {
  const bridge = bridgeOf(call.id)
  const wanted = stage.isOnHold ? [stage.leg] : [call.channel, stage.leg]
  const missing = wanted.filter((channel) => !found.bridged?.includes(channel))
  const effects: Effect[] = []
  if (found.bridged === null) effects.push({ do: 'create-bridge', bridge })
  if (missing.includes(call.channel)) effects.push({ do: 'stop-music', channel: call.channel })
  if (missing.length > 0) effects.push({ do: 'join', bridge, channels: missing })
  if (stage.isOnHold && !found.bridged?.includes(call.channel)) effects.push(music(call))
  if (found.isRecording && found.bridged !== null) return { call, effects }
  const recorded = recordAgain({ ...call, owned: { ...call.owned, recording: null } })
  return { call: recorded.call, effects: [...effects, ...recorded.effects] }
}

function join(call: Call, stage: At<'talking'>): Effect {
  const channels = stage.isOnHold ? [stage.leg] : [call.channel, stage.leg]
  return { do: 'join', bridge: bridgeOf(call.id), channels }
}
