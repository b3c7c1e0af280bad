import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoleName } from '../../../../src/people/person.ts'
import type { CategoryCode, TicketId, UnitCode } from '../../../../src/platform/types.ts'
import { acts, classCodes } from '../../../../src/tickets/exits/classified.ts'
import { correctionMs } from '../../../../src/tickets/life/steps/correct.ts'
import { rescuerNumbers } from '../../../../src/tickets/life/steps/hand-over.ts'
import {
  type Actor,
  actionsOf,
  advance,
  coUnitsOf,
  decisionClockOf,
  type EventKind,
  eventKinds,
  holderOf,
  inChargeOf,
  isOpenPart,
  isPart,
  isPending,
  leadOf,
  mayDo,
  openStates,
  type Running,
  readerOf,
  requestKinds,
  returnReasonCodes,
  type Terms,
  type Ticket,
  type TicketEvent,
  type TicketPerson,
  ticketTypes,
  timesAsked,
  unitsOf,
  voidReasonCodes,
} from '../../../../src/tickets/life/ticket.ts'
import { maySee } from '../../../../src/tickets/life/view.ts'
import { problems, redoReasonCodes } from '../../../../src/tickets/rounds/words.ts'
import { eventsOfRequests, faultsOfRequests, isOfUnit, nextOf } from './asking-events.ts'

const unit = (code: string) => code as UnitCode
const units = ['cgj', 'rsj', 'zjj', 'luzhou'].map(unit)
const [cgj, rsj] = [unit('cgj'), unit('rsj')]

const [lights, covers] = ['030401', '030402'].map((code) => code as CategoryCode) as [CategoryCode, CategoryCode]

function aTicket(change: Partial<Ticket> = {}): Ticket {
  return {
    id: '01JDAAAAAAAAAAAAAAAAAAAAAA' as TicketId,
    state: 'DRAFT',
    version: 0,
    type: 'HELP',
    categoryCode: lights,
    registeredAt: 0,
    urgency: 'P3',
    isConfidential: false,
    isAnonymous: false,
    accusedUnit: null,
    tasks: [],
    requests: [],
    returnBy: null,
    ruleKey: null,
    dispatchReason: null,
    inboxMark: null,
    publicReply: null,
    internalReply: null,
    closeKind: null,
    dispatchCount: 0,
    urgeCount: 0,
    ...{ round: 1, redoCount: 0, reopenBy: null, problem: null, notBy: [], mergedInto: null },
    running: [],
    paused: [],
    ...change,
    accusedUnits: change.accusedUnits ?? (change.accusedUnit ? [change.accusedUnit] : []),
  }
}

const person = (role: RoleName, unitCode: UnitCode | null = null): TicketPerson => ({ id: 1, roles: [role], unitCode })
const by = (role: RoleName, unitCode: UnitCode | null = null): Actor => ({
  by: 'person',
  person: person(role, unitCode),
})
const agent = by('AGENT')
const dispatcherNumber = (id: number): Actor => ({ by: 'person', person: { ...person('DISPATCHER'), id } })
/** Of the profile, for requests of units. */
const terms: Terms = {
  ...{ returns: 2, extension: { by: { count: 5, unit: 'WORKING_DAY' }, times: 2 }, extendBy: 80, handleDueAt: 90 },
  ...{ suspensionDays: 90, promiseDays: 180 },
}
const dispatcher = by('DISPATCHER')
const clerk = by('CLERK', cgj)

const toUnit = (lead: UnitCode, change: Partial<Extract<TicketEvent, { kind: 'dispatch' }>> = {}): TicketEvent => ({
  kind: 'dispatch',
  lead,
  coUnits: [],
  ruleKey: null,
  reason: '属地优先',
  returnBy: null,
  ...change,
})
const giveBack: TicketEvent = { kind: 'return', reason: 'U2', note: '三定规定', suggestedUnit: null }
const answer: TicketEvent = { kind: 'reply', publicReply: '已修复', internalReply: '更换灯头' }

/** Given a ticket, when these happen, then …: the last step. */
function follow(ticket: Ticket, ...steps: [TicketEvent, Actor][]): Ticket {
  return steps.reduce((current, [event, actor]) => {
    const step = advance(current, event, actor, 0)
    if (!step.ok) throw new Error(`${event.kind}: ${step.refusal.code}`)
    return step.ticket
  }, ticket)
}

