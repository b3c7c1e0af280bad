import type { Instant } from '../../../platform/types.ts'
import {
  type Call,
  type CallEvent,
  type Effect,
  type EndedBy,
  type Outcome,
  type Step,
  shortestMessageMs,
} from '../call.ts'
import {
  type At,
  ignore,
  legClearance,
  prepend,
  recordingClearance,
  teardownMs,
  withSegmentEnd,
  withTimer,
} from './parts.ts'
import { farewells, withPartiesEnded } from './regroup.ts'

/** The call is over; what it still owns at Asterisk goes. */
export function ending(call: Call, stage: At<'ending'>, event: CallEvent, now: Instant): Step {
  switch (event.type) {
    case 'timer':
      if (event.timer === 'teardown') return close(call, stage, now)
      return ignore(call, event)
    case 'leg-up':
      // Answered in the moment in which the caller left.
      return { call, effects: [{ do: 'hangup', channel: event.leg, cause: 'normal' }] }
    case 'platform-lost':
      return close(call, stage, now)
    case 'party-reserved':
      return released(call, event)
    case 'adopted': {
      if (!event.found.isCallerAlive && event.found.legs.length === 0) return close(call, stage, now)
      return { call: withTimer(call, 'teardown', now + teardownMs), effects: clearance(call) }
    }
    default:
      return isCleared(call) ? close(call, stage, now) : { call, effects: [] }
  }
}

/** After the end only the clearing away of late arrivals is left. */
export function leftOver(call: Call, event: CallEvent): Step {
  if (event.type === 'leg-up') return { call, effects: [{ do: 'hangup', channel: event.leg, cause: 'normal' }] }
  if (event.type === 'offered') return { call, effects: [{ do: 'leave-queue' }] }
  if (event.type === 'party-reserved') return released(call, event)
  return { call, effects: [] }
}

/** What every living phase answers alike. */
export function always(call: Call, event: CallEvent, now: Instant): Step {
  switch (event.type) {
    case 'caller-gone':
      return end(call, now, 'CALLER')
    case 'platform-lost':
      return end(call, now, 'SYSTEM', 'PLATFORM_LOST')
    case 'offered':
      // The queue matched a call that has just moved on; its agent must not wait for it.
      return { call, effects: [{ do: 'withdraw-offer', offer: event.offer }] }
    case 'party-reserved':
      return released(call, event)
    case 'leg-up':
      return { call, effects: [{ do: 'hangup', channel: event.leg, cause: 'normal' }] }
    case 'leg-gone':
    case 'leg-dialled':
    case 'recording-ended':
      return { call, effects: [] }
    default:
      return ignore(call, event)
  }
}

/** Of a talk that was over before the queue had answered. */
function released(call: Call, { offer }: Extract<CallEvent, { type: 'party-reserved' }>): Step {
  return { call, effects: [{ do: 'release-agent', offer }] }
}

/** The one place where an outcome is chosen. The rating that follows a talk is no part of its length. */
export function end(call: Call, now: Instant, last: EndedBy, fault?: Outcome): Step {
  const { callerLeftAt } = call
  // The last of the others to hang up: for the caller it was over before.
  const endedBy = callerLeftAt === undefined ? last : 'CALLER'
  const stage: At<'ending'> = { phase: 'ending', outcome: fault ?? outcomeOf(call, now), endedBy }
  const isTalk = ['talking', 'transferring', 'dialling'].includes(call.stage.phase)
  const agent: Effect[] = isTalk ? farewells(call, []) : []
  const line: Effect[] =
    call.stage.phase === 'waiting' || call.stage.phase === 'offering' ? [{ do: 'leave-queue' }] : []
  const result = last === 'CALLER' ? 'CALLER_LEFT' : last === 'AGENT' ? 'AGENT_ENDED' : 'SYSTEM_ENDED'
  const ended: Call = {
    ...withPartiesEnded(withSegmentEnd(call, now, result), now, result),
    stage,
    parties: [],
    endedAt: call.survey?.askedAt ?? callerLeftAt ?? now,
    timers: { teardown: now + teardownMs },
  }
  if (fault === 'PLATFORM_LOST') return prepend([...agent, ...line], close({ ...ended, owned: nothing }, stage, now))
  if (isCleared(ended)) return prepend([...agent, ...line], close(ended, stage, now))
  return { call: ended, effects: [...agent, ...line, ...clearance(ended)] }
}

/** Hung up while it was recorded: what was said until then counts. */
function isLeft({ step, since }: At<'messaging'>, now: Instant): boolean {
  return step === 'recording' && since !== null && now - since >= shortestMessageMs
}

function outcomeOf(call: Call, now: Instant): Outcome {
  if (call.answeredAt !== null) return 'ANSWERED'
  switch (call.stage.phase) {
    case 'waiting':
      return 'LEFT_QUEUE'
    case 'offering':
      return 'LEFT_AT_OFFER'
    case 'messaging':
      return call.stage.step === 'thanks' || isLeft(call.stage, now) ? 'LEFT_MESSAGE' : 'LEFT_QUEUE'
    case 'arranging':
      return call.callBackTo === undefined ? 'LEFT_QUEUE' : 'CALLBACK_ASKED'
    default:
      return call.inquired?.some((one) => one.result === 'FOUND') ? 'SELF_SERVED' : 'LEFT_BEFORE_QUEUE'
  }
}

/** Nothing is left, or waited for long enough: the record is closed. The bridge goes last (asterisk#1124). */
function close(call: Call, stage: At<'ending'>, now: Instant): Step {
  const { bridge, consultBridge } = call.owned
  const bridges = [bridge, consultBridge ?? null].filter((one) => one !== null)
  return {
    call: {
      ...call,
      stage: { ...stage, phase: 'ended' },
      endedAt: call.endedAt ?? now,
      timers: {},
      owned: nothing,
    },
    effects: bridges.map((one) => ({ do: 'destroy-bridge', bridge: one })),
  }
}

const nothing: Call['owned'] = { caller: false, legs: [], bridge: null, recording: null }

function clearance(call: Call): Effect[] {
  return [
    ...recordingClearance(call),
    ...(call.owned.caller ? [{ do: 'hangup', channel: call.channel, cause: 'normal' } as const] : []),
    ...legClearance(call),
  ]
}

function isCleared(call: Call): boolean {
  const { caller, legs, recording, consultRecording } = call.owned
  return !caller && legs.length === 0 && recording === null && !consultRecording
}
