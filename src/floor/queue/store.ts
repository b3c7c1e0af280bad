import type { Redis } from 'ioredis'
import type { AgentId, CallId, Instant, OfferId, SessionId, SkillId } from '../../platform/types.ts'
import type { Agent, AgentChange, ChosenState, ForcedReason, Profile } from '../agents/agent.ts'
import { type CommandName, commandRunner, type Fence } from './commands.ts'
import { expectedWaitMs, type Offer, type OngoingTalk, type QueueFigures, type WaitingCall } from './queue.ts'
import { agentOf, answerableOf, figuresOf, offerOf, paceOf, type Reply, replyOf, waitingOf } from './replies.ts'

/**
 * The floor in Redis: who waits, who is ready, who is reserved for whom. Each change is one atomic step (`commands/`),
 * so that any number of processes may call these functions at once. Redis may lose it all: see `rebuild`.
 */

export interface QueueOptions {
  /** Its hash tag keeps all keys on one node of a cluster. */
  prefix?: string
  /** A READY agent whose phone is lost and comes back within this time (a page reload) is READY again. */
  phoneBackWithinMs?: number
  /** For a controller: with which epoch it acts. */
  fence?: Fence
  /** Called with every change, after it is stored; the one place from which changes are published and recorded. */
  onChange?: (changes: AgentChange[]) => void
}

export interface MatchOptions {
  /** Only calls of this node; without it all calls, and the caller of match hands the offer to `offer.node`. */
  node?: string
  /** Ring time and a margin: after it any controller may expire the offer. */
  offerMs: number
  /** Given again after a lost reply, it brings the same offer. */
  newOfferId: OfferId
}

export type Left =
  /** Not in the line: never was, or left before. */
  | { was: 'unknown' }
  | { was: 'waiting' }
  /** The agent was reserved for it and goes on as before: stop ringing. */
  | { was: 'offered'; offer: Offer; agent: Agent }
  /** An agent took it: nothing was changed, `finishCall` ends it. */
  | { was: 'talking'; agentId: AgentId }

export type Reserved = { offer: Offer; agent: Agent }
export type Taken = { ok: true; offer: Offer; agent: Agent } | { ok: false }
export type Chosen = { ok: true; agent: Agent } | { ok: false; code: 'signed-out' | 'phone-unreachable' }

/** An agent to put back: from the database, with the session and phone that are still valid. */
export interface KeptAgent extends Profile {
  state: 'READY' | 'NOT_READY' | 'BREAK' | 'WRAP_UP'
  reason: string | null
  sessionId: SessionId
  endpoint: string | null
  wrapUpUntil: Instant | null
  idleSince: Instant
}

export interface FloorSnapshot {
  agents: KeptAgent[]
  talks: OngoingTalk[]
  waiting: WaitingCall[]
}

const name = /^[\w.-]+$/

