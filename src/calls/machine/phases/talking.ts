import type { AgentId, Instant, PromptId } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import type { Call, CallEvent, Effect, Step } from '../call.ts'
import { mend, soundOf } from '../mix.ts'
import { answerableOf, consultedOf, hasCaller, type Party, withParty } from '../party.ts'
import { comeBack, rejoin } from '../rejoining.ts'
import { survey } from '../survey/surveying.ts'
import { adoptTalk } from './adopting.ts'
import { always, end } from './ending.ts'
import { headOfLine } from './line.ts'
import { type At, ignore, prepend, triesOfARequest, withKey, withoutTimer, withRecording, withTimer } from './parts.ts'
import { partyGone, reaching } from './reaching.ts'
import { regroup, withAnswerable, withConsultRecording, without, withoutParty } from './regroup.ts'
import { callerLeft, endedIfDeserted, wished } from './sharing.ts'

/** Caller and agent talk, perhaps with others; one of them is on hold, elsewhere, or coming back. */
export function talking(call: Call, stage: At<'talking'>, event: CallEvent, now: Instant, timings: Timings): Step {
  return endedIfDeserted(inTalk(call, stage, event, now, timings), now)
}

function inTalk(call: Call, stage: At<'talking'>, event: CallEvent, now: Instant, timings: Timings): Step {
  const reached = reaching(call, event, now, timings)
  if (reached) return reached
  switch (event.type) {
    case 'command':
    case 'add-party':
    case 'change-party':
    case 'drop-party':
    case 'send-digits':
      return wished(call, event, now, timings)
    case 'rejoin':
      return rejoin(call, event, now, timings)
    case 'caller-gone':
      return callerLeft(call, now)
    case 'leg-up':
      if (call.parties.some(({ channel }) => channel === event.leg)) return ignore(call, event)
      return comeBack(call, event.leg) ?? always(call, event, now)
    case 'leg-gone':
      return legEnded(call, event, now, timings)
    case 'timer':
      if (event.timer === 'join') return joinAgain(call)
      if (event.timer === 'record') return recordAgain(call)
      if (event.timer === 'consult-record') return recordConsultAgain(call)
      if (event.timer === 'rejoin') return rejoinsFailed(call, now, timings)
      return ignore(call, event)
    case 'recording-ended':
      // No one requests that during a talk: Asterisk gave the recording up.
      return recordLater(call, stage, now) ?? ignore(call, event)
    case 'failed':
      return talkFailed(call, stage, event, now, timings)
    case 'digit':
      return { call: withKey(call, event.digit), effects: [] }
    case 'adopted':
      return adoptTalk(call, event.found, now, timings)
    default:
      return always(call, event, now)
  }
}

/**
 * The agent has handed the call over and left, the target does not talk yet: the caller hears music, then the ringing.
 */
export function transferring(call: Call, event: CallEvent, now: Instant, timings: Timings): Step {
  const reached = reaching(call, event, now, timings)
  if (reached) return reached
  if (event.type === 'adopted') return adoptTalk(call, event.found, now, timings)
  // The agent was to be joined with the caller and has left: the caller alone is missing in the bridge.
  if (event.type === 'failed' && event.effect.do === 'join') {
    return { call: withTimer(call, 'join', now + joinAgainMs), effects: [] }
  }
  if (event.type === 'timer' && event.timer === 'join') return joinAgain(call)
  return always(call, event, now)
}

/** Music plays meanwhile. Given up with the transfer itself. */
const joinAgainMs = 500

function rejoinsFailed(call: Call, now: Instant, timings: Timings): Step {
  let step: Step = { call, effects: [] }
  for (const { id, next } of call.parties) {
    const party = step.call.parties.find((one) => one.id === id)
    if (!party || !next) continue
    const hangup: Effect = { do: 'hangup', channel: next.leg, cause: 'no_answer' }
    step = prepend([...step.effects, hangup], rejoinFailed(step.call, party, now, timings))
  }
  return step
}

/** The new leg failed: with the old one alive the call continues, without it no one must be left in silence. */
function rejoinFailed(call: Call, party: Party, now: Instant, timings: Timings): Step {
  const alone = withoutTimer(withParty(call, party.id, { next: null }), 'rejoin')
  if (call.owned.legs.includes(party.channel)) return { call: alone, effects: [] }
  return legLost(alone, alone, { ...party, next: null }, null, now, timings)
}

