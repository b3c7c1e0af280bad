import type { AgentId, ChannelId, Instant } from '../../../platform/types.ts'
import {
  bridgeOf,
  type Call,
  consultRecordingName,
  type Effect,
  type Segment,
  type SegmentParty,
  type Step,
} from '../call.ts'
import { isCallerWaiting, type KnownSound, mend, type Sound, soundOf } from '../mix.ts'
import { answerableOf, consultedOf, hasCaller, isCallerOnHold, type Party, withParty } from '../party.ts'
import { openSegment, withEnded, withoutTimer, withSegment, withSegmentEnd } from './parts.ts'

/** Everything that follows from a change of a talk's parties: sound, legs, the floor, the record. */

export interface Why {
  /** How the segment of a party who left ended, by the party's id. */
  results?: Record<string, string>
  /** Agents whose phone failed: no wrap-up before it is there again. */
  lost?: AgentId[]
  /** What Asterisk has; left out where the call itself knows it. */
  known?: KnownSound
}

/**
 * @param before the call as it was, with the legs that have just ended
 * @param given the same call with the new parties; the answerable agent, the record and the recording follow from
 *   them
 */
export function regroup(before: Call, given: Call, now: Instant, why: Why = {}): Step {
  const after = withRecords(withAnswerable(withNewTries(given)), now, why.results ?? {})
  const gone = goneFrom(before, after)
  const known =
    why.known ??
    without(withConsultRoom(before, soundOf(before)), [...gone.flatMap(legsOfParty), ...goneLegs(before, given)])
  return {
    call: after,
    effects: [
      ...mend(soundOf(after), known),
      ...partsOf(before, after),
      ...holdOf(before, after),
      ...gone.flatMap((party) => farewell(after, party, why.lost ?? [])),
    ],
  }
}

/** Requests that failed were for what was wanted before. */
function withNewTries(call: Call): Call {
  return call.stage.phase === 'talking' ? { ...call, stage: { ...call.stage, joinTries: 0 } } : call
}

/**
 * The answerable agent leaves and another agent of ours talks with the caller: the call is theirs from now on. So a
 * transfer need not say who becomes answerable.
 */
export function withAnswerable(call: Call): Call {
  if (answerableOf(call)) return call
  const next = call.parties.find(
    ({ agent, step, room, isOnHold }) => agent !== null && step === 'UP' && room === 'TALK' && !isOnHold,
  )
  if (!next?.agent) return call
  const { agentId: id, agentNumber: number } = next.agent
  const parties = call.parties.map((party): Party => (party === next ? { ...party, role: 'AGENT' } : party))
  return { ...call, parties, agent: { id, number } }
}

/** @returns the call without a party; who asked them is back with the caller */
export function withoutParty(call: Call, party: Party): Call {
  const others = { ...call, parties: call.parties.filter(({ id }) => id !== party.id) }
  const alone = party.step === 'UP' ? others : withoutTimer(others, 'reach')
  return party.role === 'CONSULTED' ? withParty(alone, 'AGENT', { room: 'TALK' }) : alone
}

/** The ring-back of a ringing phone continues by itself where no other party is heard. */
export function silenced(call: Call, party: Party): Effect[] {
  const agent = answerableOf(call)
  const heard = party.role === 'CONSULTED' && party.step === 'RINGING' && agent !== null
  return heard ? [{ do: 'stop-ringing', channel: agent.channel }] : []
}

/** All agents of ours have left the call. */
export function farewells(call: Call, lost: AgentId[]): Effect[] {
  return call.parties.flatMap((party) => partEnd(party, lost))
}

/** @returns the call with only the caller's segment open */
export function withPartiesEnded(call: Call, now: Instant, result: string | null): Call {
  const open = call.segments.filter((segment) => segment.party !== undefined && segment.endedAt === null)
  return open.reduce((last, segment) => withEnded(last, segment, now, result), call)
}

function goneFrom(before: Call, after: Call): Party[] {
  return before.parties.filter((party) => after.parties.every(({ id }) => id !== party.id))
}

function goneLegs(before: Call, after: Call): ChannelId[] {
  return before.owned.legs.filter((leg) => !after.owned.legs.includes(leg))
}

function legsOfParty({ channel, next }: Party): ChannelId[] {
  return next === null ? [channel] : [channel, next.leg]
}

/** The bridge of a consult may be empty by now, or about to be made: it goes with the consult. */
export function withConsultRoom(call: Call, sound: Sound): Sound {
  const bridge = bridgeOf(call.id, 'CONSULT')
  if (!consultedOf(call) || sound.mixes.some((mix) => mix.bridge === bridge)) return sound
  return { ...sound, mixes: [...sound.mixes, { bridge, channels: [] }] }
}

/** Hung up, or hung up by us in the same breath, they leave by themselves. */
export function without(sound: Sound, legs: ChannelId[]): Sound {
  const stays = (channel: ChannelId) => !legs.includes(channel)
  return {
    ...sound,
    mixes: sound.mixes.map(({ bridge, channels }) => ({ bridge, channels: channels.filter(stays) })),
    music: sound.music.filter(stays),
    muted: sound.muted.filter(stays),
  }
}

