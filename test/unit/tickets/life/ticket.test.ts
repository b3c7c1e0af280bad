import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoleName } from '../../../../src/people/person.ts'
import type { CategoryCode, TicketId, UnitCode } from '../../../../src/platform/types.ts'
import { correctionMs } from '../../../../src/tickets/life/steps/correct.ts'
import {
  type Actor,
  actionsOf,
  advance,
  type ClockKind,
  type EventKind,
  eventKinds,
  inboxStates,
  mayDo,
  returnReasonCodes,
  type Ticket,
  type TicketEvent,
  type TicketPerson,
  ticketTypes,
  voidReasonCodes,
} from '../../../../src/tickets/life/ticket.ts'

const unit = (code: string) => code as UnitCode
const units = ['cgj', 'rsj', 'zjj'].map(unit)
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
    leadUnit: null,
    coUnits: [],
    firstUnit: null,
    returnedBy: null,
    returnBy: null,
    ruleKey: null,
    dispatchReason: null,
    inboxMark: null,
    publicReply: null,
    internalReply: null,
    closeKind: null,
    dispatchCount: 0,
    returnCount: 0,
    urgeCount: 0,
    running: [],
    ...change,
  }
}

const person = (role: RoleName, unitCode: UnitCode | null = null): TicketPerson => ({ id: 1, roles: [role], unitCode })
const by = (role: RoleName, unitCode: UnitCode | null = null): Actor => ({
  by: 'person',
  person: person(role, unitCode),
})
const agent = by('AGENT')
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
const giveBack: TicketEvent = { kind: 'return', reason: 'NOT_OUR_DUTY', note: '三定规定', suggestedUnit: null }
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
const dispatched = follow(registered, [toUnit(cgj, { coUnits: [rsj] }), dispatcher])
const signed = follow(dispatched, [{ kind: 'sign' }, clerk])

