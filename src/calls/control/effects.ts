import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Bus } from '../../bus.ts'
import type { Queue } from '../../floor/queue/store.ts'
import { maskNumber } from '../../lines/mask.ts'
import { type Instant, unreachable } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import type { Ari, AriAnswer } from '../../telephony/ari/ari.ts'
import { promptMedia, sayAgentNumber, sayPosition, sayProgress, sayReadBack } from '../../telephony/speech/speech.ts'
import type { Inquiries } from '../../tickets/inquiries.ts'
import type { LastAgents } from '../floor/last-agents.ts'
import type { Call, CallEvent, Effect } from '../machine/call.ts'
import type { InquiryResult } from '../machine/inquiry.ts'
import type { CallView } from '../machine/view.ts'
import type { Entrances } from './entrances.ts'
import { dial, type PartyEffectParts, releaseAgent, reserveAgent } from './party-effects.ts'
import type { Pulse } from './pulse.ts'

export interface EffectParts {
  ari: Ari
  queue: Queue
  bus: Bus
  lastAgents: LastAgents
  inquiries: Inquiries
  pulse: Pulse
  entrances: Entrances
  announce: PartyEffectParts['announce']
  timings: Timings
  /** Written on every leg, for an operator who looks at Asterisk: which controller rang it. */
  epoch: number
  view(call: Call): CallView
  /** A recording has begun. */
  onRecording(call: Call, recording: Extract<Effect, { do: 'record' }>['recording']): void
  /** A caller asked for a ticket. */
  onInquiry(result: InquiryResult): void
  /** A caller waits or an agent is free again: match. */
  onQueueMoved(): void
  now(): Instant
  log: Logger
}

/** The ring alarm of the call decides when a phone has rung long enough; Asterisk's own limit is only behind it. */
const ringMarginSeconds = 10

/**
 * Carries out what calls ask for, each by one verb of Asterisk's, the queue's or the desk's.
 * @returns what came of it as an event, null when nothing needs to be told; never throws
 */
export function effectsOf(parts: EffectParts): (effect: Effect, call: Call) => Promise<CallEvent | null> {
  return async (effect, call) => {
    try {
      return await perform(parts, effect, call)
    } catch (error) {
      parts.log.warn({ callId: call.id, effect: effect.do, err: error }, 'effect failed')
      return { type: 'failed', effect, why: 'failed' }
    }
  }
}

async function perform(parts: EffectParts, effect: Effect, call: Call): Promise<CallEvent | null> {
  const { ari, queue, now } = parts
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
    case 'stop-playback':
      return told(await ari.stopPlayback(effect.playback))
    case 'start-music':
      return told(await ari.startMusic(effect.channel))
    case 'stop-music':
      return told(await ari.stopMusic(effect.channel))
    case 'enqueue':
      await enqueue(parts, effect, call)
      return (await queue.isAttended(effect.skill)) ? null : { type: 'unserved', playback: null }
    case 'leave-queue': {
      const left = await queue.leave(call.id, now())
      // Taken in the moment in which the caller hung up: there is nothing to wrap up.
      if (left.was === 'talking') await queue.finishCall(left.agentId, call.id, now(), 0)
      parts.onQueueMoved()
      return null
    }
    case 'pop':
      parts.bus.publish('call.popped', {
        agentId: effect.offer.agentId,
        offerId: effect.offer.id,
        call: parts.view(call),
      })
      return null
    case 'mark-ringing':
      await queue.ringing(effect.offer.id, now())
      return null
    case 'accept-offer': {
      const taken = await queue.accept(effect.offer.id, now())
      if (!taken.ok) return { type: 'offer-lost', offerId: effect.offer.id }
      if (call.caller.number) void parts.lastAgents.remember(call.caller.number, effect.offer.agentId)
      return { type: 'offer-accepted', offerId: effect.offer.id }
    }
    case 'reject-offer':
      await queue.reject(effect.offer.id, now(), effect.reason)
      parts.onQueueMoved()
      return null
    case 'withdraw-offer':
      await queue.withdraw(effect.offer.id, now())
      parts.onQueueMoved()
      return null
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
    case 'reserve-agent':
      return reserveAgent(parts, effect, call)
    case 'release-agent':
      await releaseAgent(parts, effect, call)
      return null
    case 'take-part': {
      const { agent, role } = effect
      if (role !== 'AGENT' && role !== 'CONSULTED' && role !== 'PARTNER') return null
      const { id: callId, node, skill } = call
      await queue.takePart(
        { agentId: agent.agentId, callId, part: agent.id, node, skill, role, state: 'TALKING' },
        now(),
      )
      return null
    }
    case 'dial':
      return told(await dial(parts, effect, call))
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
    case 'mark-hold':
      await (effect.isOnHold ? queue.hold(effect.agentId, now()) : queue.resume(effect.agentId, now()))
      return null
    case 'finish-agent': {
      const agent = await queue.finishCall(
        effect.agentId,
        call.id,
        now(),
        effect.isPhoneLost ? 0 : parts.timings.wrapUpMs,
      )
      if (effect.isPhoneLost && agent) await queue.force(effect.agentId, 'NOT_READY', 'phone-lost', now())
      parts.onQueueMoved()
      return null
    }
    case 'ignore':
      parts.log.debug({ callId: call.id, event: effect.event, phase: effect.phase }, 'event ignored in this phase')
      return null
    default:
      return unreachable(effect)
  }
}

async function enqueue(parts: EffectParts, effect: Extract<Effect, { do: 'enqueue' }>, call: Call): Promise<void> {
  const lastAgent = call.lastAgent ?? (call.caller.number ? await parts.lastAgents.recall(call.caller.number) : null)
  await parts.queue.enqueue({
    callId: call.id,
    node: call.node,
    skill: effect.skill,
    priority: effect.priority,
    queuedAt: effect.queuedAt,
    lastAgent,
  })
  parts.onQueueMoved()
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
