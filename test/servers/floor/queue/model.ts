import type { Agent, AgentState, ChosenState, ForcedReason, Profile } from '../../../../src/floor/agents/agent.ts'
import { isBusy } from '../../../../src/floor/agents/agent.ts'
import type { Offer, QueueFigures, WaitingCall } from '../../../../src/floor/queue/queue.ts'
import type { AgentId, CallId, Instant, OfferId, SessionId, SkillId } from '../../../../src/platform/types.ts'

/**
 * The floor as one would write it down on paper: plain lists, searched from end to end, nothing indexed. The Lua steps
 * have to say the same after every operation.
 */

export const backWithinMs = 30_000

interface ModelAgent extends Agent {
  isDeskLost: boolean
  /** null: not signed in; Infinity: known to be missing. */
  seenAt: number | null
}

interface ModelCall extends WaitingCall {
  offerId: OfferId | null
  agentId: AgentId | null
}

export class Model {
  readonly agents = new Map<AgentId, ModelAgent>()
  readonly calls = new Map<CallId, ModelCall>()
  readonly offers = new Map<OfferId, Offer & { isTaken: boolean }>()
  readonly phones = new Set<string>()

  /** Every change goes through here, so that version and since follow by one rule. */
  private change(agent: ModelAgent, now: Instant, mutate: (agent: ModelAgent) => void): void {
    const before = JSON.stringify(seen(agent))
    const stay = JSON.stringify([agent.state, agent.reason, agent.callId])
    mutate(agent)
    if (JSON.stringify(seen(agent)) === before) return
    agent.version += 1
    if (JSON.stringify([agent.state, agent.reason, agent.callId]) !== stay) agent.since = now
  }

  private toReady(agent: ModelAgent): void {
    agent.state = 'READY'
    agent.reason = null
    if (!agent.isReachable) Object.assign(agent, { state: 'NOT_READY', reason: 'phone-lost' })
    else if (agent.isDeskLost) Object.assign(agent, { state: 'NOT_READY', reason: 'desk-lost' })
  }

  private settle(agent: ModelAgent): void {
    const next = agent.next
    agent.next = null
    agent.wrapUpUntil = null
    if (agent.sessionId === null) Object.assign(agent, { state: 'OFFLINE', reason: null })
    else if (next === null || next.state === 'READY') this.toReady(agent)
    else Object.assign(agent, next)
  }

  private phone(agent: ModelAgent, isReachable: boolean, now: Instant): void {
    agent.isReachable = isReachable
    if (!isReachable && agent.state === 'READY') Object.assign(agent, { state: 'NOT_READY', reason: 'phone-lost' })
    const isBackSoon = agent.reason === 'phone-lost' && now - agent.since <= backWithinMs
    if (isReachable && agent.state === 'NOT_READY' && isBackSoon) this.toReady(agent)
  }

  private bind(agent: ModelAgent, endpoint: string | null, now: Instant): void {
    for (const other of this.agents.values()) {
      if (other === agent || endpoint === null || other.endpoint !== endpoint) continue
      this.change(other, now, (one) => {
        one.endpoint = null
        this.phone(one, false, now)
      })
    }
    agent.endpoint = endpoint
    this.phone(agent, endpoint !== null && this.phones.has(endpoint), now)
  }

  isReady(agent: ModelAgent): boolean {
    return agent.state === 'READY' && agent.isReachable && agent.sessionId !== null
  }

  readyFor(call: WaitingCall): ModelAgent[] {
    return [...this.agents.values()]
      .filter((agent) => this.isReady(agent) && agent.skills.includes(call.skill))
      .sort((a, b) => a.idleSince - b.idleSince || (a.id < b.id ? -1 : 1))
  }

  serving(skill: SkillId): AgentId[] {
    const isAway = (agent: Agent) => ['OFFLINE', 'NOT_READY', 'BREAK'].includes(agent.state)
    return [...this.agents.values()]
      .filter((agent) => !isAway(agent) && agent.skills.includes(skill))
      .map((agent) => agent.id)
      .sort()
  }