function refusalOf(ticket: Ticket, event: TicketEvent, actor: Actor, now = 0): string | null {
  const step = advance(ticket, event, actor, now)
  return step.ok ? null : step.refusal.code
}

const registered = follow(aTicket(), [{ kind: 'register' }, agent])
const dispatched = follow(registered, [toUnit(cgj), dispatcher])
const signed = follow(dispatched, [{ kind: 'sign' }, clerk])
const clocksOf = (unit: UnitCode | null, ...clocks: Running['clock'][]) => clocks.map((clock) => ({ clock, unit }))
/** Given back once, and sent on. */
const sentOn = (ticket: Ticket, lead: UnitCode) => follow(ticket, [giveBack, clerk], [toUnit(lead), dispatcher])
const clerkOf = (unit: UnitCode) => by('CLERK', unit)

describe('a ticket', () => {
  it('goes from the form to its end', () => {
    expect(dispatched).toMatchObject({
      state: 'DISPATCHED',
      tasks: [{ unit: cgj, role: 'LEAD', step: 'SENT' }],
      running: clocksOf(cgj, 'SIGN', 'CONTACT', 'HANDLE'),
    })
    expect(signed).toMatchObject({
      state: 'SIGNED',
      tasks: [{ unit: cgj, role: 'LEAD', step: 'SIGNED' }],
      running: clocksOf(cgj, 'CONTACT', 'HANDLE'),
    })
    const closed = follow(signed, [answer, clerk], [{ kind: 'close' }, dispatcher])
    expect(closed).toMatchObject({
      ...{ state: 'CLOSED', publicReply: '已修复', running: [], version: 5 },
      tasks: [{ unit: cgj, role: 'LEAD', step: 'ANSWERED' }],
    })
  })

  it('whose unit wants to give it back stays where it is, and all clocks go on', () => {
    const asked = follow(dispatched, [giveBack, clerk])
    expect(asked).toMatchObject({
      ...{ state: 'DISPATCHED', tasks: dispatched.tasks },
      requests: [{ kind: 'RETURN', unit: cgj, decision: null }],
      running: [...dispatched.running, { clock: 'REVIEW', unit: null }],
    })
    expect(follow(asked, [{ kind: 'sign' }, clerk])).toMatchObject({ state: 'SIGNED', requests: asked.requests })
    expect(refusalOf(asked, giveBack, clerk)).toBe('ticket.wrong-state')
  })

  it('that is sent on is still answered for by the unit that gave it back, until the next one has signed', () => {
    const step = advance(follow(signed, [giveBack, clerk]), toUnit(rsj), dispatcher, 0)
    expect(step).toMatchObject({
      ticket: {
        state: 'DISPATCHED',
        tasks: [
          { unit: rsj, role: 'LEAD', step: 'SENT' },
          { unit: cgj, role: 'HOLDER', step: 'SIGNED' },
        ],
        requests: [{ kind: 'RETURN', unit: cgj, decision: 'GRANTED' }],
        running: [...clocksOf(cgj, 'CONTACT', 'HANDLE'), ...clocksOf(rsj, 'SIGN', 'CONTACT', 'HANDLE')],
      },
      clocks: [
        { do: 'meet', clock: 'REVIEW', unit: null },
        { do: 'start', clock: 'SIGN', unit: rsj },
        { do: 'start', clock: 'CONTACT', unit: rsj },
        { do: 'start', clock: 'HANDLE', unit: rsj },
      ],
    })
    const next = sentOn(signed, rsj)
    expect(inChargeOf(next)).toBe(cgj)
    expect(actionsOf(person('CLERK', cgj), next, 0)).toEqual(['contact'])
    expect(actionsOf(person('CLERK', rsj), next, 0)).toEqual(['sign', 'return'])
    const called: TicketEvent = { kind: 'contact', at: 0, way: 'PHONE', withWhom: '本人', note: '说明了情况' }
    expect(follow(next, [called, clerk]).running).toEqual([
      ...clocksOf(cgj, 'HANDLE'),
      ...clocksOf(rsj, 'SIGN', 'CONTACT', 'HANDLE'),
    ])
    expect(follow(next, [{ kind: 'sign' }, clerkOf(rsj)])).toMatchObject({
      ...{ state: 'SIGNED', tasks: [{ unit: rsj, role: 'LEAD', step: 'SIGNED' }] },
      running: clocksOf(rsj, 'CONTACT', 'HANDLE'),
    })
  })

  it('is answered for by the first unit as well when the next one gives it back unsigned', () => {
    const zjj = unit('zjj')
    const third = follow(sentOn(signed, rsj), [giveBack, clerkOf(rsj)], [toUnit(zjj), dispatcher])
    expect(third).toMatchObject({
      tasks: [
        { unit: zjj, role: 'LEAD' },
        { unit: cgj, role: 'HOLDER' },
      ],
      running: [...clocksOf(cgj, 'CONTACT', 'HANDLE'), ...clocksOf(zjj, 'SIGN', 'CONTACT', 'HANDLE')],
    })
    const back = follow(sentOn(signed, rsj), [giveBack, clerkOf(rsj)], [toUnit(cgj), dispatcher])
    // With the time that is left of what it has to keep.
    expect(back).toMatchObject({
      tasks: [{ unit: cgj, role: 'LEAD', step: 'SENT' }],
      running: clocksOf(cgj, 'CONTACT', 'HANDLE', 'SIGN'),
    })
  })

  it('whose return is refused goes on where it is, with the time that is left', () => {
    const step = advance(follow(signed, [giveBack, clerk]), { kind: 'refuse-return', note: '属职责' }, dispatcher, 0)
    expect(step).toMatchObject({
      ticket: {
        ...{ state: 'SIGNED', tasks: signed.tasks, running: signed.running },
        requests: [{ kind: 'RETURN', unit: cgj, decision: 'REFUSED' }],
      },
      clocks: [{ do: 'meet', clock: 'REVIEW', unit: null }],
    })
  })

  it('whose unit answers after all is not given back', () => {
    const answered = follow(signed, [giveBack, clerk], [answer, clerk])
    expect(answered).toMatchObject({
      ...{ state: 'REPLIED', requests: [{ decision: 'LAPSED' }] },
      running: [...clocksOf(cgj, 'CONTACT'), ...clocksOf(null, 'CHECK')],
    })
    expect(timesAsked(answered, 'RETURN')).toBe(0)
  })

  it('that nobody should have is declared void in answer to a return', () => {
    const over: TicketEvent = { kind: 'void', reason: 'MISTAKE', note: '误登' }
    expect(refusalOf(signed, over, dispatcher)).toBe('ticket.wrong-state')
    expect(follow(signed, [giveBack, clerk], [over, dispatcher])).toMatchObject({
      ...{ state: 'VOIDED', requests: [{ decision: 'GRANTED' }], tasks: signed.tasks, running: [] },
    })
  })

  it('whose answer is sent back has no answer, and its clock goes on', () => {
    const step = advance(follow(signed, [answer, clerk]), { kind: 'send-back', note: '未说明时限' }, dispatcher, 0)
    expect(step).toMatchObject({
      ticket: { state: 'SIGNED', publicReply: null },
      clocks: [
        { do: 'meet', clock: 'CHECK', unit: null },
        { do: 'resume', clock: 'HANDLE', unit: cgj },
      ],
    })
  })

  it('may be answered on the spot when it is a question, or out of the knowledge base', () => {
    const spoken = (isKnowledge: boolean): TicketEvent => ({ kind: 'answer', publicReply: '工作日八点半', isKnowledge })
    expect(follow(aTicket({ type: 'CONSULT' }), [spoken(false), agent]).state).toBe('DIRECT_CLOSED')
    expect(refusalOf(aTicket(), spoken(false), agent)).toBe('ticket.must-be-dispatched')
    expect(refusalOf(aTicket(), spoken(true), agent)).toBeNull()
    expect(refusalOf(aTicket({ type: 'COMPLAINT' }), spoken(true), agent)).toBe('ticket.must-be-dispatched')
    expect(mayDo(person('AGENT'), aTicket({ type: 'REPORT' }), 'answer', 0)).toBe(false)
  })
})

