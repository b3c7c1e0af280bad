import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  advanceCase,
  barToCase,
  type Case,
  type CaseActor,
  type CaseEvent,
  caseNumberOf,
  caseStates,
  isLate,
  statesBefore,
  urgeNumberOf,
} from '../../../src/oversight/cases/case.ts'
import { type CaseKind, caseKinds, textFields } from '../../../src/oversight/cases/fields.ts'
import { markStates, marksFrom } from '../../../src/oversight/cases/stages.ts'
import type { UnitCode } from '../../../src/platform/types.ts'

const now = Date.parse('2026-11-23T10:00:00+08:00')
const dayMs = 86_400_000
const cgj = 'cgj' as UnitCode
const full = Object.fromEntries(textFields.map((field) => [field, '内容']))
const draft = (kind: CaseKind): Case => ({
  ...{ kind, state: 'DRAFT', version: 1, number: null, level: 'L2', unit: cgj, subject: '路灯', leader: null },
  ...{ texts: full, dueAt: now + 3 * dayMs, meetAt: now + dayMs, submittedBy: null, approvedBy: null, issuedAt: null },
  ...{ receivedAt: null, answeredAt: null, verdict: null, score: null, instruction: null, instructedAt: null },
  ...{ reports: [], endedAt: null, dueAfterMs: null },
})
const person = (id: number): CaseActor => ({ by: 'office', id, mayKeep: true, mayApprove: true })
const unit: CaseActor = { by: 'unit', id: 9, unit: cgj }
const other: CaseActor = { by: 'unit', id: 8, unit: 'rsj' as UnitCode }

const events: CaseEvent[] = [
  { kind: 'edit', subject: '路灯', leader: '王局长', texts: full, dueAt: now + 5 * dayMs, meetAt: now },
  { kind: 'submit' },
  { kind: 'approve', number: 'N' },
  { kind: 'refuse', why: '请补充依据' },
  { kind: 'drop', why: '已解决' },
  { kind: 'receive' },
  { kind: 'hold', heldAt: now, texts: full, dueAt: now + 5 * dayMs },
  { kind: 'instruct', text: '请抓紧', at: now },
  { kind: 'report', stage: 'PROGRESS', words: '已办一半' },
  { kind: 'answer', texts: full },
  { kind: 'accept', words: '属实', score: -1 },
  { kind: 'sendBack', words: '未到现场', dueAt: now + 2 * dayMs },
  { kind: 'withdraw', why: '重复' },
  { kind: 'lapse' },
]
const walk = (start: Case, ...steps: [CaseEvent['kind'], CaseActor][]): Case =>
  steps.reduce((one, [kind, actor]) => {
    const event = events.find((each) => each.kind === kind)
    if (!event) throw new Error(kind)
    const step = advanceCase(one, event, actor, now)
    if (!step.ok) throw new Error(`${kind}: ${step.refusal.code}`)
    return step.after
  }, start)
const codeOf = (one: Case, event: CaseEvent, actor: CaseActor): string => {
  const step = advanceCase(one, event, actor, now)
  return step.ok ? step.after.state : step.refusal.code
}

