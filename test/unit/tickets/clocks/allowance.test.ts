import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayMs } from '../../../../src/calendar/days.ts'
import { type Limit, limitUnits } from '../../../../src/calendar/limit.ts'
import type { TicketId, UnitCode } from '../../../../src/platform/types.ts'
import { type Allowance, dueOf, readAllowance, writeAllowance } from '../../../../src/tickets/clocks/allowance.ts'
import { carryClocks, dueColumnsOf, heldIn, type Run, slots } from '../../../../src/tickets/clocks/deadlines.ts'
import { defaultLimits, type Matter } from '../../../../src/tickets/clocks/limits.ts'
import {
  type ClockWish,
  carry,
  clockKinds,
  clocks,
  type Pause,
  type Running,
} from '../../../../src/tickets/life/clocks.ts'
import { at, calendar, endOf } from '../../calendar/world.ts'

const wd = (count: number): Limit => ({ count, unit: 'WORKING_DAY' })
const of = (...limits: [Limit, ...Limit[]]): Allowance => ({ limits })
const pauseOf = (from: number, to: number): Pause => ({ from, to })
const timing = { calendar, limits: defaultLimits }
const matter: Matter = { urgency: 'P3', type: 'HELP' }
const cgj = 'cgj' as UnitCode

describe('the due time of a clock that stood still', () => {
  const monday = at('2026-03-02', '10:00')

  it.each<[string, Allowance, Pause[], number]>([
    ['five working days, untouched', of(wd(5)), [], endOf('2026-03-09')],
    ['from Tuesday to Thursday', of(wd(5)), [pauseOf(at('2026-03-03'), at('2026-03-05'))], endOf('2026-03-11')],
    [
      'within one day: nothing',
      of(wd(5)),
      [pauseOf(at('2026-03-03', '09:00'), at('2026-03-03', '17:00'))],
      endOf('2026-03-09'),
    ],
    ['over a weekend: the Monday', of(wd(5)), [pauseOf(at('2026-03-06'), at('2026-03-09'))], endOf('2026-03-10')],
    [
      'four office hours over noon',
      of({ count: 4, unit: 'WORKING_HOUR' }),
      [pauseOf(at('2026-03-02', '11:00'), at('2026-03-02', '15:30'))],
      at('2026-03-03', '09:00'),
    ],
    [
      'minutes, day and night',
      of({ count: 30, unit: 'MINUTE' }),
      [pauseOf(monday + 60_000, monday + 120_000)],
      monday + 31 * 60_000,
    ],
    ['natural days', of({ count: 3, unit: 'DAY' }), [pauseOf(at('2026-03-03'), at('2026-03-05'))], endOf('2026-03-09')],
    ['extended by another clock', of(wd(1), { count: 24, unit: 'HOUR' }), [], endOf('2026-03-03') + dayMs],
    ['a date', { until: endOf('2026-04-01') }, [pauseOf(at('2026-03-03'), at('2026-03-05'))], endOf('2026-04-03')],
  ])('%s', (_, allowance, pauses, dueAt) => {
    expect(dueOf(monday, allowance, pauses, calendar)).toBe(dueAt)
  })

  it('counts make-up days that it stood still on', () => {
    const friday = at('2026-02-13', '10:00')
    expect(dueOf(friday, of(wd(1)), [pauseOf(at('2026-02-13', '11:00'), at('2026-02-15', '09:00'))], calendar)).toBe(
      endOf('2026-02-24'),
    )
  })

  it('is written and read back', () => {
    const text = '5 wd+3 wd+24 h'
    expect(writeAllowance(readAllowance(text) ?? of(wd(1)))).toBe(text)
    expect(readAllowance('@1767225600000')).toEqual({ until: 1_767_225_600_000 })
    for (const strange of [null, '', '5', '5 wd+', 'x wd', '@x']) expect(readAllowance(strange)).toBeNull()
  })
})

// With every pause added the due time is in the same year: the next one's working days are not loaded.
const instant = fc.integer({ min: at('2026-01-05', '00:00'), max: at('2026-04-30', '23:59') })
const someLimit = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(...limitUnits))
  .map(([count, unit]): Limit => ({ count, unit }))
const stretches = fc
  .array(instant, { maxLength: 8 })
  .map((instants) => instants.toSorted((one, other) => one - other))
  .map((sorted) =>
    sorted.flatMap((from, index) =>
      index % 2 === 0 && sorted[index + 1] ? pauseOf(from, sorted[index + 1] ?? 0) : [],
    ),
  )

