import type { ChannelId, Instant, PromptId } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import { bridgeOf, type Call, type CallEvent, type PartyResult, type Step } from '../call.ts'
import { type AgentOffer, answerableOf, type Party, pendingOf, withParty } from '../party.ts'
import { end } from './ending.ts'
import { headOfLine } from './line.ts'
import { withoutTimer, withRecording } from './parts.ts'
import { regroup, silenced, withConsultRecording, withoutParty } from './regroup.ts'

/** Reaching a further party: reserved, rung, there, or not reached. */

/**
 * What an event says of the one who is being called.
 * @returns null when it says nothing of them
 */
export function reaching(call: Call, event: CallEvent, now: Instant, timings: Timings): Step | null {
  if (event.type === 'party-reserved') return reserved(call, event.offer)
  if (event.type === 'leg-dialled') return dialled(call, event.leg, now)
  const party = pendingOf(call)
  if (!party) return null
  switch (event.type) {
    case 'party-refused':
      return event.party === party.id ? failed(call, party, 'NOT_READY', now, timings) : null
    case 'leg-up':
      return event.leg === party.channel ? answered(call, party, now) : null
    case 'leg-gone':
      return event.leg === party.channel ? failed(call, party, resultOf(event.cause), now, timings) : null
    case 'timer':
      return event.timer === 'reach' ? failed(call, party, 'NO_ANSWER', now, timings) : null
    case 'failed': {
      const { effect } = event
      const isTheirs =
        (effect.do === 'dial' && effect.party.channel === party.channel) ||
        (effect.do === 'reserve-agent' && effect.party === party.id)
      return isTheirs ? failed(call, party, 'UNREACHABLE', now, timings) : null
    }
    default:
      return null
  }
}

/** The leg has its name since it was asked for: a takeover finds it, however far it has come. */
export function ring(call: Call, party: Party): Step {
  const rung: Party = { ...party, step: 'RINGING' }
  return {
    call: {
      ...withParty(call, party.id, rung),
      owned: { ...call.owned, legs: [...call.owned.legs, party.channel] },
    },
    effects: [{ do: 'dial', party: rung, bridge: bridgeOf(call.id, party.room ?? 'TALK') }],
  }
}

function reserved(call: Call, offer: AgentOffer): Step {
  const party = call.parties.find(({ id, step }) => id === offer.id && step === 'RESERVED')
  if (party) return ring(call, { ...party, agent: offer })
  const isHere = call.parties.some(({ agent }) => agent?.agentId === offer.agentId)
  // Cancelled while the queue was asked.
  return { call, effects: isHere ? [] : [{ do: 'release-agent', offer }] }
}

/** Kept, so that the next controller does not ring them once more, and for the proof of an emergency. */
function dialled(call: Call, leg: ChannelId, now: Instant): Step {
  const party = call.parties.find(({ channel, asked }) => channel === leg && asked !== undefined)
  if (!party || party.dialledAt !== undefined) return { call, effects: [] }
  const segments = call.segments.map((one) =>
    one.party?.id === party.id && one.endedAt === null ? { ...one, party: { ...one.party, dialledAt: now } } : one,
  )
  return { call: { ...withParty(call, party.id, { dialledAt: now }), segments }, effects: [] }
}

export function answered(call: Call, party: Party, now: Instant): Step {
  const up = withoutTimer(withParty(call, party.id, { step: 'UP' }), 'reach')
  return regroup(call, party.role === 'CONSULTED' ? withConsultRecording(up) : withTalk(up), now)
}

/** A blind transfer is over: whose call it is follows from who has answered. */
export function withTalk(call: Call): Call {
  if (call.stage.phase !== 'transferring') return call
  return withRecording({ ...call, stage: { phase: 'talking', joinTries: 0 } })
}

/** Back to the agent with what happened; after a blind transfer the caller is first in line. */
export function failed(call: Call, party: Party, result: PartyResult, now: Instant, timings: Timings): Step {
  const told = withResult(call, party, result, now)
  if (call.stage.phase === 'transferring') return headOfLine(told, result, null, [], now, timings)
  const step = regroup(call, withoutParty(told, party), now, { results: { [party.id]: result } })
  return { call: step.call, effects: [...step.effects, ...silenced(call, party)] }
}

/** A talking party has left by themselves: the others continue, except a caller who would be alone. */
export function partyGone(
  before: Call,
  call: Call,
  party: Party,
  cause: number | null,
  now: Instant,
  timings: Timings,
): Step {
  const isHangUp = cause === 16
  const result: PartyResult = isHangUp ? 'HUNG_UP' : 'LOST'
  const given = withoutParty(withResult(call, party, result, now), party)
  const lost = party.agent !== null && !isHangUp ? [party.agent.agentId] : []
  const goesOn =
    answerableOf(call) !== null || given.parties.some(({ role, step }) => role !== 'CALLER' && step === 'UP')
  if (goesOn) return regroup(before, given, now, { results: { [party.id]: result }, lost })
  if (isHangUp) return end(given, now, 'SYSTEM')
  return headOfLine(given, 'LOST', 'agent-lost' as PromptId, lost, now, timings)
}

export function withResult(call: Call, party: Party, result: PartyResult, now: Instant): Call {
  const { asked, agent } = party
  if (!asked) return call
  const name = agent
    ? agent.agentNumber
    : asked.to.kind === 'outside'
      ? asked.to.name
      : asked.to.kind === 'agent'
        ? asked.to.number
        : ''
  return { ...call, lastResult: { party: party.id, name, mode: asked.mode, result, at: now } }
}

/** Q.850 causes as Asterisk tells them of a leg that was dialled. Its own time limit tells 19. */
const resultOfCause = new Map<number, PartyResult>([
  [1, 'NO_SUCH_NUMBER'],
  [3, 'NO_SUCH_NUMBER'],
  [16, 'DECLINED'],
  [17, 'BUSY'],
  [18, 'NO_ANSWER'],
  [19, 'NO_ANSWER'],
  [21, 'DECLINED'],
  [26, 'NO_ANSWER'],
  [28, 'NO_SUCH_NUMBER'],
  [34, 'CONGESTED'],
  [38, 'CONGESTED'],
  [42, 'CONGESTED'],
])

/** @returns what the cause with which a dialled leg ended means for those who wait for it */
export function resultOf(cause: number | null): PartyResult {
  return (cause === null ? null : resultOfCause.get(cause)) ?? 'UNREACHABLE'
}