  line(): ModelCall[] {
    const lane = (call: WaitingCall) => `${call.node}/${call.skill} ${call.callId}`
    return [...this.calls.values()]
      .filter((call) => call.offerId === null && call.agentId === null)
      .sort((a, b) => a.priority - b.priority || a.queuedAt - b.queuedAt || (lane(a) < lane(b) ? -1 : 1))
  }

  enqueue(call: WaitingCall): boolean {
    if (this.calls.has(call.callId)) return false
    this.calls.set(call.callId, { ...call, offerId: null, agentId: null })
    return true
  }

  leave(callId: CallId, now: Instant): string {
    const call = this.calls.get(callId)
    if (!call) return 'unknown'
    if (call.agentId) return 'talking'
    this.calls.delete(callId)
    if (!call.offerId) return 'waiting'
    this.release(call.offerId, now)
    return 'offered'
  }

  private release(offerId: OfferId, now: Instant): void {
    const agent = this.reserved(offerId)
    this.offers.delete(offerId)
    if (!agent) return
    this.change(agent, now, (one) => {
      one.offerId = null
      this.settle(one)
    })
  }

  private reserved(offerId: OfferId): ModelAgent | undefined {
    return [...this.agents.values()].find((agent) => agent.offerId === offerId)
  }

  match(now: Instant, node: string | null, offerMs: number, id: OfferId): Offer | null {
    const call = this.line().find((one) => (node === null || one.node === node) && this.readyFor(one).length > 0)
    if (!call) return null
    const fitting = this.readyFor(call)
    const agent = fitting.find((one) => one.id === call.lastAgent) ?? fitting[0]
    if (!agent?.endpoint) return null
    const offer: Offer = {
      id,
      callId: call.callId,
      node: call.node,
      agentId: agent.id,
      agentNumber: agent.number,
      endpoint: agent.endpoint,
      madeAt: now,
      expiresAt: now + offerMs,
    }
    call.offerId = id
    this.offers.set(id, { ...offer, isTaken: false })
    this.change(agent, now, (one) => Object.assign(one, { state: 'RESERVED', reason: null, offerId: id }))
    return offer
  }

  ringing(offerId: OfferId, now: Instant): boolean {
    const agent = this.reserved(offerId)
    if (!agent) return false
    this.change(agent, now, (one) => Object.assign(one, { state: 'RINGING' }))
    return true
  }

  accept(offerId: OfferId, now: Instant): boolean {
    const offer = this.offers.get(offerId)
    if (!offer) return false
    if (offer.isTaken) return true
    const agent = this.reserved(offerId)
    const call = this.calls.get(offer.callId)
    if (!agent || !call) return false
    offer.isTaken = true
    call.agentId = agent.id
    this.change(agent, now, (one) =>
      Object.assign(one, { state: 'TALKING', reason: null, callId: offer.callId, offerId: null }),
    )
    return true
  }

  private blame(offerId: OfferId, now: Instant, reason: ForcedReason): void {
    const agent = this.reserved(offerId)
    if (!agent) return
    this.change(agent, now, (one) => {
      one.offerId = null
      const mayGoOn = one.next === null || one.next.state === 'READY'
      if (one.sessionId !== null && mayGoOn) one.next = { state: 'NOT_READY', reason }
      this.settle(one)
    })
  }

  private back(offer: Offer): void {
    const call = this.calls.get(offer.callId)
    if (call) call.offerId = null
  }

  reject(offerId: OfferId, now: Instant, reason: ForcedReason): boolean {
    const offer = this.offers.get(offerId)
    if (!offer || offer.isTaken) return false
    this.offers.delete(offerId)
    this.blame(offerId, now, reason)
    this.back(offer)
    return true
  }

  withdraw(offerId: OfferId, now: Instant): boolean {
    const offer = this.offers.get(offerId)
    if (!offer || offer.isTaken) return false
    this.calls.delete(offer.callId)
    this.release(offerId, now)
    return true
  }

  expire(now: Instant): OfferId[] {
    const due = [...this.offers.values()].filter((offer) => !offer.isTaken && offer.expiresAt <= now)
    for (const offer of due) {
      if (this.reserved(offer.id)?.state === 'RINGING') this.blame(offer.id, now, 'ring-missed')
      else this.release(offer.id, now)
      this.offers.delete(offer.id)
      this.back(offer)
    }
    return due.map((offer) => offer.id)
  }

