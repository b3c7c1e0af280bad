import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../../src/calls/machine/call.ts'
import { aCall, anOffer, type World } from '../world.ts'

describe('the greeting', () => {
  it('leads to the line with no key pressed', () => {
    const world = aCall().waiting()
    expect(world.call.stage.phase).toBe('waiting')
    expect(world.effects).toContainEqual({ do: 'enqueue', skill: 'general', priority: 5, queuedAt: world.now })
  })

  it('is cut short by key 2, which leads to the enterprise desk', () => {
    const world = aCall().on({ type: 'digit', digit: '2' })
    expect(world.call.skill).toBe('enterprise')
    expect(world.call.keys).toBe('2')
    expect(world.done()).toEqual(['stop-playback', 'start-music', 'enqueue'])
  })

  it('is heard again by key 9', () => {
    const world = aCall().on({ type: 'digit', digit: '9' })
    expect(world.call.stage.phase).toBe('greeting')
    expect(world.done()).toEqual(['stop-playback', 'play'])
  })

  it('goes on when a key means nothing', () => {
    const world = aCall().on({ type: 'digit', digit: '7' })
    expect(world.call.stage.phase).toBe('greeting')
    expect(world.call.keys).toBe('7')
    expect(world.effects).toEqual([])
  })

  it('does not hold up a caller when its file is missing', () => {
    const world = aCall()
    const [play] = world.effects
    if (!play) throw new Error('nothing played')
    world.on({ type: 'failed', effect: play, why: 'failed' })
    expect(world.call.stage.phase).toBe('waiting')
  })

  it('that never reports its end gives way to the line by an alarm', () => {
    expect(aCall().on({ type: 'timer', timer: 'greeting' }, 30_000).call.stage.phase).toBe('waiting')
  })
})

describe('an offer', () => {
  it('shows the caller on the desk before the phone rings', () => {
    const world = aCall().offered()
    expect(world.done()).toEqual(['pop'])
    world.on({ type: 'pop-shown', offerId: anOffer().id })
    expect(world.done()).toContain('originate')
  })

  it('rings all the same when the desk does not answer in time', () => {
    expect(aCall().offered().on({ type: 'timer', timer: 'pop' }, 400).done()).toContain('originate')
  })

  it('not answered puts the agent to not ready and the call back at its old place', () => {
    const world = aCall().ringing()
    const queuedAt = world.call.queuedAt
    world.on({ type: 'timer', timer: 'ring' }, 20_000)
    expect(world.call.stage.phase).toBe('waiting')
    expect(world.effects).toContainEqual({ do: 'reject-offer', offer: anOffer(), reason: 'ring-missed' })
    expect(world.effects).toContainEqual(expect.objectContaining({ do: 'enqueue', queuedAt }))
    expect(world.done()).toContain('hangup')
  })

  it('to a phone that is not there is the phone’s fault', () => {
    const world = aCall().ringing()
    world.on({ type: 'leg-gone', leg: world.leg(), cause: 20 })
    expect(world.effects).toContainEqual({ do: 'reject-offer', offer: anOffer(), reason: 'phone-failed' })
  })

  it('lost while the agent picks up leaves the caller in line and the agent’s leg cleared', () => {
    const world = aCall().ringing()
    world.on({ type: 'leg-up', leg: world.leg() }).on({ type: 'offer-lost', offerId: anOffer().id })
    expect(world.call.stage.phase).toBe('waiting')
    expect(world.done()).toEqual(expect.arrayContaining(['hangup', 'enqueue']))
  })

  it('is accepted all the same when the queue’s store is away: two people are on the line', () => {
    const world = aCall().ringing()
    world.on({ type: 'leg-up', leg: world.leg() })
    const [accept] = world.effects
    if (!accept) throw new Error('nothing asked')
    expect(world.on({ type: 'failed', effect: accept, why: 'failed' }).call.stage.phase).toBe('talking')
  })

  it('that reaches a call which has just ended frees its agent', () => {
    const world = aCall().waiting().on({ type: 'caller-gone', cause: 16 })
    expect(world.on({ type: 'offered', offer: anOffer() }).done()).toEqual(['leave-queue'])
  })
})

