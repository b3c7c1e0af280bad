import type { ChannelId, Instant, PromptId } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import type { Call, CallEvent, Effect, Found, Step } from '../call.ts'
import { foundSound, mend, mixOf, soundOf } from '../mix.ts'
import { type AgentParty, isCallerOnHold, withCallerAlone, withParty } from '../party.ts'
import { always, end } from './ending.ts'
import { queueSaying } from './line.ts'
import {
  type At,
  ignore,
  legClearance,
  triesOfARequest,
  withKey,
  withoutLeg,
  withoutTimer,
  withRecording,
  withSegment,
  withSegmentEnd,
  withTimer,
} from './parts.ts'

/** Caller and agent talk, or one of them is on hold or coming back. */
export function talking(
  call: Call,
  stage: At<'talking'>,
  agent: AgentParty,
  event: CallEvent,
  now: Instant,
  timings: Timings,
): Step {
  switch (event.type) {
    case 'command':
      return event.agentId === agent.agent.agentId
        ? command(call, stage, agent, event.command, now)
        : ignore(call, event)
    case 'rejoin':
      return event.agentId === agent.agent.agentId
        ? rejoin(call, agent, event.endpoint, now, timings)
        : ignore(call, event)
    case 'leg-up':
      if (event.leg === agent.channel) return ignore(call, event)
      if (event.leg !== agent.next?.leg) return always(call, event, now)
      return rejoined(call, agent, agent.next)
    case 'leg-gone':
      return legEnded(call, agent, event, now, timings)
    case 'timer':
      if (event.timer === 'join') return joinAgain(call)
      if (event.timer === 'record') return recordAgain(call)
      if (event.timer === 'rejoin' && agent.next) {
        return rejoinFailed(call, agent, now, timings, [{ do: 'hangup', channel: agent.next.leg, cause: 'no_answer' }])
      }
      return ignore(call, event)
    case 'recording-ended':
      // In a talk nobody asks for that: Asterisk gave it up.
      return call.owned.recording === null && call.timers.record === undefined
        ? recordLater(call, stage, now)
        : ignore(call, event)
    case 'failed':
      return talkFailed(call, stage, agent, event, now, timings)
    case 'digit':
      return { call: withKey(call, event.digit), effects: [] }
    case 'adopted':
      return adoptTalk(call, agent, event.found, now, timings)
    default:
      return always(call, event, now)
  }
}

type Command = Extract<CallEvent, { type: 'command' }>['command']

function command(call: Call, stage: At<'talking'>, agent: AgentParty, name: Command, now: Instant): Step {
  if (name === 'hangup') return end(call, now, 'AGENT')
  const isOnHold = name === 'hold'
  if (isCallerOnHold(call) === isOnHold) return { call, effects: [] }
  const { agentId } = agent.agent
  const stretch = isOnHold ? ({ kind: 'HOLD' } as const) : ({ kind: 'TALKING', channel: agent.channel } as const)
  const changed = withParty(withSegment(call, { ...stretch, agentId }, now), 'CALLER', { isOnHold })
  return {
    call: isOnHold ? changed : { ...changed, stage: { ...stage, joinTries: 0 } },
    effects: [...mend(soundOf(changed), soundOf(call)), { do: 'mark-hold', agentId, isOnHold }],
  }
}

function rejoin(call: Call, agent: AgentParty, endpoint: string, now: Instant, timings: Timings): Step {
  const serial = call.serial + 1
  const leg = `${call.id}.leg${serial}` as ChannelId
  const older: Effect[] = agent.next ? [{ do: 'hangup', channel: agent.next.leg, cause: 'normal' }] : []
  const rung = withParty(call, agent.id, { next: { leg, endpoint } })
  const owned = { ...call.owned, legs: [...call.owned.legs, leg] }
  return {
    call: withTimer({ ...rung, serial, owned }, 'rejoin', now + timings.ringMs),
    effects: [...older, { do: 'originate', leg, endpoint }],
  }
}

function rejoined(call: Call, agent: AgentParty, next: NonNullable<AgentParty['next']>): Step {
  const back = withNewLeg(call, agent, next)
  // Hung up, the old one leaves by itself.
  const known = soundOf(withoutLeg(call, agent.channel))
  return { call: back, effects: [...mend(soundOf(back), known), ...oldLegClearance(call, agent)] }
}

