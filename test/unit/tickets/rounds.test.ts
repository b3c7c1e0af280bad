import { describe, expect, it } from 'vitest'
import type { UnitCode } from '../../../src/platform/types.ts'
import { isSecondDue, timesSaid } from '../../../src/tickets/rounds/complaints.ts'
import { begunAnew, followingOf, problemOf } from '../../../src/tickets/rounds/round.ts'

const [cgj, rsj, zjj] = ['cgj', 'rsj', 'zjj'].map((code) => code as UnitCode) as [UnitCode, UnitCode, UnitCode]
const lead = (unit: UnitCode, step: 'SENT' | 'SIGNED' = 'SENT') => ({ unit, role: 'LEAD', step }) as const
const gaveBack = (unit: UnitCode, decision: 'GRANTED' | 'REFUSED' = 'GRANTED') =>
  ({ kind: 'RETURN', unit, decision }) as const

describe('a problem ticket', () => {
  it('is one that was redone three times', () => {
    expect(problemOf({ redoCount: 2, requests: [], tasks: [lead(cgj)] })).toBeNull()
    expect(problemOf({ redoCount: 3, requests: [], tasks: [lead(cgj)] })).toBe('REDONE')
  })

  it('is one that came to a third unit, of which none has signed for it', () => {
    const requests = [gaveBack(cgj), gaveBack(rsj)]
    expect(problemOf({ redoCount: 0, requests, tasks: [lead(zjj)] })).toBe('PASSED_ON')
    expect(problemOf({ redoCount: 0, requests, tasks: [lead(zjj, 'SIGNED')] })).toBeNull()
    expect(problemOf({ redoCount: 0, requests, tasks: [lead(cgj)] })).toBeNull()
    const refused = [gaveBack(cgj), gaveBack(rsj, 'REFUSED')]
    expect(problemOf({ redoCount: 0, requests: refused, tasks: [lead(zjj)] })).toBeNull()
  })

  it('is declared once, by the machine', () => {
    const ticket = { redoCount: 3, requests: [], tasks: [lead(cgj)], problem: null }
    expect(followingOf(ticket)).toEqual({ kind: 'problem', problem: 'REDONE' })
    expect(followingOf({ ...ticket, problem: 'PASSED_ON' })).toBeNull()
  })
})

describe('another round', () => {
  const tasks = [
    { unit: cgj, role: 'LEAD', step: 'ANSWERED' },
    { unit: rsj, role: 'CO', step: 'ANSWERED', part: { from: null, demand: '配合', answer: '已核实' } },
  ] as const

  const helps = { unit: rsj, role: 'CO', step: 'SENT', part: { from: null, demand: '配合', answer: null } }

  it('is of the same units, who all begin anew', () => {
    expect(begunAnew({ tasks: [...tasks] }, null)).toEqual([lead(cgj), helps])
  })

  it('may be of another unit, which then no longer helps', () => {
    expect(begunAnew({ tasks: [...tasks] }, rsj)).toEqual([lead(rsj)])
    expect(begunAnew({ tasks: [...tasks] }, zjj)).toEqual([lead(zjj), helps])
  })
})

it('the third time, redos counted, another person looks at it', () => {
  expect([timesSaid([]), isSecondDue([])]).toEqual([0, false])
  expect(isSecondDue([{ round: 1 }, { round: 1 }])).toBe(false)
  expect(isSecondDue([{ round: 1 }, { round: 1 }, { round: 1 }])).toBe(true)
  expect(isSecondDue([{ round: 2 }, { round: 1 }])).toBe(true)
})
