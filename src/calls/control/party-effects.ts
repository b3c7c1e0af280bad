import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus } from '../../bus.ts'
import type { Queue } from '../../floor/queue/store.ts'
import { maskNumber } from '../../lines/mask.ts'
import type { Instant, OfferId } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import type { Ari, AriAnswer } from '../../telephony/ari/ari.ts'
import type { Call, CallEvent, Effect } from '../machine/call.ts'
import { talkDetect } from '../machine/keypad/keypad.ts'
import type { Party } from '../machine/party.ts'
import type { CallView } from '../machine/view.ts'
import type { Entrances } from './entrances.ts'

/** How a call brings further people in: reserves agents, and rings agents and people outside. */
export interface PartyEffectParts {
  ari: Pick<Ari, 'createLeg' | 'dialLeg' | 'addUnseen'>
  queue: Pick<Queue, 'agents' | 'takePart' | 'releasePart'>
  bus: Pick<Bus, 'publish'>
  entrances: Entrances
  /** Before somebody's phone rings: what else their INVITE carries, by the name of its variable. */
  announce(party: Party, call: Call): Promise<Record<string, string>>
  /** Written on every leg, for an operator who looks at Asterisk: which controller rang it. */
  epoch: number
  timings: Pick<Timings, 'reachMs'>
  view(call: Call): CallView
  /** What people outside are shown as the caller: the hotline's own number. */
  ownNumber: string
  /** A caller waits or an agent is free again: match. */
  onQueueMoved(): void
  now(): Instant
}

/** The alarm of the call ends the ringing; Asterisk's own limit is behind it, for a controller that is gone. */
const dialMarginSeconds = 2
const entranceMs = 2_000
/** The exchange waits 2 s for an acknowledgement; the rest is for the database. */
const announceMs = 2_500
const lookMs = 20

export async function reserveAgent(
  { queue, now }: PartyEffectParts,
  { party, number }: Extract<Effect, { do: 'reserve-agent' }>,
  call: Call,
): Promise<CallEvent> {
  const refused: CallEvent = { type: 'party-refused', party }
  const agent = (await queue.agents()).find((one) => one.number === number)
  if (!agent) return refused
  const wanted = call.parties.find(({ id }) => id === party)?.role
  const role = wanted === 'AGENT' || wanted === 'CONSULTED' ? wanted : 'PARTNER'
  // An agent who places a call need not be ready for others' calls.
  const state = role === 'AGENT' ? 'OUTBOUND' : 'RINGING'
  const { id: callId, node, skill } = call
  const taken = await queue.takePart({ agentId: agent.id, callId, part: party, node, skill, role, state }, now())
  if (!taken) return refused
  const { endpoint, id: agentId, number: agentNumber } = taken
  if (endpoint === null) {
    await queue.releasePart(agentId, callId, party, now())
    return refused
  }
  return { type: 'party-reserved', offer: { id: party as OfferId, agentId, agentNumber, endpoint } }
}

export async function releaseAgent(
  parts: PartyEffectParts,
  { offer }: Extract<Effect, { do: 'release-agent' }>,
  call: Call,
): Promise<void> {
  await parts.queue.releasePart(offer.agentId, call.id, offer.id, parts.now())
  parts.onQueueMoved()
}

/**
 * The leg is in the bridge before it rings, and Asterisk dials it itself: a party who answers while no controller runs
 * stays in the bridge and talks, where an originated leg would be dropped.
 */
export async function dial(
  parts: PartyEffectParts,
  { party, bridge }: Extract<Effect, { do: 'dial' }>,
  call: Call,
  present: () => Call,
): Promise<AriAnswer> {
  const { ari, bus, entrances } = parts
  const endpoint = endpointOf(party, call)
  if (endpoint === null) return { ok: false, why: 'refused', detail: 'no endpoint to dial' }
  if (party.agent) {
    bus.publish('call.popped', { agentId: party.agent.agentId, offerId: party.agent.id, call: parts.view(call) })
  }
  // Cancelled in the meantime: the effect that hangs them up comes after this one, and their phone must not ring first.
  const isWanted = () => present().parties.some(({ channel }) => channel === party.channel)
  const told = await inTime(parts.announce(party, call), isWanted)
  if (!isWanted()) return { ok: true, value: undefined }
  const entrance = entrances.expect(party.channel, entranceMs)
  const made = await ari.createLeg({
    channelId: party.channel,
    endpoint,
    appArgs: ['leg', call.id],
    variables: {
      HOTLINE_CALL: call.id,
      HOTLINE_EPOCH: `${parts.epoch}`,
      'CONNECTEDLINE(all)': shownTo(party, call, parts.ownNumber),
      // Tells when they speak and fall silent: a voice box goes on.
      ...(call.keypad && party.role === 'CALLER' ? { 'TALK_DETECT(set)': talkDetect } : {}),
      ...told,
    },
  })
  if (!made.ok) {
    entrances.entered(party.channel)
    return made
  }
  if (!(await entrance)) return { ok: false, why: 'timeout', detail: 'the leg did not enter the application' }
  // Of two in a bridge Asterisk would show each the other's number, and put it into the INVITE that follows.
  const added = await ari.addUnseen(bridge, party.channel)
  if (!added.ok) return added
  const { reachMs } = parts.timings
  const limitMs = party.role === 'CALLER' ? (call.outgoing?.ringMs ?? reachMs) : reachMs
  return ari.dialLeg(party.channel, Math.ceil(limitMs / 1_000) + dialMarginSeconds)
}

/**
 * What the call asks for next waits for this, a hang-up and an emergency too: a database that does not answer may not hold
 * it up, nor a party who is not wanted any more.
 */
async function inTime(announced: Promise<Record<string, string>>, isWanted: () => boolean) {
  const limit = new AbortController()
  const { signal } = limit
  const late = sleep(announceMs, {}, { signal }).catch(() => ({}))
  try {
    return await Promise.race([announced, late, untilUnwanted(isWanted, signal)])
  } finally {
    limit.abort()
  }
}

async function untilUnwanted(isWanted: () => boolean, signal: AbortSignal): Promise<Record<string, string>> {
  while (isWanted() && !signal.aborted) await sleep(lookMs, undefined, { signal }).catch(() => undefined)
  return {}
}

function endpointOf({ role, agent, asked }: Party, { outgoing }: Call): string | null {
  if (role === 'CALLER') return outgoing?.endpoint ?? null
  if (agent) return agent.endpoint
  return asked?.to.kind === 'outside' ? asked.to.endpoint : null
}

/**
 * In the form of a From header. Colleagues see who is in the call, unless they may not know it; people outside see the
 * hotline alone, never a citizen's number.
 */
function shownTo({ agent }: Party, call: Call, ownNumber: string): string {
  if (!agent) return `"${ownNumber}" <${ownNumber}>`
  const caller = call.outgoing?.isHidden ? null : call.caller.number
  const number = maskNumber(caller)?.replace(/[^0-9A-Za-z+*#.]/g, '') || 'anonymous'
  return `"${call.line.name.replace(/[\p{Cc}"<>\\]/gu, ' ')}" <${number}>`
}
