import { describe, expect, it } from 'vitest'
import type { CallAction, CallEvent, PartyResult } from '../../../../src/calls/machine/call.ts'
import { soundOf } from '../../../../src/calls/machine/mix.ts'
import { answerableOf, type PartyMode, type PartyTarget, pendingOf } from '../../../../src/calls/machine/party.ts'
import { refusalFor } from '../../../../src/calls/machine/permits.ts'
import type { AgentId, ChannelId, OfferId, SkillId } from '../../../../src/platform/types.ts'
import { aCall, anOffer, type World } from '../world.ts'

const a = anOffer().agentId
const police: PartyTarget = { kind: 'outside', number: '110', name: '公安报警', endpoint: '110@trunk-carrier' }
const colleague: PartyTarget = { kind: 'agent', number: '1002' }

const add = (to: PartyTarget, mode: PartyMode, agentId = a): CallEvent => ({
  ...{ type: 'add-party', party: 'third', to, mode, agentId },
})
const act = (command: CallAction, agentId: AgentId = a): CallEvent => ({ type: 'command', command, agentId })
const reserved: CallEvent = { type: 'party-reserved', offer: { ...anOffer('1002'), id: 'third' as OfferId } }
const legOf = (world: World): ChannelId => world.call.parties.find(({ id }) => id === 'third')?.channel as ChannelId
const roles = ({ call }: World) => call.parties.map(({ role, step }) => `${role} ${step}`)

function reached(to: PartyTarget, mode: PartyMode): World {
  const world = aCall().talking().on(add(to, mode))
  if (to.kind === 'agent') world.on(reserved)
  return world.on({ type: 'leg-up', leg: legOf(world) })
}

describe('a consult', () => {
  it('moves the agent before the phone rings, and the caller hears music alone in the recorded bridge', () => {
    const world = aCall().talking().on(add(police, 'consult'))
    expect(world.done()).toEqual(['create-bridge', 'join', 'start-music', 'dial'])
    expect(soundOf(world.call).music).toEqual([world.call.channel])
    expect(soundOf(world.call).mixes[0]?.channels).toEqual([world.call.channel])
  })

  it('reserves a colleague first, and rings only when the queue has', () => {
    const world = aCall().talking().on(add(colleague, 'consult'))
    expect(world.done()).toContain('reserve-agent')
    expect(world.done()).not.toContain('dial')
    expect(world.on(reserved).done()).toEqual(['dial'])
  })

  it('is recorded apart as soon as they talk', () => {
    const world = reached(police, 'consult')
    expect(world.effects).toContainEqual(
      expect.objectContaining({ do: 'record', recording: expect.stringMatching(/\.consult$/) }),
    )
  })

  it('completed with a colleague hands the call on: before the agent is finished the floor knows whose it is', () => {
    const world = reached(colleague, 'consult').on(act('complete'))
    expect(answerableOf(world.call)?.agent.agentNumber).toBe('1002')
    expect(world.call.agent).toEqual({ id: '1002', number: '1002' })
    const done = world.done()
    expect(done.indexOf('take-part')).toBeLessThan(done.indexOf('finish-agent'))
    expect(done.indexOf('join')).toBeLessThan(done.indexOf('hangup'))
  })

  it('completed with somebody outside goes on with nobody answerable, and with the agent in the record', () => {
    const world = reached(police, 'consult').on(act('complete'))
    expect(roles(world)).toEqual(['CALLER UP', 'PARTNER UP'])
    expect(world.call).toMatchObject({ stage: { phase: 'talking' }, agent: { number: '1001' } })
    world.on({ type: 'leg-gone', leg: legOf(world), cause: 16 })
    expect(world.call.stage).toMatchObject({ phase: 'ending', outcome: 'ANSWERED', endedBy: 'SYSTEM' })
  })
})

describe('a target', () => {
  it.each<[number, PartyResult]>([
    [17, 'BUSY'],
    [21, 'DECLINED'],
    [19, 'NO_ANSWER'],
    [1, 'NO_SUCH_NUMBER'],
    [34, 'CONGESTED'],
    [127, 'UNREACHABLE'],
  ])('that ends with cause %i is back with the caller as %s', (cause, result) => {
    const world = aCall().talking().on(add(police, 'consult'))
    world.on({ type: 'leg-gone', leg: legOf(world), cause })
    expect(world.call.lastResult).toMatchObject({ name: '公安报警', result })
    expect(soundOf(world.call)).toMatchObject({ music: [] })
    expect(world.call.parties).toHaveLength(2)
    expect(world.done()).toContain('stop-ringing')
  })

  it('that is silent for 25 s is hung up', () => {
    const world = aCall().talking().on(add(police, 'three-way'))
    expect(world.call.timers.reach).toBe(world.now + 25_000)
    world.on({ type: 'timer', timer: 'reach' })
    expect(world.effects).toContainEqual({ do: 'hangup', channel: expect.any(String), cause: 'normal' })
    expect(world.call.lastResult?.result).toBe('NO_ANSWER')
  })

  it('that is reserved after it was cancelled is set free', () => {
    const world = aCall().talking().on(add(colleague, 'consult')).on(act('cancel'))
    expect(world.on(reserved).done()).toEqual(['release-agent'])
  })

  it('of a blind transfer that fails puts the caller at the head of the line, with music and the agent preferred', () => {
    const world = aCall().talking().on(add(police, 'blind'))
    expect(world.done()).toEqual(['start-music', 'finish-agent', 'hangup', 'dial'])
    world.on({ type: 'leg-gone', leg: legOf(world), cause: 17 })
    expect(world.call).toMatchObject({ stage: { phase: 'waiting' }, priority: 0, lastAgent: a })
    expect(world.done()).toContain('start-music')
  })

  it('of a blind transfer hears the caller, though the talk before it had not been joined yet', () => {
    const world = aCall().talking()
    const join = world.effects.find((effect) => effect.do === 'join')
    if (!join) throw new Error('not joined')
    world.on(add(police, 'blind')).on({ type: 'failed', effect: join, why: 'gone' })
    world.on({ type: 'timer', timer: 'join' })
    expect(world.effects).toContainEqual(
      expect.objectContaining({ do: 'join', channels: [world.call.channel, legOf(world)] }),
    )
  })

  it('that is a skill takes the call at once, at its old place', () => {
    const world = aCall().talking()
    const { queuedAt } = world.call
    world.on(add({ kind: 'skill', skill: 'enterprise' as SkillId }, 'blind'))
    expect(world.effects).toContainEqual({ do: 'enqueue', skill: 'enterprise', priority: 5, queuedAt })
  })
})

