import { expect, test } from 'vitest'
import type { Agent, AgentChange } from '../../../../src/floor/agents/agent.ts'
import { spanId, spansOf } from '../../../../src/floor/agents/history.ts'
import type { AgentId, CallId } from '../../../../src/platform/types.ts'

const at = Date.UTC(2026, 10, 23, 6, 0, 0)
const callId = '01JDCALL00000000000000000A' as CallId

function aChange(agent: Partial<Agent>, ended: AgentChange['ended'], stay = 8): AgentChange {
  return {
    agent: {
      id: '7' as AgentId,
      number: '1001',
      name: '王',
      skills: [],
      state: 'READY',
      reason: null,
      since: at,
      sessionId: null,
      endpoint: null,
      isReachable: true,
      offerId: null,
      callId: null,
      lastCallId: null,
      next: null,
      wrapUpUntil: null,
      idleSince: at,
      version: 8,
      ...agent,
    },
    stay,
    ended,
  }
}

test("a span's id is 26 characters, sorts by time, and differs for another agent or another stay of one moment", () => {
  const ids = [
    spanId('7' as AgentId, 3, at),
    spanId('8' as AgentId, 3, at),
    spanId('7' as AgentId, 4, at),
    spanId('7' as AgentId, 3, at + 1),
  ]
  expect(new Set(ids).size).toBe(4)
  for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  expect(ids[3] !== undefined && ids[0] !== undefined && ids[3] > ids[0]).toBe(true)
})

test('a change ends the stay before at the moment at which the new one begins', () => {
  const before = { state: 'TALKING' as const, reason: null, callId, lastCallId: null, since: at - 60_000, version: 5 }
  const spans = spansOf(aChange({ state: 'WRAP_UP', lastCallId: callId }, before))
  expect(spans).toMatchObject([
    { id: spanId('7' as AgentId, 5, at - 60_000), state: 'TALKING', callId, startedAt: at - 60_000, endedAt: at },
    { id: spanId('7' as AgentId, 8, at), state: 'WRAP_UP', callId, startedAt: at, endedAt: null },
  ])
})

test('time away from the floor is no stay', () => {
  const before = { state: 'OFFLINE' as const, reason: null, callId: null, lastCallId: null, since: at - 1, version: 5 }
  expect(spansOf(aChange({ state: 'NOT_READY' }, before))).toHaveLength(1)
  expect(spansOf(aChange({ state: 'OFFLINE' }, { ...before, state: 'READY' }))).toMatchObject([{ endedAt: at }])
})