describe('a paper of supervision', () => {
  it('is issued by two people, answered by its unit, and settled by a verdict', () => {
    const issued = walk(draft('ORDER'), ['submit', person(1)], ['approve', person(2)])
    expect([issued.state, issued.number, issued.submittedBy, issued.approvedBy]).toEqual(['SENT', 'N', 1, 2])
    const done = walk(
      issued,
      ['receive', unit],
      ['answer', unit],
      ['sendBack', person(1)],
      ['answer', unit],
      ['accept', person(1)],
    )
    expect([done.state, done.score, done.endedAt]).toEqual(['ACCEPTED', -1, now])
  })

  it('is not issued by who asked for it, answered by another unit, or sent out with a gap', () => {
    const pending = walk(draft('ORDER'), ['submit', person(1)])
    const approve: CaseEvent = { kind: 'approve', number: 'N' }
    expect(codeOf(pending, approve, person(1))).toBe('oversight.same-person')
    expect(barToCase(pending, 'approve', person(2))).toBeNull()
    const issued = walk(pending, ['approve', person(2)])
    expect(codeOf(issued, { kind: 'answer', texts: full }, other)).toBe('oversight.not-allowed')
    expect(codeOf(issued, { kind: 'answer', texts: { measures: '已派人' } }, unit)).toBe('oversight.incomplete')
    expect(codeOf({ ...draft('ORDER'), texts: {} }, { kind: 'submit' }, person(1))).toBe('oversight.incomplete')
    expect(codeOf({ ...draft('ORDER'), dueAt: now }, { kind: 'submit' }, person(1))).toBe('oversight.due-past')
    expect(codeOf({ ...draft('SITE'), meetAt: null }, { kind: 'submit' }, person(1))).toBe('oversight.incomplete')
    // The approver may take long: what is due before it is issued is not issued.
    expect(codeOf({ ...pending, dueAt: now - 1 }, approve, person(2))).toBe('oversight.due-past')
  })

  it('of a talk has a record, of an instruction a clock of its own', () => {
    const talk = walk(draft('TALK'), ['submit', person(1)], ['approve', person(2)])
    expect(codeOf(talk, { kind: 'answer', texts: full }, unit)).toBe('oversight.wrong-state')
    expect(walk(talk, ['hold', person(1)], ['answer', unit], ['sendBack', person(1)]).state).toBe('HELD')
    const report = walk(draft('REPORT'), ['submit', person(1)], ['approve', person(2)], ['instruct', person(1)])
    expect(report.dueAt).toBe(Date.parse('2026-12-23T23:59:59.999+08:00'))
    // A paper to a leader is none of the units' business.
    expect(codeOf(report, { kind: 'answer', texts: full }, unit)).toBe('oversight.not-allowed')
    const done = walk(report, ['report', person(1)], ['answer', person(1)], ['accept', person(1)])
    expect(done.state).toBe('ACCEPTED')
  })

  it('is late when its unit owes an answer', () => {
    const issued = walk(draft('ORDER'), ['submit', person(1)], ['approve', person(2)])
    expect([isLate(issued, now), isLate(issued, now + 4 * dayMs)]).toEqual([false, true])
    expect(isLate(walk(issued, ['answer', unit]), now + 4 * dayMs)).toBe(false)
  })

  it('has a number of its series', () => {
    expect(caseNumberOf('ORDER', '长治', 2026, 3)).toBe('长热督〔2026〕0003号')
    expect(caseNumberOf('REPORT', '长治', 2026, 3)).toBe('长热呈〔2026〕03号')
    expect(urgeNumberOf('CZ20261130000001', 2)).toBe('CZ20261130000001-2')
  })
})