export function openQueue(redis: Redis, options: QueueOptions = {}) {
  const prefix = options.prefix ?? '{hotline}:floor:'
  const backWithinMs = options.phoneBackWithinMs ?? 30_000
  const run = commandRunner(redis, prefix, options.fence)

  async function step(command: CommandName, ...args: (string | number)[]): Promise<Reply> {
    const reply = replyOf(await run(command, ...args))
    if (reply.changes.length > 0) options.onChange?.(reply.changes)
    return reply
  }

  /** For steps about one agent: null when there was nothing to do it to. */
  async function agentStep(command: CommandName, ...args: (string | number)[]): Promise<Agent | null> {
    const reply = await step(command, ...args)
    return reply.status === 'ok' ? reply.agent : null
  }

  async function offerStep(command: CommandName, ...args: (string | number)[]): Promise<Taken> {
    const reply = await step(command, ...args)
    const [offer] = reply.offers
    return reply.status === 'ok' && offer && reply.agent ? { ok: true, offer, agent: reply.agent } : { ok: false }
  }

  async function hashes(index: string, kind: string): Promise<[string, Record<string, string>][]> {
    const key = prefix + index
    const ids = (index === 'offers' ? await redis.zrange(key, '0', '-1') : await redis.smembers(key)).map(String)
    const found = await Promise.all(ids.map((id) => redis.hgetall(`${prefix}${kind}:${id}`)))
    return found.flatMap((hash, i) => (Object.keys(hash).length > 0 ? [[ids[i] ?? '', hash]] : []))
  }

  return {
    // ── the waiting line ──────────────────────────────────────────────────────────────────────────────────────────

    /** @returns false when the call is known already (waiting, offered or with an agent): nothing changes */
    async enqueue(call: WaitingCall): Promise<boolean> {
      check(call)
      const rest = { priority: String(call.priority), queuedAt: String(call.queuedAt), lastAgent: call.lastAgent ?? '' }
      const reply = await step('enqueue', call.callId, call.node, call.skill, JSON.stringify(rest))
      return reply.status === 'new'
    },

    /** The caller is gone while waiting or offered. */
    async leave(callId: CallId, now: Instant): Promise<Left> {
      const { status, offers, agent, extra } = await step('leave', callId, now)
      const [offer] = offers
      if (status === 'offered' && offer && agent) return { was: 'offered', offer, agent }
      if (status === 'talking') return { was: 'talking', agentId: extra[0] as AgentId }
      return { was: status === 'waiting' ? 'waiting' : 'unknown' }
    },

    /** Reserves the best pair; null when no waiting caller can be served. Call it again until it returns null. */
    async match(now: Instant, { node, offerMs, newOfferId }: MatchOptions): Promise<Reserved | null> {
      const reply = await step('match', now, node ?? '', offerMs, newOfferId)
      const [offer] = reply.offers
      return offer && reply.agent ? { offer, agent: reply.agent } : null
    },

    /** Place among all who wait for the same skill, 1 is next; null when the call does not wait. */
    async position(callId: CallId): Promise<number | null> {
      return paceOf(await run('position', callId))?.position ?? null
    },

    /** Whether an agent with this skill is signed in with a live phone, ready or not. */
    async isAttended(skill: SkillId): Promise<boolean> {
      return (await run('attended', skill)) === 1
    },

    /** What a waiting caller is told; `waitMs` is null when it cannot be said honestly. */
    async prospect(callId: CallId, now: Instant): Promise<{ position: number; waitMs: number | null } | null> {
      const found = paceOf(await run('position', callId))
      return found && { position: found.position, waitMs: expectedWaitMs(found.position, found.pace, now) }
    },

    /** All waiting callers, in the order in which they are served; callers of one millisecond by lane, then by id. */
    async waiting(): Promise<WaitingCall[]> {
      const found = await hashes('calls', 'call')
      return found
        .filter(([, hash]) => hash.offerId === '' && answerableOf(hash) === null)
        .map(([callId, hash]) => waitingOf(callId, hash))
        .sort((a, b) => a.priority - b.priority || a.queuedAt - b.queuedAt || (tieBreak(a) < tieBreak(b) ? -1 : 1))
    },

    /** Every call that the floor knows, with the offer or agent that has it: for comparing with what Asterisk says. */
    async calls(): Promise<(WaitingCall & { offerId: OfferId | null; agentId: AgentId | null })[]> {
      const found = await hashes('calls', 'call')
      return found.map(([callId, hash]) => ({
        ...waitingOf(callId, hash),
        offerId: (hash.offerId || null) as OfferId | null,
        agentId: answerableOf(hash),
      }))
    },

    // ── offers ────────────────────────────────────────────────────────────────────────────────────────────────────

    ringing: (offerId: OfferId, now: Instant): Promise<Agent | null> => agentStep('ringing', offerId, now),

    /** Not ok: the offer is stale (rejected, expired, or the caller left); hang the agent's leg up. */
    accept: (offerId: OfferId, now: Instant): Promise<Taken> => offerStep('accept', offerId, now),

    /** Agent to NOT_READY with the reason (or to what was chosen meanwhile), call back to its place in the line. */
    reject: (offerId: OfferId, now: Instant, reason: ForcedReason): Promise<Taken> =>
      offerStep('reject', offerId, now, reason),

    /** The caller of the offer is gone: as `leave`, by the offer's id. */
    withdraw: (offerId: OfferId, now: Instant): Promise<Taken> => offerStep('withdraw', offerId, now),

    /** Ends offers whose controller is gone; their calls wait again. @returns the offers that were ended */
    async expire(now: Instant): Promise<Offer[]> {
      return (await step('expire', now)).offers
    },

    /** Offers that are still open. */
    async offers(): Promise<Offer[]> {
      return (await hashes('offers', 'offer')).map(([, hash]) => offerOf(hash))
    },

    // ── the call's work ───────────────────────────────────────────────────────────────────────────────────────────

    hold: (agentId: AgentId, now: Instant): Promise<Agent | null> => agentStep('hold', agentId, 'HOLD', now),
    resume: (agentId: AgentId, now: Instant): Promise<Agent | null> => agentStep('hold', agentId, 'TALKING', now),

    /** null when the agent is not in this call (any more). */
    finishCall: (agentId: AgentId, callId: CallId, now: Instant, wrapUpMs: number): Promise<Agent | null> =>
      agentStep('finishCall', agentId, callId, now, wrapUpMs),

    /** For a talk that the floor does not know; `leave` first. May be repeated. null: the agent has something else in hand. */
    restoreTalk: (talk: OngoingTalk, now: Instant): Promise<Agent | null> =>
      agentStep('restoreTalk', talk.callId, talk.agentId, talk.node, talk.skill, talk.since, talk.state, now),

    finishWrapUp: (agentId: AgentId, now: Instant): Promise<Agent | null> => agentStep('finishWrapUp', agentId, now),

    extendWrapUp: (agentId: AgentId, ms: number, capMs: number): Promise<Agent | null> =>
      agentStep('extendWrapUp', agentId, ms, capMs),

    /** Ends wrap-ups whose time is over. @returns the agents that changed */
    async endWrapUps(now: Instant): Promise<Agent[]> {
      return (await step('endWrapUps', now)).changes.map((change) => change.agent)
    },

    // ── agents ────────────────────────────────────────────────────────────────────────────────────────────────────

    /** @returns the session that was in charge before, if it was another one: end it there */
    async signIn(
      profile: Profile,
      sessionId: SessionId,
      endpoint: string | null,
      now: Instant,
    ): Promise<{ agent: Agent; replaced: SessionId | null }> {
      const { agent, extra } = await step('signIn', profileJson(profile), sessionId, endpoint ?? '', now, backWithinMs)
      if (!agent) throw new Error(`queue: agent ${profile.id} was not signed in`)
      return { agent, replaced: (extra[0] as SessionId | undefined) ?? null }
    },

    /** In the middle of work: OFFLINE as soon as it is over. null when another session is in charge. */
    signOut: (agentId: AgentId, sessionId: SessionId, now: Instant): Promise<Agent | null> =>
      agentStep('signOut', agentId, sessionId, now),

    /** The agent chooses at the desk. */
    async choose(
      agentId: AgentId,
      state: Exclude<ChosenState, 'OFFLINE'>,
      reason: string | null,
      now: Instant,
    ): Promise<Chosen> {
      return chosen(await step('choose', agentId, state, reason ?? '', now, '1'))
    },

    /** A supervisor chooses for the agent; in the middle of work it is taken after it. */
    async force(agentId: AgentId, state: ChosenState, reason: string | null, now: Instant): Promise<Chosen> {
      if (state !== 'OFFLINE') return chosen(await step('choose', agentId, state, reason ?? '', now, ''))
      const agent = await agentStep('signOut', agentId, '', now)
      return agent ? { ok: true, agent } : { ok: false, code: 'signed-out' }
    },

    /**
     * At the Asterisk of this controller's node. null when no agent uses the phone now (its state is kept for the agent
     * who signs in with it), or when it has registered at another node.
     */
    setReachable: (endpoint: string, isReachable: boolean, now: Instant): Promise<Agent | null> =>
      agentStep('setReachable', endpoint, isReachable ? '1' : '0', now, backWithinMs, options.fence?.node ?? ''),

    /** Phones that are held for registered, and the node at which each is: compare with what Asterisk lists, and set the differences. */
    async phones(): Promise<ReadonlyMap<string, string>> {
      return new Map(Object.entries(await redis.hgetall(`${prefix}phonesAt`)))
    },

    setEndpoint: (agentId: AgentId, endpoint: string | null, now: Instant): Promise<Agent | null> =>
      agentStep('setEndpoint', agentId, endpoint ?? '', now, backWithinMs),

    setProfile: (profile: Profile, now: Instant): Promise<Agent | null> =>
      agentStep('setProfile', profileJson(profile), now),

    /** @returns false when the agent is not signed in (or Redis lost it): the page has to sign in again */
    async heartbeat(agentId: AgentId, now: Instant): Promise<boolean> {
      return (await step('heartbeat', agentId, now)).status === 'ok'
    },

    /** Takes agents out whose page gave no sign of life for so long. @returns the agents that changed */
    async missing(now: Instant, graceMs: number): Promise<Agent[]> {
      return (await step('missing', now, graceMs)).changes.map((change) => change.agent)
    },

    async agent(agentId: AgentId): Promise<Agent | null> {
      const hash = await redis.hgetall(`${prefix}agent:${agentId}`)
      return 'id' in hash ? agentOf(hash) : null
    },

    /** All who ever signed in, also those who are OFFLINE now, by number. */
    async agents(): Promise<Agent[]> {
      const found = (await hashes('agents', 'agent')).map(([, hash]) => agentOf(hash))
      return found.sort((a, b) => (a.number < b.number ? -1 : 1))
    },

    /** Agents with the version at which the stay that they are in began. */
    async stays(): Promise<{ agent: Agent; stay: number }[]> {
      return (await hashes('agents', 'agent')).map(([, hash]) => ({ agent: agentOf(hash), stay: Number(hash.stay) }))
    },

    async figures(): Promise<QueueFigures> {
      return figuresOf(await run('figures'))
    },

    // ── after a step of the clock ─────────────────────────────────────────────────────────────────────────────────

    /** Offers and wrap-ups end, and callers stand in the line, as if the clock of this node had not been set. */
    async followClock(now: Instant, stepMs: number, node: string): Promise<void> {
      await step('followClock', now, stepMs, node)
    },

    // ── after a loss ──────────────────────────────────────────────────────────────────────────────────────────────

    /** True when Redis is new or lost everything: the floor has to be rebuilt. */
    async isEmpty(): Promise<boolean> {
      return (await redis.exists(`${prefix}alive`)) === 0
    },

    /** @returns false when the floor is alive: nothing was touched */
    async rebuild(snapshot: FloorSnapshot, now: Instant): Promise<boolean> {
      for (const call of snapshot.waiting) check(call)
      const reply = await step('rebuild', snapshotJson(snapshot), now, backWithinMs)
      return reply.status === 'ok'
    },
  }
}

