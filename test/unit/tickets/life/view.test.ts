import { describe, expect, it } from 'vitest'
import type { RoleName } from '../../../../src/people/person.ts'
import type { UnitCode } from '../../../../src/platform/types.ts'
import type { TicketType } from '../../../../src/tickets/life/ticket.ts'
import {
  hiddenCallerTitle,
  isCallerHidden,
  mayReveal,
  maySee,
  nameToPropose,
} from '../../../../src/tickets/life/view.ts'

const cgj = 'cgj' as UnitCode
const rsj = 'rsj' as UnitCode
const person = (role: RoleName, unitCode: UnitCode | null = null) => ({ id: 1, roles: [role], unitCode })
const matter = (type: TicketType, isConfidential = false, isAnonymous = false) => ({
  type,
  isConfidential,
  isAnonymous,
  tasks: [{ unit: cgj, role: 'LEAD' as const, step: 'SENT' as const }],
})

describe('who sees a ticket', () => {
  it('is the hotline, and the units that take part', () => {
    expect(maySee(person('AGENT'), [])).toBe(true)
    expect(maySee(person('CLERK', cgj), [cgj, rsj])).toBe(true)
    expect(maySee(person('WORKSTATION', rsj), [cgj])).toBe(false)
    expect(maySee(person('CLERK'), [cgj])).toBe(false)
    expect(maySee(person('ADMIN', cgj), [])).toBe(false)
  })

  it('knows the caller by request only, a hidden one as director or auditor only', () => {
    const ordinary = matter('HELP')
    const may = (role: RoleName, ticket = ordinary, unitCode: UnitCode | null = null) =>
      mayReveal(person(role, unitCode), ticket)
    expect([may('AGENT'), may('CLERK', ordinary, cgj), may('CLERK', ordinary, rsj), may('QUALITY')]).toEqual([
      true,
      true,
      false,
      false,
    ])
    for (const hidden of [matter('HELP', true), matter('REPORT'), matter('CONSULT', false, true)]) {
      expect(isCallerHidden(hidden)).toBe(true)
      const roles: RoleName[] = ['AGENT', 'SUPERVISOR', 'DISPATCHER', 'CALLBACK', 'CLERK', 'WORKSTATION', 'ADMIN']
      expect(roles.filter((role) => may(role, hidden, cgj))).toEqual([])
      expect(may('DIRECTOR', hidden) && may('AUDITOR', hidden)).toBe(true)
    }
  })
})

describe('a caller who is not named', () => {
  it('is anonymous or confidential, each by its own word', () => {
    expect(hiddenCallerTitle(matter('HELP', true))).toBe('来电人信息保密')
    expect(hiddenCallerTitle(matter('REPORT'))).toBe('举报人信息保密')
    // Nobody keeps secret what nobody knows.
    expect(hiddenCallerTitle(matter('HELP', true, true))).toBe('匿名，未登记来电人')
    expect(hiddenCallerTitle(matter('REPORT', false, true))).toBe('匿名，未登记来电人')
  })
})

describe('a number that calls again', () => {
  const ticket = (name: string | null, isConfidential = false) => ({ ...matter('HELP', isConfidential), name })

  it('is proposed the name of its newest ticket that has one', () => {
    expect(nameToPropose([ticket(null), ticket('张三丰'), ticket('李四')])).toBe('张三丰')
    expect(nameToPropose([ticket(null)])).toBeNull()
    expect(nameToPropose([])).toBeNull()
  })

  it('is not named by an older ticket when a newer one hides the caller', () => {
    expect(nameToPropose([ticket('张三丰', true), ticket('张三丰')])).toBeNull()
    expect(nameToPropose([ticket('张三丰'), ticket('李四', true)])).toBe('张三丰')
  })
})