describe('a guard', () => {
  it('lets only the unit in charge sign, return and answer', () => {
    for (const event of [{ kind: 'sign' }, giveBack] as const) {
      expect(refusalOf(dispatched, event, by('CLERK', rsj))).toBe('ticket.not-allowed')
      expect(refusalOf(dispatched, event, by('CLERK'))).toBe('ticket.not-allowed')
      expect(refusalOf(dispatched, event, dispatcher)).toBe('ticket.not-allowed')
      expect(refusalOf(dispatched, event, clerk)).toBeNull()
    }
    expect(refusalOf(signed, answer, by('WORKSTATION', rsj))).toBe('ticket.not-allowed')
  })

  it('lets a unit give back twice, then the hotline decides; and not after its time', () => {
    const refuse: TicketEvent = { kind: 'refuse-return', note: '属职责' }
    const once = follow(dispatched, [giveBack, clerk], [refuse, dispatcher])
    const twice = follow(once, [giveBack, clerk], [refuse, dispatcher])
    expect(refusalOf(twice, giveBack, clerk)).toBe('ticket.return-exhausted')
    expect(actionsOf(person('CLERK', cgj), twice, 0)).toEqual(['sign'])
    const limited = follow(registered, [toUnit(cgj, { returnBy: 1_000 }), dispatcher])
    expect(refusalOf(limited, giveBack, clerk, 1_000)).toBeNull()
    expect(refusalOf(limited, giveBack, clerk, 1_001)).toBe('ticket.return-too-late')
  })

  it('never sends a report to the unit that it is about, not even to help', () => {
    const report = { ...registered, type: 'REPORT' as const, accusedUnit: cgj, accusedUnits: [cgj, rsj] }
    expect(refusalOf(report, toUnit(cgj), dispatcher)).toBe('ticket.accused-unit')
    // Nor to one below it.
    expect(refusalOf(report, toUnit(rsj), dispatcher)).toBe('ticket.accused-unit')
    const zjj = unit('zjj')
    expect(refusalOf(report, toUnit(zjj, { coUnits: [cgj] }), dispatcher)).toBe('ticket.accused-unit')
    expect(refusalOf(report, toUnit(zjj), dispatcher)).toBeNull()
  })

  it('takes no unit twice, and no text of blanks', () => {
    expect(refusalOf(registered, toUnit(cgj, { coUnits: [cgj] }), dispatcher)).toBe('ticket.lead-among-co-units')
    expect(refusalOf(registered, toUnit(cgj, { coUnits: [rsj, rsj] }), dispatcher)).toBe('ticket.lead-among-co-units')
    expect(refusalOf(follow(dispatched, [giveBack, clerk]), toUnit(cgj), dispatcher)).toBe('ticket.in-charge-already')
    expect(refusalOf(dispatched, toUnit(rsj), dispatcher)).toBe('ticket.wrong-state')
    expect(refusalOf(dispatched, { ...giveBack, note: ' \n' }, clerk)).toBe('ticket.text-missing')
    expect(refusalOf(signed, { kind: 'reply', publicReply: '', internalReply: 'x' }, clerk)).toBe('ticket.text-missing')
  })

  it('lets the hotline correct the matter for ten minutes, and only while nobody has signed', () => {
    const other: TicketEvent = { kind: 'correct', categoryCode: covers }
    const corrected = advance(dispatched, other, agent, correctionMs)
    expect(corrected).toMatchObject({
      ok: true,
      ticket: { state: 'REGISTERED', categoryCode: covers, tasks: [], running: clocksOf(null, 'DISPATCH') },
    })
    expect(follow(registered, [other, agent])).toMatchObject({
      state: 'REGISTERED',
      running: clocksOf(null, 'DISPATCH'),
    })
    expect(refusalOf(dispatched, other, agent, correctionMs + 1)).toBe('ticket.correction-too-late')
    expect(refusalOf(signed, other, agent)).toBe('ticket.wrong-state')
    expect(refusalOf(sentOn(signed, rsj), other, agent)).toBe('ticket.wrong-state')
    const asked = follow(dispatched, [giveBack, clerk], [other, agent])
    expect(asked).toMatchObject({ tasks: [], requests: [{ decision: 'LAPSED' }], running: clocksOf(null, 'DISPATCH') })
    expect(refusalOf(dispatched, { kind: 'correct', categoryCode: lights }, agent)).toBe('ticket.text-missing')
    expect(refusalOf(dispatched, other, clerk)).toBe('ticket.not-allowed')
  })

  it('lets the hotline add to what is open', () => {
    const more: TicketEvent = { kind: 'supplement', note: '灯杆编号 17' }
    expect(follow(signed, [more, agent])).toEqual({ ...signed, version: signed.version + 1 })
    expect(refusalOf(signed, more, clerk)).toBe('ticket.not-allowed')
    expect(refusalOf(signed, { ...more, note: ' ' }, agent)).toBe('ticket.text-missing')
  })

  it('says in Chinese what is wrong', () => {
    const step = advance(signed, { kind: 'sign' }, clerk, 0)
    expect(step).toMatchObject({ refusal: { detail: '工单当前为“办理中”，不能签收，请刷新。' } })
  })
})

