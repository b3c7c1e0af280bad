import { describe, expect, test } from 'vitest'
import {
  fromSnapshot,
  inQueue,
  markOf,
  sortAgents,
  waitMark,
  withAgent,
  withCall,
} from '../../../src/web/floor/floorView.ts'
import { aCall, agentId, anAgent, callId, noFigures } from './build.ts'

const minute = 60_000
const floor = fromSnapshot({ now: 0, agents: [anAgent({ version: 3 })], calls: [], queue: noFigures, day: null })

describe('the floor', () => {
  test('drops an older state of an agent or a call', () => {
    expect(withAgent(floor, anAgent({ state: 'BREAK', version: 2 })).agents.get('7')?.state).toBe('READY')
    const called = withCall(floor, aCall({ phase: 'talking', version: 2 }))
    expect(withCall(called, aCall({ phase: 'waiting', version: 1 })).calls.get(callId(1))?.phase).toBe('talking')
  })

  test('forgets a call that ended', () => {
    const called = withCall(floor, aCall({ phase: 'talking', version: 2 }))
    expect(withCall(called, aCall({ phase: 'ended', version: 3 })).calls.size).toBe(0)
  })

  test('shows what needs an eye first, and nobody who is signed out', () => {
    const sorted = sortAgents(
      [
        anAgent({ id: agentId(1), number: '1001', state: 'READY' }),
        anAgent({ id: agentId(2), number: '1002', state: 'OFFLINE', isReachable: false }),
        anAgent({ id: agentId(3), number: '1003', state: 'HOLD', since: 0 }),
        anAgent({ id: agentId(4), number: '1004', state: 'TALKING', since: 4 * minute }),
      ],
      5 * minute,
    )
    expect(sorted.map((agent) => agent.number)).toEqual(['1003', '1004', '1001'])
  })

  test('lists who waits in the order in which they came', () => {
    const late = aCall({ id: callId(2), phase: 'waiting', queuedAt: 20 })
    const early = aCall({ id: callId(3), phase: 'waiting', queuedAt: 10 })
    const talking = aCall({ id: callId(4), phase: 'talking' })
    expect(inQueue([late, talking, early]).map((call) => call.id)).toEqual([callId(3), callId(2)])
  })
})

describe('thresholds', () => {
  test('mark the number first, then the tile', () => {
    const held = anAgent({ state: 'HOLD', since: 0 })
    expect([0.5, 1, 3].map((n) => markOf(held, n * minute))).toEqual([0, 1, 2])
  })

  test('a phone that is not registered is marked at once', () => {
    expect(markOf(anAgent({ isReachable: false }), 0)).toBe(2)
  })

  test('a ready agent may wait as long as it takes', () => {
    expect(markOf(anAgent({ since: 0 }), 600 * minute)).toBe(0)
  })

  test('a citizen is marked after the promised 15 seconds', () => {
    expect([14_999, 15_000, 60_000].map(waitMark)).toEqual([0, 1, 2])
  })
})
