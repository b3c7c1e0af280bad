import { describe, expect, it } from 'vitest'
import type { RoleName } from '../../../../src/people/person.ts'
import type { CategoryCode, TicketId, UnitCode } from '../../../../src/platform/types.ts'
import {
  type Actor,
  actionsOf,
  advance,
  awaitedBy,
  eventKinds,
  partOf,
  type Ticket,
  type TicketEvent,
  ticketStates,
} from '../../../../src/tickets/life/ticket.ts'

const unit = (code: string) => code as UnitCode
const [cgj, rsj, luzhou, roads, street] = ['cgj', 'rsj', 'luzhou', 'luzhou-jtj', 't140403001'].map(unit) as [
  ...[UnitCode, UnitCode, UnitCode, UnitCode, UnitCode],
]
const by = (role: RoleName, unitCode: UnitCode | null = null): Actor => ({
  by: 'person',
  person: { id: 1, roles: [role], unitCode },
})
const dispatcher = by('DISPATCHER')
const clerk = (code: UnitCode) => by('CLERK', code)
const station = by('WORKSTATION', luzhou)

const draft: Ticket = {
  ...{ id: '01JDAAAAAAAAAAAAAAAAAAAAAA' as TicketId, state: 'DRAFT', version: 0, type: 'HELP', registeredAt: 0 },
  ...{ categoryCode: '030401' as CategoryCode, urgency: 'P3', isConfidential: false, isAnonymous: false },
  ...{
    accusedUnit: null,
    accusedUnits: [],
    round: 1,
    redoCount: 0,
    reopenBy: null,
    problem: null,
    notBy: [],
    mergedInto: null,
  },
  ...{ tasks: [], requests: [], returnBy: null, ruleKey: null, dispatchReason: null },
  ...{ inboxMark: null, publicReply: null, internalReply: null, closeKind: null, dispatchCount: 0, urgeCount: 0 },
  ...{ running: [], paused: [] },
}

function follow(ticket: Ticket, ...steps: [TicketEvent, Actor][]): Ticket {
  return steps.reduce((current, [event, actor]) => {
    const step = advance(current, event, actor, 0)
    if (!step.ok) throw new Error(`${event.kind}: ${step.refusal.code}`)
    return step.ticket
  }, ticket)
}
function refusalOf(ticket: Ticket, event: TicketEvent, actor: Actor): string | null {
  const step = advance(ticket, event, actor, 0)
  return step.ok ? null : step.refusal.code
}

const toUnit = (lead: UnitCode, ...coUnits: UnitCode[]): TicketEvent => ({
  ...{ kind: 'dispatch', lead, coUnits, coDemand: '查欠薪', ruleKey: null, reason: '属地', returnBy: null },
})
const sign: TicketEvent = { kind: 'sign' }
const signPart: TicketEvent = { kind: 'sign-part' }
const done = (answer = '已核实'): TicketEvent => ({ kind: 'answer-part', answer, missingParts: undefined })
const reply = (missingParts?: string): TicketEvent => ({
  ...{ kind: 'reply', publicReply: '已修复', internalReply: '汇总', missingParts },
})
const toBelow = (...units: UnitCode[]): TicketEvent => ({ kind: 'delegate', units, note: '到现场查看' })

const registered = follow(draft, [{ kind: 'register' }, by('AGENT')])
const helped = follow(registered, [toUnit(cgj, rsj), dispatcher])
const leadSigned = follow(helped, [sign, clerk(cgj)])
const atStation = follow(registered, [toUnit(luzhou), dispatcher], [sign, station], [toBelow(roads), station])
const clocksOf = ({ running }: Ticket, code: UnitCode) => running.flatMap((one) => (one.unit === code ? one.clock : []))

