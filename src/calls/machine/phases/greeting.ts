import { type Instant, unreachable } from '../../../platform/types.ts'
import type { MenuAction, Timings } from '../../../site/site.ts'
import type { Call, CallEvent, Effect, Step } from '../call.ts'
import { beginInquiry } from '../inquiry.ts'
import { always, end } from './ending.ts'
import { say } from './inquiring.ts'
import { queue } from './line.ts'
import { type At, ignore, isAbout, nextPlayback, prepend, withKey, withSegment } from './parts.ts'

/** Longest duration of a greeting; after it the caller enters the queue in any case. */
const greetingLimitMs = 30_000

/** The greeting, and the menu under it. */
export function greeting(call: Call, stage: At<'greeting'>, event: CallEvent, now: Instant, timings: Timings): Step {
  switch (event.type) {
    case 'playback-finished':
      return event.playback === stage.playback ? over(call, now, timings) : ignore(call, event)
    case 'timer':
      return event.timer === 'greeting' ? over(call, now, timings) : ignore(call, event)
    case 'failed':
      return isAbout(event.effect, stage.playback) ? over(call, now, timings) : ignore(call, event)
    case 'digit':
      return menuKey(call, stage, event.digit, now, timings)
    case 'adopted':
      if (!event.found.isCallerAlive) return end(call, now, 'CALLER')
      return greet(call, now, [{ do: 'stop-playback', playback: stage.playback }])
    default:
      return always(call, event, now)
  }
}

/** No key is needed; one that comes a moment late still counts, see `lateKey`. */
function over(call: Call, now: Instant, timings: Timings): Step {
  return queue({ ...call, menuUntil: now + timings.keyGraceMs }, now, timings, [])
}

/**
 * A key of the menu that was pressed just after the greeting.
 * @param call in the queue or offered to an agent
 * @param leaving effects that remove it from there
 * @returns null when the key has no meaning any more
 */
export function lateKey(call: Call, digit: string, leaving: Effect[], now: Instant, timings: Timings): Step | null {
  const action = call.menu[digit]
  if (!action || call.menuUntil === undefined || now > call.menuUntil) return null
  const pressed = withKey({ ...call, menuUntil: undefined }, digit)
  if (action.do === 'queue') return prepend(leaving, chosen(pressed, action, now, timings))
  // A caller who chose another skill starts at the end of its queue.
  const outside: Call = { ...pressed, queuedAt: null, offeredAt: null }
  const again = action.do === 'replay' ? withSegment(outside, { kind: 'GREETING' }, now) : outside
  return prepend(leaving, chosen(again, action, now, timings))
}

function menuKey(call: Call, stage: At<'greeting'>, digit: string, now: Instant, timings: Timings): Step {
  const pressed = withKey(call, digit)
  const action = call.menu[digit]
  const quiet: Effect[] = [{ do: 'stop-playback', playback: stage.playback }]
  return action ? prepend(quiet, chosen(pressed, action, now, timings)) : { call: pressed, effects: [] }
}

function chosen(call: Call, action: MenuAction, now: Instant, timings: Timings): Step {
  switch (action.do) {
    case 'replay':
      return greet(call, now, [])
    case 'inquire':
      return say(withSegment(call, { kind: 'INQUIRY' }, now), beginInquiry(), now)
    case 'queue':
      return queue({ ...call, skill: action.skill, priority: action.priority ?? call.priority }, now, timings, [])
    default:
      return unreachable(action)
  }
}

/** From its beginning. */
export function greet(call: Omit<Call, 'stage' | 'timers'>, now: Instant, before: Effect[]): Step {
  const [numbered, playback] = nextPlayback(call)
  return {
    call: { ...numbered, stage: { phase: 'greeting', playback }, timers: { greeting: now + greetingLimitMs } },
    effects: [...before, { do: 'play', channel: call.channel, playback, prompts: [call.greeting] }],
  }
}
