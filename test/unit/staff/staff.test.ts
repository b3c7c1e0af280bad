import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RoleName, roleNames } from '../../../src/people/person.ts'
import type { UnitCode } from '../../../src/platform/types.ts'
import { needsNewLogIn, refusalOfChange, staffFaults } from '../../../src/staff/staff.ts'

const agent = {
  roles: ['AGENT'] as RoleName[],
  unitCode: null,
  agentNumber: '1001',
  skills: [{ skill: 'general', level: 1 }],
}
const fields = (facts: Parameters<typeof staffFaults>[0]) => staffFaults(facts).map(({ field }) => field)

test('a person is whole with what their roles need', () => {
  expect(staffFaults(agent)).toEqual([])
  expect(staffFaults({ ...agent, roles: ['CLERK'], unitCode: 'rsj' as UnitCode, agentNumber: null })).toEqual([])
  expect(fields({ ...agent, agentNumber: null })).toEqual(['agentNumber'])
  expect(fields({ ...agent, skills: [] })).toEqual(['skills'])
  expect(fields({ ...agent, roles: ['WORKSTATION'] })).toEqual(['unitCode'])
  expect(fields({ ...agent, unitCode: 'rsj' as UnitCode })).toEqual(['unitCode'])
  expect(fields({ ...agent, roles: [] })).toContain('roles')
})

test('who administers does not audit, and who works in a unit does not work in the centre', () => {
  expect(fields({ ...agent, roles: ['ADMIN', 'AUDITOR'] })).toEqual(['roles'])
  const alone = { roles: ['ADMIN'] as RoleName[], unitCode: null, agentNumber: null, skills: [] }
  expect(staffFaults(alone)).toEqual([])
  expect(fields({ ...agent, roles: ['CLERK', 'DISPATCHER'], unitCode: 'rsj' as UnitCode })).toEqual(['roles'])
})

test.each(roleNames.filter((role) => role !== 'ADMIN'))('who administers is not also %s', (role) => {
  expect(fields({ ...agent, roles: ['ADMIN', role] })).toContain('roles')
})

test('nobody locks themselves out, and one administrator always remains', () => {
  const admin = { id: 1, roles: ['ADMIN'] as RoleName[], isActive: true }
  expect(refusalOfChange(1, admin, { roles: ['ADMIN'], isActive: false }, 3)).toBe('person.own-lock')
  expect(refusalOfChange(1, admin, { roles: ['AGENT'], isActive: true }, 3)).toBe('person.own-role')
  expect(refusalOfChange(1, admin, { roles: ['AGENT'], isActive: true }, 0)).toBe('person.last-admin')
  expect(refusalOfChange(2, admin, { roles: ['ADMIN'], isActive: false }, 0)).toBe('person.last-admin')
  expect(refusalOfChange(2, admin, { roles: ['ADMIN'], isActive: false }, 1)).toBeNull()
  expect(refusalOfChange(1, admin, { roles: ['ADMIN'], isActive: true }, 0)).toBeNull()
})

test('nobody gives themselves another role', () => {
  const admin = { id: 1, roles: ['ADMIN'] as RoleName[], isActive: true }
  expect(refusalOfChange(1, admin, { roles: ['ADMIN', 'DIRECTOR'], isActive: true }, 3)).toBe('person.own-role')
  const both = { ...admin, roles: ['ADMIN', 'QUALITY'] as RoleName[] }
  expect(refusalOfChange(1, both, { roles: ['QUALITY', 'ADMIN'], isActive: true }, 3)).toBeNull()
  expect(refusalOfChange(1, both, { roles: ['ADMIN', 'LEADER'], isActive: true }, 3)).toBe('person.own-role')
  expect(refusalOfChange(2, both, { roles: ['ADMIN'], isActive: true }, 3)).toBeNull()
})

test('whatever administrators do to each other, one who may log in is left', () => {
  const roles = fc.subarray<RoleName>([...roleNames])
  const change = fc.record({ actor: fc.nat(2), target: fc.nat(2), roles, isActive: fc.boolean() })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const people = [0, 1, 2].map((id) => ({ id, roles: ['ADMIN'] as RoleName[], isActive: true }))
      const isAdmin = (one: { roles: RoleName[]; isActive: boolean }) => one.isActive && one.roles.includes('ADMIN')
      for (const { actor, target, ...next } of changes) {
        const [by, whom] = [people[actor], people[target]]
        if (!by || !whom || !isAdmin(by)) continue
        const others = people.filter((one) => one !== whom && isAdmin(one)).length
        if (refusalOfChange(by.id, whom, next, others) === null) Object.assign(whom, next)
      }
      expect(people.some(isAdmin)).toBe(true)
    }),
  )
})

test('a log-in begins anew when its telephone would be another one', () => {
  expect(needsNewLogIn(agent, { ...agent, roles: ['AGENT', 'SUPERVISOR'] })).toBe(false)
  expect(needsNewLogIn(agent, { ...agent, roles: ['SUPERVISOR'] })).toBe(true)
  expect(needsNewLogIn(agent, { ...agent, agentNumber: '1002' })).toBe(true)
  expect(needsNewLogIn({ roles: ['CLERK'], agentNumber: null }, { roles: ['QUALITY'], agentNumber: null })).toBe(false)
})