const leadId = '01JDBBBBBBBBBBBBBBBBBBBBBB' as TicketId
const text = fc.constantFrom('', ' ', '已处理', '🐎𠀀', '请尽快', '见附件')
const someUnit = fc.constantFrom(...units)
/** What events say; each uses some of it. */
const values = fc.record({
  ...{ note: text, other: text, isKnowledge: fc.boolean(), at: fc.nat(100), unit: someUnit },
  units: fc.array(someUnit, { minLength: 1, maxLength: 2 }),
  coUnits: fc.array(someUnit, { maxLength: 2 }),
  returnBy: fc.constantFrom(null, 50),
  reason: fc.constantFrom(...returnReasonCodes),
  over: fc.constantFrom(...voidReasonCodes),
  code: fc.constantFrom(...classCodes),
  act: fc.constantFrom(...acts),
  to: fc.constantFrom(...rescuerNumbers),
  redo: fc.constantFrom(...redoReasonCodes),
  newLead: fc.constantFrom(null, ...units),
  notBy: fc.subarray([2]),
  problem: fc.constantFrom(...problems),
  way: fc.constantFrom('PHONE' as const, 'VISIT' as const),
  categoryCode: fc.constantFrom(lights, covers),
  /** Why an answer is given without those of all parts. */
  missingParts: fc.constantFrom(undefined, ' ', '对方未反馈'),
})
type Values = typeof values extends fc.Arbitrary<infer Of> ? Of : never

