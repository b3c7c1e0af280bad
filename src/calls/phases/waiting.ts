import type { Instant } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import type { AgentOffer, Call, CallEvent, Effect, Step } from '../call.ts'
import { always, end } from './ending.ts'
import { announce } from './line.ts'
import { type At, enqueue, ignore, music, withKey, withoutTimer, withSegment, withTimer } from './parts.ts'

const retryMs = 500

/** In the line, with music or a word about position and wait. */
export function waiting(call: Call, stage: At<'waiting'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'offered':
      return offer(call, stage, event.offer, now, timings)
    case 'playback-finished':
      if (event.playback !== stage.announcement) return ignore(call, event)
      return { call: { ...call, stage: { phase: 'waiting', announcement: null } }, effects: [music(call)] }
    case 'timer':
      if (event.timer === 'announce') return announce(call, now, timings)
      if (event.timer === 'enqueue') return { call: withoutTimer(call, 'enqueue'), effects: [enqueue(call)] }
      return ignore(call, event)
    case 'failed':
      if (event.effect.do === 'enqueue') return { call: withTimer(call, 'enqueue', now + retryMs), effects: [] }
      if (event.effect.do === 'announce-position' || event.effect.do === 'play') {
        return { call: { ...call, stage: { phase: 'waiting', announcement: null } }, effects: [music(call)] }
      }
      return ignore(call, event)
    case 'digit':
      return { call: withKey(call, event.digit), effects: [] }
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return {
        call: withTimer(
          { ...call, stage: { phase: 'waiting', announcement: null } },
          'announce',
          now + timings.announceEveryMs,
        ),
        effects: [music(call), enqueue(call)],
      }
    default:
      return always(call, event, now)
  }
}

function offer(call: Call, stage: At<'waiting'>, made: AgentOffer, now: Instant, timings: Timings): Step {
  const quiet: Effect[] = stage.announcement ? [{ do: 'stop-playback', playback: stage.announcement }, music(call)] : []
  return {
    call: {
      ...withSegment(call, { kind: 'OFFER', agentId: made.agentId }, now),
      stage: { phase: 'offering', step: 'popping', offer: made, leg: null },
      offeredAt: now,
      timers: { pop: now + timings.popMs },
    },
    effects: [...quiet, { do: 'pop', offer: made }],
  }
}