  hold(agentId: AgentId, state: 'HOLD' | 'TALKING', now: Instant): boolean {
    const agent = this.agents.get(agentId)
    if (!agent || !isInTalk(agent.state)) return false
    this.change(agent, now, (one) => Object.assign(one, { state }))
    return true
  }

  finishCall(agentId: AgentId, callId: CallId, now: Instant, wrapUpMs: number): boolean {
    const agent = this.agents.get(agentId)
    if (this.calls.get(callId)?.agentId === agentId) this.calls.delete(callId)
    if (!agent || agent.callId !== callId) return false
    for (const offer of this.offers.values()) if (offer.callId === callId) this.offers.delete(offer.id)
    this.change(agent, now, (one) => {
      Object.assign(one, { callId: null, lastCallId: callId, idleSince: now })
      if (one.sessionId === null || wrapUpMs === 0) this.settle(one)
      else Object.assign(one, { state: 'WRAP_UP', reason: null, wrapUpUntil: now + wrapUpMs })
    })
    return true
  }

  finishWrapUp(agentId: AgentId, now: Instant): boolean {
    const agent = this.agents.get(agentId)
    if (agent?.state !== 'WRAP_UP') return false
    this.change(agent, now, (one) => this.settle(one))
    return true
  }

  endWrapUps(now: Instant): AgentId[] {
    const due = [...this.agents.values()].filter((agent) => agent.wrapUpUntil !== null && agent.wrapUpUntil <= now)
    for (const agent of due) this.change(agent, now, (one) => this.settle(one))
    return due.map((agent) => agent.id).sort()
  }

  extendWrapUp(agentId: AgentId, ms: number, capMs: number): boolean {
    const agent = this.agents.get(agentId)
    if (agent?.state !== 'WRAP_UP' || agent.wrapUpUntil === null) return false
    const until = agent.wrapUpUntil
    this.change(agent, agent.since, (one) => {
      one.wrapUpUntil = Math.max(until, Math.min(until + ms, one.since + capMs))
    })
    return true
  }

  signIn(profile: Profile, sessionId: SessionId, endpoint: string | null, now: Instant): SessionId | null {
    const agent = this.agents.get(profile.id) ?? newcomer(profile)
    this.agents.set(profile.id, agent)
    const previous = agent.sessionId
    agent.seenAt = now
    this.change(agent, now, (one) => {
      Object.assign(one, { number: profile.number, name: profile.name, skills: profile.skills })
      one.isDeskLost = false
      one.sessionId = sessionId
      if (one.state === 'OFFLINE') Object.assign(one, { state: 'NOT_READY', reason: null, idleSince: now })
      else if (one.state === 'READY' && previous !== sessionId) {
        Object.assign(one, { state: 'NOT_READY', reason: 'signed-in-elsewhere' })
      }
      this.bind(one, endpoint, now)
    })
    return previous === sessionId ? null : previous
  }

  signOut(agentId: AgentId, sessionId: SessionId | null, now: Instant): boolean {
    const agent = this.agents.get(agentId)
    if (!agent || agent.sessionId === null || (sessionId !== null && agent.sessionId !== sessionId)) return false
    agent.seenAt = null
    this.change(agent, now, (one) => {
      Object.assign(one, { sessionId: null, endpoint: null, isReachable: false, isDeskLost: false, next: null })
      if (!isBusy(one.state)) this.settle(one)
    })
    return true
  }

  choose(
    agentId: AgentId,
    state: Exclude<ChosenState, 'OFFLINE'>,
    reason: string | null,
    now: Instant,
    isDesk: boolean,
  ) {
    const agent = this.agents.get(agentId)
    if (!agent || agent.sessionId === null) return 'signed-out'
    if (isDesk) {
      agent.seenAt = now
      agent.isDeskLost = false
    }
    if (!isBusy(agent.state) && state === 'READY' && !agent.isReachable) return 'phone-unreachable'
    this.change(agent, now, (one) => {
      if (isBusy(one.state)) {
        one.next = { state, reason }
        return
      }
      one.next = null
      one.wrapUpUntil = null
      if (state === 'READY') this.toReady(one)
      else Object.assign(one, { state, reason })
    })
    return 'ok'
  }