function eventOf(kind: EventKind, said: Values): TicketEvent {
  const { note, other, unit, units, coUnits, missingParts, returnBy, at, way, categoryCode } = said
  switch (kind) {
    case 'register':
    case 'sign':
    case 'sign-part':
    case 'close':
      return { kind }
    case 'answer':
      return { kind, publicReply: note, isKnowledge: said.isKnowledge }
    case 'queue':
      return { kind, mark: 'NO_RULE', reason: note }
    case 'dispatch':
      return { kind, lead: unit, coUnits, ruleKey: null, reason: '属地优先', returnBy }
    case 'designate':
      return { kind, lead: unit, coUnits, reason: '长热会〔2026〕1号' }
    case 'return':
      return { kind, reason: said.reason, note, suggestedUnit: null }
    case 'contact':
      return { kind, at, way, withWhom: other, note }
    case 'reply':
      return { kind, publicReply: note, internalReply: other, missingParts }
    case 'void':
      return { kind, reason: said.over, note }
    case 'classify':
      return { kind, reason: said.code, act: said.act, note }
    case 'hand-over':
      return { kind, to: said.to, note }
    case 'province-answer':
      return { kind, publicReply: note }
    case 'join':
    case 'merge':
      return { kind, into: leadId, lead: 'CZ1' }
    case 'follow':
      return { kind, publicReply: note, lead: 'CZ1' }
    case 'correct':
      return { kind, categoryCode }
    case 'redo':
      return { kind, reason: said.redo, note }
    case 'reopen':
      return { kind, note, lead: said.newLead }
    case 'second-opinion':
      return { kind, note, notBy: said.notBy }
    case 'problem':
      return { kind, problem: said.problem }
    case 'add-co':
      return { kind, coUnits: units, note }
    case 'delegate':
      return { kind, units, note }
    case 'answer-part':
      return { kind, answer: note, missingParts }
    case 'keep-part':
    case 'return-part':
    case 'recall-part':
      return { kind, unit, note }
    default:
      return eventsOfRequests(0).find((one) => one.kind === kind) ?? ({ kind, note } as TicketEvent)
  }
}

