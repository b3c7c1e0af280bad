import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  causesOf,
  compare,
  type Found,
  levels,
  rulesOn,
  type Standing,
  signalKinds,
  signalTriggers,
  type TicketFacts,
  triggerIds,
} from '../../../src/oversight/triggers/trigger.ts'
import type { UnitCode } from '../../../src/platform/types.ts'
import { requireSite } from '../../../src/site/load.ts'

const { oversight } = requireSite(resolve(import.meta.dirname, '../../../config'))
const rules = rulesOn(oversight, '2026-11-23')
if (!rules) throw new Error('no rules')
const now = Date.parse('2026-11-23T10:00:00+08:00')
const dayMs = 86_400_000
const at = { now, lateSince: now - 5 * dayMs }

const calm: TicketFacts = {
  ...{ urgency: 'P3', warnAt: null, handleDueAt: null, signDueAt: null, milestoneDueAt: null, redoCount: 0 },
  ...{ problem: null, changedAt: now - dayMs, tags: [], returns: 0, lastReturnAt: null, callers: 1, callersLong: 1 },
  ...{ timesSaid: 1, registeredAt: now - dayMs, signals: [] },
}
const pulled = (change: Partial<TicketFacts>) =>
  causesOf({ ...calm, ...change }, rules, at).map(({ trigger, level }) => `${trigger} ${level}`)

describe('triggers of a ticket', () => {
  it('are none while nothing is wrong', () => {
    expect(pulled({})).toEqual([])
    expect(pulled({ warnAt: now + 1, handleDueAt: now + dayMs, signDueAt: now + 1, milestoneDueAt: now + 1 })).toEqual(
      [],
    )
  })

  it('rise with the time that it is overdue', () => {
    expect(pulled({ warnAt: now - 1, handleDueAt: now + 1 })).toEqual(['T01 L0'])
    expect(pulled({ warnAt: now - dayMs, handleDueAt: now - 1 })).toEqual(['T03 L1'])
    expect(pulled({ handleDueAt: now - 1, urgency: 'P2' })).toEqual(['T03 L1', 'T04 L2'])
    expect(pulled({ handleDueAt: now - 6 * dayMs })).toEqual(['T03 L1', 'T04 L2'])
    expect(pulled({ signDueAt: now - 1 })).toEqual(['T02 L1'])
    expect(pulled({ milestoneDueAt: now - 1 })).toEqual(['T12 L2'])
  })

  it('go by what was done again and again', () => {
    expect(pulled({ redoCount: 2 })).toEqual([])
    expect(pulled({ redoCount: 3 })).toEqual(['T06 L3'])
    expect(pulled({ returns: 2 })).toEqual([])
    expect(pulled({ returns: 3 })).toEqual(['T07 L2'])
    expect(pulled({ timesSaid: 3 })).toEqual(['T11 L2'])
    expect(pulled({ callers: 10, callersLong: 10 })).toEqual(['T09 L2'])
    expect(pulled({ callers: 9, callersLong: 30 })).toEqual(['T09 L2'])
    expect(pulled({ tags: ['媒体关注'] })).toEqual(['T13 L2'])
  })

  it('take what others report, at the level that was sent but never below the rule', () => {
    for (const kind of signalKinds) {
      expect(pulled({ signals: [{ kind, at: now, level: null }] })[0]).toBe(`${signalTriggers[kind]} L2`)
    }
    expect(pulled({ signals: [{ kind: 'PROVINCE_URGES', at: now, level: 'L3' }] })).toEqual(['T16 L3'])
    expect(pulled({ signals: [{ kind: 'PROVINCE_URGES', at: now, level: 'L0' }] })).toEqual(['T16 L2'])
    // Two causes of one trigger are one alert, the further one.
    expect(pulled({ redoCount: 3, signals: [{ kind: 'DISSATISFIED_AGAIN', at: now, level: null }] })).toEqual([
      'T06 L3',
    ])
  })

  it('can be switched off one by one', () => {
    const off = { triggers: { ...rules.triggers, T03: { ...rules.triggers.T03, isOn: false } } }
    expect(causesOf({ ...calm, handleDueAt: now - 1 }, off, at)).toEqual([])
  })
})

describe('versions of the rules', () => {
  it('hold from their day on', () => {
    const second = { ...rules, version: 2, effectiveFrom: '2027-01-01' }
    const of = (day: string) => rulesOn([rules, second], day)?.version ?? null
    expect([of('2025-12-31'), of('2026-01-01'), of('2026-12-31'), of('2027-01-01')]).toEqual([null, 1, 1, 2])
  })
})

describe('a sweep', () => {
  const found = fc.record({
    trigger: fc.constantFrom(...triggerIds),
    subject: fc.constantFrom('CZ1', 'CZ2', 'CZ3'),
    unit: fc.constantFrom('cgj' as UnitCode, 'rsj' as UnitCode, null),
    level: fc.constantFrom(...levels),
    since: fc.constant(now),
  })
  const facts = fc.uniqueArray(found, { selector: ({ trigger, subject }) => `${trigger} ${subject}`, maxLength: 20 })

  /** As the database keeps it. */
  function apply(standing: Standing[], wanted: readonly Found[]): Standing[] {
    const { raised, ended, moved } = compare(wanted, standing)
    const left = standing.filter((one) => !ended.includes(one))
    const changed = left.map((one) => ({ ...one, ...moved.find(({ id }) => id === one.id) }))
    return [...changed, ...raised.map((one, n) => ({ ...one, id: `${one.trigger} ${one.subject} ${n}` }))]
  }
  const plain = (list: readonly Found[]) =>
    list.map(({ trigger, subject, unit, level }) => `${trigger} ${subject} ${unit} ${level}`).toSorted()

  it('leaves standing exactly what holds, whatever stood before, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(facts, { minLength: 1, maxLength: 6 }), (history) => {
        let standing: Standing[] = []
        for (const wanted of history) {
          standing = apply(standing, wanted)
          expect(plain(standing)).toEqual(plain(wanted))
          expect(compare(wanted, standing)).toEqual({ raised: [], ended: [], moved: [] })
        }
      }),
    )
  })
})
