import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { designationOf } from '../../../src/arbitration/designate.ts'
import {
  advanceDispute,
  aParty,
  barToDispute,
  type Dispute,
  type DisputeActor,
  type DisputeEvent,
  minutesNumberOf,
  monthsAfter,
  nextRung,
  silentUnits,
} from '../../../src/arbitration/dispute.ts'
import type { CategoryCode, UnitCode } from '../../../src/platform/types.ts'

const unit = (code: string) => code as UnitCode
const now = Date.parse('2026-11-30T10:00:00+08:00')
const hour = 3_600_000
const proposed: Dispute = {
  ...{ state: 'PROPOSED', version: 1, rung: 'J1', question: '路灯归谁', isKind: true },
  ...{ categoryCode: '030401' as CategoryCode, countyCode: null, tickets: ['CZ20261130000001'] },
  parties: [aParty(unit('cgj'), 'PARTY'), aParty(unit('zjj'), 'PARTY')],
  ...{ holdBy: now + 48 * hour, meetingAt: null, place: null, chair: null, viewsBy: null, heldAt: null, minutes: null },
  ...{ ruling: null, minutesNumber: null, signedOn: null, inForceAt: null, reviewAt: null, endedAt: null },
}
const keeper: DisputeActor = { by: 'keeper' }
const cgj: DisputeActor = { by: 'unit', unit: unit('cgj') }
const at = now + 25 * hour
const call: DisputeEvent = {
  ...{ kind: 'call', at, place: '三楼会议室', chair: '王主任', viewsBy: now + 20 * hour, invited: [unit('bb')] },
  earliest: now + 24 * hour,
}
const there = (...codes: string[]) =>
  codes.map((code) => ({ unit: unit(code), isPresent: true, attendee: '', position: '', dissent: '' }))
const hold: DisputeEvent = { kind: 'hold', heldAt: at, attendance: there('cgj', 'zjj', 'bb'), minutes: '议定如下' }
const rule: DisputeEvent = {
  ...{ kind: 'rule', lead: unit('cgj'), coUnits: [unit('zjj')], basis: '条例', text: '由城管局办理' },
  ...{ validFrom: '2026-12-01', validTo: null },
}
const sign: DisputeEvent = {
  kind: 'sign',
  chair: '王主任',
  signedOn: '2026-12-01',
  number: '长热会〔2026〕1号',
  reviewAt: at + hour,
}

/** One after another, each half an hour after the meeting at the latest. */
function walk(dispute: Dispute, ...events: DisputeEvent[]): Dispute {
  return events.reduce((one, event) => {
    const step = advanceDispute(one, event, keeper, event.kind === 'call' ? now : at + hour)
    if (!step.ok) throw new Error(`${event.kind}: ${step.refusal.code}`)
    return step.dispute
  }, dispute)
}
const codeOf = (dispute: Dispute, event: DisputeEvent, actor: DisputeActor = keeper, when = now) => {
  const step = advanceDispute(dispute, event, actor, when)
  return step.ok ? 'ok' : step.refusal.code
}

