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
import { answerableOf } from '../party.ts'
import { type At, ignore, legClearance, prepend, teardownMs, withSegmentEnd, withTimer } from './parts.ts'

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
    case 'leg-up':
      return { call, effects: [{ do: 'hangup', channel: event.leg, cause: 'normal' }] }
    case 'leg-gone':
    case 'recording-ended':
      return { call, effects: [] }
    default:
      return ignore(call, event)
  }
}

/** The one place where an outcome is chosen. */
export function end(call: Call, now: Instant, endedBy: EndedBy, fault?: Outcome): Step {
  const stage: At<'ending'> = { phase: 'ending', outcome: fault ?? outcomeOf(call, now), endedBy }
  const talker = call.stage.phase === 'talking' ? answerableOf(call) : null
  const agent: Effect[] = talker ? [{ do: 'finish-agent', agentId: talker.agent.agentId, isPhoneLost: false }] : []
  const line: Effect[] =
    call.stage.phase === 'waiting' || call.stage.phase === 'offering' ? [{ do: 'leave-queue' }] : []
  const result = endedBy === 'CALLER' ? 'CALLER_LEFT' : endedBy === 'AGENT' ? 'AGENT_ENDED' : 'SYSTEM_ENDED'
  const ended: Call = {
    ...withSegmentEnd(call, now, result),
    stage,
    parties: [],
    endedAt: now,
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
  const bridge = call.owned.bridge
  return {
    call: {
      ...call,
      stage: { ...stage, phase: 'ended' },
      endedAt: call.endedAt ?? now,
      timers: {},
      owned: nothing,
    },
    effects: bridge ? [{ do: 'destroy-bridge', bridge }] : [],
  }
}

const nothing: Call['owned'] = { caller: false, legs: [], bridge: null, recording: null }

function clearance(call: Call): Effect[] {
  return [
    ...(call.owned.recording ? [{ do: 'stop-recording', recording: call.owned.recording } as const] : []),
    ...(call.owned.caller ? [{ do: 'hangup', channel: call.channel, cause: 'normal' } as const] : []),
    ...legClearance(call),
  ]
}

function isCleared(call: Call): boolean {
  return !call.owned.caller && call.owned.legs.length === 0 && call.owned.recording === null
}