  setReachable(endpoint: string, isReachable: boolean, now: Instant): boolean {
    if (isReachable) this.phones.add(endpoint)
    else this.phones.delete(endpoint)
    const agent = [...this.agents.values()].find((one) => one.endpoint === endpoint)
    if (!agent) return false
    this.change(agent, now, (one) => this.phone(one, isReachable, now))
    return true
  }

  setEndpoint(agentId: AgentId, endpoint: string | null, now: Instant): boolean {
    const agent = this.agents.get(agentId)
    if (!agent || agent.sessionId === null) return false
    this.change(agent, now, (one) => this.bind(one, endpoint, now))
    return true
  }

  setProfile(profile: Profile, now: Instant): boolean {
    const agent = this.agents.get(profile.id)
    if (!agent) return false
    this.change(agent, now, (one) =>
      Object.assign(one, { number: profile.number, name: profile.name, skills: profile.skills }),
    )
    return true
  }

  heartbeat(agentId: AgentId, now: Instant): boolean {
    const agent = this.agents.get(agentId)
    if (!agent || agent.seenAt === null) return false
    agent.seenAt = now
    agent.isDeskLost = false
    return true
  }

  missing(now: Instant, graceMs: number): AgentId[] {
    const gone = [...this.agents.values()].filter((agent) => agent.seenAt !== null && agent.seenAt <= now - graceMs)
    const changed: AgentId[] = []
    for (const agent of gone) {
      agent.seenAt = Number.POSITIVE_INFINITY
      agent.isDeskLost = true
      if (agent.state !== 'READY') continue
      this.change(agent, now, (one) => Object.assign(one, { state: 'NOT_READY', reason: 'desk-lost' }))
      changed.push(agent.id)
    }
    return changed.sort()
  }

  position(callId: CallId): number | null {
    const call = this.line().find((one) => one.callId === callId)
    if (!call) return null
    const same = this.line().filter((one) => one.skill === call.skill)
    return same.filter((one) => isBefore(one, call)).length + 1
  }

  figures(): QueueFigures {
    const line = this.line()
    const agents = [...this.agents.values()]
    const ready = agents.filter((agent) => this.isReady(agent))
    const skills = new Set([...line.map((call) => call.skill), ...ready.flatMap((agent) => agent.skills)])
    return {
      waiting: line.length,
      oldestSince: oldest(line),
      ready: ready.length,
      signedIn: agents.filter((agent) => agent.sessionId !== null).length,
      talking: agents.filter((agent) => isInTalk(agent.state)).length,
      bySkill: Object.fromEntries(
        [...skills].map((skill) => {
          const here = line.filter((call) => call.skill === skill)
          const able = ready.filter((agent) => agent.skills.includes(skill))
          return [skill, { waiting: here.length, oldestSince: oldest(here), ready: able.length }]
        }),
      ),
    }
  }
}

/** Calls of one moment on two nodes stand side by side. */
function isBefore(one: WaitingCall, call: WaitingCall): boolean {
  if (one.priority !== call.priority) return one.priority < call.priority
  if (one.queuedAt !== call.queuedAt) return one.queuedAt < call.queuedAt
  return one.node === call.node && one.callId < call.callId
}

function oldest(calls: WaitingCall[]): Instant | null {
  return calls.length === 0 ? null : Math.min(...calls.map((call) => call.queuedAt))
}

/** What everybody may see of an agent. */
export function seen(agent: ModelAgent): Agent {
  const { isDeskLost: _isDeskLost, seenAt: _seenAt, ...rest } = agent
  return rest
}

function newcomer(profile: Profile): ModelAgent {
  return {
    ...profile,
    state: 'OFFLINE',
    reason: null,
    since: -1,
    sessionId: null,
    endpoint: null,
    isReachable: false,
    offerId: null,
    callId: null,
    lastCallId: null,
    next: null,
    wrapUpUntil: null,
    idleSince: 0,
    isDeskLost: false,
    seenAt: null,
  }
}

function isInTalk(state: AgentState): boolean {
  return state === 'TALKING' || state === 'HOLD'
}
