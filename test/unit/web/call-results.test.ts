import { describe, expect, it } from 'vitest'
import { outcomes } from '../../../src/calls/machine/call.ts'
import {
  isAskedAtOnce,
  isAskedByPage,
  isToldByRecord,
  proposedFor,
  resultOfKey,
  resultsOf,
} from '../../../src/web/desk/result/results.ts'
import { aCall } from './build.ts'

const ticket = { kind: 'ticket', id: 'CZ20261130000001' } as const
const callback = { kind: 'callback', id: 'C' } as const
const placed = aCall({ direction: 'OUT', about: ticket, phase: 'ended', outcome: 'OUT_BUSY' })
const stroke = { key: '2', altKey: false, ctrlKey: false, metaKey: false }

describe('what came of a call', () => {
  it('is asked at once of a call that the agent placed, unless nobody was called or its callback asks', () => {
    expect(isAskedAtOnce(placed)).toBe(true)
    expect(isAskedAtOnce(aCall())).toBe(false)
    expect(isAskedAtOnce({ ...placed, about: callback })).toBe(false)
    expect(isAskedAtOnce({ ...placed, outcome: 'OUT_NOT_PLACED' })).toBe(false)
  })

  it('proposes what the network said, and only results that are offered', () => {
    expect(proposedFor(placed)).toBe('占线')
    expect(proposedFor({ ...placed, outcome: 'ANSWERED' })).toBeNull()
    expect(proposedFor({ ...placed, direction: 'IN' })).toBeNull()
    for (const outcome of outcomes) {
      const proposed = proposedFor({ direction: 'OUT', outcome })
      if (proposed !== null) expect(resultsOf(placed)).toContain(proposed)
    }
  })

  it('needs no word where the record says it: nobody answered, or the callback has a result', () => {
    expect(isToldByRecord(placed)).toBe(true)
    expect(isToldByRecord({ ...placed, outcome: 'ANSWERED' })).toBe(false)
    expect(isToldByRecord({ ...placed, outcome: 'ANSWERED', about: callback })).toBe(true)
    expect(isToldByRecord(aCall({ outcome: 'ANSWERED' }))).toBe(false)
  })

  it('is left to a page that asks for it by the same keys', () => {
    expect(['/follow-ups', '/follow-ups/01J'].map(isAskedByPage)).toEqual([true, true])
    expect(['/tickets/CZ20261130000001', '/follow-ups-of-old'].map(isAskedByPage)).toEqual([false, false])
  })

  it('is one key, except while one types', () => {
    expect(resultOfKey(stroke, false, resultsOf(placed))).toBe('占线')
    expect(resultOfKey(stroke, false, resultsOf(aCall()))).toBe('无效来电')
    expect(resultOfKey(stroke, true, resultsOf(placed))).toBeNull()
    expect(resultOfKey({ ...stroke, altKey: true }, false, resultsOf(placed))).toBeNull()
    expect(resultOfKey({ ...stroke, key: '0' }, false, resultsOf(placed))).toBeNull()
  })
})
