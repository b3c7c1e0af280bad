import type { Instant } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import {
  bridgeOf,
  type Call,
  type CallEvent,
  type Effect,
  type Found,
  type Outcome,
  type PartyResult,
  type Step,
} from '../call.ts'
import { foundSound, mend, soundOf } from '../mix.ts'
import { type AgentOffer, type AgentParty, type Party, withParty } from '../party.ts'
import { adoptTalk } from '../phases/adopting.ts'
import { always, end } from '../phases/ending.ts'
import {
  ignore,
  nextPlayback,
  prepend,
  withoutTimer,
  withRecording,
  withSegment,
  withSegmentEnd,
  withTimer,
} from '../phases/parts.ts'
import { resultOf } from '../phases/reaching.ts'
import { comeBack, rejoin, withNewPhone } from '../rejoining.ts'

/*
 * The way of an outgoing call until the two talk; afterwards it is a talk like any other.
 *
 *                (1)                 (2)                  (3)
 *    reserved ────────▶ agent's ─────────▶ citizen's ────────▶ talking
 *        │             phone rings         phone rings
 *        │ (4)             │ (5)               │ (6) (7)
 *        └─────────────────┴───────────────────┴──▶ ending
 *
 *  1 the floor has the agent in 外呼: no call of the queue is offered   5 own phone refused, silent for 25 s, unreachable
 *  2 agent's phone is answered; a browser answers by itself            6 busy, refused, silent, no such number, unreachable
 *  3 the citizen answers                                               7 the agent hangs up
 *  4 in another call meanwhile
 *
 * The agent's page may be reloaded while the citizen's phone rings: it rings on, and the agent is rung once more.
 */
export function dialling(call: Call, agent: AgentParty, event: CallEvent, now: Instant, timings: Timings): Step {
  const citizen = citizenOf(call)
  switch (event.type) {
    case 'party-reserved':
      return reserved(call, agent, event.offer, now, timings)
    case 'party-refused':
      return event.party === agent.id ? notPlaced(call, now, 'NOT_READY') : ignore(call, event)
    case 'leg-up':
      if (event.leg === agent.channel && agent.step === 'RINGING') return callCitizen(call, agent, now, timings)
      if (event.leg === call.channel && citizen.step === 'RINGING') return talk(call, agent, now)
      return comeBack(call, event.leg) ?? always(call, event, now)
    case 'rejoin':
      return rejoin(call, event, now, timings)
    case 'leg-dialled': {
      const party = event.leg === call.channel ? citizen : event.leg === agent.channel ? agent : null
      return party ? { call: withParty(call, party.id, { dialledAt: now }), effects: [] } : ignore(call, event)
    }
    case 'leg-ringing':
      return event.leg === call.channel && citizen.step === 'RINGING' ? rings(call, agent, now) : ignore(call, event)
    case 'caller-gone':
      return citizen.step === 'RINGING' ? notReached(call, resultOf(event.cause), now) : ignore(call, event)
    case 'leg-gone':
      if (event.leg === agent.next?.leg) return notBack(call, agent, now)
      if (event.leg !== agent.channel || agent.step === 'RESERVED') return ignore(call, event)
      // Their page is coming back.
      if (agent.next) return { call, effects: [] }
      return agent.step === 'UP' ? cancelled(call, now) : notPlaced(call, now, resultOf(event.cause))
    case 'command':
      return event.command === 'hangup' && event.agentId === agent.agent.agentId
        ? cancelled(call, now)
        : ignore(call, event)
    case 'timer':
      if (event.timer === 'rejoin' && agent.next) {
        return prepend([{ do: 'hangup', channel: agent.next.leg, cause: 'no_answer' }], notBack(call, agent, now))
      }
      if (event.timer !== 'reach') return ignore(call, event)
      return agent.step === 'UP' ? notReached(call, 'NO_ANSWER', now) : notPlaced(call, now, 'NO_ANSWER')
    case 'failed':
      if (event.effect.do === 'originate' && event.effect.leg === agent.next?.leg) return notBack(call, agent, now)
      return requestFailed(call, agent, event.effect, now)
    case 'adopted':
      return adopt(call, agent, event.found, now, timings)
    default:
      return always(call, event, now)
  }
}

function citizenOf(call: Call): Party {
  const citizen = call.parties.find(({ role }) => role === 'CALLER')
  if (!citizen) throw new Error(`outgoing call ${call.id} has no citizen`)
  return citizen
}

/** The new phone of the agent's page failed: with the old one alive nothing has happened. */
function notBack(call: Call, agent: AgentParty, now: Instant): Step {
  const alone = withoutTimer(withParty(call, agent.id, { next: null }), 'rejoin')
  return alone.owned.legs.includes(agent.channel) ? { call: alone, effects: [] } : cancelled(alone, now)
}

function reserved(call: Call, agent: AgentParty, offer: AgentOffer, now: Instant, { reachMs }: Timings): Step {
  if (offer.id !== agent.id || agent.step !== 'RESERVED') return { call, effects: [] }
  const bridge = bridgeOf(call.id)
  const rung: AgentParty = { ...agent, agent: offer, step: 'RINGING' }
  const owned = { ...call.owned, legs: [...call.owned.legs, agent.channel], bridge }
  return {
    call: withTimer({ ...withParty(call, agent.id, rung), owned }, 'reach', now + reachMs),
    effects: [
      { do: 'create-bridge', bridge },
      { do: 'dial', party: rung, bridge },
    ],
  }
}

