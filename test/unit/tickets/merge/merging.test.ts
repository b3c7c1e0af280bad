import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoleName } from '../../../../src/people/person.ts'
import type { CategoryCode, TicketId, UnitCode } from '../../../../src/platform/types.ts'
import { type Actor, advance, leadOf, type Ticket, type TicketEvent } from '../../../../src/tickets/life/ticket.ts'
import { likenessOf, scoreOf, threshold } from '../../../../src/tickets/merge/likeness.ts'
import { barToFollow, leavesFollowers, mayLead } from '../../../../src/tickets/merge/merging.ts'
import { draftOf, type NewTicket } from '../../../../src/tickets/records/rows.ts'

/** Several tickets that are merged and taken apart in any order, as the store does it: rule by rule. */

const cgj = 'cgj' as UnitCode
const by = (role: RoleName, unitCode: UnitCode | null = null): Actor => ({
  by: 'person',
  person: { id: 1, roles: [role], unitCode },
})
const machine: Actor = { by: 'system' }
const matter: NewTicket = {
  ...{ type: 'HELP', urgency: 'P3', categoryCode: '030401' as CategoryCode, needsReply: true, title: '', wish: '' },
  ...{ isConfidential: false, isAnonymous: false, content: '没有暖气', occurredAt: null, countyCode: null },
  ...{ township: null, place: '', longitude: null, latitude: null, isCrossCity: false, accused: null },
  ...{ accusedUnit: null, tags: [], channel: 'PHONE', lineId: null, upstreamNumber: null, upstreamDueAt: null },
  ...{ caller: { name: null, phone: null, address: null }, callNumbers: [], isAtHome: false, suggestedUnit: null },
  ...{ suggestedReason: null, callIds: [], draftId: null },
}
const ids = ['A', 'B', 'C'].map((letter) => `01JD${letter.repeat(22)}` as TicketId)

/** The tickets of one hotline, with what its store guards between them. */
class Hotline {
  readonly tickets = new Map<TicketId, Ticket>()
  constructor() {
    for (const id of ids) this.tickets.set(id, draftOf(matter, 0, id))
  }

  of(id: TicketId): Ticket {
    const ticket = this.tickets.get(id)
    if (!ticket) throw new Error('a caller is lost')
    return ticket
  }

  followers(id: TicketId): TicketId[] {
    return ids.filter((one) => this.of(one).mergedInto === id)
  }

  act(id: TicketId, event: TicketEvent, actor: Actor): boolean {
    const ticket = this.of(id)
    if (leavesFollowers(event.kind) && this.followers(id).length > 0) return false
    if ((event.kind === 'merge' || event.kind === 'join') && barToFollow(ticket, this.of(event.into)) !== null)
      return false
    const step = advance(ticket, event, actor, 0)
    if (!step.ok) return false
    this.tickets.set(id, step.ticket)
    const { state, publicReply } = step.ticket
    const isAnswered = state !== ticket.state && (state === 'CLOSED' || state === 'DIRECT_CLOSED')
    if (!isAnswered || step.ticket.mergedInto !== null) return true
    for (const follower of this.followers(id)) {
      const followed = this.act(follower, { kind: 'follow', publicReply: publicReply ?? '', lead: 'CZ1' }, machine)
      expect(followed, 'each caller is answered with the lead').toBe(true)
    }
    return true
  }
}

const dispatcher = by('DISPATCHER')
const clerk = by('CLERK', cgj)
const some = fc.constantFrom(...ids)
/** The way to the end, round again, and the merges; what ends a ticket otherwise is rarer, else few come far. */
const event: fc.Arbitrary<[TicketEvent, Actor]> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom<[TicketEvent, Actor][]>(
      [{ kind: 'register' }, by('AGENT')],
      [{ kind: 'dispatch', lead: cgj, coUnits: [], ruleKey: null, reason: '职责', returnBy: null }, dispatcher],
      [{ kind: 'sign' }, clerk],
      [{ kind: 'reply', publicReply: '已恢复供暖', internalReply: '换泵' }, clerk],
      [{ kind: 'close' }, dispatcher],
      [{ kind: 'redo', reason: 'UNTRUE', note: '又停了' }, dispatcher],
    ),
  },
  {
    weight: 1,
    arbitrary: some.map((into): [TicketEvent, Actor] => [{ kind: 'merge', into, lead: 'CZ1' }, dispatcher]),
  },
  {
    weight: 1,
    arbitrary: some.map((into): [TicketEvent, Actor] => [{ kind: 'join', into, lead: 'CZ1' }, by('AGENT')]),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<[TicketEvent, Actor][]>(
      [{ kind: 'unmerge', note: '另一处' }, dispatcher],
      [{ kind: 'reopen', note: '新照片', lead: null }, dispatcher],
      [{ kind: 'province-answer', publicReply: '省里已修复' }, dispatcher],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<[TicketEvent, Actor][]>(
      [{ kind: 'escalate', note: '省里的管网' }, dispatcher],
      ...Array.from({ length: 5 }, (): [TicketEvent, Actor] => [{ kind: 'unmerge', note: '另一处' }, dispatcher]),
      [{ kind: 'void', reason: 'MISTAKE', note: '误登' }, dispatcher],
    ),
  },
)

