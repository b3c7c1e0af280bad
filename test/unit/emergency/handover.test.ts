import { describe, expect, it } from 'vitest'
import type { CallEvent } from '../../../src/calls/machine/call.ts'
import type { PartyTarget } from '../../../src/calls/machine/party.ts'
import { handoversOf, handoverWords, hasEmergency } from '../../../src/emergency/handover.ts'
import { factsOf, nothingTyped, packetOf } from '../../../src/emergency/packet.ts'
import type { AgentId, ChannelId } from '../../../src/platform/types.ts'
import { aCall, anOffer, type World } from '../calls/world.ts'

const a = anOffer().agentId
const fire: PartyTarget = {
  ...{ kind: 'outside', number: '119', name: '消防救援', endpoint: '119@trunk-carrier', isEmergency: true },
}
const id = '01JD000000000000000000FARE'
const call119: CallEvent = { type: 'add-party', party: id, to: fire, mode: 'three-way', agentId: a }
const legOf = ({ call }: World) => call.parties.find((party) => party.id === id)?.channel as ChannelId
const one = ({ call }: World) => handoversOf(call)[0]

describe('the proof of a hand-over', () => {
  it('has when the key was pressed, when it was dialled, picked up, and when the agent left', () => {
    const world = aCall().talking().on(call119)
    const askedAt = world.now
    expect(one(world)).toMatchObject({ service: '119', agentId: a, askedAt, dialledAt: null, pickedUpAt: null })
    world.on({ type: 'leg-dialled', leg: legOf(world) }, 20)
    world.on({ type: 'leg-up', leg: legOf(world) }, 4_000)
    expect(one(world)).toMatchObject({ dialledAt: askedAt + 20, pickedUpAt: askedAt + 4_020, agentLeftAt: null })
    world.on({ type: 'command', command: 'leave', agentId: a }, 60_000)
    const leftAt = world.now
    expect(one(world)).toMatchObject({ agentLeftAt: leftAt, endedAt: null, result: null })
    world.on({ type: 'leg-gone', leg: legOf(world), cause: 16 }, 30_000)
    expect(one(world)).toMatchObject({ agentLeftAt: leftAt, endedAt: world.now, result: 'SYSTEM_ENDED' })
  })

  it('tells that it was not reached, and why', () => {
    const world = aCall().talking().on(call119)
    world.on({ type: 'leg-gone', leg: legOf(world), cause: 17 })
    expect(one(world)).toMatchObject({ pickedUpAt: null, endedAt: world.now, result: 'BUSY' })
    const told = one(world)
    expect(told && handoverWords({ ...told, askedAt: Date.UTC(2026, 10, 30, 6, 5, 1) })).toBe(
      '14:05:01 呼叫119消防救援，对方占线',
    )
  })

  it('goes on when the caller has hung up: the agent tells the service of them', () => {
    const world = aCall().talking().on(call119)
    world.on({ type: 'caller-gone', cause: 16 }).on({ type: 'leg-up', leg: legOf(world) }, 3_000)
    expect(one(world)).toMatchObject({ pickedUpAt: world.now, agentLeftAt: null })
    world.on({ type: 'command', command: 'hangup', agentId: a }, 9_000)
    expect(one(world)).toMatchObject({ agentLeftAt: world.now, endedAt: world.now })
  })

  it('is of emergencies only', () => {
    const power: PartyTarget = { kind: 'outside', number: '95598', name: '供电', endpoint: '95598@trunk-carrier' }
    const world = aCall().talking().on({ type: 'add-party', party: id, to: power, mode: 'three-way', agentId: a })
    expect(hasEmergency(world.call)).toBe(false)
    expect(handoversOf(world.call)).toEqual([])
    expect(factsOf(world.call.parties[2] as never, world.call)).toBeNull()
  })

  it('is told in words for the ticket', () => {
    const at = Date.UTC(2026, 10, 30, 6, 5, 1)
    const told = {
      service: '120',
      name: '急救',
      askedAt: at,
      pickedUpAt: at + 8_000,
      agentLeftAt: at + 90_000,
      result: null,
    }
    expect(handoverWords(told)).toBe('14:05:01 呼叫120急救，14:05:09 对方接听，14:06:31 话务员退出')
  })
})

describe('the packet', () => {
  const party = (world: World) => world.call.parties.find((each) => each.id === id)
  function facts(start: Parameters<typeof aCall>[0] = {}) {
    const world = aCall(start).talking().on(call119)
    const known = factsOf(party(world) as never, world.call)
    if (!known) throw new Error('no emergency')
    return known
  }

  it('tells who called since when, what and where, and where to call them, under the id of the party', () => {
    const typed = { ...nothingTyped, summary: '三楼冒浓烟', place: '英雄中路 12 号', phone: '13800138000' }
    const packet = packetOf(facts(), typed, '140400', 5_000)
    expect(packet).toMatchObject({ msg_id: id, type: 'CALL_CONTEXT', from: '140400', to: '140400', seq: 1 })
    expect(packet.body).toMatchObject({
      ...{ emergency: '119', caller: { number: '+8613903551234', is_withheld: false }, agent: '1001' },
      ...{ summary: '三楼冒浓烟', place: '英雄中路 12 号', since: new Date(1_000_000).toISOString() },
      callback: '13800138000',
    })
  })

  it('names a caller who is hidden or withholds the number, and asks to keep them so', () => {
    const caller = { number: '+8613903551234', raw: '13903551234', name: null, isWithheld: true }
    const withheld = packetOf(facts({ caller }), nothingTyped, '140400', 5_000).body
    const hidden = packetOf(facts(), { ...nothingTyped, isCallerHidden: true }, '140400', 5_000).body
    for (const body of [withheld, hidden]) {
      expect(body).toMatchObject({
        caller: { number: '+8613903551234', is_withheld: true },
        callback: '+8613903551234',
      })
    }
  })

  it('has the agent who pressed the key, also after another one has become answerable', () => {
    const world = aCall().talking().on(call119)
    const other = world.call.parties.map((each) =>
      each.id === id ? { ...each, asked: { ...each.asked, by: '77' as AgentId } } : each,
    )
    expect(factsOf(other[2] as never, { ...world.call, parties: other as never })?.agentNumber).toBe('1001')
  })
})
