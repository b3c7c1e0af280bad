import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  advanceCase,
  barToCase,
  type Case13710,
  type CaseActor,
  type CaseEvent,
  type CaseEventKind,
  type CaseState,
  citizenSays,
  markDueAt,
  marksOf,
  newCase,
  owedOf,
  redOf,
  toldAfter,
} from '../../../../src/oversight/thirteen710/case.ts'
import type { UnitCode } from '../../../../src/platform/types.ts'

const unit = 'cgj' as UnitCode
const at = (wall: string) => Date.parse(`${wall}+08:00`)
const entered = at('2026-11-30T16:30')
const day = 86_400_000
const keeper: CaseActor = { by: 'keeper', id: 1 }
const second: CaseActor = { by: 'keeper', id: 2 }
const clerk: CaseActor = { by: 'unit', id: 3, unit }
const office: CaseActor = { by: 'office' }

/** @returns the code of the refusal instead */
function after(one: Case13710, ...steps: [CaseEvent, CaseActor, number?][]): Case13710 | string {
  let current = one
  for (const [event, actor, now = entered] of steps) {
    const step = advanceCase(current, event, actor, now)
    if (!step.ok) return step.refusal.code
    current = step.case
  }
  return current
}
const deploy: CaseEvent = { kind: 'deploy', leader: '王局长', section: '市政科', measure: '当日派员现场查勘' }
const report: CaseEvent = { kind: 'report', done: '已更换线缆', whyNot: '缺配件', nextOn: '2026-12-04' }
const claim: CaseEvent = { kind: 'claim', result: '路灯已全部点亮' }
const verified: CaseEvent = { kind: 'verify', isDone: true, citizen: 'SOLVED', note: '回访属实' }
const plan: CaseEvent = { kind: 'plan', why: '需立项', nodes: [{ on: '2027-01-10', what: '招标', owner: '市政科' }] }

test('the four marks end at midnight of the same day, and three, seven and thirty days later, holidays or not', () => {
  expect([1, 3, 7, 30].map((mark) => markDueAt(entered, mark as 1) + 1)).toEqual(
    ['2026-12-01', '2026-12-04', '2026-12-08', '2026-12-31'].map((end) => at(`${end}T00:00`)),
  )
  // A minute before midnight is the whole first day.
  expect(markDueAt(at('2026-11-30T23:59'), 1)).toBe(at('2026-12-01T00:00') - 1)
})

test('a case that runs in time has four marks met, and is cleared only after it was verified by another person', () => {
  const done = after(
    newCase(unit, entered),
    [deploy, clerk],
    [report, clerk, entered + 2 * day],
    [claim, clerk, entered + 5 * day],
  )
  if (typeof done === 'string') throw new Error(done)
  expect(marksOf(done, entered + 40 * day).map(({ standing }) => standing)).toEqual(['MET', 'MET', 'MET', 'MET'])
  expect(after(done, [{ kind: 'clear' }, office])).toBe('province-case.not-verified')
  expect(after(done, [verified, keeper], [{ kind: 'clear' }, office])).toMatchObject({ state: 'CLEARED' })
  const own = after(newCase(unit, entered), [deploy, keeper], [claim, keeper], [verified, keeper])
  expect(own).toBe('province-case.same-person')
  expect(after(done, [verified, clerk])).toBe('province-case.not-allowed')
})

test('what a citizen says is not solved comes back, and marks 7 and 30 are open again', () => {
  const back = after(
    newCase(unit, entered),
    ...([
      [deploy, clerk],
      [claim, clerk, entered + day],
    ] as [CaseEvent, CaseActor, number?][]),
    [{ ...verified, citizen: 'UNSOLVED', note: '' } as CaseEvent, keeper, entered + 2 * day],
  )
  if (typeof back === 'string') throw new Error(back)
  expect(back).toMatchObject({ state: 'BOUNCED', bounces: 1, bounceReason: '市民表示未解决', claimedAt: null })
  expect(marksOf(back, entered + 8 * day).map(({ standing }) => standing)).toEqual(['MET', 'RED', 'RED', 'RUNNING'])
  expect(owedOf(back).map(({ step }) => step)).toEqual([3, 7, 30])
})

test('only a matter that another person granted to be major has a plan; its days lie ahead, in order', () => {
  const deployed = after(newCase(unit, entered), [deploy, clerk]) as Case13710
  expect(after(deployed, [plan, clerk])).toBe('province-case.not-major')
  const ask: CaseEvent = { kind: 'ask-major', why: '需财政立项' }
  expect(after(deployed, [ask, keeper], [{ kind: 'grant-major' }, keeper])).toBe('province-case.same-person')
  const major = after(deployed, [ask, keeper], [{ kind: 'grant-major' }, second]) as Case13710
  const nodes = (...days: string[]): CaseEvent => ({
    ...{ kind: 'plan', why: '分步实施' },
    nodes: days.map((on) => ({ on, what: '一步', owner: '科室' })),
  })
  for (const wrong of [
    nodes(),
    nodes('2026-11-30'),
    nodes('2027-02-01', '2027-01-01'),
    nodes('2027-01-01', '2027-01-01'),
  ]) {
    expect(after(major, [wrong, clerk])).toBe('province-case.bad-plan')
  }
  const planned = after(
    major,
    [nodes('2027-01-01', '2027-02-01'), clerk],
    [{ kind: 'node-done', node: 0, text: '' }, clerk],
  )
  expect(planned).toMatchObject({ state: 'PLANNED', nodes: [{ doneAt: entered }, { doneAt: null }] })
  expect(after(planned as Case13710, [{ kind: 'node-done', node: 0, text: '' }, clerk])).toBe(
    'province-case.no-such-node',
  )
})