describe('a dispute', () => {
  it('goes from the proposal by a meeting to a ruling in force, and is looked at again after a year', () => {
    const done = walk(proposed, call, hold, rule, sign)
    expect(done).toMatchObject({ state: 'IN_FORCE', minutesNumber: '长热会〔2026〕1号', version: 5 })
    expect(done.parties.map(({ unit: code, role }) => [code, role])).toEqual([
      ['cgj', 'PARTY'],
      ['zjj', 'PARTY'],
      ['bb', 'INVITED'],
    ])
    const review = advanceDispute(done, { kind: 'review' }, { by: 'system' }, at + 2 * hour)
    expect(review).toMatchObject({ ok: true, dispute: { state: 'REVIEW_DUE' } })
    expect(codeOf(done, { kind: 'review' })).toBe('dispute.not-allowed')
  })

  it('is called with a notice of a working day, and views are due before the meeting', () => {
    expect(codeOf(proposed, { ...call, at: now + 23 * hour })).toBe('dispute.notice-too-short')
    expect(codeOf(proposed, { ...call, viewsBy: at + 1 })).toBe('dispute.notice-too-short')
  })

  it('hears each unit for itself, in time; silence is consent', () => {
    const called = walk(proposed, call)
    const view: DisputeEvent = { kind: 'view', unit: unit('cgj'), text: '不归我局' }
    expect(codeOf(called, view, cgj)).toBe('ok')
    expect(codeOf(called, { ...view, unit: unit('zjj') }, cgj)).toBe('dispute.not-allowed')
    expect(codeOf(called, view, { by: 'unit', unit: unit('rsj') })).toBe('dispute.not-allowed')
    expect(codeOf(called, view, keeper)).toBe('dispute.not-allowed')
    expect(codeOf(called, view, cgj, now + 21 * hour)).toBe('dispute.views-over')
    const step = advanceDispute(called, view, cgj, now)
    expect(step.ok && silentUnits(step.dispute)).toEqual(['zjj', 'bb'])
  })

  it('is not held before its time, nor without a word about each unit', () => {
    const called = walk(proposed, call)
    expect(codeOf(called, hold, keeper, at - hour)).toBe('dispute.not-yet-held')
    expect(codeOf(called, { ...hold, heldAt: at - hour }, keeper, at)).toBe('dispute.not-yet-held')
    const without = { ...hold, attendance: there('cgj', 'zjj') }
    expect(codeOf(called, without, keeper, at)).toBe('dispute.attendance-missing')
    expect(codeOf(called, { ...hold, attendance: there('cgj', 'zjj', 'bb', 'rsj') }, keeper, at)).toBe(
      'dispute.attendance-missing',
    )
  })

  it('names no unit that was not heard', () => {
    const held = walk(proposed, call, hold)
    expect(codeOf(held, { ...rule, lead: unit('rsj') })).toBe('dispute.unit-not-heard')
    expect(codeOf(held, { ...rule, coUnits: [unit('cgj')] })).toBe('dispute.unit-not-heard')
  })

  it('goes up a rung and begins anew there, with the views that it has', () => {
    const called = walk(proposed, call)
    const told = advanceDispute(called, { kind: 'view', unit: unit('cgj'), text: '不归我局' }, cgj, now)
    if (!told.ok) throw new Error(told.refusal.code)
    const up: DisputeEvent = { kind: 'escalate', why: '未能一致', holdBy: now + 100 * hour }
    const second = walk(told.dispute, hold, up)
    expect(second).toMatchObject({ state: 'PROPOSED', rung: 'J2', meetingAt: null, holdBy: now + 100 * hour })
    expect(second.parties[0]).toMatchObject({ view: '不归我局', isPresent: null })
    const third = walk(second, up)
    expect(codeOf(third, up)).toBe('dispute.top-rung')
    expect([nextRung('J1'), nextRung('J2'), nextRung('J3'), nextRung('PLENARY')]).toEqual(['J2', 'J3', null, null])
  })

  it('keeps, whatever is asked of it in whatever order: a ruling in force has a number and heard units, an end is an end', () => {
    const events: DisputeEvent[] = [
      ...[call, hold, rule, sign, { kind: 'view' as const, unit: unit('cgj'), text: '意见' }],
      ...[
        { kind: 'evidence' as const, text: '照片', basis: '' },
        { kind: 'escalate' as const, why: '提', holdBy: null },
      ],
      ...[{ kind: 'review' as const }, { kind: 'confirm' as const, why: '可', reviewAt: at + 9 * hour }],
      ...[
        { kind: 'withdraw' as const, why: '撤' },
        { kind: 'lapse' as const, why: '止' },
      ],
    ]
    const actors: DisputeActor[] = [keeper, keeper, keeper, cgj, { by: 'system' }, { by: 'reader' }]
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...events), fc.constantFrom(...actors), fc.boolean()), { maxLength: 25 }),
        (steps) => {
          let dispute = proposed
          for (const [event, actor, isLate] of steps) {
            const when = isLate ? at + hour : now
            const before = dispute
            const step = advanceDispute(before, event, actor, when)
            if (barToDispute(before, event.kind, actor, when)) expect(step.ok).toBe(false)
            if (!step.ok) continue
            dispute = step.dispute
            expect(before.state).not.toBe('LAPSED')
            expect(dispute.version).toBe(before.version + 1)
            expect(new Set(dispute.parties.map(({ unit: code }) => code)).size).toBe(dispute.parties.length)
            // No view that was stated is lost.
            for (const { unit: code, view } of before.parties) {
              if (view !== null) expect(dispute.parties.find((one) => one.unit === code)?.view).not.toBeNull()
            }
            if (dispute.state !== 'IN_FORCE' && dispute.state !== 'REVIEW_DUE') continue
            expect(dispute.minutesNumber).not.toBeNull()
            const heard = dispute.parties.map(({ unit: code }) => code)
            expect(heard).toEqual(expect.arrayContaining([dispute.ruling?.lead, ...(dispute.ruling?.coUnits ?? [])]))
          }
        },
      ),
    )
  })
})

describe('what a ruling does with a ticket', () => {
  const ruling = { lead: unit('cgj'), coUnits: [], text: '由城管局办理' }
  const ticket = { state: 'DISPATCHED' as const, leadUnit: unit('zjj'), dispatchReason: '谁主管谁负责' }
  const words = (change: object) => {
    const found = designationOf({ ...ticket, ...change }, ruling, '长热会〔2026〕1号')
    return 'words' in found ? found.words : found.event.kind
  }

  it('designates what is open, once, and leaves alone what is answered or over', () => {
    expect(words({})).toBe('designate')
    expect(words({ state: 'REGISTERED', leadUnit: null })).toBe('designate')
    // The same unit had it before: from now on it may not give it back.
    expect(words({ leadUnit: unit('cgj') })).toBe('designate')
    expect(words({ leadUnit: unit('cgj'), dispatchReason: '长热会〔2026〕1号：由城管局办理' })).toBe('已指定承办')
    expect(words({ state: 'REPLIED' })).toContain('已答复')
    expect(words({ state: 'CLOSED' })).toContain('不再改派')
  })
})

it('counts months and numbers as the minutes have them', () => {
  expect(minutesNumberOf('长治', 2026, 3)).toBe('长热会〔2026〕3号')
  const day = (text: string) => Date.parse(`${text}T09:30:00+08:00`)
  expect(monthsAfter(day('2026-11-30'), 12)).toBe(day('2027-11-30'))
  expect(monthsAfter(day('2028-02-29'), 12)).toBe(day('2029-02-28'))
  expect(monthsAfter(day('2026-10-31'), 4)).toBe(day('2027-02-28'))
})
