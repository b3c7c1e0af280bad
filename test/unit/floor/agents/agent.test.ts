import { describe, expect, test } from 'vitest'
import {
  type Agent,
  agentStates,
  choiceOf,
  isBusy,
  isForcedReason,
  isServing,
} from '../../../../src/floor/agents/agent.ts'

function anAgent(parts: Partial<Pick<Agent, 'state' | 'isReachable' | 'next'>> = {}) {
  return { state: 'NOT_READY' as const, isReachable: true, next: null, ...parts }
}

test('an agent serves who is neither away nor about to be', () => {
  const serving = agentStates.filter((state) => isServing(anAgent({ state })))
  expect(serving).toEqual(['READY', 'RESERVED', 'RINGING', 'TALKING', 'HOLD', 'OUTBOUND', 'WRAP_UP'])
  expect(isServing(anAgent({ state: 'TALKING', next: { state: 'BREAK', reason: 'meal' } }))).toBe(false)
  expect(isServing(anAgent({ state: 'TALKING', next: { state: 'READY', reason: null } }))).toBe(true)
})

describe('choosing a state', () => {
  test('at rest it is taken at once', () => {
    expect(choiceOf(anAgent(), 'READY')).toBe('now')
    expect(choiceOf(anAgent({ state: 'READY' }), 'BREAK')).toBe('now')
    expect(choiceOf(anAgent({ state: 'WRAP_UP' }), 'READY')).toBe('now')
  })

  test('in the middle of a call it waits until after it, whatever it is', () => {
    for (const state of agentStates.filter(isBusy)) {
      for (const wish of ['READY', 'NOT_READY', 'BREAK', 'OFFLINE'] as const) {
        expect(choiceOf(anAgent({ state }), wish)).toBe('after-call')
      }
    }
  })

  test('without a phone nobody is ready, but everybody may rest', () => {
    expect(choiceOf(anAgent({ isReachable: false }), 'READY')).toBe('phone-unreachable')
    expect(choiceOf(anAgent({ isReachable: false }), 'BREAK')).toBe('now')
  })

  test('who is signed out chooses nothing', () => {
    expect(choiceOf(anAgent({ state: 'OFFLINE' }), 'READY')).toBe('signed-out')
  })
})

test('a reason of the floor is told from a break', () => {
  expect(isForcedReason('ring-missed')).toBe(true)
  expect(isForcedReason('lunch')).toBe(false)
  expect(isForcedReason(null)).toBe(false)
})