describe('any order of events', () => {
  const actors = [person(1), person(2), unit, other, { by: 'reader' }, { by: 'system' }] as const satisfies CaseActor[]
  const steps = fc.array(fc.tuple(fc.constantFrom(...events), fc.constantFrom(...actors)), { maxLength: 40 })

  it('leads only where the table says, keeps the number, and needs two people', () => {
    fc.assert(
      fc.property(fc.constantFrom(...caseKinds), steps, (kind, order) => {
        let one = draft(kind)
        let numbers = 0
        for (const [given, actor] of order) {
          const event = given.kind === 'approve' ? { ...given, number: `N${numbers + 1}` } : given
          const step = advanceCase(one, event, actor, now)
          if (!step.ok) continue
          expect(statesBefore(kind, event.kind)).toContain(one.state)
          const { after } = step
          expect(caseStates).toContain(after.state)
          expect(after.version).toBe(one.version + 1)
          if (event.kind === 'approve') numbers += 1
          // A number once given stays, and there is one exactly from the issue on.
          if (one.number !== null) expect(after.number).toBe(one.number)
          expect(after.number !== null).toBe(!['DRAFT', 'PENDING', 'DROPPED'].includes(after.state))
          if (after.number !== null) expect(after.submittedBy).not.toBe(after.approvedBy)
          // What is over stays as it is.
          expect(['ACCEPTED', 'WITHDRAWN', 'DROPPED']).not.toContain(one.state)
          if (actor.by === 'unit') expect([actor.unit, kind === 'REPORT']).toEqual([cgj, false])
          one = after
        }
        expect(numbers).toBeLessThanOrEqual(1)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the time to answer', () => {
  const hour = 3_600_000
  const friday = Date.parse('2026-11-27T17:00:00+08:00')
  const monday = Date.parse('2026-11-30T09:00:00+08:00')
  const begun = (hours: number): Case => ({
    ...draft('ORDER'),
    ...{ dueAfterMs: hours * hour, dueAt: friday + hours * hour, meetAt: null },
  })
  const edit = (dueAt: number): CaseEvent => ({
    ...{ kind: 'edit', subject: '路灯', leader: null, texts: full, meetAt: null, dueAt },
  })
  const issued = (one: Case, ...edits: CaseEvent[]) => {
    const steps: [CaseEvent, number][] = [...edits, { kind: 'submit' as const }].map((event) => [event, 1])
    return [...steps, [{ kind: 'approve', number: 'N' }, 2] as const].reduce((before, [event, by]) => {
      const step = advanceCase(before, event, person(by), monday)
      if (!step.ok) throw new Error(step.refusal.code)
      return step.after
    }, one)
  }
  it('runs from the issue, however long the draft has lain, also of P1', () => {
    for (const hours of [2, 24, 72]) expect(issued(begun(hours)).dueAt).toBe(monday + hours * hour)
    // A form has no seconds: what it gives back unchanged is no edit.
    const one = { ...begun(72), dueAt: friday + 72 * hour + 45_678 }
    expect(issued(one, edit(friday + 72 * hour)).dueAt).toBe(monday + 72 * hour)
  })
  it('ends when a person has set it to end', () => {
    expect(issued(begun(72), edit(monday + 5 * hour)).dueAt).toBe(monday + 5 * hour)
    expect(codeOf({ ...draft('ORDER'), dueAt: now - 1 }, { kind: 'submit' }, person(1))).toBe('oversight.due-past')
  })
})

describe('the clock of an instruction', () => {
  const at = Date.parse('2026-11-23T22:00:00+08:00')
  const end = (day: string) => Date.parse(`${day}T23:59:59.999+08:00`)
  it('counts natural days, the first one is the same day', () => {
    expect(marksFrom(at).map(({ dueAt }) => dueAt)).toEqual([
      ...[end('2026-11-23'), end('2026-11-26'), end('2026-11-30'), end('2026-12-23')],
    ])
  })
  it('is kept by what was reported in time', () => {
    const reports = [
      { stage: 'DEPLOY' as const, words: '', at: at + 3_600_000 },
      { stage: 'PROGRESS' as const, words: '', at: at + 5 * dayMs },
    ]
    const states = markStates({ state: 'INSTRUCTED', instructedAt: at, reports, answeredAt: null }, at + 6 * dayMs)
    expect(states.map(({ isLate: late }) => late)).toEqual([false, true, false, false])
    const answered = markStates(
      { state: 'ANSWERED', instructedAt: at, reports, answeredAt: at + 9 * dayMs },
      at + 40 * dayMs,
    )
    expect(answered.map(({ isLate: late }) => late)).toEqual([false, true, true, false])
    // Sent back: marks 7 and 30 are open again.
    const back = markStates(
      { state: 'INSTRUCTED', instructedAt: at, reports, answeredAt: at + 6 * dayMs },
      at + 40 * dayMs,
    )
    expect(back.map(({ metAt }) => metAt !== null)).toEqual([true, true, false, false])
    expect(back.map(({ isLate: late }) => late)).toEqual([false, true, true, true])
  })
})
