import fc from 'fast-check'
import type { Profile } from '../../../../src/floor/agents/agent.ts'
import type { AgentId, CallId, OfferId, SessionId, SkillId } from '../../../../src/platform/types.ts'

/** Everything that can happen to a floor, in any order: few agents, skills and calls, so that they meet often. */

export const skills = ['general', 'business', 'elder'] as SkillId[]
export const nodes = ['north', 'south']
export const agentIds = ['1', '2', '3', '4'] as AgentId[]
export const endpoints = ['b-1', 'b-2', 'b-3', 'b-4', 'd-1']
export const callIds = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6'] as CallId[]

const agent = fc.constantFrom(...agentIds)
const call = fc.constantFrom(...callIds)
/** Which of the offers made so far, also those that are long over. */
const offer = fc.nat({ max: 40 })
const session = fc.constantFrom('S1', 'S2').map((id) => id as SessionId)
const reason = fc.constantFrom('lunch', 'meeting', null)
const endpoint = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...endpoints) },
  { weight: 1, arbitrary: fc.constant(null) },
)

function of<Name extends string, Fields extends object>(
  weight: number,
  name: Name,
  fields: { [F in keyof Fields]: fc.Arbitrary<Fields[F]> },
) {
  return {
    weight,
    arbitrary: fc.record({ ...fields, name: fc.constant(name) }) as fc.Arbitrary<Fields & { name: Name }>,
  }
}

export const operation = fc.oneof(
  of(8, 'enqueue', {
    callId: call,
    node: fc.constantFrom(...nodes),
    skill: fc.constantFrom(...skills),
    priority: fc.constantFrom(0, 5, 99),
    /** Before now: a call that comes back, or that another controller put in late. */
    agoMs: fc.constantFrom(0, 0, 1, 5_000),
    lastAgent: fc.oneof(fc.constant(null), agent),
  }),
  of(3, 'leave', { callId: call }),
  of(8, 'match', { node: fc.constantFrom(null, null, ...nodes), offerMs: fc.constantFrom(1_000, 20_000) }),
  of(3, 'ringing', { offer }),
  of(5, 'accept', { offer }),
  of(2, 'reject', { offer, reason: fc.constantFrom('ring-missed' as const, 'phone-failed' as const) }),
  of(1, 'withdraw', { offer }),
  of(2, 'expire', {}),
  of(2, 'hold', { agentId: agent, state: fc.constantFrom('HOLD' as const, 'TALKING' as const) }),
  of(5, 'finishCall', {
    agentId: agent,
    callId: fc.oneof(call, fc.constant(null)),
    wrapUpMs: fc.constantFrom(0, 3_000),
  }),
  of(2, 'finishWrapUp', { agentId: agent }),
  of(2, 'endWrapUps', {}),
  of(2, 'extendWrapUp', { agentId: agent, ms: fc.constantFrom(1_000, 30_000), capMs: fc.constantFrom(2_000, 20_000) }),
  of(6, 'signIn', { agentId: agent, sessionId: session, endpoint }),
  of(2, 'signOut', { agentId: agent, sessionId: session }),
  of(8, 'choose', {
    agentId: agent,
    state: fc.constantFrom('READY' as const, 'READY' as const, 'NOT_READY' as const, 'BREAK' as const),
    reason,
    isDesk: fc.boolean(),
  }),
  of(1, 'force', { agentId: agent }),
  of(8, 'setReachable', { endpoint: fc.constantFrom(...endpoints), isReachable: fc.constantFrom(true, true, false) }),
  of(2, 'setEndpoint', { agentId: agent, endpoint }),
  of(1, 'setProfile', { agentId: agent, can: fc.subarray(skills) }),
  of(3, 'heartbeat', { agentId: agent }),
  of(1, 'missing', { graceMs: fc.constantFrom(5_000, 15_000) }),
  of(4, 'wait', { ms: fc.constantFrom(1, 700, 2_500, 40_000) }),
)
export type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never

const first: Record<string, SkillId[]> = {
  '1': skills,
  '2': skills.slice(0, 2),
  '3': skills.slice(1),
  '4': skills.slice(0, 1),
}

export function aProfile(id: AgentId, can: SkillId[] = first[id] ?? []): Profile {
  return { id, number: `10${id}`, name: `话务员𠮷${id}`, skills: can, version: 0 }
}

export const offerName = (n: number) => `O${n}` as OfferId
