import type { ChannelId, Instant } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import {
  type AgentOffer,
  bridgeOf,
  type Call,
  type CallEvent,
  type Effect,
  type Found,
  recordingName,
  type Step,
} from '../call.ts'
import { always, end } from './ending.ts'
import { lateKey } from './greeting.ts'
import { backInLine } from './line.ts'
import {
  type At,
  ignore,
  legClearance,
  nextPlayback,
  withKey,
  withSegment,
  withSegmentEnd,
  withTimer,
} from './parts.ts'

/** An agent is reserved: shown the caller, rung, joined. */
export function offering(call: Call, stage: At<'offering'>, event: CallEvent, now: Instant, timings: Timings): Step {
  const { offer: made, leg } = stage
  switch (event.type) {
    case 'pop-shown':
      return event.offerId === made.id && stage.step === 'popping'
        ? ring(call, made, now, timings)
        : ignore(call, event)
    case 'timer':
      if (event.timer === 'pop' && stage.step === 'popping') return ring(call, made, now, timings)
      if (event.timer === 'ring') return missed(call, made, 'ring-missed', 'NO_ANSWER', now, timings)
      return ignore(call, event)
    case 'leg-up':
      if (event.leg !== leg) return always(call, event, now)
      if (stage.step !== 'ringing') return ignore(call, event)
      return {
        call: { ...call, stage: { ...stage, step: 'joining' }, timers: {} },
        effects: [{ do: 'accept-offer', offer: made }],
      }
    case 'offer-accepted':
      if (event.offerId !== made.id || !leg || stage.step !== 'joining') return ignore(call, event)
      return talk(call, made, leg, now)
    case 'offer-lost':
      if (event.offerId !== made.id) return ignore(call, event)
      return backInLine(call, 'LOST', now, timings, [])
    case 'leg-gone':
      return event.leg === leg ? legFailed(call, made, event.cause, now, timings) : ignore(call, event)
    case 'failed':
      return offerFailed(call, stage, event, now, timings)
    case 'digit':
      return pressed(call, stage, event.digit, now, timings)
    case 'adopted':
      return adoptOffer(call, stage, event.found, now, timings)
    default:
      return always(call, event, now)
  }
}

function ring(call: Call, made: AgentOffer, now: Instant, timings: Timings): Step {
  const serial = call.serial + 1
  const leg = `${call.id}.leg${serial}` as ChannelId
  const bridge = bridgeOf(call.id)
  return {
    call: {
      ...call,
      serial,
      stage: { phase: 'offering', step: 'ringing', offer: made, leg },
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

function talk(call: Call, made: AgentOffer, leg: ChannelId, now: Instant): Step {
  const bridge = bridgeOf(call.id)
  const [numbered, playback] = nextPlayback(call)
  const serial = numbered.serial + 1
  const recording = recordingName(call.id, call.arrivedAt, serial)
  const stage: At<'talking'> = { phase: 'talking', agent: made, leg, isOnHold: false, joinTries: 0, rejoin: null }
  return {
    call: {
      ...withSegment(numbered, { kind: 'TALKING', agentId: made.agentId, channel: leg }, now, 'ANSWERED'),
      serial,
      stage,
      answeredAt: call.answeredAt ?? now,
      agent: { id: made.agentId, number: made.agentNumber },
      timers: {},
      owned: { ...call.owned, bridge, recording },
    },
    effects: [
      { do: 'stop-music', channel: call.channel },
      // First: however busy Asterisk is, no word is said before it.
      { do: 'record', bridge, recording },
      { do: 'join', bridge, channels: [call.channel, leg] },
      { do: 'announce-agent', bridge, playback, agentNumber: made.agentNumber },
    ],
  }
}

/** A key of the menu, a moment late: the agent goes free without blame. Joined already, the two talk. */
function pressed(call: Call, stage: At<'offering'>, digit: string, now: Instant, timings: Timings): Step {
  const leaving: Effect[] = [
    { do: 'withdraw-offer', offer: stage.offer },
    ...legClearance(call),
    { do: 'stop-music', channel: call.channel },
  ]
  const late =
    stage.step === 'joining' ? null : lateKey(withSegmentEnd(call, now, 'KEY_PRESSED'), digit, leaving, now, timings)
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
  stage: At<'offering'>,
  event: Extract<CallEvent, { type: 'failed' }>,
  now: Instant,
  timings: Timings,
): Step {
  switch (event.effect.do) {
    case 'originate':
      if (event.effect.leg !== stage.leg) return ignore(call, event)
      return missed(call, stage.offer, 'phone-failed', 'UNREACHABLE', now, timings)
    case 'accept-offer':
      // The queue's store is away; two people are on the line and want to talk.
      return stage.leg ? talk(call, stage.offer, stage.leg, now) : ignore(call, event)
    default:
      return ignore(call, event)
  }
}

function adoptOffer(call: Call, stage: At<'offering'>, found: Found, now: Instant, timings: Timings): Step {
  if (!found.isCallerAlive) return end(call, now, 'CALLER')
  const leg = found.legs.find((one) => one.id === stage.leg)
  if (stage.step === 'popping') {
    return { call: withTimer(call, 'pop', now + timings.popMs), effects: [{ do: 'pop', offer: stage.offer }] }
  }
  if (!leg) return backInLine(call, 'LOST', now, timings, [{ do: 'withdraw-offer', offer: stage.offer }])
  if (leg.isUp) {
    return {
      call: { ...call, stage: { ...stage, step: 'joining' }, timers: {} },
      effects: [
        { do: 'create-bridge', bridge: bridgeOf(call.id) },
        { do: 'accept-offer', offer: stage.offer },
      ],
    }
  }
  return { call, effects: [{ do: 'create-bridge', bridge: bridgeOf(call.id) }] }
}
