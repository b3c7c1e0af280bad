import { describe, expect, it } from 'vitest'
import type { Call } from '../../../../src/calls/machine/call.ts'
import { isWorthKeeping } from '../../../../src/calls/machine/keeping.ts'
import { type OldCall, readStoredCall, storedCall } from '../../../../src/calls/machine/stored.ts'
import { aCall, anOffer, type World } from '../world.ts'

/** As the version before parties kept the same call. */
function old({ parties: _, ...call }: Call, stage: OldCall['stage']): string {
  return JSON.stringify({ ...call, stage })
}

const offer = anOffer()
const hold = { type: 'command', command: 'hold', agentId: offer.agentId } as const

describe('a call that an earlier version kept', () => {
  it.each<[string, () => World, (world: World) => OldCall['stage']]>([
    [
      'whose agent’s phone rings',
      () => aCall().ringing(),
      (world) => ({ phase: 'offering', step: 'ringing', offer, leg: world.leg() }),
    ],
    [
      'whose agent has picked up',
      () => {
        const world = aCall().ringing()
        return world.on({ type: 'leg-up', leg: world.leg() })
      },
      (world) => ({ phase: 'offering', step: 'joining', offer, leg: world.leg() }),
    ],
    [
      'in a talk',
      () => aCall().talking(),
      (world) => ({ phase: 'talking', agent: offer, leg: world.leg(), isOnHold: false, joinTries: 0, rejoin: null }),
    ],
    [
      'on hold',
      () => aCall().talking().on(hold),
      (world) => ({ phase: 'talking', agent: offer, leg: world.leg(), isOnHold: true, joinTries: 0, rejoin: null }),
    ],
    [
      'whose agent’s page comes back',
      () => aCall().talking().on({ type: 'rejoin', agentId: offer.agentId, endpoint: 'b-new' }),
      (world) => {
        const rejoin = { leg: world.call.owned.legs.at(-1) ?? world.leg(), endpoint: 'b-new' }
        return { phase: 'talking', agent: offer, leg: world.leg(), isOnHold: false, joinTries: 0, rejoin }
      },
    ],
  ])('%s is the same call in this one', (_, at, stageOf) => {
    const world = at()
    expect(readStoredCall(old(world.call, stageOf(world)))).toEqual(world.call)
  })

  it.each([['greeting'], ['waiting'], ['ended']])('%s has the parties that it would have today', (phase) => {
    const world = phase === 'greeting' ? aCall() : aCall().waiting()
    if (phase === 'ended') world.on({ type: 'caller-gone', cause: 16 })
    const { parties: _, ...call } = world.call
    expect(storedCall(call as OldCall)).toEqual(world.call)
  })

  it('that was only shown to the agent is rung by this one', () => {
    const { call } = aCall().offered()
    // No leg had a name before it rang.
    const before = { ...call, serial: call.serial - 1 }
    const read = readStoredCall(old(before, { phase: 'offering', step: 'popping', offer, leg: null }))
    expect(read).toEqual(call)
  })

  it('of this version is read as it is', () => {
    const { call } = aCall().talking()
    expect(readStoredCall(JSON.stringify(call))).toEqual(call)
  })
})

describe('what is kept', () => {
  it('of a call with an agent is its arrival, the line, the offer, the talk and its end: six states', () => {
    const world = aCall()
    let kept = 1
    const on = (event: Parameters<World['on']>[0]) => {
      const before = world.call
      world.on(event)
      if (world.call !== before && isWorthKeeping(before, world.call)) kept += 1
    }
    if (world.call.stage.phase === 'greeting') on({ type: 'playback-finished', playback: world.call.stage.playback })
    on({ type: 'offered', offer })
    on({ type: 'pop-shown', offerId: offer.id })
    const leg = world.leg()
    on({ type: 'leg-up', leg })
    on({ type: 'offer-accepted', offerId: offer.id })
    const { recording } = world.call.owned
    if (!recording) throw new Error('not recorded')
    on({ type: 'command', command: 'hangup', agentId: offer.agentId })
    on({ type: 'recording-ended', recording, isKept: true })
    on({ type: 'leg-gone', leg, cause: 16 })
    on({ type: 'caller-gone', cause: 16 })
    expect(world.call.stage.phase).toBe('ended')
    expect(kept).toBe(6)
  })

  it('is a key that the caller presses while a phone rings', () => {
    const world = aCall().ringing()
    const before = world.call
    expect(isWorthKeeping(before, world.on({ type: 'digit', digit: '5' }).call)).toBe(true)
  })

  it.each([[hold], [{ type: 'rejoin', agentId: offer.agentId, endpoint: 'b-new' } as const]])(
    'is all that changes in a talk: %o',
    (event) => {
      const world = aCall().talking()
      const before = world.call
      expect(isWorthKeeping(before, world.on(event).call)).toBe(true)
    },
  )

  it('is the next offer', () => {
    const before = aCall().ringing().call
    const again = aCall().ringing(anOffer('1002')).call
    expect(isWorthKeeping(before, again)).toBe(true)
  })
})
