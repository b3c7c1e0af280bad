import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hourMs, minuteMs, wallTimeOf } from '../../../src/calendar/days.ts'
import { type Answers, findingsOf, isLow } from '../../../src/followup/answers.ts'
import {
  advance,
  barToCall,
  type FollowUp,
  type FollowUpEvent,
  isOpen,
  type Next,
  nextOf,
} from '../../../src/followup/follow-up.ts'
import { partOf, voiceAt } from '../../../src/followup/rules.ts'
import {
  type AttemptResult,
  attemptResults,
  levelCodes,
  type Outcome,
  solvedCodes,
  verdicts,
} from '../../../src/followup/words.ts'
import { requireSite } from '../../../src/site/load.ts'

const { followUp: rules } = requireSite('config')

/** 30 November 2026, 10:00 in the city, a Monday. */
const monday = Date.parse('2026-11-30T10:00:00+08:00')
const content: Outcome[] = ['SATISFIED', 'BASIC', 'PARTLY']

const planned = (given: Partial<FollowUp> = {}): FollowUp => ({
  ...{ state: 'PLANNED', plannedAt: monday, dueAt: null, attempts: [], answers: null, isLate: false, isFinal: false },
  ...{ outcome: null, verdict: null, exemption: null, isByPerson: false, mayMessage: true, mayCall: true },
  ...given,
})
const said = (given: Partial<Answers> = {}): Answers => ({
  ...{ contacted: 'YES', solved: 'SOLVED', satisfied: 'SATISFIED', attitude: null, reason: null, words: '' },
  wantsContact: false,
  ...given,
})

function moved(followUp: FollowUp, event: FollowUpEvent, at: number): FollowUp {
  const step = advance(followUp, event, rules, at)
  if (!step.ok) throw new Error(`${event.kind}: ${step.refusal}`)
  return step.followUp
}

/** Follows the plan, each try with this result, until nothing comes any more. */
function followed(followUp: FollowUp, result: Exclude<AttemptResult, 'SENT' | 'ANSWERED'>) {
  const steps: { means: string; at: number }[] = []
  let one = followUp
  for (let next = nextOf(one, rules); next !== null; next = nextOf(one, rules)) {
    steps.push({ means: next.means, at: next.at })
    if (next.means === 'LINK') one = moved(one, { kind: 'link' }, next.at)
    else if (next.means === 'END') one = moved(one, { kind: 'give-up' }, next.at)
    else {
      one = moved(one, { kind: 'begin', means: next.means, by: 7, others: [] }, next.at)
      one = moved(one, { kind: 'end', result }, next.at + minuteMs)
    }
    if (steps.length > 20) throw new Error('without end')
  }
  return { steps, end: one }
}

function plannedEvent(next: Next | null): FollowUpEvent | null {
  if (next === null) return null
  if (next.means === 'LINK') return { kind: 'link' }
  return next.means === 'END' ? { kind: 'give-up' } : { kind: 'begin', means: next.means, by: 7, others: [] }
}

const anAnswer: fc.Arbitrary<Answers> = fc.record({
  contacted: fc.constantFrom('YES', 'NO', 'UNSURE', null),
  solved: fc.constantFrom(...solvedCodes),
  satisfied: fc.constantFrom(...levelCodes),
  attitude: fc.constant(null),
  reason: fc.constantFrom('R1', 'R6', 'R9', 'R12', null),
  words: fc.constantFrom('', '灯还是不亮'),
  wantsContact: fc.boolean(),
}) as fc.Arbitrary<Answers>

