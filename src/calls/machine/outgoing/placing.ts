import type { AgentId, ChannelId, Instant, OfferId } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import type { Call, Entry, Step } from '../call.ts'
import { type AgentOffer, aCaller, anAgent } from '../party.ts'
import { withSegment } from '../phases/parts.ts'
import type { Outgoing } from './outgoing.ts'

/** The legs of an outgoing call have their names before they exist, so a takeover finds them. */
export function citizenLegOf(id: string): ChannelId {
  return `${id}.leg2` as ChannelId
}
const agentLegOf = (id: string) => `${id}.leg1` as ChannelId

/** An agent places a call: they are reserved, then their phone is called, then the citizen's. */
export function place(
  entry: Entry & { outgoing: Outgoing },
  agent: Omit<AgentOffer, 'id'>,
  now: Instant,
  { reachMs }: Pick<Timings, 'reachMs'>,
): Step {
  const { id } = entry
  // One offer a call: it is known by the call's own id.
  const offer: AgentOffer = { ...agent, id: id as string as OfferId }
  const call: Call = {
    ...entry,
    version: 1,
    serial: 2,
    keys: '',
    pickedUpAt: null,
    queuedAt: null,
    offeredAt: null,
    answeredAt: null,
    endedAt: null,
    agent: { id: agent.agentId, number: agent.agentNumber },
    hangupCause: null,
    stage: { phase: 'dialling' },
    parties: [
      { ...aCaller(entry.channel, entry.caller.number), step: 'RESERVED', room: 'TALK' },
      { ...anAgent(offer, agentLegOf(id)), room: 'TALK' },
    ],
    timers: { reach: now + reachMs },
    owned: { caller: false, legs: [], bridge: null, recording: null },
    segments: [],
  }
  return {
    call: withSegment(call, { kind: 'CALLING', agentId: agent.agentId }, now),
    effects: [{ do: 'reserve-agent', party: offer.id, number: agent.agentNumber }],
  }
}

/** Whether this agent placed the call and has had it ever since: their state on the floor is 外呼. */
export function isPlacing(call: Pick<Call, 'outgoing' | 'queuedAt'>, agentId: AgentId): boolean {
  return call.outgoing?.by === agentId && call.queuedAt === null
}
