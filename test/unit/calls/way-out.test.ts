import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/calls/machine/call.ts'
import { aCall, anOffer, timings, type World } from './world.ts'

/** What a caller who waits in vain can do, and that the line is left by nothing but their own key. */

const unserved = { type: 'unserved', playback: null } as const
const withheld = { caller: { number: null, raw: null, name: null } }
const hungUp = { type: 'caller-gone', cause: 16 } as const

function said(world: World): string[] {
  return world.effects.flatMap((effect) => (effect.do === 'play' ? effect.prompts : []))
}

function press(world: World, keys: string, afterMs = 10): World {
  for (const digit of keys) world.on({ type: 'digit', digit }, afterMs)
  return world
}

function heard(world: World): World {
  const { stage } = world.call
  const playback = stage.phase === 'waiting' ? stage.announcement : 'playback' in stage ? stage.playback : null
  if (!playback) throw new Error('nothing is being said')
  return world.on({ type: 'playback-finished', playback })
}

const told = (start = {}) => aCall(start).waiting().on(unserved)
/** The keys of the menu count no more. */
const later = timings.keyGraceMs + 1

describe('nobody serves', () => {
  it('is said at once, with two ways out, and the caller stays in the line', () => {
    const world = told()
    expect(world.call.stage.phase).toBe('waiting')
    expect(said(world)).toEqual(['nobody-serves', 'way-out'])
    expect(world.done()).not.toContain('leave-queue')
    expect(heard(world).done()).toEqual(['start-music'])
  })

  it('asks who withholds the number for one', () => {
    expect(said(told(withheld))).toEqual(['nobody-serves', 'way-out-withheld'])
  })

  it('gives the caller to an agent who becomes ready in the middle of these words', () => {
    const world = told().on({ type: 'offered', offer: anOffer() })
    expect(world.call.stage.phase).toBe('offering')
    expect(world.done()).toEqual(['stop-playback', 'start-music', 'pop'])
  })

  it('takes the place of the next announcement when the last agent has left meanwhile', () => {
    const world = aCall().waiting().on({ type: 'timer', timer: 'announce' }, 30_000)
    const [announcement] = world.effects
    if (announcement?.do !== 'announce-position') throw new Error('nothing announced')
    world.on({ type: 'unserved', playback: announcement.playback })
    expect(said(world)).toEqual(['nobody-serves', 'way-out'])
  })

  it('waits for the end of what is being said', () => {
    const world = aCall().talking()
    world.on({ type: 'leg-gone', leg: world.leg(), cause: 44 }).on(unserved)
    expect(world.effects).toEqual([])
    expect(said(heard(world))).toEqual(['nobody-serves', 'way-out'])
  })
})

describe('a long wait', () => {
  it('is told the way out after a minute, once, and again behind each place in the line', () => {
    const world = aCall().waiting()
    expect(world.call.timers['way-out']).toBe((world.call.queuedAt ?? 0) + timings.wayOutAfterMs)
    world.on({ type: 'timer', timer: 'way-out' }, timings.wayOutAfterMs)
    expect(said(world)).toEqual(['way-out-long', 'way-out'])
    expect(world.call.timers['way-out']).toBeUndefined()
    world.on({ type: 'timer', timer: 'announce' })
    expect(world.effects).toEqual([expect.objectContaining({ do: 'announce-position', after: ['way-out'] })])
  })

  it('is counted from the first instant in the line, also by who comes back from an offer', () => {
    const world = aCall().ringing().on({ type: 'timer', timer: 'ring' }, 20_000)
    expect(world.call.timers['way-out']).toBe((world.call.queuedAt ?? 0) + timings.wayOutAfterMs)
  })

  it('knows no keys before they were told', () => {
    const world = press(aCall().waiting(), '1', later)
    expect(world.call.stage.phase).toBe('waiting')
    expect(world.call.keys).toBe('1')
  })
})

describe('key 1', () => {
  it('of a caller with a number is a callback asked for: out of the line, told so, hung up', () => {
    const world = press(told(), '1', later)
    expect(world.done()).toEqual(['stop-playback', 'leave-queue', 'stop-music', 'play'])
    expect(said(world)).toEqual(['callback-registered'])
    expect(world.call.callBackTo).toBe('+8613903551234')
    heard(world)
    expect(world.call.stage).toMatchObject({ phase: 'ending', outcome: 'CALLBACK_ASKED', endedBy: 'SYSTEM' })
  })

  it('of one who hangs up before the goodbye counts all the same', () => {
    expect(press(told(), '1', later).on(hungUp).call.stage).toMatchObject({ outcome: 'CALLBACK_ASKED' })
  })

  it('of a withheld number asks for one, reads it back, and takes it with another 1', () => {
    const world = press(told(withheld), '1', later)
    expect(said(world)).toEqual(['callback-number'])
    press(world, '2123456#')
    expect(world.effects).toEqual([expect.objectContaining({ do: 'read-back', number: '2123456' })])
    press(world, '1')
    expect(world.call.callBackTo).toBe('+863552123456')
    // What was keyed in is not among the keys of the call.
    expect(world.call.keys).toBe('1')
  })

  it.each(['13912345678', '03552123456#', '01065521111#'])('takes %s', (keys) => {
    expect(press(press(told(withheld), '1', later), keys).call.stage).toMatchObject({ step: 'confirm' })
  })

  it.each(['12345#', '110#', '9#', '99999999999999999'])('asks again after %s', (keys) => {
    const world = press(press(told(withheld), '1', later), keys)
    expect(world.call.stage).toMatchObject({ step: 'number', typed: '', tries: 1 })
    expect(said(world)).toEqual(['callback-number-wrong', 'callback-number'])
  })

  it('leads back into the line, to the old place, after three tries', () => {
    const world = told(withheld)
    const { queuedAt } = world.call
    press(world, '1', later)
    for (let tries = 0; tries < 3; tries += 1) press(world, '9#')
    expect(world.call.stage.phase).toBe('waiting')
    expect(said(world)).toEqual(['callback-give-up'])
    expect(world.effects).toContainEqual(expect.objectContaining({ do: 'enqueue', queuedAt }))
    // The keys are known and go on counting.
    expect(press(world, '2').call.stage.phase).toBe('messaging')
  })

  it('is asked for again by the next controller', () => {
    const world = press(press(told(withheld), '1', later), '0355')
    world.on({
      type: 'adopted',
      found: {
        isCallerAlive: true,
        legs: [],
        bridged: null,
        consulting: null,
        isConsultRecorded: false,
        isRecording: false,
      },
    })
    expect(world.call.stage).toMatchObject({ step: 'number', typed: '' })
    expect(said(world)).toEqual(['callback-number'])
  })
})

