import type { Bus } from '../bus.ts'
import type { Forced } from '../desk/forced.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import { pinyinOf } from '../platform/text/pinyin.ts'
import type { AgentId, Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import type { Site } from '../site/site.ts'
import type { ForcedNotice } from './agents/agent.ts'
import { choiceOf, isBusy } from './agents/agent.ts'
import type { Agents } from './agents/store.ts'
import { agentId, colleagueList, forcedAnswer, forcedState } from './api.ts'

export interface FloorRouteParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  guard: Guard
  agents: Agents
  forced: Forced
  site: Pick<Site, 'breakReasons'>
  now(): Instant
}

/** What a supervisor does to an agent, and whom an agent may ask into a call. */
export function routeFloor(web: Web, parts: FloorRouteParts): void {
  const { db, bus, guard, agents, forced, site, now } = parts
  const { queue } = agents

  web.get(
    '/api/floor/colleagues',
    {
      onRequest: guard.needs('desk'),
      schema: {
        operationId: 'listColleagues',
        tags: ['floor'],
        summary: 'other agents who are signed in, and whether they are ready',
        response: { 200: colleagueList },
      },
    },
    async (request) => {
      const { person } = guard.sessionOf(request)
      const others = (await queue.agents()).filter(({ id, state }) => state !== 'OFFLINE' && id !== String(person.id))
      const colleagues = others
        .map(({ number, name, state, isReachable }) => ({
          ...{ number, name, pinyin: pinyinOf(name) },
          state: state === 'READY' && !isReachable ? ('NOT_READY' as const) : state,
        }))
        .toSorted((one, other) => one.number.localeCompare(other.number))
      return { colleagues }
    },
  )

  web.post(
    '/api/floor/agents/:id/state',
    {
      onRequest: guard.needs('floor.set'),
      schema: {
        operationId: 'setAgentState',
        tags: ['floor'],
        summary: 'set the state of an agent, or sign the agent out; the agent is told who did it and why',
        refusals: ['agent.not-on-floor', 'agent.no-such-break', 'agent.phone-unreachable'],
        params: agentId,
        body: forcedState,
        response: { 200: forcedAnswer },
      },
    },
    async (request) => {
      const id = request.params.id as AgentId
      const { state, reason } = request.body
      const breakReason = state === 'BREAK' ? request.body.breakReason : null
      if (state === 'BREAK' && !site.breakReasons.some(({ code }) => code === breakReason)) {
        throw new Refusal('agent.no-such-break')
      }
      const agent = await queue.agent(id)
      if (!agent?.sessionId) throw new Refusal('agent.not-on-floor')
      const choice = choiceOf(agent, state)
      if (choice === 'signed-out') throw new Refusal('agent.not-on-floor')
      if (choice === 'phone-unreachable') throw new Refusal('agent.phone-unreachable')
      const { person } = guard.sessionOf(request)
      await guard.audit(db, request, {
        action: 'agent.state-set',
        subject: agent.number,
        details: { from: agent.state, state, breakReason, reason, takes: choice },
      })
      const notice: ForcedNotice = {
        at: now(),
        by: person.name,
        state,
        breakReason,
        reason,
        sessionId: agent.sessionId,
      }
      // Before the change: the page of an agent who is signed out must not sign in again by itself.
      await forced.keep(id, notice)
      // No agent is signed out in the middle of a call: the page still controls it. No other call is offered until
      // then.
      const isLater = state === 'OFFLINE' && isBusy(agent.state)
      const wanted = isLater || state === 'NOT_READY' ? 'NOT_READY' : state
      const done = await queue.force(id, wanted, wanted === 'NOT_READY' ? 'by-supervisor' : breakReason, now())
      if (!done.ok) {
        await forced.clear(id)
        throw new Refusal(done.code === 'phone-unreachable' ? 'agent.phone-unreachable' : 'agent.not-on-floor')
      }
      bus.publish('agent.forced', { agentId: id, notice })
      return { takes: choice }
    },
  )
}
