import type { Instant } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import { bridgeOf, type Call, type CallEvent, type Effect, type Found, type Step } from '../call.ts'
import { mend, soundOf } from '../mix.ts'
import { type AgentOffer, type AgentParty, withCallerAlone, withParty } from '../party.ts'
import { always, end } from './ending.ts'
import { lateKey } from './greeting.ts'
import { backInLine } from './line.ts'
import {
  ignore,
  legClearance,
  nextPlayback,
  withKey,
  withRecording,
  withSegment,
  withSegmentEnd,
  withTimer,
} from './parts.ts'

/** An agent is reserved: shown the caller, rung, joined. */
export function offering(call: Call, agent: AgentParty, event: CallEvent, now: Instant, timings: Timings): Step {
  const { agent: made, channel: leg, step } = agent
  switch (event.type) {
    case 'pop-shown':
      return event.offerId === made.id && step === 'RESERVED' ? ring(call, agent, now, timings) : ignore(call, event)
    case 'timer':
      if (event.timer === 'pop' && step === 'RESERVED') return ring(call, agent, now, timings)
      if (event.timer === 'ring') return missed(call, made, 'ring-missed', 'NO_ANSWER', now, timings)
      return ignore(call, event)
    case 'leg-up':
      if (event.leg !== leg) return always(call, event, now)
      if (step !== 'RINGING') return ignore(call, event)
      return {
        call: { ...withParty(call, agent.id, { step: 'ANSWERED' }), timers: {} },
        effects: [{ do: 'accept-offer', offer: made }],
      }
    case 'offer-accepted':
      if (event.offerId !== made.id || step !== 'ANSWERED') return ignore(call, event)
      return talk(call, agent, now)
    case 'offer-lost':
      if (event.offerId !== made.id) return ignore(call, event)
      return backInLine(call, 'LOST', now, timings, [])
    case 'leg-gone':
      return event.leg === leg ? legFailed(call, made, event.cause, now, timings) : ignore(call, event)
    case 'failed':
      return offerFailed(call, agent, event, now, timings)
    case 'digit':
      return pressed(call, agent, event.digit, now, timings)
    case 'adopted':
      return adoptOffer(call, agent, event.found, now, timings)
    default:
      return always(call, event, now)
  }
}

function ring(call: Call, { id, agent: made, channel: leg }: AgentParty, now: Instant, timings: Timings): Step {
  const bridge = bridgeOf(call.id)
  return {
    call: {
      ...withParty(call, id, { step: 'RINGING' }),
      timers: { ring: now + timings.ringMs },
      owned: { ...call.owned, legs: [...call.owned.legs, leg], bridge },
    },
    effects: [
      { do: 'originate', leg, endpoint: made.endpoint },
      { do: 'mark-ringing', offer: made },
      { do: 'create-bridge', bridge },
    ],
  }
}

function talk(call: Call, { id, agent: made, channel: leg }: AgentParty, now: Instant): Step {
  const bridge = bridgeOf(call.id)
  const [numbered, playback] = nextPlayback(call)
  const begun = withSegment(numbered, { kind: 'TALKING', agentId: made.agentId, channel: leg }, now, 'ANSWERED')
  const together = withParty(withParty(begun, 'CALLER', { room: 'TALK' }), id, { room: 'TALK', step: 'UP' })
  const talks = withRecording({
    ...together,
    stage: { phase: 'talking', joinTries: 0 },
    answeredAt: call.answeredAt ?? now,
    agent: { id: made.agentId, number: made.agentNumber },
    timers: {},
    // The one of an earlier talk may not have ended yet.
    owned: { ...call.owned, bridge, recording: null },
  })
  const announce: Effect = { do: 'announce-agent', bridge, playback, agentNumber: made.agentNumber }
  return { call: talks, effects: [...mend(soundOf(talks), soundOf(call)), announce] }
}

/** A key of the menu, a moment late: the agent goes free without blame. Joined already, the two talk. */
function pressed(call: Call, agent: AgentParty, digit: string, now: Instant, timings: Timings): Step {
  const leaving: Effect[] = [
    { do: 'withdraw-offer', offer: agent.agent },
    ...legClearance(call),
    { do: 'stop-music', channel: call.channel },
  ]
  const alone = withCallerAlone(withSegmentEnd(call, now, 'KEY_PRESSED'))
  const late = agent.step === 'ANSWERED' ? null : lateKey(alone, digit, leaving, now, timings)
  return late ?? { call: withKey(call, digit), effects: [] }
}

function missed(
  call: Call,
  made: AgentOffer,
  reason: 'ring-missed' | 'phone-failed',
  result: string,
  now: Instant,
  timings: Timings,
): Step {
  return backInLine(call, result, now, timings, [{ do: 'reject-offer', offer: made, reason }])
}

/** Q.850 causes with which a phone that rang was declined or not answered; all others: the phone failed. */
const unansweredCauses = new Set([16, 17, 18, 19, 21, 26])

function legFailed(call: Call, made: AgentOffer, cause: number | null, now: Instant, timings: Timings): Step {
  return cause !== null && unansweredCauses.has(cause)
    ? missed(call, made, 'ring-missed', 'DECLINED', now, timings)
    : missed(call, made, 'phone-failed', 'UNREACHABLE', now, timings)
}

function offerFailed(
  call: Call,
  agent: AgentParty,
  event: Extract<CallEvent, { type: 'failed' }>,
  now: Instant,
  timings: Timings,
): Step {
  switch (event.effect.do) {
    case 'originate':
      if (event.effect.leg !== agent.channel) return ignore(call, event)
      return missed(call, agent.agent, 'phone-failed', 'UNREACHABLE', now, timings)
    case 'accept-offer':
      // The queue's store is unreachable; two people are on the line and want to talk.
      return agent.step === 'ANSWERED' ? talk(call, agent, now) : ignore(call, event)
    default:
      return ignore(call, event)
  }
}

/** The stored state only says that the agent is reserved; Asterisk says how far the phone has come. */
function adoptOffer(call: Call, agent: AgentParty, found: Found, now: Instant, timings: Timings): Step {
  if (!found.isCallerAlive) return end(call, now, 'CALLER')
  const { id, agent: made, step } = agent
  const leg = found.legs.find((one) => one.id === agent.channel)
  if (!leg) {
    return step === 'RESERVED'
      ? { call: withTimer(call, 'pop', now + timings.popMs), effects: [{ do: 'pop', offer: made }] }
      : backInLine(call, 'LOST', now, timings, [{ do: 'withdraw-offer', offer: made }])
  }
  const bridge = bridgeOf(call.id)
  const rung: Call = { ...call, owned: { ...call.owned, bridge } }
  const create: Effect = { do: 'create-bridge', bridge }
  if (leg.isUp) {
    return {
      call: { ...withParty(rung, id, { step: 'ANSWERED' }), timers: {} },
      effects: [create, { do: 'accept-offer', offer: made }],
    }
  }
  if (step !== 'RESERVED') return { call: rung, effects: [create] }
  // It rings for the time that is left since the offer, not from the start.
  const ring = (call.offeredAt ?? now) + timings.popMs + timings.ringMs
  return {
    call: { ...withParty(rung, id, { step: 'RINGING' }), timers: { ring } },
    effects: [create, { do: 'mark-ringing', offer: made }],
  }
}
