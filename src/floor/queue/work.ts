import type { AgentId, CallId, Instant } from '../../platform/types.ts'
import type { Agent } from '../agents/agent.ts'
import type { OngoingTalk, TakenPart } from './queue.ts'
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

    /** Asked to ring, null: the agent is not ready. May be repeated. */
    takePart: ({ agentId, callId, part, node, skill, role, state }: TakenPart, now: Instant): Promise<Agent | null> =>
      agentStep('takePart', agentId, callId, part, node, skill, role, state, now),

    /** Their phone no longer rings; null when they are not reserved for this part (any more). */
    releasePart: (agentId: AgentId, callId: CallId, part: string, now: Instant): Promise<Agent | null> =>
      agentStep('releasePart', agentId, callId, part, now),

    finishWrapUp: (agentId: AgentId, now: Instant): Promise<Agent | null> => agentStep('finishWrapUp', agentId, now),

    extendWrapUp: (agentId: AgentId, ms: number, capMs: number): Promise<Agent | null> =>
      agentStep('extendWrapUp', agentId, ms, capMs),

    /** Ends wrap-ups whose time is over. @returns the agents that changed */
    async endWrapUps(now: Instant): Promise<Agent[]> {
      return (await step('endWrapUps', now)).changes.map((change) => change.agent)
    },
  }
}
