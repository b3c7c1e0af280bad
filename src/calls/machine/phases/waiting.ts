import type { ChannelId, Instant, PlaybackId } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import type { Call, CallEvent, Effect, Step, WayOutReason } from '../call.ts'
import { foundSound, mend, soundOf } from '../mix.ts'
import { type AgentOffer, anAgent } from '../party.ts'
import { arrange } from './arranging.ts'
import { always, end } from './ending.ts'
import { lateKey } from './greeting.ts'
import { announce, outOfLine, pulseEveryMs, tellWayOut } from './line.ts'
import { leaveMessage } from './messaging.ts'
import {
  type At,
  enqueue,
  ignore,
  legClearance,
  music,
  prepend,
  withKey,
  withoutTimer,
  withSegment,
  withTimer,
} from './parts.ts'

const retryMs = 500

/** As the prompts `way-out` and `way-out-withheld` say. */
const wayOutKeys = { callBack: '1', message: '2' }

/** In the queue, with music or an announcement of position and wait. */
export function waiting(call: Call, stage: At<'waiting'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'offered':
      return offer(call, stage, event.offer, now, timings)
    case 'unserved':
      return wayOutDue(call, stage, 'unserved', event.playback, now, timings)
    case 'playback-finished':
      return event.playback === stage.announcement ? said(call, stage, now, timings) : ignore(call, event)
    case 'timer':
      if (event.timer === 'announce') return announce(call, now, timings)
      if (event.timer === 'pulse') {
        return {
          call: withTimer(call, 'pulse', now + pulseEveryMs),
          effects: [{ do: 'check-caller', channel: call.channel }],
        }
      }
      if (event.timer === 'way-out') return wayOutDue(call, stage, 'long', null, now, timings)
      if (event.timer === 'enqueue') return { call: withoutTimer(call, 'enqueue'), effects: [enqueue(call)] }
      return ignore(call, event)
    case 'failed':
      if (event.effect.do === 'enqueue') return { call: withTimer(call, 'enqueue', now + retryMs), effects: [] }
      if (event.effect.do === 'announce-position' || event.effect.do === 'play') return said(call, stage, now, timings)
      return ignore(call, event)
    case 'digit':
      return pressed(call, stage, event.digit, now, timings)
    case 'adopted': {
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      const quiet: Call = { ...call, stage: { phase: 'waiting', announcement: null } }
      const timed = withTimer(quiet, 'announce', now + timings.announceEveryMs)
      const pulsed = withTimer(timed, 'pulse', now + pulseEveryMs)
      // Of a talk before it some may be left.
      const cleared = [...mend(soundOf(pulsed), foundSound(pulsed, event.found)), ...legClearance(pulsed)]
      return { call: pulsed, effects: [...cleared, enqueue(call)] }
    }
    default:
      return always(call, event, now)
  }
}

/** What was said is over: music, or what had to wait for that. */
function said(call: Call, stage: At<'waiting'>, now: Instant, timings: Timings): Step {
  if (stage.next) return tellWayOut(call, stage.next, now, timings)
  return { call: { ...call, stage: { phase: 'waiting', announcement: null } }, effects: [music(call)] }
}

/** @param instead announcement that was to be made and is not */
function wayOutDue(
  call: Call,
  stage: At<'waiting'>,
  why: WayOutReason,
  instead: PlaybackId | null,
  now: Instant,
  timings: Timings,
): Step {
  if (stage.announcement === null || stage.announcement === instead) return tellWayOut(call, why, now, timings)
  const next = stage.next === 'unserved' ? stage.next : why
  return { call: { ...call, stage: { ...stage, next } }, effects: [] }
}

/**
 * The keys that lead out of the line, once they were told: the last thing that the caller heard counts. Else the menu's
 * keys, for a moment after the greeting.
 */
function pressed(call: Call, stage: At<'waiting'>, digit: string, now: Instant, timings: Timings): Step {
  const leaving = outOfLine(call, stage.announcement)
  const kept = withKey(call, digit)
  if (call.wayOutAt !== undefined && digit === wayOutKeys.callBack) return prepend(leaving, arrange(kept, now))
  if (call.wayOutAt !== undefined && digit === wayOutKeys.message) return prepend(leaving, leaveMessage(kept, now))
  return lateKey(call, digit, leaving, now, timings) ?? { call: kept, effects: [] }
}

/**
 * The leg has its name before it exists: wherever the controller dies while the agent is shown the caller and rung, this
 * state and Asterisk tell the next one how far it came.
 */
function offer(call: Call, stage: At<'waiting'>, made: AgentOffer, now: Instant, timings: Timings): Step {
  const quiet: Effect[] = stage.announcement ? [{ do: 'stop-playback', playback: stage.announcement }, music(call)] : []
  const serial = call.serial + 1
  const agent = anAgent(made, `${call.id}.leg${serial}` as ChannelId)
  return {
    call: {
      ...withSegment(call, { kind: 'OFFER', agentId: made.agentId }, now),
      serial,
      stage: { phase: 'offering' },
      parties: [...call.parties, agent],
      offeredAt: now,
      timers: { pop: now + timings.popMs },
    },
    effects: [...quiet, { do: 'pop', offer: made }],
  }
}