it('no order of merge, unmerge, redo, reopen and close loses a caller, leaves one unanswered or makes a circle', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(fc.tuple(some, event), { maxLength: 200, size: 'max' }), (steps) => {
      const hotline = new Hotline()
      for (const [id, [next, actor]] of steps) {
        if (hotline.act(id, next, actor)) seen.add(next.kind)
        holds(hotline)
      }
    }),
    { numRuns: 600 },
  )
  expect([...seen].sort()).toEqual(
    [
      ...['close', 'dispatch', 'escalate', 'join', 'merge', 'province-answer', 'redo', 'register', 'reopen', 'reply'],
      ...['sign', 'unmerge', 'void'],
    ].sort(),
  )
})

function holds(hotline: Hotline): void {
  expect(hotline.tickets.size).toBe(ids.length)
  for (const id of ids) {
    const ticket = hotline.of(id)
    const { state, mergedInto, closeKind, publicReply } = ticket
    if (state === 'CLOSED') expect(publicReply?.trim()).toBeTruthy()
    expect(state === 'MERGED' || closeKind === 'MERGED').toBe(mergedInto !== null)
    if (mergedInto === null) continue
    const lead = hotline.of(mergedInto)
    // Neither a circle nor a chain, and nobody waits for what has ended.
    expect(lead.mergedInto).toBeNull()
    expect(hotline.followers(id)).toEqual([])
    expect(leadOf(ticket)).toBeNull()
    expect(ticket.running).toEqual([])
    if (state === 'MERGED') expect(mayLead(lead), lead.state).toBe(true)
  }
}

describe('a follower', () => {
  const ticket = { ...draftOf(matter, 0, ids[0]), state: 'REGISTERED' as const }
  const lead = { ...draftOf(matter, 0, ids[1]), state: 'SIGNED' as const }

  it('follows an open ticket that follows none', () => {
    expect(barToFollow(ticket, lead)).toBeNull()
    expect(barToFollow(ticket, { ...lead, state: 'AT_PROVINCE' })).toBeNull()
    for (const bad of [
      { ...lead, id: ticket.id },
      { ...lead, state: 'CLOSED' as const },
      { ...lead, state: 'MERGED' as const, mergedInto: ticket.id },
    ]) {
      expect(barToFollow(ticket, bad)?.code).toBe('ticket.merge-barred')
    }
  })

  it('that is a report is shown to no unit by its lead', () => {
    const report = { ...ticket, type: 'REPORT' as const, accusedUnit: cgj }
    expect(barToFollow(report, lead)?.code).toBe('ticket.merge-barred')
    expect(barToFollow(report, { ...lead, type: 'REPORT', accusedUnit: null })?.code).toBe('ticket.merge-barred')
    expect(barToFollow(report, { ...lead, type: 'REPORT', accusedUnit: cgj })).toBeNull()
  })
})

describe('the score of a duplicate', () => {
  const described = (change: object = {}) => ({
    ...{ categoryCode: '030401' as CategoryCode, countyCode: null, place: '', longitude: null, latitude: null },
    ...{ text: '', at: 0, ...change },
  })

  it('says in words what it is made of', () => {
    const here = described({ place: '惠丰小区3号楼', text: '三号楼暖气不热' })
    expect(scoreOf(here, described({ place: '惠丰小区', text: '小区暖气不热' }), false)).toEqual({
      points: 72,
      reasons: ['同一地点', '同一事项', '内容相似 60%', '3 天内'],
    })
    const classed = { categoryCode: '030499', at: 9 * 86_400_000 }
    expect(scoreOf(here, described({ ...classed, text: '三号楼暖气不热' }), true)).toEqual({
      points: 65,
      reasons: ['同一来电人', '相近事项', '内容相似 100%'],
    })
    // The same caller about another thing.
    expect(scoreOf(here, described({ ...classed, place: here.place }), true).points).toBe(0)
  })

  it('needs the caller or the place beside the matter', () => {
    const old = { at: -9 * 86_400_000 }
    expect(scoreOf(described(), described(old), true).points).toBeGreaterThanOrEqual(threshold)
    const place = { place: '惠丰小区' }
    expect(scoreOf(described(place), described({ ...place, ...old }), false).points).toBeGreaterThanOrEqual(threshold)
    const text = { text: '三号楼暖气不热' }
    expect(scoreOf(described(text), described(text), false).points).toBeLessThan(threshold)
  })

  it('is the same from either side, and never more than all', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(likenessOf(one, other)).toBe(likenessOf(other, one))
        expect(likenessOf(one, other)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
