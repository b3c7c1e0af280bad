import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoleName } from '../../../src/people/person.ts'
import type { UnitCode } from '../../../src/platform/types.ts'
import type { TicketType } from '../../../src/tickets/ticket.ts'
import {
  hiddenCallerTitle,
  isCallerHidden,
  mayReveal,
  maySee,
  nameToPropose,
  scrub,
  scrubAll,
} from '../../../src/tickets/view.ts'

const cgj = 'cgj' as UnitCode
const rsj = 'rsj' as UnitCode
const person = (role: RoleName, unitCode: UnitCode | null = null) => ({ id: 1, roles: [role], unitCode })
const matter = (type: TicketType, isConfidential = false, isAnonymous = false) => ({
  type,
  isConfidential,
  isAnonymous,
  leadUnit: cgj,
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

describe('a hidden caller', () => {
  const caller = { name: '张三丰', phone: '+8613912345678', address: '英雄路88号院' }

  it.each([
    ['我叫张三丰，住英雄路88号院', '我叫＊＊＊，住＊＊＊'],
    ['电话13912345678。', '电话＊＊＊。'],
    ['139 1234 5678 或 139-1234-5678', '＊＊＊ 或 ＊＊＊'],
    ['+86 139 1234 5678', '＊＊＊'],
    ['013912345678', '＊＊＊'],
    ['１３９１２３４５６７８', '＊＊＊'],
    ['另一个号码 13912345679', '另一个号码 13912345679'],
  ])('is taken out of a text: %s', (text, expected) => {
    expect(scrub(text, caller)).toBe(expected)
  })

  it('with a landline is taken out with and without its area code', () => {
    const landline = { name: null, phone: '+863555550123', address: null }
    expect(scrub('0355-5550123', landline)).toBe('＊＊＊')
    expect(scrub('3555550123', landline)).toBe('＊＊＊')
    expect(scrub('家里电话5550123', landline)).toBe('家里电话＊＊＊')
  })

  it('of one letter does not hide the matter', () => {
    expect(scrub('路灯不亮', { name: '灯', phone: '12345', address: '路灯' })).toBe('路灯不亮')
  })

  it('is never in what a unit reads, wherever it was written and whatever signs a name has', () => {
    const name = fc.string({ minLength: 2, maxLength: 8, unit: 'grapheme' }).filter((text) => text.trim().length >= 4)
    const phone = fc.stringMatching(/^1[3-9]\d{9}$/)
    const filler = fc.constantFrom('', '请核实', ' ', '🐎', '。')
    fc.assert(
      fc.property(name, phone, filler, filler, (who, number, before, after) => {
        const known = { name: who, phone: `+86${number}`, address: null }
        const written = { note: `${before}${who}${after}`, list: [{ deep: `${after}${number}${before}` }], count: 3 }
        const read = JSON.stringify(scrubAll(written, known))
        expect(read).not.toContain(number)
        expect(scrubAll(written, known).note).not.toContain(who.trim())
        expect(scrubAll(written, known).count).toBe(3)
      }),
    )
  })
})