describe('a ticket', () => {
  it('goes from the form to its end', () => {
    expect(dispatched).toMatchObject({
      state: 'DISPATCHED',
      leadUnit: cgj,
      coUnits: [rsj],
      running: ['SIGN', 'CONTACT', 'HANDLE'],
    })
    expect(signed).toMatchObject({ state: 'SIGNED', running: ['CONTACT', 'HANDLE'] })
    const closed = follow(signed, [answer, clerk], [{ kind: 'close' }, dispatcher])
    expect(closed).toMatchObject({ state: 'CLOSED', publicReply: '已修复', leadUnit: cgj, running: [], version: 5 })
  })

  it('that came back goes to another unit, whose clock is its own; the first one is remembered', () => {
    const returned = follow(dispatched, [giveBack, clerk])
    expect(returned).toMatchObject({ state: 'RETURNED', leadUnit: null, coUnits: [], returnedBy: cgj })
    expect(returned.running).toEqual(['CONTACT', 'HANDLE', 'REVIEW'])
    const step = advance(returned, toUnit(rsj), dispatcher, 0)
    expect(step).toMatchObject({
      ticket: { state: 'DISPATCHED', leadUnit: rsj, firstUnit: cgj, running: ['SIGN', 'CONTACT', 'HANDLE'] },
      clocks: [
        { do: 'meet', clock: 'REVIEW' },
        { do: 'cancel', clock: 'CONTACT' },
        { do: 'cancel', clock: 'HANDLE' },
        { do: 'start', clock: 'SIGN' },
        { do: 'start', clock: 'CONTACT' },
        { do: 'start', clock: 'HANDLE' },
      ],
    })
  })

  it('whose return is refused goes on at the same unit with the time that is left', () => {
    const step = advance(
      follow(dispatched, [giveBack, clerk]),
      { kind: 'refuse-return', note: '属职责' },
      dispatcher,
      0,
    )
    expect(step).toMatchObject({
      ticket: { state: 'SIGNED', leadUnit: cgj, running: ['CONTACT', 'HANDLE'] },
      clocks: [{ do: 'meet', clock: 'REVIEW' }],
    })
  })

  it('whose answer is sent back has no answer, and its clock goes on', () => {
    const step = advance(follow(signed, [answer, clerk]), { kind: 'send-back', note: '未说明时限' }, dispatcher, 0)
    expect(step).toMatchObject({
      ticket: { state: 'SIGNED', publicReply: null },
      clocks: [
        { do: 'meet', clock: 'CHECK' },
        { do: 'resume', clock: 'HANDLE' },
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
    const once = follow(dispatched, [giveBack, clerk], [toUnit(cgj), dispatcher])
    const twice = follow(once, [giveBack, clerk], [toUnit(cgj), dispatcher])
    expect(refusalOf(twice, giveBack, clerk)).toBe('ticket.return-exhausted')
    expect(actionsOf(person('CLERK', cgj), twice, 0)).toEqual(['sign'])
    const limited = follow(registered, [toUnit(cgj, { returnBy: 1_000 }), dispatcher])
    expect(refusalOf(limited, giveBack, clerk, 1_000)).toBeNull()
    expect(refusalOf(limited, giveBack, clerk, 1_001)).toBe('ticket.return-too-late')
  })

  it('never sends a report to the unit that it is about, not even to help', () => {
    const report = { ...registered, type: 'REPORT' as const, accusedUnit: cgj }
    expect(refusalOf(report, toUnit(cgj), dispatcher)).toBe('ticket.accused-unit')
    expect(refusalOf(report, toUnit(rsj, { coUnits: [cgj] }), dispatcher)).toBe('ticket.accused-unit')
    expect(refusalOf(report, toUnit(rsj), dispatcher)).toBeNull()
  })

  it('takes no unit twice, and no text of blanks', () => {
    expect(refusalOf(registered, toUnit(cgj, { coUnits: [cgj] }), dispatcher)).toBe('ticket.lead-among-co-units')
    expect(refusalOf(registered, toUnit(cgj, { coUnits: [rsj, rsj] }), dispatcher)).toBe('ticket.lead-among-co-units')
    expect(refusalOf(dispatched, { ...giveBack, note: ' \n' }, clerk)).toBe('ticket.text-missing')
    expect(refusalOf(signed, { kind: 'reply', publicReply: '', internalReply: 'x' }, clerk)).toBe('ticket.text-missing')
  })

  it('lets the hotline correct the matter for ten minutes, and only while nobody has signed', () => {
    const other: TicketEvent = { kind: 'correct', categoryCode: covers }
    const corrected = advance(dispatched, other, agent, correctionMs)
    expect(corrected).toMatchObject({
      ok: true,
      ticket: { state: 'REGISTERED', categoryCode: covers, leadUnit: null, firstUnit: null, running: ['DISPATCH'] },
    })
    expect(follow(registered, [other, agent])).toMatchObject({ state: 'REGISTERED', running: ['DISPATCH'] })
    expect(refusalOf(dispatched, other, agent, correctionMs + 1)).toBe('ticket.correction-too-late')
    expect(refusalOf(signed, other, agent)).toBe('ticket.wrong-state')
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

const text = fc.constantFrom('', ' ', '已处理', '🐎𠀀', '请尽快', '见附件')
const someUnit = fc.constantFrom(...units)
const event: fc.Arbitrary<TicketEvent> = fc.oneof(
  fc.constant({ kind: 'register' } as const),
  fc.record({ kind: fc.constant('answer' as const), publicReply: text, isKnowledge: fc.boolean() }),
  fc.record({ kind: fc.constant('queue' as const), mark: fc.constant('NO_RULE' as const), reason: text }),
  fc.record({
    kind: fc.constant('dispatch' as const),
    lead: someUnit,
    coUnits: fc.array(someUnit, { maxLength: 2 }),
    ruleKey: fc.constant(null),
    reason: fc.constant('属地优先'),
    returnBy: fc.constantFrom(null, 50),
  }),
  fc.constant({ kind: 'sign' } as const),
  fc.record({
    kind: fc.constant('return' as const),
    reason: fc.constantFrom(...returnReasonCodes),
    note: text,
    suggestedUnit: fc.constant(null),
  }),
  fc.record({ kind: fc.constant('refuse-return' as const), note: text }),
  fc.record({
    kind: fc.constant('contact' as const),
    at: fc.nat(100),
    way: fc.constantFrom('PHONE' as const, 'VISIT' as const),
    withWhom: text,
    note: text,
  }),
  fc.record({ kind: fc.constant('reply' as const), publicReply: text, internalReply: text }),
  fc.record({ kind: fc.constant('send-back' as const), note: text }),
  fc.constant({ kind: 'close' } as const),
  fc.record({ kind: fc.constant('void' as const), reason: fc.constantFrom(...voidReasonCodes), note: text }),
  fc.record({ kind: fc.constant('urge' as const), note: text }),
  fc.record({ kind: fc.constant('supplement' as const), note: text }),
  fc.record({ kind: fc.constant('correct' as const), categoryCode: fc.constantFrom(lights, covers) }),
)
const actorFor: fc.Arbitrary<(ticket: Ticket) => Actor> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Actor>({ by: 'system' }, agent, dispatcher).map((actor) => () => actor) },
  { weight: 3, arbitrary: fc.constant((ticket: Ticket) => by('CLERK', ticket.leadUnit)) },
  { weight: 1, arbitrary: someUnit.map((code) => () => by('WORKSTATION', code)) },
  { weight: 1, arbitrary: fc.constant(() => by('DIRECTOR')) },
)

describe('any order of events', () => {
  it('keeps one unit in charge, an answer in what is closed, and no clock twice', () => {
    const seen = new Set<EventKind>()
    fc.assert(
      fc.property(
        fc.constantFrom(...ticketTypes),
        fc.constantFrom(null, ...units),
        fc.array(fc.tuple(event, actorFor, fc.nat(100)), { maxLength: 150, size: 'max' }),
        (type, accusedUnit, steps) => {
          let ticket = aTicket({ type, accusedUnit })
          const running = new Set<ClockKind>()
          for (const [next, actor, now] of steps) {
            const before = structuredClone(ticket)
            const step = advance(ticket, next, actor(ticket), now)
            expect(ticket).toEqual(before)
            if (!step.ok) {
              expect(step.refusal.detail).toMatch(/[。]$/)
              continue
            }
            seen.add(next.kind)
            for (const effect of step.clocks) {
              const isBegin = effect.do === 'start' || effect.do === 'resume'
              expect(running.has(effect.clock)).toBe(!isBegin)
              if (isBegin) running.add(effect.clock)
              else running.delete(effect.clock)
            }
            expect(step.ticket.version).toBe(ticket.version + 1)
            ticket = step.ticket
            holds(ticket)
            expect([...running].sort()).toEqual([...ticket.running].sort())
          }
        },
      ),
      { numRuns: 1_000 },
    )
    // The run has been everywhere, or it says nothing.
    expect(seen.size).toBe(eventKinds.length)
  })
})

function holds(ticket: Ticket): void {
  const { state } = ticket
  const isAtUnit = state === 'DISPATCHED' || state === 'SIGNED' || state === 'REPLIED' || state === 'CLOSED'
  expect(ticket.leadUnit !== null, state).toBe(isAtUnit)
  expect(ticket.coUnits).not.toContain(ticket.leadUnit)
  if (!isAtUnit) expect(ticket.coUnits).toEqual([])
  if (state === 'CLOSED' || state === 'DIRECT_CLOSED') {
    expect(ticket.publicReply?.trim()).toBeTruthy()
    expect(ticket.closeKind).toBe(state === 'CLOSED' ? 'HANDLED' : 'DIRECT')
  }
  if (ticket.type === 'REPORT' && ticket.leadUnit !== null) expect(ticket.leadUnit).not.toBe(ticket.accusedUnit)
  const clocks: ClockKind[] = {
    DRAFT: [],
    REGISTERED: ['DISPATCH' as const],
    DISPATCHED: ['SIGN' as const, 'CONTACT' as const, 'HANDLE' as const],
    SIGNED: ['HANDLE' as const],
    REPLIED: ['CHECK' as const],
    CLOSED: [],
    DIRECT_CLOSED: [],
    RETURNED: ['HANDLE' as const, 'REVIEW' as const],
    VOIDED: [],
  }[state]
  // The citizen may have been called, or not yet.
  const isWithUnit = state === 'SIGNED' || state === 'REPLIED' || state === 'RETURNED'
  const running = ticket.running.filter((clock) => clock !== 'CONTACT' || !isWithUnit)
  expect(running.sort(), state).toEqual([...clocks].sort())
  expect(inboxStates.some((one) => one === state)).toBe(ticket.running.some((c) => c === 'DISPATCH' || c === 'REVIEW'))
}
