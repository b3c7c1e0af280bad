import type { Redis } from 'ioredis'
import type { Bus } from '../../bus.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { AgentId, Instant, SessionId } from '../../platform/types.ts'
import type { OngoingTalk, WaitingCall } from '../queue/queue.ts'
import type { QueueOptions } from '../queue/steps.ts'
import { openQueue } from '../queue/store.ts'
import type { Agent, AgentChange, Profile } from './agent.ts'
import { catchUp, openHistory } from './history.ts'
import { readKeptAgents, readProfiles } from './profiles.ts'

export interface AgentsOptions extends Omit<QueueOptions, 'onChange'> {
  redis: Redis
  db: Db
  bus: Pick<Bus, 'publish'>
  log: Log
}

/**
 * The one place from which a change of an agent is propagated. Every step of `queue` that changes an agent is announced
 * (`agent.changed`, and `queue.changed` when an agent became ready) and written to the database asynchronously.
 */
export function openAgents({ redis, db, bus, log, ...options }: AgentsOptions) {
  const history = openHistory(db, log)
  const queue = openQueue(redis, { ...options, onChange: carry })
  let profiles = new Map<AgentId, Profile>()

  function carry(changes: AgentChange[]): void {
    for (const { agent } of changes) bus.publish('agent.changed', agent)
    if (changes.some(({ agent, ended }) => agent.state === 'READY' && ended !== null)) bus.publish('queue.changed', {})
    history.record(changes)
  }

  async function profile(id: AgentId): Promise<Profile | null> {
    const known = profiles.get(id)
    if (known) return known
    const [found] = await readProfiles(db, id)
    if (found) profiles.set(id, found)
    return found ?? null
  }

  /**
   * Fresh, because skills may have changed; while the database is unreachable the known profile is better than none.
   */
  async function freshProfile(id: AgentId): Promise<Profile | null> {
    try {
      profiles.delete(id)
      return await profile(id)
    } catch (error) {
      const known = await queue.agent(id)
      if (!known) throw error
      log.warn({ err: error, agentId: id }, 'database unreachable: agent signed in with the last known profile')
      return known
    }
  }

  return {
    /** The floor; every change made through it is carried on. */
    queue,

    /** Reads all profiles; agents on the floor whose name, number or skills changed follow at once. */
    async loadProfiles(now: Instant): Promise<Profile[]> {
      const found = await readProfiles(db)
      profiles = new Map(found.map((one) => [one.id, one]))
      const onFloor = new Map((await queue.agents()).map((agent) => [agent.id, agent]))
      const changed = found.filter((one) => {
        const agent = onFloor.get(one.id)
        return agent !== undefined && !isSamePerson(agent, one)
      })
      for (const one of changed) await queue.setProfile(one, now)
      if (changed.length > 0) bus.publish('queue.changed', {})
      return found
    },

    /** null for a person who does not answer calls, or no longer does. */
    profile,

    /** null when this user is no agent. `replaced`: the session that was in charge until now. */
    async signIn(
      id: AgentId,
      sessionId: SessionId,
      endpoint: string | null,
      now: Instant,
    ): Promise<{ agent: Agent; replaced: SessionId | null } | null> {
      const found = await freshProfile(id)
      return found && queue.signIn(found, sessionId, endpoint, now)
    },

    /**
     * After Redis lost the floor (`queue.isEmpty()`): agents from the database, calls from the caller's memory. Phones
     * are reported again by their watchers; READY agents whose phone is not known yet wait for it.
     * @returns false when the floor is alive: nothing was touched
     */
    async rebuild(
      calls: { talks: OngoingTalk[]; waiting: WaitingCall[] },
      now: Instant,
      wrapUpMs: number,
    ): Promise<boolean> {
      const kept = await readKeptAgents(db, now, wrapUpMs)
      return queue.rebuild({ agents: kept, ...calls }, now)
    },

    /** Writes to the database what a process that died did not. Cheap; once a minute by any process is enough. */
    async catchUp(): Promise<void> {
      await history.drain()
      await catchUp(db, await queue.stays())
    },

    /** Resolves when all changes of this process are in the database. */
    drain: () => history.drain(),

    /** Stops waiting for an unreachable database. */
    stop: () => history.stop(),
  }
}

export type Agents = ReturnType<typeof openAgents>

function isSamePerson(agent: Agent, profile: Profile): boolean {
  return (
    agent.name === profile.name &&
    agent.number === profile.number &&
    agent.skills.join(',') === profile.skills.join(',')
  )
}