function farewell(call: Call, party: Party, lost: AgentId[]): Effect[] {
  const legs = legsOfParty(party).filter((leg) => call.owned.legs.includes(leg))
  return [...partEnd(party, lost), ...legs.map((channel): Effect => ({ do: 'hangup', channel, cause: 'normal' }))]
}

function partEnd({ agent, step }: Party, lost: AgentId[]): Effect[] {
  if (agent === null) return []
  const { agentId } = agent
  if (step !== 'UP') return [{ do: 'release-agent', offer: agent }]
  return [{ do: 'finish-agent', agentId, isPhoneLost: lost.includes(agentId) }]
}

/** The floor has said itself which agent answered an offer. */
function partsOf(before: Call, after: Call): Effect[] {
  return after.parties.flatMap((party): Effect[] => {
    const { agent, role, step } = party
    if (agent === null || step !== 'UP') return []
    const was = before.parties.find(({ id }) => id === party.id)
    return was?.role === role && was.step === 'UP' ? [] : [{ do: 'take-part', agent, role }]
  })
}

function holdOf(before: Call, after: Call): Effect[] {
  const agentId = answerableOf(after)?.agent.agentId
  const isOnHold = isCallerOnHold(after)
  if (agentId === undefined || isCallerOnHold(before) === isOnHold) return []
  return [{ do: 'mark-hold', agentId, isOnHold }]
}

function withRecords(call: Call, now: Instant, results: Record<string, string>): Call {
  const consulting = consultedOf(call) ? call : withoutTimer(call, 'consult-record')
  return withConsultBridge(withCallerStretch(withPartyStretches(consulting, now, results), now))
}

/** What the caller has of it: a talk, music, or waiting for the one to whom the call is handed on. */
function withCallerStretch(call: Call, now: Instant): Call {
  if (!hasCaller(call)) return withSegmentEnd(call, now, 'CALLER_LEFT')
  const open = openSegment(call)
  const agent = answerableOf(call)
  const isTransfer = call.stage.phase === 'transferring'
  const kind = isTransfer ? 'TRANSFER' : isCallerWaiting(call) ? 'HOLD' : 'TALKING'
  const agentId = agent?.agent.agentId ?? null
  if (open?.kind === kind && open.agentId === agentId) return call
  const result = open && open.agentId !== agentId ? (isTransfer ? 'TRANSFERRED' : handedOn(open)) : null
  return withSegment(
    call,
    { kind, agentId, channel: kind === 'TALKING' ? (agent?.channel ?? null) : null },
    now,
    result,
  )
}

function handedOn({ kind }: Segment): string {
  return kind === 'TRANSFER' ? 'ANSWERED' : 'TRANSFERRED'
}

function withPartyStretches(call: Call, now: Instant, results: Record<string, string>): Call {
  const open = call.segments.filter((segment) => segment.party !== undefined && segment.endedAt === null)
  const closed = open.reduce((last, segment) => {
    const party = call.parties.find(({ id }) => id === segment.party?.id)
    if (party && stretchOf(party) === segment.kind) return last
    const result = party ? (segment.kind === 'DIAL' ? 'ANSWERED' : 'TRANSFERRED') : results[segment.party?.id ?? '']
    return withEnded(last, segment, now, result ?? null)
  }, call)
  const isOpen = (party: Party) =>
    closed.segments.some((segment) => segment.party?.id === party.id && segment.endedAt === null)
  const begun = call.parties.flatMap((party): Segment[] => {
    const kind = stretchOf(party)
    if (kind === null || isOpen(party)) return []
    const { agent, channel } = party
    const about = { agentId: agent?.agentId ?? null, channel, party: segmentPartyOf(party) }
    return [{ kind, ...about, startedAt: now, endedAt: null, result: null }]
  })
  return begun.length === 0 ? closed : { ...closed, segments: [...closed.segments, ...begun] }
}

function segmentPartyOf({ id, number, asked, dialledAt }: Party): SegmentParty {
  const to = asked?.to.kind === 'outside' ? asked.to : null
  return {
    ...{ id, name: to?.name ?? null, number },
    ...(asked && to?.isEmergency && { emergencyBy: asked.by }),
    ...(dialledAt !== undefined && { dialledAt }),
  }
}

/** Of who is answerable the caller's own stretch tells. */
function stretchOf({ asked, role, step }: Party): Segment['kind'] | null {
  if (asked === undefined) return null
  if (step !== 'UP') return 'DIAL'
  return role === 'CONSULTED' ? 'CONSULT' : role === 'PARTNER' ? 'THREE_WAY' : null
}

/** Once a party is consulted, the bridge belongs to the call until its end. */
function withConsultBridge(call: Call): Call {
  if (call.owned.consultBridge || !consultedOf(call)) return call
  return { ...call, owned: { ...call.owned, consultBridge: bridgeOf(call.id, 'CONSULT') } }
}

/** Agent and consulted are recorded apart from the talk with the caller, under a name of their own each time. */
export function withConsultRecording(call: Call): Call {
  const serial = call.serial + 1
  const consultRecording = consultRecordingName(call.id, call.arrivedAt, serial)
  return { ...call, serial, owned: { ...call.owned, consultRecording } }
}