describe('a talk', () => {
  it('is recorded from its first word on, joined, and the agent named', () => {
    const world = aCall().talking()
    expect(world.done()).toEqual(['stop-music', 'record', 'join', 'announce-agent'])
    expect(world.call.agent?.number).toBe('1001')
  })

  it('is recorded all the same when Asterisk did not do it at first', () => {
    const world = aCall().talking()
    const [first, join] = [effect(world, 'record'), effect(world, 'join')]
    world.on({ type: 'failed', effect: first, why: 'timeout' })
    expect(world.done()).toEqual([])
    world.on({ type: 'timer', timer: 'record' })
    expect(world.done()).toEqual(['record'])
    expect(effect(world, 'record').recording).not.toBe(first.recording)
    world.on({ type: 'failed', effect: effect(world, 'record'), why: 'gone' })
    world.on({ type: 'failed', effect: join, why: 'gone' })
    world.on({ type: 'timer', timer: 'join' })
    expect(world.done()).toEqual(['create-bridge', 'record', 'join'])
    expect(world.on({ type: 'timer', timer: 'record' }).done()).toEqual([])
  })

  it('whose recording Asterisk gives up is recorded on', () => {
    const world = aCall().talking()
    const { recording } = effect(world, 'record')
    world.on({ type: 'recording-ended', recording, isKept: false })
    expect(world.done()).toEqual([])
    world.on({ type: 'timer', timer: 'record' })
    const next = effect(world, 'record').recording
    expect(next).not.toBe(recording)
    expect(world.on({ type: 'recording-ended', recording, isKept: false }).call.owned.recording).toBe(next)
  })

  it('that cannot be recorded is tried ever more seldom, also by the next controller', () => {
    const world = aCall().talking()
    const pauses: number[] = []
    for (let tries = 0; tries < 6; tries += 1) {
      world.on({ type: 'failed', effect: effect(world, 'record'), why: 'failed' })
      // As the next controller reads it.
      world.call = JSON.parse(JSON.stringify(world.call))
      pauses.push((world.call.timers.record ?? 0) - world.now)
      world.on({ type: 'timer', timer: 'record' })
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })

  it('ends for both when the agent hangs up', () => {
    const world = aCall().talking().on({ type: 'command', command: 'hangup', agentId: anOffer().agentId })
    expect(world.done()).toEqual(['finish-agent', 'stop-recording', 'hangup', 'hangup'])
    expect(world.call.stage).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
  })

  it('takes no command from another agent', () => {
    const world = aCall()
      .talking()
      .on({ type: 'command', command: 'hangup', agentId: anOffer('1002').agentId })
    expect(world.call.stage.phase).toBe('talking')
  })

  it('gives music to a caller on hold and brings him back', () => {
    const world = aCall().talking().on({ type: 'command', command: 'hold', agentId: anOffer().agentId })
    expect(world.done()).toEqual(['leave-bridge', 'start-music', 'mark-hold'])
    world.on({ type: 'command', command: 'resume', agentId: anOffer().agentId })
    expect(world.done()).toEqual(['stop-music', 'join', 'mark-hold'])
    expect(world.call.segments.map((one) => one.kind)).toEqual([
      'GREETING',
      'WAITING',
      'OFFER',
      'TALKING',
      'HOLD',
      'TALKING',
    ])
  })

  it('survives a reload of the agent’s page: the new phone joins, then the old leg goes', () => {
    const world = aCall().talking()
    const old = world.leg()
    world.on({ type: 'rejoin', agentId: anOffer().agentId, endpoint: 'b-new' })
    const originate = world.effects.find((effect) => effect.do === 'originate')
    if (originate?.do !== 'originate') throw new Error('not rung')
    world.on({ type: 'leg-up', leg: originate.leg })
    expect(world.effects).toEqual([
      { do: 'join', bridge: `${world.call.id}.bridge`, channels: [originate.leg] },
      { do: 'hangup', channel: old, cause: 'normal' },
    ])
    expect(world.on({ type: 'leg-gone', leg: old, cause: 16 }).call.stage.phase).toBe('talking')
  })

  it('whose agent vanishes without a hang-up puts the caller at the head of the line, with a word', () => {
    const world = aCall().talking()
    world.on({ type: 'leg-gone', leg: world.leg(), cause: 44 })
    expect(world.call.stage.phase).toBe('waiting')
    expect(world.call.priority).toBe(0)
    expect(world.effects).toContainEqual(expect.objectContaining({ do: 'finish-agent', isPhoneLost: true }))
    expect(world.effects).toContainEqual(expect.objectContaining({ do: 'play', prompts: ['agent-lost'] }))
  })
})

describe('a caller who hangs up', () => {
  it.each([
    ['in the greeting', () => aCall(), 'LEFT_BEFORE_QUEUE'],
    ['in the line', () => aCall().waiting(), 'LEFT_QUEUE'],
    ['at the offer', () => aCall().offered(), 'LEFT_AT_OFFER'],
    ['while the agent’s phone rings', () => aCall().ringing(), 'LEFT_AT_OFFER'],
    ['in the talk', () => aCall().talking(), 'ANSWERED'],
  ])('%s leaves nothing behind', (_, at, outcome) => {
    const world = at().on({ type: 'caller-gone', cause: 16 })
    for (const leg of world.call.owned.legs) world.on({ type: 'leg-gone', leg, cause: 16 })
    if (world.call.owned.recording) {
      world.on({ type: 'recording-ended', recording: world.call.owned.recording, isKept: true })
    }
    expect(world.call.stage).toEqual({ phase: 'ended', outcome, endedBy: 'CALLER' })
    expect(world.call.owned).toEqual({ caller: false, legs: [], bridge: null, recording: null })
    expect(world.call.timers).toEqual({})
    expect(world.call.segments.every((segment) => segment.endedAt !== null)).toBe(true)
  })
})

describe('a controller that takes a call over', () => {
  const everything = (world: ReturnType<typeof aCall>) => ({
    isCallerAlive: true,
    legs: world.call.owned.legs.map((id) => ({ id, isUp: true, isDown: false })),
    bridged: [world.call.channel, ...world.call.owned.legs],
    consulting: null,
    isConsultRecorded: false,
    isRecording: true,
  })

  it('greets again', () => {
    const world = aCall()
    expect(world.on({ type: 'adopted', found: everything(world) }).done()).toEqual(['stop-playback', 'play'])
  })

  it('keeps the place in the line', () => {
    const world = aCall().waiting()
    const queuedAt = world.call.queuedAt
    world.on({ type: 'adopted', found: everything(world) })
    expect(world.effects).toContainEqual(expect.objectContaining({ do: 'enqueue', queuedAt }))
  })

  it('shows the caller on the desk again', () => {
    const world = aCall().offered()
    expect(world.on({ type: 'adopted', found: everything(world) }).done()).toEqual(['pop'])
  })

  it('joins an agent who picked up meanwhile', () => {
    const world = aCall().ringing()
    expect(world.on({ type: 'adopted', found: everything(world) }).done()).toEqual(['create-bridge', 'accept-offer'])
  })

  it('does not blame the agent for a ring that was lost with the old one', () => {
    const world = aCall().ringing()
    world.on({ type: 'adopted', found: { ...everything(world), legs: [] } })
    expect(world.done()).toEqual(['withdraw-offer', 'start-music', 'enqueue'])
  })

  it('leaves a talk alone', () => {
    const world = aCall().talking()
    expect(world.on({ type: 'adopted', found: everything(world) }).effects).toEqual([])
  })

  it('ends the record of a caller who left meanwhile', () => {
    const world = aCall()
      .waiting()
      .on({
        type: 'adopted',
        found: {
          isCallerAlive: false,
          legs: [],
          bridged: null,
          consulting: null,
          isConsultRecorded: false,
          isRecording: false,
        },
      })
    expect(world.call.stage).toEqual({ phase: 'ended', outcome: 'LEFT_QUEUE', endedBy: 'CALLER' })
  })
})

function effect<Done extends Effect['do']>({ effects }: World, wanted: Done): Extract<Effect, { do: Done }> {
  const found = effects.find((one) => one.do === wanted)
  if (!found) throw new Error(`not asked: ${wanted}`)
  return found as Extract<Effect, { do: Done }>
}