export type Queue = ReturnType<typeof openQueue>

function tieBreak(call: WaitingCall): string {
  return `${call.node}/${call.skill} ${call.callId}`
}

function chosen(reply: Reply): Chosen {
  if (reply.status === 'ok' && reply.agent) return { ok: true, agent: reply.agent }
  return { ok: false, code: reply.status === 'phone-unreachable' ? 'phone-unreachable' : 'signed-out' }
}

/** What would break the keys or the order of the line is refused before it reaches Redis. */
function check(call: WaitingCall): void {
  if (!name.test(call.callId) || !name.test(call.node) || !name.test(call.skill)) {
    throw new Error(`queue: ${JSON.stringify(call)}: id, node and skill are letters, digits, '_', '.' and '-'`)
  }
  if (!Number.isInteger(call.priority) || call.priority < 0 || call.priority > 99) {
    throw new Error(`queue: ${call.callId}: priority ${call.priority} is not between 0 and 99`)
  }
  if (!Number.isInteger(call.queuedAt) || call.queuedAt < 0 || call.queuedAt >= 1e13) {
    throw new Error(`queue: ${call.callId}: queuedAt ${call.queuedAt} is no instant`)
  }
}

function profileJson(profile: Profile): string {
  const { id, number, name, version } = profile
  return JSON.stringify({ id, number, name, version, skills: joined(profile.skills) })
}

function joined(skills: SkillId[]): string {
  for (const skill of skills) {
    if (!name.test(skill)) throw new Error(`queue: skill ${JSON.stringify(skill)}: letters, digits, '_', '.' and '-'`)
  }
  return skills.join(',')
}

/** Lua gets strings only, with '' for null: its JSON knows neither null nor an empty list. */
function snapshotJson({ agents, talks, waiting }: FloorSnapshot): string {
  return JSON.stringify({
    agents: agents.map((agent) => ({
      id: agent.id,
      number: agent.number,
      name: agent.name,
      version: agent.version,
      state: agent.state,
      skills: joined(agent.skills),
      reason: agent.reason ?? '',
      sessionId: agent.sessionId,
      endpoint: agent.endpoint ?? '',
      wrapUpUntil: agent.wrapUpUntil === null ? '' : String(agent.wrapUpUntil),
      idleSince: String(agent.idleSince),
    })),
    talks: talks.map((talk) => ({ ...talk, since: String(talk.since) })),
    waiting: waiting.map((call) => ({
      ...call,
      priority: String(call.priority),
      queuedAt: String(call.queuedAt),
      lastAgent: call.lastAgent ?? '',
    })),
  })
}