/** Half of the steps are such as this person may take now, of parts that there are: else few runs come far. */
const someStep = fc.record({ said: values, kind: fc.constantFrom(...eventKinds), pick: fc.option(fc.nat(9_999)) })
/** What ends a ticket, or leads nowhere, is taken by one in seven: else no run comes far. */
const ends: EventKind[] = ['void', 'classify', 'hand-over', 'answer', 'join', 'merge']
const rare: EventKind[] = [...ends, 'queue', 'urge', 'supplement', 'correct', 'second-opinion', 'problem']
function stepFor(
  ticket: Ticket,
  actor: Actor,
  { said, kind, pick }: typeof someStep extends fc.Arbitrary<infer Of> ? Of : never,
) {
  // The machine alone answers with the lead.
  if (ticket.state === 'MERGED' && actor.by === 'system') return eventOf('follow', said)
  if (pick === null || actor.by === 'system') return eventOf(kind, said)
  const may = actionsOf(actor.person as TicketPerson, ticket, 0).filter((one) => pick % 7 === 0 || !rare.includes(one))
  const parts = ticket.tasks.filter(isPart)
  const unit = parts[pick % Math.max(1, parts.length)]?.unit ?? said.unit
  return eventOf(
    may[pick % Math.max(1, may.length)] ?? kind,
    kind === 'dispatch' || kind === 'designate' ? said : { ...said, unit },
  )
}

const actorFor: fc.Arbitrary<(ticket: Ticket) => Actor> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Actor>({ by: 'system' }, agent, dispatcher).map((actor) => () => actor) },
  { weight: 3, arbitrary: fc.constant(() => dispatcher) },
  { weight: 3, arbitrary: fc.constant((ticket: Ticket) => by('CLERK', leadOf(ticket))) },
  { weight: 1, arbitrary: fc.constant((ticket: Ticket) => by('CLERK', holderOf(ticket))) },
  {
    weight: 3,
    arbitrary: fc.nat(9).map((n) => (ticket: Ticket) => {
      const parts = ticket.tasks.filter(isPart)
      return by('WORKSTATION', parts[n % Math.max(1, parts.length)]?.unit ?? null)
    }),
  },
  { weight: 1, arbitrary: someUnit.map((code) => () => by('WORKSTATION', code)) },
  { weight: 1, arbitrary: fc.constant(() => by('DIRECTOR')) },
  { weight: 2, arbitrary: fc.constantFrom<Actor>(...[2, 3].map(dispatcherNumber)).map((actor) => () => actor) },
)

describe('any order of events', () => {
  it('keeps one unit in charge that sees it, an answer in what is closed, and no clock twice', () => {
    const seen = new Set<EventKind>()
    fc.assert(
      fc.property(
        fc.constantFrom(...ticketTypes),
        fc.constantFrom(null, ...units),
        fc.array(fc.tuple(someStep, actorFor, fc.nat(100)), { maxLength: 100, size: 'max' }),
        (type, accusedUnit, steps) => {
          // The last one is below the first.
          const accusedUnits = accusedUnit === null ? [] : accusedUnit === cgj ? [cgj, unit('zjj')] : [accusedUnit]
          let ticket = aTicket({ type, accusedUnit, accusedUnits })
          const running = new Set<string>()
          const keyOf = ({ clock, unit, item }: Running) => `${clock} ${unit} ${item}`
          for (const [wanted, actorFor, now] of steps) {
            const before = structuredClone(ticket)
            // Every third time what waits is gone on with, by who may.
            const onward =
              now % 3 === 0 || (ticket.state === 'CLOSED' && now % 2 === 0)
                ? nextOf(ticket, Math.floor(now / 3), 0)
                : null
            const who = onward && isOfUnit(onward) ? by('CLERK', leadOf(ticket)) : dispatcherNumber(2 + (now % 2))
            const actor = onward ? who : actorFor(ticket)
            const next = onward ?? stepFor(ticket, actor, wanted)
            const step = advance(ticket, next, actor, now, terms)
            expect(ticket).toEqual(before)
            if (!step.ok) {
              expect(step.refusal.detail).toMatch(/[。]$/)
              continue
            }
            seen.add(next.kind)
            for (const effect of step.clocks) {
              const isBegin = effect.do === 'start' || effect.do === 'resume'
              expect(running.has(keyOf(effect))).toBe(!isBegin)
              if (isBegin) running.add(keyOf(effect))
              else if (effect.do === 'meet' || effect.do === 'cancel') running.delete(keyOf(effect))
            }
            expect(step.ticket.version).toBe(ticket.version + 1)
            ticket = step.ticket
            holds(ticket)
            partsHold(ticket)
            losesNoAnswer(before, ticket, next)
            staysAnswered(before, ticket, next.kind)
            expect([...running].sort()).toEqual([...ticket.running, ...ticket.paused].map(keyOf).sort())
          }
        },
      ),
      { numRuns: 2_000 },
    )
    // The run has been everywhere, or it says nothing.
    expect([...seen].sort()).toEqual([...eventKinds].sort())
  })
})

