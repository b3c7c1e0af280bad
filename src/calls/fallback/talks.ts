import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Agent } from '../../floor/agents/agent.ts'
import type { OngoingTalk } from '../../floor/queue/queue.ts'
import type { Queue } from '../../floor/queue/store.ts'
import type { CallCommand, CommandAnswer } from '../../platform/topics.ts'
import type { CallId, ChannelId, Instant, OfferId } from '../../platform/types.ts'
import type { Ari, LiveChannel } from '../../telephony/ari/ari.ts'
import { type FallbackLeg, type FallbackSight, fallbackIn } from '../../telephony/fallback/fallback-legs.ts'
import { unknownEntry } from '../control/entry.ts'
import { enter } from '../machine/advance.ts'
import type { Call, Entry } from '../machine/call.ts'
import { asEnded, type CallView } from '../machine/view.ts'
import type { CallStore } from '../records/store.ts'

/**
 * Agents whom the dialplan's own queue rings or has connected, from the moment when a controller is back. The
 * controller gets no event about them: it reads Asterisk's channels and updates the floor from them until the last such
 * call has ended. Until the first look, no call is offered.
 */
export interface FallbackTalks {
  /** A connection has opened: who is in the fallback stands on the floor when this resolves. */
  begin(channels: LiveChannel[]): Promise<void>
  /** Follows them. Run once a second; asks Asterisk only while there are calls to follow. */
  look(): Promise<void>
  /** The fallback rings only phones that were seen here. */
  isSettled(): boolean
  /** Callers are still in it: its queue must have no members, for those may be offered a call now. */
  isServing(): boolean
  talks(): OngoingTalk[]
  /** undefined for a call that is not of the fallback. */
  command(ask: CallCommand): CommandAnswer | undefined
}

export interface FallbackTalksParts {
  ari: Pick<Ari, 'channels' | 'variable' | 'hangup'>
  queue: Pick<Queue, 'agent' | 'agents' | 'restoreTalk' | 'finishCall' | 'reject'>
  store: Pick<CallStore, 'writeUncontrolled'>
  wrapUpMs: number
  /** As for a channel that enters. */
  read(channel: LiveChannel, args: string[]): Entry | null
  /** What a controller knew of this caller before the fallback took the call. */
  before(caller: ChannelId): Call | undefined
  view(call: Call): CallView
  /** Members of the fallback's queue: none while it is serving. @returns whether they are so */
  keepMembers(isServing: () => boolean): Promise<boolean>
  /** Desks and floors. */
  tell(view: CallView): void
  onOfferLost(callId: CallId, offerId: OfferId): void
  onQueueMoved(): void
  now(): Instant
  log: Logger
}

interface Talk {
  leg: FallbackLeg
  call: Call
  agent: Pick<Agent, 'id' | 'number'>
  /** Of the ring, then of the answer. */
  since: Instant
  row: { version: number; isBeingWritten: boolean }
}

/** Older than anything that a controller or the import writes of the call; the answer is one more. */
const ringingVersion = -1

/** A caller whom Asterisk could not give to the controller a moment ago may still be on the way into the fallback. */
const lateComersMs = 5_000
/** Without AMI the queue cannot be emptied; callers who wait for an agent matter more than a phone that rings twice. */
const emptyingMs = 3_000

const nobody: FallbackSight = { legs: [], isServing: false, isEmpty: true }