test('a unit that never deploys is told of every mark, and one that lets its plan pass of every node', () => {
  const fresh = newCase(unit, entered)
  const redAfter = (one: Case13710, days: number) => redOf(one, entered + days * day)?.step ?? null
  expect([0, 1, 4, 8, 31].map((days) => redAfter(fresh, days))).toEqual([null, 1, 3, 7, 30])
  const nodes = ['2027-01-10', '2027-02-10'].map((on) => ({ on, what: '一步', owner: '科室' }))
  const planned = after(
    fresh,
    [deploy, clerk],
    [report, clerk],
    [{ kind: 'ask-major', why: '难' }, keeper],
    [{ kind: 'grant-major' }, second],
    [{ kind: 'plan', why: '分步', nodes }, clerk],
  ) as Case13710
  const redOn = (one: Case13710, wall: string) => redOf(one, at(wall))?.step ?? null
  expect(redOn(planned, '2027-01-10T23:59')).toBeNull()
  expect(redOn(planned, '2027-01-11T00:00')).toBe(31)
  const done: CaseEvent = { kind: 'node-done', node: 0, text: '' }
  const first = after(planned, [done, clerk, at('2027-01-12T09:00')]) as Case13710
  expect(redOn(first, '2027-02-10T12:00')).toBeNull()
  expect(redOn(first, '2027-02-11T00:00')).toBe(32)
  expect(owedOf(after(first, [claim, clerk]) as Case13710)).toEqual([])
  // Another plan begins with its first node again.
  expect([toldAfter('plan', 32), toldAfter('plan', 7), toldAfter('report', 32)]).toEqual([30, 7, 32])
})

const allowed: Record<CaseState, CaseState[]> = {
  ENTERED: ['DEPLOYED'],
  DEPLOYED: ['PROGRESS', 'PLANNED', 'CLAIMED'],
  PROGRESS: ['PLANNED', 'CLAIMED'],
  PLANNED: ['CLAIMED'],
  CLAIMED: ['BOUNCED', 'CLEARED'],
  BOUNCED: ['PROGRESS', 'PLANNED', 'CLAIMED'],
  CLEARED: [],
}
const event: fc.Arbitrary<CaseEvent> = fc.oneof(
  fc.constantFrom<CaseEvent>(
    ...([deploy, report, claim, plan, { kind: 'ask-major', why: '难' }, { kind: 'grant-major' }] as CaseEvent[]),
    ...([{ kind: 'refuse-major', why: '可办' }, { kind: 'clear' }, { kind: 'bounce', reason: '未办' }] as CaseEvent[]),
    ...([
      { kind: 'urge', text: '请加快' },
      { kind: 'node-done', node: 0, text: '' },
    ] as CaseEvent[]),
  ),
  fc
    .record({ isDone: fc.boolean(), citizen: fc.constantFrom(...citizenSays) })
    .map((said): CaseEvent => ({ kind: 'verify', note: '', ...said })),
)
const actor = fc.constantFrom<CaseActor>(
  keeper,
  second,
  clerk,
  office,
  { by: 'reader' },
  { ...clerk, unit: 'x' as UnitCode },
)

test('in any order of events: the states are those of the picture, nothing is cleared unverified or unsolved', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, actor, fc.integer({ min: 0, max: 3 * day })), { maxLength: 40 }), (steps) => {
      let current = newCase(unit, entered)
      let now = entered
      for (const [one, who, later] of steps) {
        now += later
        const barred = barToCase(current, one.kind, who)
        const step = advanceCase(current, one, who, now)
        if (barred) expect(step.ok).toBe(false)
        if (!step.ok) continue
        const next = step.case
        expect(next.version).toBe(current.version + 1)
        if (next.state !== current.state) expect(allowed[current.state]).toContain(next.state)
        if (who.by === 'reader' || (who.by === 'unit' && who.unit !== unit)) throw new Error('acted without a right')
        if (next.state === 'CLEARED') {
          expect(next.verification?.citizen).not.toBe('UNSOLVED')
          expect(next.verification?.byId).not.toBe(next.claimedBy)
          expect(next.verification).not.toBeNull()
        }
        if (next.state === 'PLANNED') expect(next.majorAt).not.toBeNull()
        const marks = marksOf(next, now)
        for (const mark of marks) expect(mark.standing === 'RED').toBe(mark.metAt === null && now > mark.dueAt)
        current = next
      }
    }),
    { numRuns: 500 },
  )
})

test('every kind of event happens to some case', () => {
  const kinds = new Set<CaseEventKind>(fc.sample(event, { numRuns: 400, seed: 1 }).map(({ kind }) => kind))
  expect(kinds.size).toBe(12)
})
