import { bridgeOf, type Call, type CallEvent, type Found } from '../call.ts'
import { legsOf } from '../mix.ts'
import { withoutLeg, withoutTimer } from './parts.ts'

/** What an event says about what the call still owns, whatever the phase. */
export function notice(call: Call, event: CallEvent): Call {
  switch (event.type) {
    case 'caller-gone':
      if (!call.owned.caller && (call.hangupCause !== null || event.cause === null)) return call
      return { ...call, hangupCause: call.hangupCause ?? event.cause, owned: { ...call.owned, caller: false } }
    case 'leg-gone':
      return withoutLeg(call, event.leg)
    case 'recording-ended':
      return call.owned.recording === event.recording ? { ...call, owned: { ...call.owned, recording: null } } : call
    case 'failed':
      return noticeFailure(call, event)
    case 'adopted':
      return noticeFound(call, event.found)
    case 'timer':
      // An alarm rings once, whatever comes of it.
      return withoutTimer(call, event.timer)
    default:
      return call
  }
}

function noticeFailure(call: Call, event: Extract<CallEvent, { type: 'failed' }>): Call {
  const { effect, why } = event
  if (effect.do === 'originate') return withoutLeg(call, effect.leg)
  if (effect.do === 'record' && call.owned.recording === effect.recording) {
    return { ...call, owned: { ...call.owned, recording: null } }
  }
  if (why !== 'gone') return call
  if (effect.do === 'stop-recording' && call.owned.recording === effect.recording) {
    return { ...call, owned: { ...call.owned, recording: null } }
  }
  if (effect.do !== 'hangup') return call
  if (effect.channel === call.channel) return { ...call, owned: { ...call.owned, caller: false } }
  return withoutLeg(call, effect.channel)
}

function noticeFound(call: Call, found: Found): Call {
  if (call.stage.phase === 'ended') return call
  const legs = legsOf(call).filter((leg) => found.legs.some((one) => one.id === leg))
  const bridge = found.bridged === null ? call.owned.bridge : bridgeOf(call.id)
  return { ...call, owned: { ...call.owned, caller: found.isCallerAlive, legs, bridge } }
}
