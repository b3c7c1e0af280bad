import { describe, expect, it } from 'vitest'
import type { CategoryCode, TicketId, UnitCode } from '../../../../src/platform/types.ts'
import { contact } from '../../../../src/tickets/life/steps/contact.ts'
import {
  type Actor,
  actionsOf,
  advance,
  eventOf,
  type Running,
  type Ticket,
  type TicketEvent,
  type TicketPerson,
} from '../../../../src/tickets/life/ticket.ts'
import { draftOf } from '../../../../src/tickets/records/rows.ts'
import { bodyOf, timesNow } from '../../../../src/web/tickets/steps/actionForms.ts'

const noon = Date.parse('2026-11-23T12:00:00+08:00')
const cgj = 'cgj' as UnitCode
const clerk: TicketPerson = { id: 2, roles: ['CLERK'], unitCode: cgj }
const unit: Actor = { by: 'person', person: clerk }
const dispatcher: Actor = { by: 'person', person: { id: 1, roles: ['DISPATCHER'], unitCode: null } }

const handle: Running = { clock: 'HANDLE', unit: cgj }
const progress: Running = { clock: 'PROGRESS', unit: cgj }
const toUnit: TicketEvent = {
  ...{ kind: 'dispatch', lead: cgj, coUnits: [], ruleKey: null, reason: '属地', returnBy: null },
}
const called: TicketEvent = { kind: 'contact', at: noon, way: 'PHONE', withWhom: '来电人', note: '约定明日上门' }

function signed(isAnonymous = false): Ticket {
  const matter = { type: 'HELP', urgency: 'P3', categoryCode: '030401' as CategoryCode, isConfidential: false } as const
  const draft = draftOf({ ...matter, isAnonymous, accusedUnit: null } as Parameters<typeof draftOf>[0], noon - 1)
  const steps: [TicketEvent, Actor][] = [
    [{ kind: 'register' }, { by: 'system' }],
    [toUnit, dispatcher],
    [{ kind: 'sign' }, unit],
  ]
  return steps.reduce((ticket, [event, actor]) => taken(ticket, event, actor), { ...draft, id: '01' as TicketId })
}

function taken(ticket: Ticket, event: TicketEvent, actor: Actor): Ticket {
  const step = advance(ticket, event, actor, noon)
  if (!step.ok) throw new Error(`${event.kind}: ${step.refusal.code}`)
  return step.ticket
}

const refused = (ticket: Ticket, event: TicketEvent, actor = unit) => {
  const step = advance(ticket, event, actor, noon)
  return step.ok ? null : step.refusal.detail
}

describe('the first contact', () => {
  it('stops its clock, once, and the ticket stays where it is', () => {
    const step = advance(signed(), called, unit, noon)
    expect(step).toMatchObject({
      ticket: { state: 'SIGNED', running: [progress, handle] },
      clocks: [{ do: 'meet', clock: 'CONTACT', unit: cgj }],
    })
    const once = taken(signed(), called, unit)
    expect(refused(once, called)).toBe('该工单没有待登记的首次联系，请刷新。')
    expect(actionsOf(clerk, once, noon)).not.toContain('contact')
  })

  it('is what a unit that has signed does first; afterwards it answers', () => {
    const asks = ['suspend', 'promise', 'final', 'end']
    expect(actionsOf(clerk, signed(), noon)).toEqual(['contact', 'reply', 'progress', 'delegate', 'return', ...asks])
    expect(actionsOf(clerk, taken(signed(), called, unit), noon)).toEqual([
      'reply',
      'progress',
      'delegate',
      'return',
      ...asks,
    ])
  })

  it('may be written down after the answer, and is owed until the ticket is closed', () => {
    const replied = taken(signed(), { kind: 'reply', publicReply: '已修复', internalReply: '换灯' }, unit)
    expect(replied.running.map(({ clock }) => clock)).toEqual(['CONTACT', 'CHECK'])
    expect(taken(replied, called, unit)).toMatchObject({ state: 'REPLIED', running: [{ clock: 'CHECK', unit: null }] })
    expect(taken(replied, { kind: 'close' }, dispatcher).running).toEqual([])
  })

  it('is not owed a second time by a unit that gave its ticket back and has it again', () => {
    const rsj = 'rsj' as UnitCode
    const giveBack: TicketEvent = { kind: 'return', reason: 'U2', note: '三定', suggestedUnit: null }
    const other: Actor = { by: 'person', person: { id: 3, roles: ['CLERK'], unitCode: rsj } }
    const again = (ticket: Ticket) => {
      const steps: [TicketEvent, Actor][] = [
        [giveBack, unit],
        [{ ...toUnit, lead: rsj } as TicketEvent, dispatcher],
        [giveBack, other],
        [toUnit, dispatcher],
      ]
      const last = steps.reduce((one, [event, actor]) => taken(one, event, actor), ticket)
      return last.running.filter(({ clock }) => clock === 'CONTACT')
    }
    expect(again(taken(signed(), called, unit))).toEqual([])
    expect(again(signed())).toEqual([{ clock: 'CONTACT', unit: cgj }])
  })

  it('is not owed to an anonymous citizen, nor where the limits have none', () => {
    expect(signed(true).running).toEqual([progress, handle])
    // The store starts no clock without a limit.
    expect(refused({ ...signed(), running: [progress, handle] }, called)).not.toBeNull()
  })

  it('is made by the unit in charge, after the hand-in and not in the future', () => {
    expect(refused(signed(), called, dispatcher)).not.toBeNull()
    expect(refused(signed(), { ...called, at: noon + 6 * 60_000 })).toBe('联系时间不能晚于现在，请检查。')
    // Handed in a moment before noon, and typed to the minute.
    expect(refused(signed(), { ...called, at: noon - 60_000 })).toBeNull()
    expect(refused(signed(), { ...called, at: noon - 60_001 })).toBe('联系时间不能早于登记时间，请检查。')
    expect(refused(signed(), { ...called, withWhom: ' ' })).toBe('请填写联系对象。')
    expect(refused(signed(), { ...called, note: '\n' })).toBe('请填写联系情况。')
  })

  it('goes from the form to the event, and from the history to words', () => {
    const typed = { ...timesNow('contact', noon + 59_999), way: 'PHONE', withWhom: '来电人', note: '约定明日上门' }
    const body = contact.request.parse(bodyOf('contact', typed, 3))
    expect(body).toMatchObject({ action: 'contact', version: 3 })
    expect(eventOf(body)).toEqual(called)
    const { kind: _, note, ...details } = called as Extract<TicketEvent, { kind: 'contact' }>
    const reader = { nameOf: String, now: noon }
    expect(contact.lines({ reason: null, note, details }, reader).map(({ text }) => text)).toEqual([
      ...['今天 12:00', '电话', '来电人', '约定明日上门'],
    ])
  })
})
