import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { maskNumber } from '../../lines/mask.ts'
import type { Ari, AriAnswer } from '../../telephony/ari/ari.ts'
import { promptMedia, sayAgentNumber, sayPosition, sayProgress, sayReadBack } from '../../telephony/speech/speech.ts'
import type { Inquiries } from '../../tickets/inquiries.ts'
import { type FloorEffectParts, performOnFloor } from '../floor/floor-effects.ts'
import type { Call, CallEvent, Effect } from '../machine/call.ts'
import type { InquiryResult } from '../machine/inquiry.ts'
import type { Surroundings } from './mailbox.ts'
import { dial } from './party-effects.ts'
import type { Pulse } from './pulse.ts'

export interface EffectParts extends FloorEffectParts {
  ari: Ari
  inquiries: Inquiries
  pulse: Pulse
  /** A recording has begun. */
  onRecording(call: Call, recording: Extract<Effect, { do: 'record' }>['recording']): void
  /** A caller asked for a ticket. */
  onInquiry(result: InquiryResult): void
  log: Logger
}

/** The ring alarm of the call decides when a phone has rung long enough; Asterisk's own limit is only behind it. */
const ringMarginSeconds = 10

/**
 * Carries out what calls ask for, each by one verb of Asterisk's, the queue's or the desk's.
 * @returns what came of it as an event, null when nothing needs to be told; never throws
 */
export function effectsOf(parts: EffectParts): Surroundings['perform'] {
  return async (effect, call, present) => {
    try {
      return await perform(parts, effect, call, present)
    } catch (error) {
      parts.log.warn({ callId: call.id, effect: effect.do, err: error }, 'effect failed')
      return { type: 'failed', effect, why: 'failed' }
    }
  }
}

async function perform(parts: EffectParts, effect: Effect, call: Call, present: () => Call): Promise<CallEvent | null> {
  const { ari } = parts
  const told = (answer: AriAnswer): CallEvent | null => {
    if (answer.ok) return null
    const level = answer.why === 'gone' ? 'debug' : 'warn'
    parts.log[level]({ callId: call.id, effect: effect.do, why: answer.why, detail: answer.detail }, 'not done')
    return { type: 'failed', effect, why: answer.why }
  }

  switch (effect.do) {
    case 'play':
      return told(await ari.play({ channel: effect.channel }, effect.playback, effect.prompts.map(promptMedia)))
    case 'look-up':
      return lookUp(parts, effect, call)
    case 'tell-progress':
      return told(await ari.play({ channel: effect.channel }, effect.playback, sayProgress(effect.progress)))
    case 'announce-position':
      return announcePosition(parts, effect, call, told)
    case 'check-caller':
      await parts.pulse.check(effect.channel)
      return null
    case 'read-back':
      return told(await ari.play({ channel: effect.channel }, effect.playback, sayReadBack(effect.number)))
    case 'announce-agent':
      return told(await ari.play({ bridge: effect.bridge }, effect.playback, sayAgentNumber(effect.agentNumber)))
    case 'announce-outgoing':
      return told(await ari.play({ bridge: effect.bridge }, effect.playback, [promptMedia('outgoing')]))
    case 'stop-playback':
      return told(await ari.stopPlayback(effect.playback))
    case 'start-music':
      return told(await ari.startMusic(effect.channel))
    case 'stop-music':
      return told(await ari.stopMusic(effect.channel))
    case 'originate':
      return told(
        await ari.originate({
          channelId: effect.leg,
          endpoint: effect.endpoint,
          callerNumber: maskNumber(call.caller.number) ?? 'anonymous',
          callerName: call.line.name,
          ringSeconds: Math.ceil(parts.timings.ringMs / 1_000) + ringMarginSeconds,
          appArgs: ['leg', call.id],
          variables: { HOTLINE_CALL: call.id, HOTLINE_EPOCH: `${parts.epoch}` },
        }),
      )
    case 'dial':
      return told(await dial(parts, effect, call, present)) ?? { type: 'leg-dialled', leg: effect.party.channel }
    case 'send-digits':
      return told(await ari.sendDigits(effect.channel, effect.digits))
    case 'mute':
      return told(await ari.mute(effect.channel))
    case 'unmute':
      return told(await ari.unmute(effect.channel))
    case 'stop-ringing':
      return told(await ari.stopRinging(effect.channel))
    case 'create-bridge':
      return told(await ari.createBridge(effect.bridge, effect.bridge))
    case 'join':
      return told(await ari.addToBridge(effect.bridge, effect.channels))
    case 'leave-bridge':
      return told(await ari.removeFromBridge(effect.bridge, effect.channel))
    case 'destroy-bridge':
      return told(await ari.destroyBridge(effect.bridge))
    case 'record': {
      const answer = await ari.recordBridge(effect.bridge, effect.recording)
      if (answer.ok) parts.onRecording(call, effect.recording)
      return told(answer)
    }
    case 'record-message':
      return told(await ari.recordMessage(effect.channel, effect.recording))
    case 'stop-recording':
      return told(await ari.stopRecording(effect.recording))
    case 'hangup':
      return told(await ari.hangup(effect.channel, effect.cause))
    case 'ignore':
      parts.log.debug({ callId: call.id, event: effect.event, phase: effect.phase }, 'event ignored in this phase')
      return null
    default:
      return performOnFloor(parts, effect, call)
  }
}

/** A database that does not answer must not keep the caller in silence, nor the effects that come after this one. */
async function lookUp(parts: EffectParts, effect: Extract<Effect, { do: 'look-up' }>, call: Call): Promise<CallEvent> {
  const { serial, number, code } = effect
  const limit = new AbortController()
  const { signal } = limit
  try {
    const asked = parts.inquiries.ask({ number, code, caller: call.caller.number, callId: call.id })
    const late = sleep(parts.timings.requestMs, null, { signal }).catch(() => null)
    const answer = await Promise.race([asked, late])
    parts.onInquiry(answer?.result ?? 'FAILED')
    return answer ? { type: 'looked-up', serial, answer } : { type: 'failed', effect, why: 'timeout' }
  } catch (error) {
    parts.onInquiry('FAILED')
    throw error
  } finally {
    limit.abort()
  }
}

/** „您前面还有…位“; without a position nothing is announced and the music continues. */
async function announcePosition(
  parts: EffectParts,
  effect: Extract<Effect, { do: 'announce-position' }>,
  call: Call,
  told: (answer: AriAnswer) => CallEvent | null,
): Promise<CallEvent | null> {
  if (!(await parts.queue.isAttended(call.skill))) return { type: 'unserved', playback: effect.playback }
  const prospect = await parts.queue.prospect(call.id, parts.now())
  if (!prospect) return { type: 'playback-finished', playback: effect.playback }
  const minutes = prospect.waitMs === null ? null : Math.max(1, Math.round(prospect.waitMs / 60_000))
  const media = [...sayPosition(prospect.position, minutes), ...effect.after.map(promptMedia)]
  return told(await parts.ari.play({ channel: effect.channel }, effect.playback, media))
}