describe('the agent who is answerable', () => {
  it('leaves a three-way to a colleague, whose call it is', () => {
    const world = reached(colleague, 'three-way').on(act('leave'))
    expect(answerableOf(world.call)?.agent.agentNumber).toBe('1002')
  })

  it('whose phone dies in a three-way with a colleague is followed by that one', () => {
    const world = reached(colleague, 'three-way')
    world.on({ type: 'leg-gone', leg: world.leg(), cause: 44 })
    expect(answerableOf(world.call)?.agent.agentNumber).toBe('1002')
    expect(world.effects).toContainEqual({ do: 'finish-agent', agentId: a, isPhoneLost: true })
  })

  it('who hangs the phone up on a consult has not handed the call on: first in line, the other is out', () => {
    const world = reached(police, 'consult')
    world.on({ type: 'leg-gone', leg: world.leg(), cause: 16 })
    expect(world.call).toMatchObject({ stage: { phase: 'waiting' }, priority: 0 })
    expect(world.done().filter((done) => done === 'hangup')).toHaveLength(1)
    expect(world.done()).toContain('destroy-bridge')
  })

  it('alone may bring in, swap and drop; a third agent may go and mute themselves', () => {
    const { call } = reached(colleague, 'three-way')
    const second = '1002' as AgentId
    expect(refusalFor(call, act('leave', second) as never)).toBeNull()
    expect(refusalFor(call, { type: 'change-party', agentId: second, party: 'third', isMuted: true })).toBeNull()
    expect(refusalFor(call, add(police, 'consult', second) as never)).toBe('call.not-answerable')
    expect(refusalFor(call, { type: 'drop-party', agentId: second, party: 'caller' })).toBe('call.not-answerable')
    expect(refusalFor(call, act('hold', '1009' as AgentId) as never)).toBe('call.not-yours')
  })

  it('calls one at a time, and six in all', () => {
    const world = aCall().talking()
    for (const party of ['p', 'q', 'r', 's']) {
      world.on({ type: 'add-party', agentId: a, party, to: police, mode: 'three-way' })
      expect(refusalFor(world.call, add(police, 'three-way') as never)).toBe('call.party-pending')
      world.on({ type: 'leg-up', leg: pendingOf(world.call)?.channel as ChannelId })
    }
    expect(refusalFor(world.call, add(police, 'three-way') as never)).toBe('call.too-many-parties')
  })

  describe('calls an emergency', () => {
    const ambulance: PartyTarget = { ...police, number: '120', name: '急救', isEmergency: true }
    const emergency: CallEvent = {
      ...{ type: 'add-party', party: 'help', to: ambulance, mode: 'three-way' },
      agentId: a,
    }
    const isRung = (world: World) =>
      world.effects.some((effect) => effect.do === 'dial' && effect.party.id === 'help') &&
      world.call.parties.map(({ id }) => id).includes('help')

    it.each<[string, World]>([
      ['while a colleague is asked for', aCall().talking().on(add(colleague, 'consult'))],
      ['while somebody rings', aCall().talking().on(add(police, 'three-way'))],
      ['in a consult', reached(colleague, 'consult')],
      ['in a consult, with the caller', reached(police, 'consult').on(act('swap'))],
    ])('%s: who was asked makes room', (_when, world) => {
      expect(refusalFor(world.call, emergency as never)).toBeNull()
      expect(isRung(world.on(emergency))).toBe(true)
      expect(roles(world)).toEqual(['CALLER UP', 'AGENT UP', 'PARTNER RINGING'])
      expect(soundOf(world.call).music).toEqual([])
    })

    it('with six in the call: nobody has to go', () => {
      const world = aCall().talking()
      for (const party of ['p', 'q', 'r', 's']) {
        world.on({ type: 'add-party', agentId: a, party, to: police, mode: 'three-way' })
        world.on({ type: 'leg-up', leg: pendingOf(world.call)?.channel as ChannelId })
      }
      expect(isRung(world.on(emergency))).toBe(true)
      expect(world.call.parties).toHaveLength(7)
    })

    it('once: a key pressed twice does not drop the one that rings', () => {
      const world = aCall().talking().on(emergency)
      expect(refusalFor(world.call, { ...emergency, party: 'again' } as never)).toBe('call.party-pending')
    })
  })

  it('sends keys to one party alone', () => {
    const world = reached(police, 'three-way')
    world.on({ type: 'send-digits', agentId: a, party: 'third', digits: '12#' })
    expect(world.effects).toEqual([{ do: 'send-digits', channel: legOf(world), digits: '12#' }])
  })
})