const missed = ['NO_ANSWER', 'BUSY', 'UNREACHABLE', 'VOICEMAIL'] as const
const weighted = (weight: number, arbitrary: fc.Arbitrary<FollowUpEvent>) => ({ weight, arbitrary })
const anEvent: fc.Arbitrary<FollowUpEvent> = fc.oneof(
  weighted(2, fc.constant({ kind: 'link' })),
  weighted(
    8,
    fc.record({
      kind: fc.constant('begin' as const),
      means: fc.constantFrom('KEYPAD' as const, 'AGENT' as const, 'UNIT' as const),
      by: fc.constant(7),
      others: fc.constant([]),
    }),
  ),
  weighted(10, fc.record({ kind: fc.constant('end' as const), result: fc.constantFrom(...missed) })),
  weighted(
    3,
    fc.record({
      kind: fc.constant('end' as const),
      result: fc.constantFrom(...attemptResults.filter((one) => one !== 'SENT')),
    }),
  ),
  weighted(
    2,
    fc.record({
      kind: fc.constant('answer' as const),
      means: fc.constantFrom('LINK' as const, 'KEYPAD' as const, 'AGENT' as const),
      answers: anAnswer,
    }),
  ),
  weighted(1, fc.record({ kind: fc.constant('judge' as const), verdict: fc.constantFrom(...verdicts) })),
  weighted(1, fc.constant({ kind: 'give-up' })),
  weighted(1, fc.constantFrom<FollowUpEvent>({ kind: 'exempt', exemption: 'BY_LEADER' }, { kind: 'cancel' })),
)

/** What happens next, and when: after some minutes, or when a call may begin or the plan wants something. */
const aTurn = fc.record({
  event: fc.oneof({ weight: 1, arbitrary: fc.constant('AS_PLANNED' as const) }, { weight: 3, arbitrary: anEvent }),
  minutes: fc.oneof(fc.integer({ min: 0, max: 6 * 60 }), fc.constant(24 * 60)),
  isAtTheHour: fc.boolean(),
})

const voiceOf = ({ attempts }: FollowUp) =>
  attempts.filter(({ means, result }) => means !== 'LINK' && result !== 'NOT_PLACED')

const aPlan = fc.record({
  isByPerson: fc.boolean(),
  mayMessage: fc.boolean(),
  mayCall: fc.boolean(),
  isFinal: fc.boolean(),
  plannedAt: fc.integer({ min: 0, max: 24 * 60 }).map((minutes) => monday + minutes * minuteMs),
})

