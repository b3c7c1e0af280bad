import { describe, expect, it } from 'vitest'
import type { RoleName } from '../../../../src/people/person.ts'
import type { CategoryCode, UnitCode } from '../../../../src/platform/types.ts'
import { correctionMs } from '../../../../src/tickets/life/steps/correct.ts'
import {
  type Actor,
  actionsOf,
  advance,
  inChargeOf,
  mayDo,
  type Running,
  type Ticket,
  type TicketEvent,
  type TicketPerson,
  timesAsked,
} from '../../../../src/tickets/life/ticket.ts'
import { aTicket, by } from './walk.ts'

const unit = (code: string) => code as UnitCode
const [cgj, rsj] = [unit('cgj'), unit('rsj')]

const [lights, covers] = ['030401', '030402'].map((code) => code as CategoryCode) as [CategoryCode, CategoryCode]

const person = (role: RoleName, unitCode: UnitCode | null = null): TicketPerson => ({ id: 1, roles: [role], unitCode })
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
      running: clocksOf(cgj, 'SIGN', 'CONTACT', 'PROGRESS', 'HANDLE'),
    })
    expect(signed).toMatchObject({
      state: 'SIGNED',
      tasks: [{ unit: cgj, role: 'LEAD', step: 'SIGNED' }],
      running: clocksOf(cgj, 'CONTACT', 'PROGRESS', 'HANDLE'),
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
        running: [
          ...clocksOf(cgj, 'CONTACT', 'PROGRESS', 'HANDLE'),
          ...clocksOf(rsj, 'SIGN', 'CONTACT', 'PROGRESS', 'HANDLE'),
        ],
      },
      clocks: [
        { do: 'meet', clock: 'REVIEW', unit: null },
        { do: 'start', clock: 'SIGN', unit: rsj },
        { do: 'start', clock: 'CONTACT', unit: rsj },
        { do: 'start', clock: 'PROGRESS', unit: rsj },
        { do: 'start', clock: 'HANDLE', unit: rsj },
      ],
    })
    const next = sentOn(signed, rsj)
    expect(inChargeOf(next)).toBe(cgj)
    expect(actionsOf(person('CLERK', cgj), next, 0)).toEqual(['contact', 'progress'])
    expect(actionsOf(person('CLERK', rsj), next, 0)).toEqual(['sign', 'return'])
    const called: TicketEvent = { kind: 'contact', at: 0, way: 'PHONE', withWhom: '本人', note: '说明了情况' }
    expect(follow(next, [called, clerk]).running).toEqual([
      ...clocksOf(cgj, 'PROGRESS', 'HANDLE'),
      ...clocksOf(rsj, 'SIGN', 'CONTACT', 'PROGRESS', 'HANDLE'),
    ])
    expect(follow(next, [{ kind: 'sign' }, clerkOf(rsj)])).toMatchObject({
      ...{ state: 'SIGNED', tasks: [{ unit: rsj, role: 'LEAD', step: 'SIGNED' }] },
      running: clocksOf(rsj, 'CONTACT', 'PROGRESS', 'HANDLE'),
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
      running: [
        ...clocksOf(cgj, 'CONTACT', 'PROGRESS', 'HANDLE'),
        ...clocksOf(zjj, 'SIGN', 'CONTACT', 'PROGRESS', 'HANDLE'),
      ],
    })
    const back = follow(sentOn(signed, rsj), [giveBack, clerkOf(rsj)], [toUnit(cgj), dispatcher])
    // With the time that is left of what it has to keep.
    expect(back).toMatchObject({
      tasks: [{ unit: cgj, role: 'LEAD', step: 'SENT' }],
      running: clocksOf(cgj, 'CONTACT', 'PROGRESS', 'HANDLE', 'SIGN'),
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
        { do: 'start', clock: 'PROGRESS', unit: cgj },
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
