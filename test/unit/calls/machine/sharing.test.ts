import { describe, expect, it } from 'vitest'
import type { CallAction, CallEvent, PartyResult } from '../../../../src/calls/machine/call.ts'
import { soundOf } from '../../../../src/calls/machine/mix.ts'
import { answerableOf, type PartyMode, type PartyTarget, pendingOf } from '../../../../src/calls/machine/party.ts'
import { refusalFor } from '../../../../src/calls/machine/permits.ts'
import type { AgentId, ChannelId, OfferId, SkillId } from '../../../../src/platform/types.ts'
import { aCall, anOffer, type World } from '../world.ts'

const a = anOffer().agentId
const police: PartyTarget = { kind: 'outside', number: '110', name: '公安报警', endpoint: '110@trunk-carrier' }
const ambulance: PartyTarget = {
  ...police,
  number: '120',
  name: '急救',
  endpoint: '120@trunk-carrier',
  isEmergency: true,
}
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

describe('a caller who hangs up', () => {
  const callerGone: CallEvent = { type: 'caller-gone', cause: 16 }

  it('in a consult leaves the two agents talking until one of them goes', () => {
    const world = reached(colleague, 'consult').on(callerGone)
    expect(roles(world)).toEqual(['AGENT UP', 'CONSULTED UP'])
    expect(soundOf(world.call)).toMatchObject({
      music: [],
      mixes: [{ channels: [] }, { channels: [world.leg(), legOf(world)] }],
    })
    expect(world.done()).toEqual([])
    const leftAt = world.now
    world.on({ type: 'leg-gone', leg: legOf(world), cause: 16 }, 5_000)
    expect(world.call).toMatchObject({
      ...{ stage: { phase: 'ending', outcome: 'ANSWERED', endedBy: 'CALLER' }, endedAt: leftAt, hangupCause: 16 },
    })
    expect(world.call.segments.map(({ kind, result }) => `${kind} ${result}`)).toContain('HOLD CALLER_LEFT')
  })

  it('while the agent is back with them brings the agent to the one who waits', () => {
    const world = reached(colleague, 'consult').on(act('swap')).on(callerGone)
    expect(soundOf(world.call).mixes[1]?.channels).toEqual([world.leg(), legOf(world)])
    expect(world.done()).toEqual(['stop-music', 'join'])
  })

  it('in a three-way leaves the others, who bring in nobody and are hung up by either', () => {
    const world = reached(police, 'three-way').on(callerGone)
    expect(roles(world)).toEqual(['AGENT UP', 'PARTNER UP'])
    const wish = add(colleague, 'consult') as Extract<CallEvent, { type: 'add-party' }>
    expect(refusalFor(world.call, wish)).toBe('call.caller-left')
    expect(refusalFor(world.call, { type: 'command', command: 'hold', agentId: a })).toBe('call.caller-left')
    world.on(act('leave'))
    expect(world.call.stage).toMatchObject({ phase: 'ending', endedBy: 'CALLER' })
  })

  it('while a colleague rings ends the call: there is nobody to talk with', () => {
    const world = aCall().talking().on(add(colleague, 'consult')).on(reserved).on(callerGone)
    expect(world.call.stage).toMatchObject({ phase: 'ending', endedBy: 'CALLER' })
  })

  it('while an emergency rings does not stop it, and the agent can tell of them', () => {
    const world = aCall().talking().on(add(ambulance, 'three-way')).on(callerGone)
    expect(roles(world)).toEqual(['AGENT UP', 'PARTNER RINGING'])
    world.on({ type: 'leg-up', leg: legOf(world) })
    expect(soundOf(world.call).mixes[0]?.channels).toEqual([world.leg(), legOf(world)])
  })

  it('is noticed by the next controller, who leaves the others together', () => {
    const world = reached(colleague, 'consult')
    const legs = [world.leg(), legOf(world)]
    const found = {
      ...{ isCallerAlive: false, legs: legs.map((id) => ({ id, isUp: true, isDown: false })) },
      ...{ bridged: [], consulting: legs, isRecording: false, isConsultRecorded: true },
    }
    world.on({ type: 'adopted', found })
    expect(roles(world)).toEqual(['AGENT UP', 'CONSULTED UP'])
    expect(world.done()).not.toContain('hangup')
  })
})

describe('a controller that dies before a leg is dialled', () => {
  const found = (world: World, leg: object[]) => ({
    ...{ isCallerAlive: true, legs: [{ id: world.leg(), isUp: true, isDown: false }, ...leg] as never },
    ...{ bridged: [world.call.channel, world.leg()], consulting: null, isRecording: true, isConsultRecorded: false },
  })

  it('is followed by one that drops it and rings the same party on another leg', () => {
    const world = aCall().talking().on(add(police, 'three-way'))
    const first = legOf(world)
    world.on({ type: 'adopted', found: found(world, [{ id: first, isUp: false, isDown: true }]) })
    expect(legOf(world)).not.toBe(first)
    expect(world.effects).toContainEqual({ do: 'hangup', channel: first, cause: 'normal' })
    expect(world.effects).toContainEqual(
      expect.objectContaining({
        do: 'dial',
        party: expect.objectContaining({ channel: legOf(world), step: 'RINGING' }),
      }),
    )
    expect(world.call.timers.reach).toBeDefined()
  })

  it('rings a party of whom there is no leg at all', () => {
    const world = aCall().talking().on(add(colleague, 'consult')).on(reserved)
    world.on({ type: 'adopted', found: found(world, []) })
    expect(world.done()).toContain('dial')
    expect(world.done()).not.toContain('reserve-agent')
  })

  it('rings nobody twice who was dialled', () => {
    const world = aCall().talking().on(add(police, 'three-way'))
    world.on({ type: 'leg-dialled', leg: legOf(world) })
    world.on({ type: 'adopted', found: found(world, [{ id: legOf(world), isUp: false, isDown: true }]) })
    expect(world.done()).not.toContain('dial')
  })
})

describe('a consult that could not be recorded', () => {
  it('is recorded a moment later under another name, as long as it lasts', () => {
    const world = reached(police, 'consult')
    const record = world.effects.find((effect) => effect.do === 'record')
    if (!record) throw new Error('not recorded')
    world.on({ type: 'failed', effect: record, why: 'failed' })
    expect(world.call.timers['consult-record']).toBe(world.now + 2_000)
    world.on({ type: 'timer', timer: 'consult-record' })
    expect(world.effects).toEqual([
      expect.objectContaining({ do: 'record', recording: expect.stringMatching(/\.consult$/) }),
    ])
    expect(world.effects).not.toContainEqual(record)
    const name = world.call.owned.consultRecording
    if (!name) throw new Error('no name')
    world.on({ type: 'recording-ended', recording: name, isKept: false }).on(act('join'))
    expect(world.call.timers['consult-record']).toBeUndefined()
  })
})

describe('an emergency that rings', () => {
  it('is not left before it has answered', () => {
    const world = reached(colleague, 'three-way')
    const call: CallEvent = { type: 'add-party', party: 'fourth', to: ambulance, mode: 'three-way', agentId: a }
    world.on(call)
    expect(refusalFor(world.call, { type: 'command', command: 'leave', agentId: a })).toBe('call.emergency-rings')
    const leg = world.call.parties.find(({ id }) => id === 'fourth')?.channel
    world.on({ type: 'leg-up', leg: leg as ChannelId })
    expect(refusalFor(world.call, { type: 'command', command: 'leave', agentId: a })).toBeNull()
  })
})
