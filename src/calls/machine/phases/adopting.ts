import type { AgentId, ChannelId, Instant, PromptId } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import type { Call, Effect, Found, PartyResult, Step } from '../call.ts'
import { foundSound } from '../mix.ts'
import { answerableOf, consultedOf, hasCaller, type Party, pendingOf, withParty } from '../party.ts'
import { end } from './ending.ts'
import { headOfLine } from './line.ts'
import { withoutTimer, withRecording } from './parts.ts'
import { ring, withResult, withTalk } from './reaching.ts'
import { regroup, withAnswerable, withConsultRecording, withoutParty } from './regroup.ts'
import { withoutCaller } from './sharing.ts'

/** A talk, or a call that is being handed on, as the next controller finds it: what was left half done is done. */
export function adoptTalk(call: Call, found: Found, now: Instant, timings: Timings): Step {
  const there = asFound(call, found)
  const seen = found.isCallerAlive || !hasCaller(call) ? there : withoutCaller(there, now)
  if (!seen) return end(call, now, 'CALLER')
  const gone = seen.parties.filter((party) => isGone(party, found))
  const left = gone.reduce((last, party) => withoutParty(withResult(last, party, lossOf(party), now), party), seen)
  const lost = gone.flatMap(({ agent, step }): AgentId[] => (agent && step === 'UP' ? [agent.agentId] : []))
  if (hasCaller(left) && !goesOn(call, left)) {
    const lastAgent = answerableOf(seen)?.agent.agentId ?? seen.lastAgent
    return headOfLine({ ...seen, lastAgent }, 'AGENT_LOST', 'agent-lost' as PromptId, lost, now, timings)
  }
  const known = foundSound(left, found)
  const recorded = withSound(left, found)
  const results = Object.fromEntries(gone.map((party) => [party.id, lossOf(party)]))
  const step = regroup(seen, recorded, now, { known, lost, results })
  const again = reachAgain(step.call)
  return { call: again.call, effects: [...step.effects, ...again.effects, ...strayLegs(again.call, gone, found)] }
}

/** Who was to be reserved or rung when the last controller died. */
function reachAgain(call: Call): Step {
  const pending = pendingOf(call)
  if (pending?.step !== 'RESERVED' || !pending.asked) return { call, effects: [] }
  const { to } = pending.asked
  if (to.kind !== 'agent' || pending.agent) return ring(call, pending)
  return { call, effects: [{ do: 'reserve-agent', party: pending.id, number: to.number }] }
}

/**
 * Their leg was made and not dialled, or not even made: no one rings them, and Asterisk keeps such a leg for ever. They
 * are rung on another leg.
 */
function withUndialled(call: Call, found: Found): Call {
  const party = pendingOf(call)
  if (party?.step !== 'RINGING' || party.dialledAt !== undefined) return call
  const leg = found.legs.find(({ id }) => id === party.channel)
  if (leg && !leg.isDown) return call
  const serial = call.serial + 1
  const channel = `${call.id}.leg${serial}` as ChannelId
  return withParty({ ...call, serial }, party.id, { step: 'RESERVED', channel })
}

/** A party who answered in the meantime is there, and a page that came back has its new phone. */
function asFound(call: Call, found: Found): Call {
  const isUp = (leg: ChannelId) => found.legs.some((one) => one.id === leg && one.isUp)
  let answeredOne = call
  for (const party of call.parties) {
    const { id, next, agent, step, asked, channel } = party
    if (next && agent && isUp(next.leg)) {
      const back = { channel: next.leg, agent: { ...agent, endpoint: next.endpoint }, next: null }
      answeredOne = withoutTimer(withParty(answeredOne, id, back), 'rejoin')
    } else if (next) {
      answeredOne = withoutTimer(withParty(answeredOne, id, { next: null }), 'rejoin')
    }
    if (asked && step === 'RINGING' && isUp(channel)) {
      answeredOne = withTalk(withoutTimer(withParty(answeredOne, id, { step: 'UP' }), 'reach'))
    }
  }
  return withUndialled(answeredOne, found)
}

function isGone({ role, step, channel }: Party, found: Found): boolean {
  if (role === 'CALLER' || step === 'RESERVED') return false
  const leg = found.legs.find(({ id }) => id === channel)
  return step === 'UP' ? !leg?.isUp : !leg
}

function lossOf({ step }: Party): PartyResult {
  return step === 'UP' ? 'LOST' : 'UNREACHABLE'
}

/** An agent answers for the call, or it was handed on to people outside and one of them is there. */
function goesOn(before: Call, after: Call): boolean {
  if (answerableOf(withAnswerable(after))) return true
  return answerableOf(before) === null && after.parties.some(({ role }) => role !== 'CALLER')
}

function withSound(call: Call, found: Found): Call {
  const isRecorded = found.isRecording && call.owned.recording !== null && found.bridged !== null
  const talk = isRecorded ? call : withRecording({ ...call, owned: { ...call.owned, recording: null } })
  const consulted = consultedOf(talk)
  return consulted?.step === 'UP' && !found.isConsultRecorded ? withConsultRecording(talk) : talk
}

/** Of people who had left the call, or whose new phone was not wanted any more, when the last controller died. */
function strayLegs({ parties }: Call, gone: Party[], found: Found): Effect[] {
  const used = [...parties, ...gone].flatMap(({ channel, next }) => (next ? [channel, next.leg] : [channel]))
  return found.legs
    .filter(({ id }) => !used.includes(id))
    .map(({ id }): Effect => ({ do: 'hangup', channel: id, cause: 'normal' }))
}
