import type { Logger } from 'pino'
import type { Agent } from '../../floor/agents/agent.ts'
import type { OngoingTalk } from '../../floor/queue/queue.ts'
import type { Queue } from '../../floor/queue/store.ts'
import type { CallId, ChannelId, Instant, OfferId } from '../../platform/types.ts'
import type { Ari, LiveChannel } from '../../telephony/ari/ari.ts'
import type { FallbackLeg } from '../../telephony/fallback/fallback-legs.ts'
import { unknownEntry } from '../control/entry.ts'
import { enter } from '../machine/advance.ts'
import type { Call, Entry } from '../machine/call.ts'
import type { CallView } from '../machine/view.ts'
import type { CallStore } from '../records/store.ts'

/** One agent whom the dialplan's own queue rings or has connected. */
export interface Talk {
  leg: FallbackLeg
  call: Call
  agent: Pick<Agent, 'id' | 'number'>
  /** Of the ring, then of the answer. */
  since: Instant
  row: { version: number; isBeingWritten: boolean }
}

export interface TalkParts {
  ari: Pick<Ari, 'variable'>
  queue: Pick<Queue, 'agent' | 'agents' | 'restoreTalk' | 'reject'>
  store: Pick<CallStore, 'writeUncontrolled'>
  /** As for a channel that enters. */
  read(channel: LiveChannel, args: string[]): Entry | null
  /** What a controller knew of this caller before the fallback took the call. */
  before(caller: ChannelId): Call | undefined
  view(call: Call): CallView
  /** To desks and floors. */
  tell(view: CallView): void
  onOfferLost(callId: CallId, offerId: OfferId): void
  now(): Instant
  log: Logger
}

/** Lower than any version that a controller or the import writes; the answer is one more. */
const ringingVersion = -1

/** The agent of the phone and the caller; null when they are not known yet. */
export async function recognise(parts: TalkParts, leg: FallbackLeg): Promise<Talk | null> {
  const { ari, queue, log, now } = parts
  const agent = (await queue.agents()).find((one) => one.endpoint === leg.endpoint)
  const variable = await ari.variable(leg.caller.id, 'HOTLINE_ENTRY')
  if (!agent || !variable.ok) return null
  const entry = parts.read(leg.caller, variable.value.split(',')) ?? parts.read(leg.caller, unknownEntry)
  if (!entry) return null
  log.info({ callId: entry.id, agentId: agent.id, isUp: leg.isUp }, 'agent busy with a call of the fallback')
  const { id, number } = agent
  const fresh = enter(entry, now()).call
  const before = parts.before(leg.caller.id)
  // Newer than the state known to desks and floors, older than the next controller's or the import's.
  const call: Call = before
    ? { ...before, stage: fresh.stage, parties: fresh.parties, version: before.version + 1, agent: { id, number } }
    : { ...fresh, version: ringingVersion, agent: { id, number } }
  const row = { version: Number.NEGATIVE_INFINITY, isBeingWritten: false }
  const talk: Talk = { leg, call, agent: { id, number }, since: leg.since, row }
  if (leg.isUp) answered(talk, leg, leg.since)
  return talk
}

/** Marks this agent as busy on the floor. May be repeated. */
export async function occupy(parts: TalkParts, talk: Talk): Promise<void> {
  const { queue, now } = parts
  if (await queue.restoreTalk(talkOf(talk), now())) return
  const agent = await queue.agent(talk.agent.id)
  if (!agent?.offerId) return
  // An offer of a controller that died before the phone rang for it.
  const lost = await queue.reject(agent.offerId, now(), 'phone-failed')
  if (lost.ok) parts.onOfferLost(lost.offer.callId, lost.offer.id)
  await queue.restoreTalk(talkOf(talk), now())
}

/**
 * The row first: the desk finds the caller and earlier calls in it, a ticket its call; the import closes it. Repeated
 * at each look: a floor page that is opened in the meantime finds it nowhere else.
 */
export async function show(parts: TalkParts, talk: Talk, isThere: () => boolean): Promise<void> {
  const { call, row } = talk
  if (row.isBeingWritten) return
  if (row.version < call.version) {
    row.isBeingWritten = true
    try {
      await parts.store.writeUncontrolled(call)
      row.version = call.version
    } catch (error) {
      parts.log.debug({ callId: call.id, err: error }, 'row of a fallback call not written: trying again')
    } finally {
      row.isBeingWritten = false
    }
  }
  if (isThere()) parts.tell({ ...parts.view(talk.call), phase: 'fallback' })
}

/** Its agent answered. */
export function answered(talk: Talk, leg: FallbackLeg, at: Instant): void {
  talk.leg = leg
  talk.since = at
  talk.call = { ...talk.call, version: talk.call.version + 1, answeredAt: talk.call.answeredAt ?? at }
}

/** Its representation on the floor. */
export function talkOf({ leg, call, agent, since }: Talk): OngoingTalk {
  const { id: callId, node, skill } = call
  return { callId, agentId: agent.id, node, skill, state: leg.isUp ? 'TALKING' : 'RINGING', since }
}