/** Source: 首接负责制. */
function staysAnswered(before: Ticket, after: Ticket, kind: EventKind): void {
  const [was, is] = [inChargeOf(before), inChargeOf(after)]
  if (was === is || was === null) return
  // It is another one's by its own signature only; a corrected matter is begun anew, and nobody had signed for it.
  expect(['sign', 'correct', 'reopen', 'escalate', 'merge']).toContain(kind)
  if (kind === 'sign') expect(is).toBe(leadOf(before))
}

function holds(ticket: Ticket): void {
  const { state, tasks, requests } = ticket
  const [lead, holder] = [leadOf(ticket), holderOf(ticket)]
  const isAtUnit =
    state === 'DISPATCHED' ||
    state === 'SIGNED' ||
    state === 'REPLIED' ||
    ['HANDLED', 'FINAL', 'ENDED'].includes(ticket.closeKind ?? '')
  if (state !== 'VOIDED' && state !== 'CLASSIFIED') expect(lead !== null, state).toBe(isAtUnit)
  expect(tasks.filter(({ role }) => role === 'LEAD').length).toBeLessThanOrEqual(1)
  expect(tasks.filter(({ role }) => role === 'HOLDER').length).toBeLessThanOrEqual(1)
  expect(new Set(tasks.map(({ unit, role }) => `${unit} ${role}`)).size).toBe(tasks.length)
  if (holder !== null) {
    expect(state).toBe('DISPATCHED')
    expect(holder).not.toBe(lead)
    expect(unitsOf(ticket)).toContain(holder)
  }
  // Who gave it back, and helped, may be left with both when it is over.
  if (openStates.some((open) => open === state)) expect(coUnitsOf(ticket)).not.toContain(lead)
  if (lead === null) expect(tasks).toEqual([])
  const step = tasks.find(({ role }) => role === 'LEAD')?.step
  if (isAtUnit)
    expect(step).toBe(
      { DISPATCHED: 'SENT', SIGNED: 'SIGNED', REPLIED: 'ANSWERED', CLOSED: 'ANSWERED' }[state as string],
    )
  if (state === 'CLOSED' || state === 'DIRECT_CLOSED') {
    expect(ticket.publicReply?.trim()).toBeTruthy()
    expect(state === 'CLOSED' ? ['HANDLED', 'FINAL', 'ENDED', 'PROVINCE', 'MERGED'] : ['DIRECT']).toContain(
      ticket.closeKind,
    )
  }
  if (ticket.type === 'REPORT') for (const { unit } of tasks) expect(ticket.accusedUnits).not.toContain(unit)
  expect(ticket.redoCount).toBeLessThan(ticket.round)
  const waiting = requests.filter(({ decision }) => decision === null)
  expect(waiting.length).toBeLessThanOrEqual(1)
  if (waiting.length > 0) expect(['DISPATCHED', 'SIGNED']).toContain(state)
  for (const { unit } of waiting) expect(unit).toBe(lead)
  const owned = (unit: UnitCode | null) => ticket.running.flatMap((one) => (one.unit === unit ? one.clock : []))
  expect(faultsOfRequests(ticket)).toEqual([])
  const asked = requestKinds.filter((kind) => isPending(ticket, kind)).map((kind) => decisionClockOf[kind])
  const suspended = ticket.paused.length > 0 ? ['SUSPENDED'] : []
  const hotlines = { REGISTERED: ['DISPATCH'], REPLIED: ['CHECK'] }[state as string] ?? []
  expect(owned(null).sort(), state).toEqual([...hotlines, ...asked, ...suspended].sort())
  const units = { DISPATCHED: ['SIGN', 'HANDLE'], SIGNED: ['HANDLE'], REPLIED: [] }[state as string] ?? []
  // The citizen may have been called, or not yet: also by a unit that has its ticket back.
  const some = (clocks: readonly string[]) => clocks.filter((clock) => clock !== 'CONTACT' && clock !== 'MILESTONE')
  const still = ticket.paused.flatMap(({ clock }) => clock)
  if (lead !== null) expect(some([...owned(lead), ...still]).sort(), state).toEqual([...units].sort())
  // Whoever still answers for it has its own to keep, but it need not sign.
  if (holder !== null) {
    expect(owned(holder)).toContain('HANDLE')
    expect(owned(holder)).not.toContain('SIGN')
  }
  const ofParts = (clock: Running['clock']) => clock === 'PART' || clock === 'PART_SIGN'
  const others = ticket.running.filter(
    ({ unit, clock }) => unit !== null && unit !== lead && unit !== holder && !ofParts(clock),
  )
  expect(others).toEqual([])
}

