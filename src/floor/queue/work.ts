import type { AgentId, CallId, Instant } from '../../platform/types.ts'
import type { Agent } from '../agents/agent.ts'
import type { OngoingTalk } from './queue.ts'
import type { Steps } from './steps.ts'

/** A call's work: the talk and what follows it. */
export function workSteps({ step, agentStep }: Steps) {
  return {
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
  }
}