describe('a co-unit', () => {
  it('signs and answers its own part, by clocks of its own, before or after the unit in charge', () => {
    expect(partOf(helped, rsj)).toMatchObject({ role: 'CO', step: 'SENT', part: { from: null, demand: '查欠薪' } })
    expect(clocksOf(helped, rsj)).toEqual(['PART_SIGN', 'PART'])
    const signed = follow(helped, [signPart, clerk(rsj)])
    expect(clocksOf(signed, rsj)).toEqual(['PART'])
    const answered = follow(signed, [done(), clerk(rsj)])
    expect([answered.state, clocksOf(answered, rsj)]).toEqual(['DISPATCHED', []])
    expect(partOf(answered, rsj)).toMatchObject({ step: 'ANSWERED', part: { answer: '已核实' } })
  })

  it('is waited for by the joint answer, unless that says why not', () => {
    expect(refusalOf(leadSigned, reply(), clerk(cgj))).toBe('ticket.parts-open')
    expect(refusalOf(leadSigned, reply(' '), clerk(cgj))).toBe('ticket.parts-open')
    const without = follow(leadSigned, [reply('人社局未反馈'), clerk(cgj)])
    // It may still answer, and its clock goes on, until the ticket is closed.
    expect([without.state, clocksOf(without, rsj)]).toEqual(['REPLIED', ['PART_SIGN', 'PART']])
    const closed = follow(without, [{ kind: 'close' }, dispatcher])
    expect([partOf(closed, rsj)?.step, closed.running]).toEqual(['LAPSED', []])
    const answered = follow(leadSigned, [signPart, clerk(rsj)], [done(), clerk(rsj)])
    expect(refusalOf(answered, reply(), clerk(cgj))).toBeNull()
  })

  it('is asked again by the unit in charge, with the time that is left', () => {
    const answered = follow(leadSigned, [signPart, clerk(rsj)], [done(), clerk(rsj)])
    const again: TicketEvent = { kind: 'return-part', unit: rsj, note: '没有写处理结果' }
    expect(refusalOf(answered, again, dispatcher)).toBe('ticket.not-allowed')
    const step = advance(answered, again, clerk(cgj), 0)
    expect(step).toMatchObject({ clocks: [{ do: 'resume', clock: 'PART', unit: rsj }] })
    expect(step.ok && partOf(step.ticket, rsj)).toMatchObject({ step: 'SIGNED', part: { answer: null } })
  })

  it('gives its part back to the dispatchers, who decide; one more is sent by them, too', () => {
    const declined = follow(leadSigned, [{ kind: 'decline-part', note: '非我局职责' }, clerk(rsj)])
    const keep: TicketEvent = { kind: 'keep-part', unit: rsj, note: '属职责' }
    const recall: TicketEvent = { kind: 'recall-part', unit: rsj, note: '同意退回' }
    expect(refusalOf(declined, keep, clerk(cgj))).toBe('ticket.wrong-state')
    expect(partOf(follow(declined, [keep, dispatcher]), rsj)?.step).toBe('SIGNED')
    const without = follow(declined, [recall, dispatcher])
    expect([partOf(without, rsj), clocksOf(without, rsj)]).toEqual([undefined, []])
    const more: TicketEvent = { kind: 'add-co', coUnits: [luzhou], note: '现场配合' }
    expect(partOf(follow(without, [more, dispatcher]), luzhou)?.part.demand).toBe('现场配合')
    expect(refusalOf(without, { ...more, coUnits: [cgj] }, dispatcher)).toBe('ticket.takes-part-already')
  })
})