export function openFallbackTalks(parts: FallbackTalksParts): FallbackTalks {
  const { ari, queue, log, now } = parts
  const talks = new Map<ChannelId, Talk>()
  let sight = nobody
  /** Who is in the fallback stands on the floor. */
  let isTold = false
  /** Its queue has no members, so it rings no further phone. */
  let isAside = false
  let followUntil = 0
  let turn: Promise<unknown> = Promise.resolve()

  /** Looks never overlap: the older one would bring back what the newer one saw gone. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  const look = (): Promise<void> =>
    inTurn(async () => {
      const channels = await ari.channels()
      if (channels.ok) await take(channels.value)
    })

  async function take(channels: LiveChannel[]): Promise<void> {
    sight = fallbackIn(channels)
    const there = new Set(sight.legs.map((leg) => leg.id))
    for (const [id, talk] of talks) if (!there.has(id)) await end(talk)
    for (const leg of sight.legs) await follow(leg)
    isTold = true
    for (const talk of talks.values()) void show(talk)
  }

  async function end(talk: Talk): Promise<void> {
    const { call, agent, leg } = talk
    await queue.finishCall(agent.id, call.id, now(), leg.isUp ? parts.wrapUpMs : 0)
    talks.delete(leg.id)
    parts.tell(asEnded(parts.view(call), now()))
    parts.onQueueMoved()
  }

  /** Said again at each look: Redis may have lost it. */
  async function follow(leg: FallbackLeg): Promise<void> {
    const talk = talks.get(leg.id) ?? (await recognise(leg))
    if (!talk) return
    if (leg.isUp && !talk.leg.isUp) answered(talk, leg, now())
    talks.set(leg.id, talk)
    await occupy(talk)
  }

  /** Whose phone it is and who calls; null when that cannot be said yet. */
  async function recognise(leg: FallbackLeg): Promise<Talk | null> {
    const agent = (await queue.agents()).find((one) => one.endpoint === leg.endpoint)
    const variable = await ari.variable(leg.caller.id, 'HOTLINE_ENTRY')
    if (!agent || !variable.ok) return null
    const entry = parts.read(leg.caller, variable.value.split(',')) ?? parts.read(leg.caller, unknownEntry)
    if (!entry) return null
    log.info({ callId: entry.id, agentId: agent.id, isUp: leg.isUp }, 'agent busy with a call of the fallback')
    const { id, number } = agent
    const fresh = enter(entry, now()).call
    const before = parts.before(leg.caller.id)
    // Newer than what desks and floors know of it, older than what the next controller or the import makes of it.
    const call: Call = before
      ? { ...before, stage: fresh.stage, parties: fresh.parties, version: before.version + 1, agent: { id, number } }
      : { ...fresh, version: ringingVersion, agent: { id, number } }
    const row = { version: Number.NEGATIVE_INFINITY, isBeingWritten: false }
    const talk: Talk = { leg, call, agent: { id, number }, since: leg.since, row }
    if (leg.isUp) answered(talk, leg, leg.since)
    return talk
  }

  async function occupy(talk: Talk): Promise<void> {
    if (await queue.restoreTalk(talkOf(talk), now())) return
    const agent = await queue.agent(talk.agent.id)
    if (!agent?.offerId) return
    // Of a controller that was gone before the phone rang for it.
    const lost = await queue.reject(agent.offerId, now(), 'phone-failed')
    if (lost.ok) parts.onOfferLost(lost.offer.callId, lost.offer.id)
    await queue.restoreTalk(talkOf(talk), now())
  }

  /**
   * The row first: the desk finds the caller and earlier calls in it, a ticket its call; the import closes it. Said again
   * at each look, too: no floor that is opened meanwhile finds it anywhere else.
   */
  async function show(talk: Talk): Promise<void> {
    const { call, row } = talk
    if (row.isBeingWritten) return
    if (row.version < call.version) {
      row.isBeingWritten = true
      try {
        await parts.store.writeUncontrolled(call)
        row.version = call.version
      } catch (error) {
        log.debug({ callId: call.id, err: error }, 'row of a fallback call not written: trying again')
      } finally {
        row.isBeingWritten = false
      }
    }
    if (talks.has(talk.leg.id)) parts.tell({ ...parts.view(talk.call), phase: 'fallback' })
  }

  const isServing = (): boolean => sight.isServing

  /** The controller and the queue must not ring one agent: the queue's members go, and what it rang until then is seen. */
  async function standBack(): Promise<void> {
    const limit = performance.now() + emptyingMs
    while (!(await parts.keepMembers(isServing).catch(() => false)) && performance.now() < limit) await sleep(100)
    isTold = false
    await look().catch(notTold)
    isAside = true
    parts.onQueueMoved()
  }

  /** The floor is unreachable; the next look tries again. */
  function notTold(error: unknown): void {
    log.warn({ err: error }, 'floor not updated with talks of the fallback: trying again')
  }

  return {
    async begin(channels) {
      followUntil = performance.now() + lateComersMs
      isTold = false
      isAside = false
      await inTurn(() => take(channels)).catch(notTold)
      if (sight.isServing) void standBack()
      else isAside = true
    },
    async look() {
      if (!isTold || performance.now() < followUntil || !sight.isEmpty || talks.size > 0) await look()
    },
    isSettled: () => isTold && isAside,
    isServing,
    talks: () => [...talks.values()].map(talkOf),
    command({ callId, agentId, name }) {
      const talk = [...talks.values()].find((one) => one.call.id === callId)
      if (!talk) return undefined
      if (talk.agent.id !== agentId) return { ok: false, code: 'call.not-yours', message: '该通话不属于您' }
      if (name !== 'hangup') return { ok: false, code: 'call.in-fallback', message: '应急接听的通话只能挂断' }
      void ari.hangup(talk.leg.id, 'normal')
      return { ok: true }
    },
  }
}

function answered(talk: Talk, leg: FallbackLeg, at: Instant): void {
  talk.leg = leg
  talk.since = at
  talk.call = { ...talk.call, version: talk.call.version + 1, answeredAt: talk.call.answeredAt ?? at }
}

function talkOf({ leg, call, agent, since }: Talk): OngoingTalk {
  const { id: callId, node, skill } = call
  return { callId, agentId: agent.id, node, skill, state: leg.isUp ? 'TALKING' : 'RINGING', since }
}