describe('follow-up: whatever happens in whatever order', () => {
  it('no citizen is asked more often than the cap, or outside the hours, and nothing is rated twice', () => {
    fc.assert(
      fc.property(aPlan, fc.array(aTurn, { minLength: 40, maxLength: 60, size: 'max' }), (plan, turns) => {
        let followUp = planned(plan)
        let now = plan.plannedAt
        let rated = 0
        let isReachedByUs = false
        for (const { event: wanted, minutes, isAtTheHour } of turns) {
          now += minutes * minuteMs
          const next = nextOf(followUp, rules)
          const times = voiceOf(followUp).map(({ at }) => at)
          if (wanted === 'AS_PLANNED' && next !== null) now = Math.max(now, next.at)
          else if (isAtTheHour) now = voiceAt(rules, times, now)
          const event = wanted === 'AS_PLANNED' ? plannedEvent(next) : wanted
          if (event === null) continue
          const before = followUp
          const step = advance(before, event, rules, now)
          if (!step.ok) continue
          followUp = step.followUp
          if (event.kind === 'answer') rated += 1
          if (event.kind === 'begin') {
            expect(partOf(rules, now), 'calls within the hours').not.toBeNull()
            expect(isReachedByUs && event.means !== 'UNIT', 'reached once').toBe(false)
            const last = before.attempts.filter(({ means, result }) => means !== 'LINK' && result !== 'NOT_PLACED')
            expect(now - (last.at(-1)?.at ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(4 * hourMs)
          }
          isReachedByUs ||= followUp.attempts.some(
            ({ means, result }) =>
              (means === 'AGENT' || means === 'KEYPAD') &&
              (result === 'ANSWERED' || result === 'REFUSED' || result === 'BROKEN_OFF'),
          )
        }
        const { attempts, answers, outcome } = followUp
        const voice = voiceOf(followUp)
        if (voice.length === 3) expect(new Set(voice.map(({ at }) => partOf(rules, at))).size).toBeGreaterThan(1)
        expect(voice.length).toBeLessThanOrEqual(3)
        expect(attempts.filter(({ means }) => means === 'LINK').length).toBeLessThanOrEqual(2)
        const reached = voice.filter(
          ({ result }) => result === 'ANSWERED' || result === 'REFUSED' || result === 'BROKEN_OFF',
        )
        expect(reached.filter(({ means }) => means === 'UNIT').length).toBeLessThanOrEqual(1)
        expect(reached.filter(({ means }) => means !== 'UNIT').length).toBeLessThanOrEqual(1)
        expect(rated).toBeLessThanOrEqual(1)
        if (outcome !== null && content.includes(outcome)) {
          expect(answers, 'silence is no satisfaction').not.toBeNull()
          expect(isLow(answers?.satisfied ?? 'VERY_DISSATISFIED')).toBe(false)
        }
        if (answers === null) expect([...content, 'DISSATISFIED_REASONABLE', 'DISSATISFIED_NOT']).not.toContain(outcome)
      }),
      { numRuns: 1_000 },
    )
  })

  it('left alone, every task ends, and nobody who was not reached is content', () => {
    const misses = attemptResults.filter((one) => !['SENT', 'ANSWERED', 'NOT_PLACED'].includes(one))
    fc.assert(
      fc.property(aPlan, fc.constantFrom(...misses), (plan, result) => {
        const { end } = followed(planned(plan), result as Exclude<AttemptResult, 'SENT' | 'ANSWERED'>)
        expect(end.state).toBe('DONE')
        expect(content).not.toContain(end.outcome)
      }),
    )
  })

  it('a call that the machine plans is one that it may make then, and not a minute earlier', () => {
    fc.assert(
      fc.property(aPlan, (plan) => {
        let one = planned(plan)
        for (let next = nextOf(one, rules); next !== null && isOpen(one); next = nextOf(one, rules)) {
          if (next.means === 'END') break
          if (next.means === 'LINK') one = moved(one, { kind: 'link' }, next.at)
          else {
            expect(barToCall(one, next.means, rules, next.at, [])).toBeNull()
            if (next.at > plan.plannedAt)
              expect(barToCall(one, next.means, rules, next.at - minuteMs, [])).not.toBeNull()
            one = moved(one, { kind: 'begin', means: next.means, by: null, others: [] }, next.at)
            one = moved(one, { kind: 'end', result: 'NO_ANSWER' }, next.at)
          }
        }
      }),
    )
  })
})

describe('follow-up: one citizen, several matters', () => {
  type Event = { matter: number; event: FollowUpEvent; minutes: number }
  const means = ['KEYPAD', 'AGENT', 'UNIT'] as const
  const anEventOfOne: fc.Arbitrary<Event> = fc.record({
    matter: fc.integer({ min: 0, max: 2 }),
    event: fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(...means).map((one) => ({ kind: 'begin', means: one, by: 7, others: [] })),
      },
      {
        weight: 2,
        arbitrary: fc
          .constantFrom(...attemptResults.filter((one) => one !== 'SENT'))
          .map((result) => ({ kind: 'end', result })),
      },
      { weight: 1, arbitrary: fc.constant({ kind: 'link' }) },
    ) as fc.Arbitrary<FollowUpEvent>,
    minutes: fc.integer({ min: 0, max: 6 * 60 }),
  })
  const voice = (followUp: FollowUp) =>
    followUp.attempts.filter(({ means: by, result }) => by !== 'LINK' && result !== 'NOT_PLACED')

  it('is called about one at a time, within the hours, hours apart, and about each no more often than the cap', () => {
    fc.assert(
      fc.property(
        fc.array(aPlan, { minLength: 3, maxLength: 3 }),
        fc.array(anEventOfOne, { maxLength: 60 }),
        (plans, events) => {
          const matters = plans.map((plan) => planned(plan))
          let now = Math.max(...plans.map(({ plannedAt }) => plannedAt))
          for (const { matter, event, minutes } of events) {
            now += minutes * minuteMs
            const others = matters.flatMap((one, n) => (n === matter ? [] : voice(one)))
            const given = event.kind === 'begin' ? { ...event, others } : event
            const step = advance(matters[matter] as FollowUp, given, rules, now)
            if (!step.ok) continue
            matters[matter] = step.followUp
            if (event.kind !== 'begin') continue
            expect(partOf(rules, now), 'calls within the hours').not.toBeNull()
            const rung = matters.flatMap(voice)
            expect(
              rung.filter(({ result }) => result === null),
              'one call at a time',
            ).toHaveLength(1)
            const before = rung.filter(({ at }) => at !== now).map(({ at }) => at)
            expect(now - Math.max(0, ...before), 'hours apart').toBeGreaterThanOrEqual(4 * hourMs)
            expect(rung.filter(({ at }) => at === now)).toHaveLength(1)
          }
          for (const one of matters) expect(voice(one).length).toBeLessThanOrEqual(3)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('two that are due at the same minute: the second waits for the end of the first, and four hours more', () => {
    const first = moved(
      planned({ mayMessage: false }),
      { kind: 'begin', means: 'KEYPAD', by: null, others: [] },
      monday,
    )
    const second = planned({ mayMessage: false })
    expect(barToCall(second, 'KEYPAD', rules, monday, first.attempts)).toBe('follow-up.in-progress')
    const { attempts } = moved(first, { kind: 'end', result: 'NO_ANSWER' }, monday + minuteMs)
    expect(barToCall(second, 'KEYPAD', rules, monday + hourMs, attempts)).toBe('follow-up.too-soon')
    expect(barToCall(second, 'KEYPAD', rules, monday + 4 * hourMs, attempts)).toBeNull()
  })
})

describe('follow-up: the order of asking', () => {
  it('link at once, a day later by keys, a day later an agent; two parts of the day; then the link once more', () => {
    const { steps, end } = followed(planned(), 'NO_ANSWER')
    expect(steps.map(({ means, at }) => `${means} ${wallTimeOf(at)}`)).toEqual([
      'LINK 2026-11-30 10:00:00',
      'KEYPAD 2026-12-01 10:00:00',
      'AGENT 2026-12-02 10:00:00',
      'AGENT 2026-12-02 14:00:00',
      'LINK 2026-12-02 14:00:00',
      'END 2026-12-02 14:00:00',
    ])
    expect(end.outcome).toBe('NOT_REACHED')
  })

  it('a complaint is asked by a person from the start, without a message before', () => {
    const { steps } = followed(planned({ isByPerson: true, mayMessage: false }), 'BUSY')
    expect(steps.map(({ means }) => means)).toEqual(['AGENT', 'AGENT', 'AGENT', 'END'])
  })

  it('who wants no calls gets the link alone', () => {
    const { steps, end } = followed(planned({ mayCall: false }), 'BUSY')
    expect(steps.map(({ means }) => means)).toEqual(['LINK', 'END'])
    expect(end.outcome).toBe('NOT_REACHED')
  })

  it('who was tried is called until the task is due, then gets the link once more; who was not is called later as well', () => {
    const dueAt = monday + 6 * hourMs
    const one = planned({ isByPerson: true, dueAt })
    expect(nextOf(one, rules, dueAt + 24 * hourMs)).toMatchObject({ means: 'AGENT' })
    const begun = moved(one, { kind: 'begin', means: 'AGENT', by: 7, others: [] }, monday)
    const tried = moved(begun, { kind: 'end', result: 'NO_ANSWER' }, monday + minuteMs)
    expect(nextOf(tried, rules, monday + hourMs)).toEqual({ means: 'AGENT', at: monday + 4 * hourMs })
    expect(barToCall(tried, 'AGENT', rules, dueAt, [])).toBe('follow-up.not-now')
    expect(nextOf(tried, rules, dueAt)).toMatchObject({ means: 'LINK' })
    expect(advance(tried, { kind: 'give-up' }, rules, dueAt).ok).toBe(false)
    const sent = moved(tried, { kind: 'link' }, dueAt)
    expect(moved(sent, { kind: 'give-up' }, dueAt)).toMatchObject({ state: 'DONE', outcome: 'NOT_REACHED' })
  })

  it('planned at night, nothing leaves before the morning', () => {
    const night = Date.parse('2026-11-30T22:30:00+08:00')
    expect(nextOf(planned({ plannedAt: night }), rules)).toEqual({
      means: 'LINK',
      at: Date.parse('2026-12-01T08:00:00+08:00'),
    })
    expect(advance(planned({ plannedAt: night }), { kind: 'link' }, rules, night)).toEqual({
      ok: false,
      refusal: 'follow-up.outside-hours',
    })
    const byPerson = planned({ plannedAt: night, isByPerson: true })
    expect(nextOf(byPerson, rules)).toEqual({ means: 'AGENT', at: Date.parse('2026-12-01T09:00:00+08:00') })
  })

  it('what the unit tried counts with what the hotline tries', () => {
    let one = planned({ isByPerson: true })
    one = moved(one, { kind: 'begin', means: 'UNIT', by: 9, others: [] }, monday)
    one = moved(one, { kind: 'end', result: 'NO_ANSWER' }, monday)
    expect(barToCall(one, 'AGENT', rules, monday + hourMs, [])).toBe('follow-up.too-soon')
    const { steps } = followed(one, 'NO_ANSWER')
    expect(steps.filter(({ means }) => means === 'AGENT')).toHaveLength(2)
  })

  it('the unit calls once, whatever it says came of it: the hotline is left its own tries, and its own result', () => {
    for (const result of ['NO_ANSWER', 'ANSWERED', 'OTHER_PERSON', 'REFUSED'] as const) {
      let one = planned({ isByPerson: true, mayMessage: false })
      one = moved(one, { kind: 'begin', means: 'UNIT', by: 9, others: [] }, monday)
      one = moved(one, { kind: 'end', result }, monday)
      expect(barToCall(one, 'UNIT', rules, monday + 4 * hourMs, [])).toBe('follow-up.tries-used')
      expect(barToCall(one, 'AGENT', rules, monday + 4 * hourMs, [])).toBeNull()
      expect(followed(one, 'NO_ANSWER').end.outcome).toBe('NOT_REACHED')
    }
  })
})

describe('follow-up: answers', () => {
  const calling = () =>
    moved(planned({ isByPerson: true }), { kind: 'begin', means: 'AGENT', by: 7, others: [] }, monday)

  it('a content citizen ends it; one who is not, or whose matter is half solved, is decided about', () => {
    const satisfied = moved(calling(), { kind: 'answer', means: 'AGENT', answers: said() }, monday)
    expect(satisfied).toMatchObject({ state: 'DONE', outcome: 'SATISFIED' })
    const low = moved(
      calling(),
      { kind: 'answer', means: 'AGENT', answers: said({ satisfied: 'DISSATISFIED', reason: 'R1' }) },
      monday,
    )
    expect(low).toMatchObject({ state: 'REVIEW', outcome: null })
    expect(moved(low, { kind: 'judge', verdict: 'REDO' }, monday).outcome).toBe('DISSATISFIED_REASONABLE')
    expect(moved(low, { kind: 'judge', verdict: 'EXPLAIN' }, monday).outcome).toBe('DISSATISFIED_NOT')
    const partly = moved(calling(), { kind: 'answer', means: 'AGENT', answers: said({ solved: 'PARTLY' }) }, monday)
    expect(moved(partly, { kind: 'judge', verdict: 'LETTER' }, monday).outcome).toBe('PARTLY')
  })

  it('the second rating is final: it is not redone again', () => {
    const second = { ...calling(), isFinal: true }
    const low = moved(
      second,
      { kind: 'answer', means: 'AGENT', answers: said({ satisfied: 'VERY_DISSATISFIED' }) },
      monday,
    )
    expect(advance(low, { kind: 'judge', verdict: 'REDO' }, rules, monday)).toEqual({
      ok: false,
      refusal: 'follow-up.verdict',
    })
    expect(moved(low, { kind: 'judge', verdict: 'SUPERVISE' }, monday).state).toBe('DONE')
  })

  it('a bad rating by the link within 14 days after the end asks for reopening; later the link is over', () => {
    const { end } = followed(planned(), 'NO_ANSWER')
    const bad: FollowUpEvent = { kind: 'answer', means: 'LINK', answers: said({ satisfied: 'DISSATISFIED' }) }
    const sentAt = end.attempts.at(-1)?.at ?? 0
    const late = moved(end, bad, sentAt + 13 * 24 * hourMs)
    expect(late).toMatchObject({ state: 'REVIEW', isLate: true })
    expect(advance(late, { kind: 'judge', verdict: 'REOPEN' }, rules, sentAt).ok).toBe(true)
    expect(advance(end, bad, rules, sentAt + 14 * 24 * hourMs)).toEqual({ ok: false, refusal: 'follow-up.link-over' })
  })

  it('broken off is broken off, refused is refused: neither is called again', () => {
    const brokenOff = moved(calling(), { kind: 'end', result: 'BROKEN_OFF' }, monday)
    expect(followed(brokenOff, 'NO_ANSWER').end.outcome).toBe('BROKEN_OFF')
    expect(moved(calling(), { kind: 'end', result: 'REFUSED' }, monday)).toMatchObject({
      state: 'DONE',
      outcome: 'REFUSED',
    })
  })

  it('who presses 0 and finds no agent free is called by one next, whatever the wait', () => {
    let one = moved(planned(), { kind: 'link' }, monday)
    const second = nextOf(one, rules)
    if (second?.means !== 'KEYPAD') throw new Error('no keypad call')
    one = moved(one, { kind: 'begin', means: 'KEYPAD', by: null, others: [] }, second.at)
    one = moved(one, { kind: 'end', result: 'WANTS_AGENT' }, second.at)
    expect(nextOf(one, rules)).toEqual({ means: 'AGENT', at: second.at + 4 * hourMs })
  })
})

describe('follow-up: what supervision is told', () => {
  const judged = { isFalseClosure: false, isFinal: false, outcome: 'DISSATISFIED_REASONABLE', verdict: 'REDO' } as const

  it('a false closure, a second bad rating, and whatever is handed to it: each once', () => {
    expect(findingsOf(judged)).toEqual([])
    expect(findingsOf({ ...judged, isFalseClosure: true })).toEqual(['FALSE_CLOSURE'])
    expect(findingsOf({ ...judged, isFinal: true, verdict: 'LETTER' })).toEqual(['DISSATISFIED_AGAIN'])
    expect(findingsOf({ ...judged, isFinal: true, outcome: 'DISSATISFIED_NOT', verdict: 'EXPLAIN' })).toEqual([])
    expect(findingsOf({ ...judged, verdict: 'SUPERVISE' })).toEqual(['FOLLOW_UP_SUPERVISED'])
    expect(findingsOf({ ...judged, isFinal: true, isFalseClosure: true, verdict: 'SUPERVISE' })).toEqual([
      ...['FALSE_CLOSURE', 'DISSATISFIED_AGAIN'],
    ])
  })
})
