import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RoleName } from '../../../../src/people/person.ts'
import type { CategoryCode, UnitCode } from '../../../../src/platform/types.ts'
import { defaultLimits } from '../../../../src/tickets/clocks/limits.ts'
import { inChargeOf, leadOf, type TicketEvent } from '../../../../src/tickets/life/ticket.ts'
import { birthOf, changeOf, type Kept, keptAfter, keptBirth } from '../../../../src/tickets/records/change.ts'
import { faultsIn } from '../../../../src/tickets/records/history.ts'
import { type By, machineOf, type NewTicket } from '../../../../src/tickets/records/rows.ts'
import { at, calendar } from '../../calendar/world.ts'
import { eventsOfRequests, isOfUnit, nextOf, someRequest } from '../life/asking-events.ts'

/** The rows of a ticket, whatever happens to it: what no order of events may do to the database. */

const timing = { calendar, limits: defaultLimits }
const begin = at('2026-03-02', '09:00')
const units = ['cgj', 'rsj', 'zjj'] as UnitCode[] as [UnitCode, UnitCode, UnitCode]
const by = (role: RoleName, unitCode: UnitCode | null = null): By => ({ id: 1, name: '某', roles: [role], unitCode })

const matter: NewTicket = {
  ...{ type: 'HELP', urgency: 'P3', categoryCode: '030401' as CategoryCode, needsReply: true, title: '', wish: '' },
  ...{ isConfidential: false, isAnonymous: false, content: '路灯不亮', occurredAt: null, countyCode: null },
  ...{ township: null, place: '', longitude: null, latitude: null, isCrossCity: false, accused: null },
  ...{ accusedUnit: null, tags: [], channel: 'PHONE', lineId: null, upstreamNumber: null, upstreamDueAt: null },
  ...{ caller: { name: null, phone: null, address: null }, callNumbers: [], isAtHome: false, suggestedUnit: null },
  ...{ suggestedReason: null, callIds: [], draftId: null },
}

const someUnit = fc.constantFrom(...units)
const event: fc.Arbitrary<TicketEvent> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ kind: fc.constant('dispatch' as const), lead: someUnit, coUnits: fc.subarray([...units], { maxLength: 2 }) },
      ...{ ruleKey: fc.constant(null), reason: fc.constant('属地优先'), returnBy: fc.constant(null) },
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'sign' as const }) },
  {
    weight: 3,
    arbitrary: fc.constant({ kind: 'return' as const, reason: 'U2' as const, note: '三定', suggestedUnit: null }),
  },
  fc.constant({ kind: 'refuse-return' as const, note: '属职责' }),
  fc.constant({ kind: 'reply' as const, publicReply: '已修', internalReply: '换灯' }),
  fc.constant({ kind: 'send-back' as const, note: '未说明' }),
  fc.constant({ kind: 'close' as const }),
  { weight: 2, arbitrary: fc.constant({ kind: 'redo' as const, reason: 'UNTRUE' as const, note: '不符' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('reopen' as const),
      note: fc.constant('新照片'),
      lead: fc.constantFrom(null, ...units),
    }),
  },
  fc.constant({ kind: 'void' as const, reason: 'MISTAKE' as const, note: '误登' }),
  fc.constant({ kind: 'urge' as const, note: '又来电' }),
  fc.constant({ kind: 'correct' as const, categoryCode: '030402' as CategoryCode }),
  fc.constant({ kind: 'contact' as const, at: begin, way: 'PHONE' as const, withWhom: '本人', note: '已约' }),
)

const another = (id: number): By => ({ id, name: '某', roles: ['DISPATCHER'], unitCode: null })
const firstKinds = [
  'dispatch',
  'sign',
  'return',
  'refuse-return',
  'reply',
  'send-back',
  'close',
  'redo',
  'reopen',
  'void',
  'urge',
  'correct',
  'contact',
]

/** More of the steps that lead on: else few runs come past the first ones, and some kinds are met by luck. */
const often = event.filter(({ kind }) => !['void', 'answer', 'queue', 'urge', 'supplement'].includes(kind))
const likely = fc.oneof(
  { weight: 1, arbitrary: event },
  { weight: 4, arbitrary: often },
  { weight: 2, arbitrary: someRequest(begin) },
)

