import type { AgentId, Instant, SessionId, SkillId } from '../../platform/types.ts'
import type { Agent, ChosenState, Profile } from '../agents/agent.ts'
import type { QueueFigures } from './queue.ts'
import { agentOf, figuresOf, type Reply } from './replies.ts'
import { keyPart, type Steps } from './steps.ts'

export type Chosen = { ok: true; agent: Agent } | { ok: false; code: 'signed-out' | 'phone-unreachable' }

/** Agents: who is here, in which state, with which phone. */
export function agentSteps({ redis, prefix, backWithinMs, node, run, step, agentStep, hashes }: Steps) {
  return {
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
      agentStep('setReachable', endpoint, isReachable ? '1' : '0', now, backWithinMs, node),

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

    /** Takes agents off the floor whose page gave no sign of life for this long. @returns the agents that changed */
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
  }
}

function chosen(reply: Reply): Chosen {
  if (reply.status === 'ok' && reply.agent) return { ok: true, agent: reply.agent }
  return { ok: false, code: reply.status === 'phone-unreachable' ? 'phone-unreachable' : 'signed-out' }
}

function profileJson(profile: Profile): string {
  const { id, number, name, version } = profile
  return JSON.stringify({ id, number, name, version, skills: joined(profile.skills) })
}

export function joined(skills: SkillId[]): string {
  for (const skill of skills) {
    if (!keyPart.test(skill))
      throw new Error(`queue: skill ${JSON.stringify(skill)}: letters, digits, '_', '.' and '-'`)
  }
  return skills.join(',')
}
