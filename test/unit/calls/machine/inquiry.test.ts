import { describe, expect, it } from 'vitest'
import { firstKeyMs, nextKeyMs } from '../../../../src/calls/machine/inquiry.ts'
import type { InquiryAnswer } from '../../../../src/tickets/life/progress.ts'
import { aCall, anOffer, type World } from '../world.ts'

const digits = '20261124000123'
const number = `CZ${digits}`
const found: InquiryAnswer = {
  result: 'FOUND',
  progress: { number, state: 'SIGNED', registeredAt: 1_000_000, dueAt: 2_000_000 },
}

const inquiring = () => aCall().on({ type: 'digit', digit: '3' })

function type(world: World, keys: string): World {
  for (const digit of keys) world.on({ type: 'digit', digit })
  return world
}

function spoken(world: World): World {
  const { stage } = world.call
  if (stage.phase !== 'inquiring' || !stage.playback) throw new Error('nothing is being said')
  return world.on({ type: 'playback-finished', playback: stage.playback })
}

function answer(world: World, answer: InquiryAnswer): World {
  const { stage } = world.call
  if (stage.phase !== 'inquiring' || stage.lookUp === null) throw new Error('nothing is looked up')
  return world.on({ type: 'looked-up', serial: stage.lookUp, answer })
}

const asked = (answered: InquiryAnswer) => answer(type(inquiring(), `${digits}123456`), answered)
const pause = (world: World) => world.on({ type: 'timer', timer: 'key' }, firstKeyMs)
const said = (world: World) => world.effects.flatMap((effect) => (effect.do === 'play' ? effect.prompts : []))
const step = (world: World) => (world.call.stage.phase === 'inquiring' ? world.call.stage.inquiry.step : null)

describe('key 3 of the greeting', () => {
  it('asks for the number, then for the code, looks both up and tells the state', () => {
    const world = inquiring()
    expect(said(world)).toEqual(['inquiry-number'])
    type(spoken(world), `${digits}`)
    expect(said(world)).toEqual(['inquiry-code'])
    type(world, '012345')
    expect(world.effects).toContainEqual(expect.objectContaining({ do: 'look-up', number, code: '012345' }))
    answer(world, found)
    expect(world.effects).toContainEqual(expect.objectContaining({ do: 'tell-progress', progress: found.progress }))
    expect(world.call.inquired).toEqual([{ number, result: 'FOUND' }])
  })

  it('is stopped by the first key, and gives time for the next one', () => {
    const world = type(inquiring(), '2')
    expect(world.done()).toEqual(['stop-playback'])
    expect(world.call.timers).toEqual({ key: world.now + nextKeyMs })
    expect(type(world, '0').done()).toEqual([])
  })

  it('keeps number and code out of the keys that are shown and stored', () => {
    const world = asked({ result: 'NOT_FOUND' })
    expect(world.call.keys).toBe('3')
    expect(JSON.stringify(world.call)).not.toContain('123456')
  })

  it('takes # as the end, also after the last digit, and * as the beginning', () => {
    const world = type(inquiring(), '2026*')
    expect(said(world)).toEqual(['inquiry-number'])
    type(world, `${digits}#`)
    expect(step(world)).toBe('code')
    // Nothing typed yet: it is the number that is to be typed again.
    expect(step(type(world, '*'))).toBe('number')
    expect(step(type(world, `${digits}#12*123456#`))).toBe('looking')
  })

  it('leads to an agent by 0: at once for the number, with # or a pause for a code that may begin so', () => {
    expect(type(inquiring(), '0').call.stage.phase).toBe('waiting')
    expect(type(inquiring(), `${digits}0#`).call.stage.phase).toBe('waiting')
    expect(pause(type(inquiring(), `${digits}0`)).call.stage.phase).toBe('waiting')
    expect(type(asked(found), '0').call.stage.phase).toBe('waiting')
  })

  it('apologises after three tries and leads to the line: not found, too short, nothing pressed', () => {
    const world = asked({ result: 'NOT_FOUND' })
    expect(said(world)).toEqual(['inquiry-not-found', 'inquiry-number'])
    type(world, '2026#')
    expect(said(world)).toEqual(['inquiry-number-short', 'inquiry-number'])
    pause(spoken(world))
    expect(world.call.stage.phase).toBe('waiting')
    expect(said(world)).toEqual(['inquiry-give-up'])
    expect(world.done()).toContain('enqueue')
  })

  it('tells no more to whoever asked too often', () => {
    const world = asked({ result: 'LOCKED' })
    expect(world.call.stage.phase).toBe('waiting')
    expect(said(world)).toEqual(['inquiry-locked'])
  })

  it('leads to the line when the store is away, and takes no notice of an answer that comes too late', () => {
    const world = type(inquiring(), `${digits}123456`)
    const lookUp = world.effects.find((effect) => effect.do === 'look-up')
    if (!lookUp) throw new Error('nothing looked up')
    world.on({ type: 'failed', effect: lookUp, why: 'timeout' })
    expect(said(world)).toEqual(['inquiry-away'])
    const before = world.call
    expect(world.on({ type: 'looked-up', serial: lookUp.serial, answer: found }).call).toBe(before)
  })

  it('after the answer takes another one, tells it again, or says goodbye', () => {
    expect(step(type(asked(found), '1'))).toBe('number')
    expect(type(asked(found), '*').done()).toEqual(['stop-playback', 'tell-progress'])
    const world = pause(spoken(asked(found)))
    expect(said(world)).toEqual(['goodbye'])
    spoken(world)
    expect(world.done()).toContain('hangup')
    expect(world.call.stage).toMatchObject({ phase: 'ending', outcome: 'SELF_SERVED', endedBy: 'SYSTEM' })
  })

  it('ends as served by itself only when a state was told and no agent asked for', () => {
    const hungUp = { type: 'caller-gone', cause: 16 } as const
    expect(inquiring().on(hungUp).call.stage).toMatchObject({ outcome: 'LEFT_BEFORE_QUEUE' })
    expect(asked(found).on(hungUp).call.stage).toMatchObject({ outcome: 'SELF_SERVED' })
    expect(type(asked(found), '0').on(hungUp).call.stage).toMatchObject({ outcome: 'LEFT_QUEUE' })
  })

  it('that has led to the line lets an agent who is free cut the apology short', () => {
    const world = asked({ result: 'LOCKED' }).on({ type: 'offered', offer: anOffer() })
    expect(world.done()).toEqual(['stop-playback', 'start-music', 'pop'])
  })
})

describe('a controller that takes an inquiry over', () => {
  const found = {
    isCallerAlive: true,
    legs: [],
    bridged: null,
    consulting: null,
    isConsultRecorded: false,
    isRecording: false,
  }

  it('asks the same question again, and starts with what is typed', () => {
    const world = type(inquiring(), `${digits}12`).on({ type: 'adopted', found })
    expect(said(world)).toEqual(['inquiry-code'])
    expect(step(type(world, '123456'))).toBe('looking')
  })

  it('looks up again what was being looked up', () => {
    const world = type(inquiring(), `${digits}123456`)
    const before = world.effects
    world.on({ type: 'adopted', found })
    expect(world.done()).toEqual(['look-up'])
    expect(world.effects).not.toEqual(before)
  })

  it('clears it away when the caller is gone', () => {
    const world = inquiring().on({ type: 'adopted', found: { ...found, isCallerAlive: false } })
    expect(world.call.stage.phase).toBe('ended')
    expect(world.call.timers).toEqual({})
  })
})