it('no order of events breaks a unique index, and what is kept is the ticket after the event', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(
      fc.array(fc.tuple(likely, fc.nat(3), fc.oneof(fc.nat(60_000), fc.nat(3_600_000))), {
        maxLength: 90,
        size: 'max',
      }),
      (steps) => {
        let ids = 0
        const idOf = () => {
          ids += 1
          return String(ids).padStart(26, '0')
        }
        const known = { timing, statutoryDays: null, idOf }
        const given = { ...known, by: by('AGENT'), now: begin, number: 'CZ1', queryCode: '1', citizenId: null }
        const born = birthOf(matter, { kind: 'register' }, given)
        if (!born.ok) throw new Error(born.refusal.code)
        let kept: Kept = keptBirth(born.change)
        const history = [born.change.history]
        let now = begin
        for (const [next, who, later] of steps) {
          now += later
          const ticket = machineOf(kept.row, kept)
          const actors = [
            by('DISPATCHER'),
            { ...by('DISPATCHER'), id: 2 } as By,
            by('CLERK', leadOf(ticket)),
            by('CLERK', inChargeOf(ticket)),
          ]
          // Every fourth time what waits is gone on with, by who may.
          const onward =
            later % 4 === 0 || ticket.state === 'CLOSED' ? nextOf(ticket, Math.floor(later / 4), begin) : null
          const actor =
            onward === null || isOfUnit(onward) ? actors[onward ? 2 : who] : another(later % 8 === 0 ? 2 : 3)
          const event = onward ?? next
          const worked = changeOf(kept, event, { ...known, by: actor ?? null, now, words: null })
          if (!worked.ok) continue
          seen.add(event.kind)
          const { change } = worked
          kept = keptAfter(kept, change)
          history.push(change.history)
          isWhole(kept)
          const read = machineOf(kept.row, kept)
          const sorted = (one: typeof read) => ({
            ...one,
            tasks: one.tasks.map((task) => JSON.stringify(task)).sort(),
            running: one.running.map((run) => `${run.clock} ${run.unit} ${run.item}`).sort(),
            paused: one.paused.map((run) => `${run.clock} ${run.unit} ${run.item}`).sort(),
          })
          expect(sorted(read)).toEqual(sorted(change.after))
        }
        expect(faultsIn(kept.row.version, history)).toEqual([])
      },
    ),
    { numRuns: 1_000 },
  )
  const all = [...firstKinds, ...eventsOfRequests(begin).map(({ kind }) => kind)]
  expect([...seen].sort()).toEqual([...new Set(all)].sort())
})

/** As the unique indexes of the schema have it, where a NULL equals nothing. */
function isWhole({ row, tasks, requests, runs, rounds }: Kept): void {
  const isUnique = (keys: (string | null)[]) => {
    const those = keys.filter((key) => key !== null)
    expect(new Set(those).size).toBe(those.length)
  }
  isUnique(tasks.map(({ leadSlot }) => (leadSlot === null ? null : String(leadSlot))))
  isUnique(tasks.map(({ slot, unitCode, role }) => (slot === null ? null : `${unitCode} ${role}`)))
  isUnique(requests.map(({ slot, kind }) => (slot === null ? null : kind)))
  isUnique(runs.map(({ slot, clock, unitCode, item }) => (slot === null ? null : `${clock} ${unitCode} ${item}`)))
  isUnique(tasks.map(({ id }) => id))
  isUnique(runs.map(({ id }) => id))
  // Each round but the present one has ended with its answer; a ticket that was closed once has no rows.
  expect(rounds.map(({ number }) => number)).toEqual(row.round === 1 ? [] : rounds.map((_, at) => at + 1))
  expect(rounds.length).toBe(row.round === 1 ? 0 : row.round)
  for (const { number, publicReply, endedAt } of rounds) {
    expect(endedAt !== null).toBe(number < row.round)
    expect(number < row.round ? ['已修', '可随时重新反映'] : [null]).toContain(publicReply)
  }
  expect(row.leadUnit).toBe(tasks.find(({ leadSlot }) => leadSlot === 1)?.unitCode ?? null)
  for (const task of tasks) expect(task.slot === null).toBe(task.leftAt !== null)
  for (const { slot, decision, decidedAt } of requests) {
    expect([slot === null, decidedAt !== null]).toEqual([decision !== null, decision !== null])
  }
}