describe('a part below', () => {
  it('is sent by a unit that has signed, and its answer is read by that unit', () => {
    const dispatched = follow(registered, [toUnit(luzhou), dispatcher])
    expect(refusalOf(dispatched, toBelow(roads), station)).toBe('ticket.wrong-state')
    expect(partOf(atStation, roads)).toMatchObject({ role: 'SUB', part: { from: luzhou, demand: '到现场查看' } })
    expect(refusalOf(atStation, reply(), station)).toBe('ticket.parts-open')
    expect(refusalOf(atStation, toBelow(roads), station)).toBe('ticket.takes-part-already')
    const answered = follow(atStation, [signPart, clerk(roads)], [done('已补坑'), clerk(roads)])
    expect(actionsOf({ id: 1, roles: ['WORKSTATION'], unitCode: luzhou }, answered, 0)).toContain('return-part')
    expect(follow(answered, [reply(), station]).state).toBe('REPLIED')
  })

  it('goes back to its sender, never to the hotline', () => {
    const declined = follow(atStation, [{ kind: 'decline-part', note: '属街道' }, clerk(roads)])
    const recall: TicketEvent = { kind: 'recall-part', unit: roads, note: '改交街道' }
    expect(refusalOf(declined, recall, dispatcher)).toBe('ticket.wrong-state')
    expect(refusalOf(declined, { kind: 'keep-part', unit: roads, note: '属职责' }, dispatcher)).toBe(
      'ticket.wrong-state',
    )
    expect(declined.requests).toEqual([])
    const moved = follow(declined, [recall, station], [toBelow(street), station])
    expect([partOf(moved, roads), partOf(moved, street)?.step]).toEqual([undefined, 'SENT'])
  })

  it('may be sent on, ends with the part that it is of, and lapses when its sender has answered', () => {
    const deeper = follow(atStation, [signPart, clerk(roads)], [toBelow(street), clerk(roads)])
    expect(awaitedBy(deeper, roads).map((task) => task.unit)).toEqual([street])
    expect(refusalOf(deeper, { kind: 'decline-part', note: '不属' }, clerk(roads))).toBe('ticket.parts-open')
    const recalled = follow(deeper, [{ kind: 'recall-part', unit: roads, note: '不必再办' }, station])
    expect([partOf(recalled, roads), partOf(recalled, street)]).toEqual([undefined, undefined])
    expect(recalled.running.filter(({ clock }) => clock.startsWith('PART'))).toEqual([])
    const late: TicketEvent = { kind: 'answer-part', answer: '已处理', missingParts: '街道未反馈' }
    const answered = follow(deeper, [late, clerk(roads)])
    expect([partOf(answered, street)?.step, clocksOf(answered, street)]).toEqual(['LAPSED', []])
    // Who was left behind may be sent another part.
    const replied = follow(answered, [reply(), station], [{ kind: 'send-back', note: '不清楚' }, dispatcher])
    expect(partOf(follow(replied, [toBelow(street), station]), street)?.part.from).toBe(luzhou)
  })

  it('goes on while its sender answers for a ticket that it gave back, and ends when the next unit has signed', () => {
    const giveBack: TicketEvent = { kind: 'return', reason: 'U2', note: '市管道路', suggestedUnit: cgj }
    const sentOn = follow(atStation, [giveBack, station], [toUnit(cgj), dispatcher])
    expect(clocksOf(sentOn, roads)).toEqual(['PART_SIGN', 'PART'])
    const next = follow(sentOn, [sign, clerk(cgj)])
    expect([partOf(next, roads), clocksOf(next, roads)]).toEqual([undefined, []])
  })

  it('of a report never reaches the unit that it is about', () => {
    const report = { ...atStation, type: 'REPORT' as const, accusedUnit: street, accusedUnits: [street] }
    expect(refusalOf(report, toBelow(street), station)).toBe('ticket.accused-unit')
    expect(refusalOf(report, { kind: 'add-co', coUnits: [street], note: '配合' }, dispatcher)).toBe(
      'ticket.accused-unit',
    )
  })
})

describe('a workstation', () => {
  it('never decides what is for the city: matter, unit in charge, acceptance, closing', () => {
    const asks = ['extend', 'suspend', 'promise', 'final', 'end', 'withdraw', 'resume-work', 'milestone']
    const ofUnits = ['sign', 'contact', 'progress', 'reply', 'return', 'delegate', 'addendum', ...asks].concat(
      eventKinds.filter((kind) => kind.endsWith('-part')),
    )
    const person = { id: 1, roles: ['WORKSTATION' as const], unitCode: luzhou }
    for (const ticket of [draft, registered, helped, leadSigned, atStation]) {
      for (const state of ticketStates) {
        for (const kind of actionsOf(person, { ...ticket, state }, 0)) expect(ofUnits).toContain(kind)
      }
    }
  })
})
