import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHiddenFrom, isOwnCallOfTheHour, ownCallMs } from '../../../../src/calls/records/secrecy.ts'
import { type RoleName, roleNames } from '../../../../src/people/person.ts'

const person = (id: number, ...roles: RoleName[]) => ({ id, roles })
const now = 1_795_441_200_000

describe('the caller of a call', () => {
  it('is hidden from nobody as long as no hidden ticket is tied to it', () => {
    fc.assert(
      fc.property(fc.subarray([...roleNames]), fc.nat(3), fc.array(fc.nat(3)), (roles, id, agentIds) => {
        expect(isHiddenFrom(person(id, ...roles), { agentIds, endedAt: 0, isSecret: false }, false, now)).toBe(false)
      }),
    )
  })

  it('of a hidden ticket is known to director and auditor, and to the agents who spoke, for an hour', () => {
    const call = { agentIds: [7], endedAt: now - ownCallMs + 1, isSecret: false }
    for (const role of roleNames) {
      const knows = role === 'DIRECTOR' || role === 'AUDITOR'
      expect(isHiddenFrom(person(1, role), call, true, now), role).toBe(!knows)
      expect(isHiddenFrom(person(7, role), call, true, now), role).toBe(false)
      expect(isHiddenFrom(person(7, role), call, true, now + 1), role).toBe(!knows)
    }
  })

  it('of a call that was placed unseen is hidden from its agent at once, tied already or not', () => {
    for (const endedAt of [null, now - 1, now - 2 * ownCallMs])
      for (const isTied of [true, false])
        for (const role of roleNames) {
          const knows = role === 'DIRECTOR' || role === 'AUDITOR'
          expect(isHiddenFrom(person(7, role), { agentIds: [7], endedAt, isSecret: true }, isTied, now), role).toBe(
            !knows,
          )
        }
  })

  it('belongs to its agent as long as the call lives', () => {
    expect(isOwnCallOfTheHour(person(7), { agentIds: [6, 7], endedAt: null, isSecret: false }, now)).toBe(true)
    expect(isOwnCallOfTheHour(person(8), { agentIds: [6, 7], endedAt: null, isSecret: false }, now)).toBe(false)
  })
})