describe('whatever order the facts come in', () => {
  it('the due time is the same, and a pause that is cut in two changes nothing', () => {
    fc.assert(
      fc.property(
        instant,
        someLimit,
        someLimit,
        stretches,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (start, first, more, pauses, share) => {
          const allowance = of(first, more)
          const dueAt = dueOf(start, allowance, pauses, calendar)
          expect(dueOf(start, allowance, pauses.toReversed(), calendar)).toBe(dueAt)
          const cut = pauses.flatMap(({ from, to }) => {
            const middle = Math.round(from + ((to ?? from) - from) * share)
            return [pauseOf(from, middle), pauseOf(middle, to ?? from)]
          })
          expect(dueOf(start, allowance, cut, calendar)).toBe(dueAt)
          // Standing still never takes time away.
          expect(dueAt).toBeGreaterThanOrEqual(dueOf(start, allowance, [], calendar))
        },
      ),
      { numRuns: 5_000 },
    )
  })

  const wish: fc.Arbitrary<ClockWish> = fc.oneof(
    fc.record({
      do: fc.constantFrom('start' as const, 'meet' as const, 'cancel' as const, 'resume' as const),
      clock: fc.constantFrom(...clockKinds),
    }),
    fc.record({
      do: fc.constantFrom('pause' as const, 'unpause' as const),
      clock: fc.constantFrom('HANDLE' as const, 'MILESTONE' as const, 'SIGN' as const),
    }),
    fc.record({ do: fc.constant('extend' as const), clock: fc.constant('HANDLE' as const), by: fc.constant(wd(2)) }),
    fc.record({
      do: fc.constantFrom('start' as const, 'move' as const),
      ...{ clock: fc.constant('MILESTONE' as const), item: fc.integer({ min: 1, max: 3 }) },
      until: instant,
    }),
  )

  it('no clock runs twice, none changes after its end, and rows and machine agree', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.array(fc.tuple(wish, fc.nat(86_400_000)), { maxLength: 60, size: 'max' }), (wishes) => {
        let held: { running: Running[]; paused: Running[] } = { running: [], paused: [] }
        let runs: Run[] = []
        let now = at('2026-03-02', '09:00')
        let ids = 0
        for (const [one, later] of wishes) {
          now += later
          const carried = carry({ ...held, isAnonymous: false }, [one], cgj)
          for (const effect of carried.clocks) seen.add(effect.do)
          const before = runs
          runs = carryClocks('t' as TicketId, runs, carried.clocks, matter, timing, now, () => {
            ids += 1
            return String(ids)
          })
          // As the store does: where the limits have no such clock, none runs.
          held = { running: heldIn(runs, slots.running), paused: heldIn(runs, slots.paused) }
          const keys = [...held.running, ...held.paused].map(({ clock, unit, item }) => `${clock} ${unit} ${item}`)
          expect(new Set(keys).size).toBe(keys.length)
          for (const run of before.filter(({ cancelledAt }) => cancelledAt !== null)) expect(runs).toContain(run)
          if (one.do !== 'resume') {
            for (const run of before.filter(({ metAt }) => metAt !== null)) expect(runs).toContain(run)
          }
          for (const { slot, pauses } of runs) {
            const open = (pauses ?? []).filter(({ to }) => to === null)
            expect(open.length).toBe(slot === slots.paused ? 1 : 0)
          }
        }
      }),
      { numRuns: 500 },
    )
    expect([...seen].sort()).toEqual(['cancel', 'extend', 'meet', 'move', 'pause', 'resume', 'start', 'unpause'])
  })

  it('what is left when it goes on is what was left when it stopped', () => {
    const from = at('2026-03-02', '09:00')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 * dayMs }), fc.integer({ min: 0, max: 60 * dayMs }), (stop, stood) => {
        const known = [matter, timing] as const
        const effect = { clock: 'HANDLE' as const, unit: cgj }
        const [begun] = carryClocks('t' as TicketId, [], [{ do: 'start', ...effect }], ...known, from, () => '1')
        if (!begun) throw new Error('no clock')
        const paused = carryClocks('t' as TicketId, [begun], [{ do: 'pause', ...effect }], ...known, from + stop)
        const on = carryClocks('t' as TicketId, paused, [{ do: 'unpause', ...effect }], ...known, from + stop + stood)
        expect(paused[0]?.slot).toBe(slots.paused)
        expect(dueColumnsOf(paused, cgj).nextDueAt).toBeNull()
        const left = (run: Run | undefined, now: number) => calendar.workingDaysBetween(now, run?.dueAt ?? 0)
        expect(left(on[0], from + stop + stood)).toBe(left(begun, from + stop))
      }),
    )
  })
})

it('the decision on a request is no part of the lamp of its ticket', () => {
  const from = at('2026-03-02', '09:00')
  const both = [
    { do: 'start' as const, clock: 'HANDLE' as const, unit: cgj },
    { do: 'start' as const, clock: 'REVIEW' as const, unit: null },
  ]
  let ids = 0
  const runs = carryClocks('t' as TicketId, [], both, matter, timing, from, () => {
    ids += 1
    return String(ids)
  })
  expect(runs).toHaveLength(2)
  expect(dueColumnsOf(runs, cgj).nextDueAt).toBe(endOf('2026-03-09'))
  expect(clockKinds.filter((kind) => clocks[kind].isDecision)).toContain('REVIEW')
})