/** The agent is there. Their phone and the citizen's share the bridge from here on, so the agent hears the ringing. */
function callCitizen(call: Call, agent: AgentParty, now: Instant, { reachMs }: Timings): Step {
  const there = withParty(withParty(call, agent.id, { step: 'UP' }), 'CALLER', { step: 'RINGING' })
  const ringMs = call.outgoing?.ringMs ?? reachMs
  return {
    call: withTimer({ ...there, owned: { ...call.owned, caller: true } }, 'reach', now + ringMs),
    effects: [{ do: 'dial', party: citizenOf(there), bridge: bridgeOf(call.id) }],
  }
}

/** The network says that the citizen's phone rings: from here on they may know of the call. */
function rings(call: Call, agent: AgentParty, now: Instant): Step {
  if (call.segments.at(-1)?.kind === 'RINGING') return { call, effects: [] }
  return { call: withSegment(call, { kind: 'RINGING', agentId: agent.agent.agentId }, now, 'RUNG'), effects: [] }
}

function talk(call: Call, agent: AgentParty, now: Instant): Step {
  const talks = begun(call, agent, now)
  const [numbered, playback] = nextPlayback(talks)
  const announce: Effect = { do: 'announce-outgoing', bridge: bridgeOf(call.id), playback }
  return { call: numbered, effects: [...mend(soundOf(numbered), soundOf(call)), announce] }
}

/** The two talk, recorded from the answer on. */
function begun(call: Call, agent: AgentParty, now: Instant): Call {
  const { agentId } = agent.agent
  const answered = withSegment(
    withParty(call, 'CALLER', { step: 'UP' }),
    { kind: 'TALKING', agentId, channel: agent.channel },
    now,
    'ANSWERED',
  )
  const stage = { phase: 'talking', joinTries: 0 } as const
  // Their page may be coming back at this moment.
  const { rejoin: isAwaited } = call.timers
  const timers = isAwaited === undefined ? {} : { rejoin: isAwaited }
  return withRecording({ ...answered, stage, pickedUpAt: now, answeredAt: now, timers })
}

const outcomeOf: Partial<Record<PartyResult, Outcome>> = {
  BUSY: 'OUT_BUSY',
  DECLINED: 'OUT_DECLINED',
  NO_ANSWER: 'OUT_NO_ANSWER',
  NO_SUCH_NUMBER: 'OUT_NO_NUMBER',
}

function notReached(call: Call, result: PartyResult, now: Instant): Step {
  const isTheirs = result === 'BUSY' || result === 'DECLINED'
  return over(call, result, isTheirs ? 'CALLER' : 'SYSTEM', outcomeOf[result] ?? 'OUT_UNREACHABLE', now)
}

/** The agent's own phone was not there: the citizen was never called. */
function notPlaced(call: Call, now: Instant, result: PartyResult): Step {
  return over(call, result, 'SYSTEM', 'OUT_NOT_PLACED', now)
}

function cancelled(call: Call, now: Instant): Step {
  return over(call, 'AGENT_ENDED', 'AGENT', 'OUT_CANCELLED', now)
}

function over(
  call: Call,
  result: string,
  endedBy: 'CALLER' | 'AGENT' | 'SYSTEM',
  outcome: Outcome,
  now: Instant,
): Step {
  return end(withSegmentEnd(call, now, result), now, endedBy, outcome)
}

function requestFailed(call: Call, agent: AgentParty, effect: Effect, now: Instant): Step {
  if (effect.do === 'reserve-agent' && effect.party === agent.id) return notPlaced(call, now, 'UNREACHABLE')
  if (effect.do !== 'dial') return { call, effects: [] }
  if (effect.party.channel === call.channel) return notReached(call, 'UNREACHABLE', now)
  return effect.party.channel === agent.channel ? notPlaced(call, now, 'UNREACHABLE') : { call, effects: [] }
}

/**
 * A new controller: Asterisk has gone on ringing by itself. A leg that is missing was refused or never made, and one that
 * was not dialled rings nobody: neither is tried again, or a citizen could be called twice.
 */
function adopt(call: Call, agent: AgentParty, found: Found, now: Instant, timings: Timings): Step {
  if (agent.step === 'RESERVED') {
    return { call, effects: [{ do: 'reserve-agent', party: agent.id, number: agent.agent.agentNumber }] }
  }
  const leg = found.legs.find(({ id }) => id === agent.channel)
  if (agent.step === 'RINGING') {
    if (!leg || (leg.isDown && agent.dialledAt === undefined)) return notPlaced(call, now, 'UNREACHABLE')
    return leg.isUp ? callCitizen(call, agent, now, timings) : { call, effects: [] }
  }
  if (found.isCallerUp) return adoptTalk(begun(call, agent, now), found, now, timings)
  if (agent.next) {
    const next = found.legs.find(({ id }) => id === agent.next?.leg)
    const back = next?.isUp ? withNewPhone(call, agent) : null
    if (back) return adoptBack(back, found, leg ? [{ do: 'hangup', channel: leg.id, cause: 'normal' }] : [])
    if (next) return { call, effects: [] }
    return notBack(call, agent, now)
  }
  if (!leg?.isUp) return cancelled(call, now)
  const isUndialled = found.isCallerDown === true && citizenOf(call).dialledAt === undefined
  if (!found.isCallerAlive || isUndialled) return notReached(call, 'UNREACHABLE', now)
  return adoptBack(call, found, [])
}

/** Nobody has been put on hold or muted yet. */
function adoptBack(call: Call, found: Found, old: Effect[]): Step {
  return { call, effects: [...mend(soundOf(call), { ...foundSound(call, found), music: [], muted: [] }), ...old] }
}