function legEnded(call: Call, event: Extract<CallEvent, { type: 'leg-gone' }>, now: Instant, timings: Timings): Step {
  const coming = call.parties.find(({ next }) => next?.leg === event.leg)
  if (coming) return rejoinFailed(call, coming, now, timings)
  const party = call.parties.find(({ channel }) => channel === event.leg)
  if (!party) return ignore(call, event)
  const before = { ...call, owned: { ...call.owned, legs: [...call.owned.legs, event.leg] } }
  if (!party.next) return legLost(before, call, party, event.cause, now, timings)
  // Their page is coming back: until then a party who is alone hears music.
  return { call, effects: mend(soundOf(call), without(soundOf(before), [event.leg])) }
}

function legLost(before: Call, call: Call, party: Party, cause: number | null, now: Instant, timings: Timings): Step {
  if (!hasCaller(call)) {
    const lost = party.agent && cause !== 16 ? [party.agent.agentId] : []
    return regroup(before, withoutParty(call, party), now, { results: { [party.id]: 'HUNG_UP' }, lost })
  }
  if (party.role !== 'AGENT') return partyGone(before, call, party, cause, now, timings)
  return agentGone(before, call, party, cause, now, timings)
}

/**
 * A BYE of the agent's phone ends a call of two. Otherwise the call needs an answerable agent: an agent of ours who
 * talks with the caller; without one the caller, who still wants an answer, is first in the queue, and the others are
 * out.
 */
function agentGone(before: Call, call: Call, party: Party, cause: number | null, now: Instant, timings: Timings): Step {
  const isHangUp = cause === 16
  if (isHangUp && call.parties.length === 2) return survey(call, now) ?? end(call, now, 'AGENT')
  const lost: AgentId[] = party.agent && !isHangUp ? [party.agent.agentId] : []
  const left = withoutParty(call, party)
  if (answerableOf(withAnswerable(left))) return regroup(before, left, now, { lost })
  const lastAgent = party.agent?.agentId ?? call.lastAgent
  return headOfLine({ ...call, lastAgent }, 'AGENT_LOST', 'agent-lost' as PromptId, lost, now, timings)
}

function talkFailed(
  call: Call,
  stage: At<'talking'>,
  event: Extract<CallEvent, { type: 'failed' }>,
  now: Instant,
  timings: Timings,
): Step {
  const { effect } = event
  switch (effect.do) {
    case 'join':
      if (stage.joinTries >= triesOfARequest) return end(call, now, 'SYSTEM', 'PLATFORM_FAILED')
      return {
        call: withTimer({ ...call, stage: { ...stage, joinTries: stage.joinTries + 1 } }, 'join', now + 100),
        effects: [],
      }
    case 'originate': {
      const coming = call.parties.find(({ next }) => next?.leg === effect.leg)
      return coming ? rejoinFailed(call, coming, now, timings) : ignore(call, event)
    }
    case 'record':
      return recordLater(call, stage, now) ?? ignore(call, event)
    default:
      return ignore(call, event)
  }
}

/** @returns null where all that is said is recorded, or will be */
function recordLater(call: Call, stage: At<'talking'>, now: Instant): Step | null {
  const timer = lacksRecording(call) ? 'record' : lacksConsultRecording(call) ? 'consult-record' : null
  if (timer === null || call.timers[timer] !== undefined) return null
  const tries = stage.recordTries ?? 0
  const later = { ...call, stage: { ...stage, recordTries: tries + 1 } }
  return { call: withTimer(later, timer, now + recordPauseMs(tries)), effects: [] }
}

/** With the last one in it a bridge's recording ends: after the caller has left that of a talk may be empty. */
function lacksRecording({ owned, parties }: Call): boolean {
  return owned.recording === null && parties.some(({ room }) => room === 'TALK')
}

function lacksConsultRecording(call: Call): boolean {
  return !call.owned.consultRecording && consultedOf(call)?.step === 'UP'
}

const firstRecordPauseMs = 2_000
const longestRecordPauseMs = 30_000

/**
 * Retried for as long as the talk lasts: the parties were told that it is recorded. With a growing back-off: on a full
 * disk every talk fails, and each attempt is stored and logged on that disk.
 */
function recordPauseMs(tries: number): number {
  return Math.min(longestRecordPauseMs, firstRecordPauseMs * 2 ** tries)
}

function recordAgain(call: Call): Step {
  if (!lacksRecording(call)) return { call, effects: [] }
  const recorded = withRecording(call)
  return { call: recorded, effects: mend(soundOf(recorded), soundOf(call)) }
}

function recordConsultAgain(call: Call): Step {
  if (!lacksConsultRecording(call)) return { call, effects: [] }
  const recorded = withConsultRecording(call)
  return { call: recorded, effects: mend(soundOf(recorded), soundOf(call)) }
}

/** A bridge that was not there was not recorded either. */
function joinAgain(call: Call): Step {
  const recorded = withRecording(call)
  return { call: recorded, effects: mend(soundOf(recorded), { ...soundOf(call), mixes: [] }) }
}