function withNewLeg(call: Call, agent: AgentParty, { leg, endpoint }: NonNullable<AgentParty['next']>): Call {
  const back = withParty(call, agent.id, { channel: leg, agent: { ...agent.agent, endpoint }, next: null })
  return withoutTimer(back, 'rejoin')
}

function oldLegClearance(call: Call, { channel }: AgentParty): Effect[] {
  return call.owned.legs.includes(channel) ? [{ do: 'hangup', channel, cause: 'normal' }] : []
}

/** The new leg did not come: with the old one alive the call goes on, without it the caller must not sit in silence. */
function rejoinFailed(call: Call, agent: AgentParty, now: Instant, timings: Timings, first: Effect[]): Step {
  const alone = withoutTimer(withParty(call, agent.id, { next: null }), 'rejoin')
  if (call.owned.legs.includes(agent.channel)) return { call: alone, effects: first }
  return agentLost(alone, agent, now, timings, first)
}

/** A BYE of the agent's phone ends the call; a leg that vanished otherwise leaves a caller who still wants an answer. */
function legEnded(
  call: Call,
  agent: AgentParty,
  event: Extract<CallEvent, { type: 'leg-gone' }>,
  now: Instant,
  timings: Timings,
): Step {
  if (event.leg === agent.next?.leg) return rejoinFailed(call, agent, now, timings, [])
  if (event.leg !== agent.channel) return ignore(call, event)
  if (agent.next) return { call, effects: [] }
  if (event.cause === 16) return end(call, now, 'AGENT')
  return agentLost(call, agent, now, timings, [])
}

function agentLost(call: Call, { agent }: AgentParty, now: Instant, timings: Timings, first: Effect[]): Step {
  const before = soundOf(call)
  const lost = withCallerAlone(withSegmentEnd(call, now, 'AGENT_LOST'))
  const step = queueSaying({ ...lost, priority: 0, lastAgent: agent.agentId }, 'agent-lost' as PromptId, now, timings, [
    ...first,
    { do: 'finish-agent', agentId: agent.agentId, isPhoneLost: true },
    // What is spoken interrupts the music of a caller on hold.
    ...mend({ ...before, mixes: mixOf(lost) }, before),
    ...(call.owned.recording ? [{ do: 'stop-recording', recording: call.owned.recording } as const] : []),
    ...legClearance(call),
  ])
  return { call: { ...step.call, offeredAt: null }, effects: step.effects }
}

function talkFailed(
  call: Call,
  stage: At<'talking'>,
  agent: AgentParty,
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
      if (event.effect.leg !== agent.next?.leg) return ignore(call, event)
      return rejoinFailed(call, agent, now, timings, [])
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

function recordAgain(call: Call): Step {
  const recorded = withRecording(call)
  return { call: recorded, effects: mend(soundOf(recorded), soundOf(call)) }
}

/** A bridge that was not there was not recorded either. */
function joinAgain(call: Call): Step {
  const recorded = withRecording(call)
  return { call: recorded, effects: mend(soundOf(recorded), { ...soundOf(call), mixes: [] }) }
}

function adoptTalk(call: Call, agent: AgentParty, found: Found, now: Instant, timings: Timings): Step {
  if (!found.isCallerAlive) return end(call, now, 'CALLER')
  const isAlive = (leg: ChannelId): boolean => found.legs.some((one) => one.id === leg && one.isUp)
  const { next } = agent
  if (next && isAlive(next.leg)) return mendFound(withNewLeg(call, agent, next), found, oldLegClearance(call, agent))
  const alone = next ? withoutTimer(withParty(call, agent.id, { next: null }), 'rejoin') : call
  return isAlive(agent.channel) ? mendFound(alone, found, []) : agentLost(alone, agent, now, timings, [])
}

/** Puts back what a controller's death left half done. */
function mendFound(call: Call, found: Found, after: Effect[]): Step {
  const known = foundSound(call, found)
  const isRecorded = known.recording !== null && found.bridged !== null
  const recorded = isRecorded ? call : withRecording({ ...call, owned: { ...call.owned, recording: null } })
  return { call: recorded, effects: [...mend(soundOf(recorded), known), ...after] }
}