/** No part that no unit sees, that has no clock, or that outlives what it is a part of. */
function partsHold(ticket: Ticket): void {
  const { tasks, state, running } = ticket
  const parts = tasks.filter(isPart)
  expect(new Set(parts.map(({ unit }) => unit)).size).toBe(parts.length)
  const clocksOf = (unit: UnitCode) =>
    running.flatMap((one) => (one.unit === unit && one.clock.startsWith('PART') ? one.clock : []))
  const due = { SENT: ['PART_SIGN', 'PART'], SIGNED: ['PART'], DECLINED: ['PART'], ANSWERED: [], LAPSED: [] }
  for (const task of parts) {
    const { unit, role, step, part } = task
    expect(maySee(person('CLERK', unit), unitsOf(ticket))).toBe(true)
    expect(role).toBe(part.from === null ? 'CO' : 'SUB')
    expect(clocksOf(unit).sort()).toEqual([...due[step]].sort())
    expect(step === 'ANSWERED').toBe(part.answer !== null)
    if (ticket.type === 'REPORT') expect(ticket.accusedUnits).not.toContain(unit)
    if (isOpenPart(task)) expect(['DISPATCHED', 'SIGNED', 'REPLIED']).toContain(state)
    if (part.from === null) continue
    const senders = tasks.filter((other) => other.unit === part.from)
    expect(senders.length).toBeGreaterThan(0)
    if (isOpenPart(task))
      expect(senders.some((other) => other.step !== 'ANSWERED' && other.step !== 'LAPSED')).toBe(true)
  }
  const unitsWithParts = new Set<UnitCode | null>(parts.map(({ unit }) => unit))
  for (const { clock, unit } of running) if (clock.startsWith('PART')) expect(unitsWithParts).toContain(unit)
}

/** An answer goes only where its reader did not accept it, or with the task of its sender; and none is made of half. */
function losesNoAnswer(before: Ticket, after: Ticket, { kind, ...said }: TicketEvent): void {
  for (const was of before.tasks.filter(isPart).filter(({ step }) => step === 'ANSWERED')) {
    const is = after.tasks.find(({ unit, role }) => unit === was.unit && role === was.role)
    if (is?.part?.answer === was.part.answer) continue
    const isSenderOut = was.part.from !== null && !unitsOf(after).includes(was.part.from)
    const isSentBack = kind === 'return-part' && (said as { unit?: UnitCode }).unit === was.unit
    expect(
      isSentBack ||
        isSenderOut ||
        ['dispatch', 'designate', 'correct', 'redo', 'reopen', 'escalate', 'merge'].includes(kind),
    ).toBe(true)
  }
  if (kind !== 'reply') return
  const missing = before.tasks
    .filter(isPart)
    .some((task) => isOpenPart(task) && readerOf(before, task) === leadOf(before))
  if (missing) expect((said as { missingParts?: string }).missingParts?.trim()).toBeTruthy()
}
