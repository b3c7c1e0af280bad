import type { RecordingName } from '../../../platform/types.ts'
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
      return withoutRecording(call, event.recording)
    case 'failed':
      return noticeFailure(call, event)
    case 'adopted':
      return noticeFound(call, event.found)
    case 'timer':
      // An alarm fires once, whatever its effect.
      return withoutTimer(call, event.timer)
    default:
      return call
  }
}

function noticeFailure(call: Call, event: Extract<CallEvent, { type: 'failed' }>): Call {
  const { effect, why } = event
  if (effect.do === 'originate') return withoutLeg(call, effect.leg)
  if (effect.do === 'record') return withoutRecording(call, effect.recording)
  if (why !== 'gone') return call
  if (effect.do === 'stop-recording') return withoutRecording(call, effect.recording)
  if (effect.do !== 'hangup') return call
  if (effect.channel === call.channel) return { ...call, owned: { ...call.owned, caller: false } }
  return withoutLeg(call, effect.channel)
}

function withoutRecording(call: Call, name: RecordingName): Call {
  const { recording, consultRecording } = call.owned
  if (recording === name) return { ...call, owned: { ...call.owned, recording: null } }
  return consultRecording === name ? { ...call, owned: { ...call.owned, consultRecording: null } } : call
}

function noticeFound(call: Call, found: Found): Call {
  if (call.stage.phase === 'ended') return call
  const legs = legsOf(call).filter((leg) => found.legs.some((one) => one.id === leg))
  const bridge = found.bridged === null ? call.owned.bridge : bridgeOf(call.id)
  const consult = found.consulting === null ? {} : { consultBridge: bridgeOf(call.id, 'CONSULT') }
  return { ...call, owned: { ...call.owned, ...consult, caller: found.isCallerAlive, legs, bridge } }
}