describe('key 2', () => {
  const recording = (world: World): Extract<Effect, { do: 'record-message' }> => {
    const effect = world.effects.find((one) => one.do === 'record-message')
    if (effect?.do !== 'record-message') throw new Error('not recorded')
    return effect
  }
  const speaking = (start = {}): World => heard(press(told(start), '2', later))

  it('leaves a message: told what to say, recorded, thanked, hung up', () => {
    const world = press(told(), '2', later)
    expect(world.done()).toEqual(['stop-playback', 'leave-queue', 'stop-music', 'play'])
    const { recording: name } = recording(heard(world))
    expect(name).toMatch(/^messages\//)
    world.on({ type: 'recording-ended', recording: name, isKept: true }, 20_000)
    expect(said(world)).toEqual(['message-thanks'])
    heard(world)
    expect(world.call.stage).toMatchObject({ phase: 'ending', outcome: 'LEFT_MESSAGE', endedBy: 'SYSTEM' })
    expect(world.call.message).toBe(name)
  })

  it('is left by who hangs up after some words, and was given up by who hangs up at once', () => {
    expect(speaking().on(hungUp, 4_000).call.stage).toMatchObject({ outcome: 'LEFT_MESSAGE' })
    expect(speaking().on(hungUp, 800).call.stage).toMatchObject({ outcome: 'LEFT_QUEUE' })
    expect(press(told(), '2', later).on(hungUp).call.stage).toMatchObject({ outcome: 'LEFT_QUEUE' })
  })

  it('goes back into the line with 0 before the beep', () => {
    expect(press(press(told(), '2', later), '0').done()).toEqual(['stop-playback', 'start-music', 'enqueue'])
  })

  it('that cannot be recorded becomes a callback, and without a number the line again', () => {
    const full = speaking()
    full.on({ type: 'recording-ended', recording: recording(full).recording, isKept: true }, 20)
    expect(said(full)).toEqual(['message-away', 'callback-registered'])
    expect(full.call.message).toBeUndefined()
    const unknown = speaking(withheld)
    unknown.on({ type: 'failed', effect: recording(unknown), why: 'failed' })
    expect(unknown.call.stage.phase).toBe('waiting')
    expect(said(unknown)).toEqual(['message-away'])
  })

  it('goes on being recorded while one controller dies and the next one comes, or is thanked for', () => {
    const found = {
      isCallerAlive: true,
      legs: [],
      bridged: null,
      consulting: null,
      isConsultRecorded: false,
      isRecording: true,
    }
    expect(speaking().on({ type: 'adopted', found }).effects).toEqual([])
    const over = speaking().on({ type: 'adopted', found: { ...found, isRecording: false } }, 9_000)
    expect(said(over)).toEqual(['message-thanks'])
    expect(over.call.owned.recording).toBeNull()
  })
})

describe('a key of the menu just after the greeting', () => {
  it('still leads there: progress of a ticket, with the line left', () => {
    const world = press(aCall().waiting(), '3', timings.keyGraceMs)
    expect(world.call.stage.phase).toBe('inquiring')
    expect(world.done()).toEqual(['leave-queue', 'stop-music', 'play'])
    expect(world.call.queuedAt).toBeNull()
  })

  it('changes the skill at the old place', () => {
    const world = aCall().waiting()
    const { queuedAt } = world.call
    press(world, '2', 2_000)
    expect(world.effects.filter((effect) => effect.do === 'enqueue')).toEqual([
      expect.objectContaining({ skill: 'enterprise', queuedAt }),
    ])
    expect(world.done()).toEqual(['leave-queue', 'stop-music', 'start-music', 'enqueue'])
  })

  it('takes the call from an agent whose phone rings, without blame, and from none who has answered', () => {
    const world = aCall().ringing()
    const leg = world.leg()
    press(world, '3', 1_000)
    expect(world.call.stage.phase).toBe('inquiring')
    expect(world.effects.slice(0, 2)).toEqual([
      { do: 'withdraw-offer', offer: anOffer() },
      { do: 'hangup', channel: leg, cause: 'normal' },
    ])
    const joining = aCall().ringing()
    joining.on({ type: 'leg-up', leg: joining.leg() })
    expect(press(joining, '3').call.stage.phase).toBe('offering')
  })

  it('counts no more when its time is over', () => {
    expect(press(aCall().waiting(), '3', later).call.stage.phase).toBe('waiting')
  })

  it('gives way to the keys out of the line as soon as these were told', () => {
    expect(press(told(), '2', 100).call.stage.phase).toBe('messaging')
    expect(press(told(), '3', 100).call.stage.phase).toBe('inquiring')
  })
})
