import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Call, CallEvent, Effect, Stage } from '../../../../src/calls/machine/call.ts'
import { isWorthKeeping } from '../../../../src/calls/machine/keeping.ts'
import { legsOf } from '../../../../src/calls/machine/mix.ts'
import { answerableOf, isCallerOnHold } from '../../../../src/calls/machine/party.ts'
import { storedCall } from '../../../../src/calls/machine/stored.ts'
import type { ChannelId, RecordingName } from '../../../../src/platform/types.ts'
import type { InquiryAnswer } from '../../../../src/tickets/life/progress.ts'
import { type Dice, random } from '../dice.ts'
import { aCall, anOffer, type World } from '../world.ts'

/**
 * Whatever happens in whatever order (hang-ups, failing and late requests, a controller's death), a call ends with
 * nothing left and one outcome. Asterisk is played by a small model that keeps what lives.
 */
interface Platform {
  channels: Set<ChannelId>
  /** Legs that have answered. */
  up: Set<ChannelId>
  /** Who is in the bridge; null while there is none. */
  bridge: Set<ChannelId> | null
  music: Set<ChannelId>
  recording: string | null
  /** Offers that the queue holds for the call: at most one. */
  reserved: Set<string>
  isWaiting: boolean
  /** Agents whom the queue counts as talking. */
  talking: Set<string>
  /** Asked for and not done yet: one after the other, while the call goes on. */
  todo: Effect[]
  /** What the stores have of the call. */
  kept: string
}

function aPlatform(world: World): Platform {
  return {
    channels: new Set([world.call.channel]),
    up: new Set(),
    bridge: null,
    music: new Set(),
    recording: null,
    reserved: new Set(),
    isWaiting: false,
    talking: new Set(),
    todo: [...world.effects],
    kept: JSON.stringify(world.call),
  }
}

/** Asked after however short a talk. */
const surveyRules = { scale: 3, minTalkMs: 0 } as const

const withheld = { caller: { number: null, raw: null, name: null } }

function carryOut(world: World, platform: Platform, effect: Effect, dice: Dice): CallEvent[] {
  if (effect.do !== 'ignore' && dice() < 0.08) {
    const why = dice() < 0.5 ? 'timeout' : 'failed'
    return [{ type: 'failed', effect, why }]
  }
  switch (effect.do) {
    case 'originate':
      if (dice() < 0.2) return [{ type: 'failed', effect, why: 'refused' }]
      platform.channels.add(effect.leg)
      return []
    case 'hangup':
      if (!leaves(platform, effect.channel)) return [{ type: 'failed', effect, why: 'gone' }]
      return [
        effect.channel === world.call.channel
          ? { type: 'caller-gone', cause: 16 }
          : { type: 'leg-gone', leg: effect.channel, cause: 16 },
      ]
    case 'create-bridge':
      platform.bridge ??= new Set()
      return []
    case 'destroy-bridge':
      platform.bridge = null
      return []
    case 'join':
      if (!platform.bridge || !effect.channels.every((channel) => platform.channels.has(channel))) {
        return [{ type: 'failed', effect, why: 'gone' }]
      }
      for (const channel of effect.channels) platform.bridge.add(channel)
      return []
    case 'leave-bridge':
      platform.bridge?.delete(effect.channel)
      return []
    case 'start-music':
      platform.music.add(effect.channel)
      return []
    case 'stop-music':
      platform.music.delete(effect.channel)
      return []
    case 'record':
      platform.recording = effect.recording
      return []
    case 'record-message':
      if (!platform.channels.has(effect.channel)) return [{ type: 'failed', effect, why: 'gone' }]
      platform.recording = effect.recording
      return []
    case 'stop-recording':
      if (platform.recording !== effect.recording) return [{ type: 'failed', effect, why: 'gone' }]
      platform.recording = null
      return [{ type: 'recording-ended', recording: effect.recording, isKept: true }]
    case 'enqueue':
      platform.isWaiting = platform.reserved.size === 0
      return []
    case 'leave-queue':
      platform.isWaiting = false
      platform.reserved.clear()
      platform.talking.clear()
      return []
    case 'reject-offer':
    case 'withdraw-offer':
      platform.reserved.delete(effect.offer.id)
      return []
    case 'accept-offer':
      if (!platform.reserved.delete(effect.offer.id)) return [{ type: 'offer-lost', offerId: effect.offer.id }]
      platform.talking.add(effect.offer.agentId)
      return [{ type: 'offer-accepted', offerId: effect.offer.id }]
    case 'look-up':
      return lookedUp(effect, dice)
    case 'finish-agent':
      platform.talking.delete(effect.agentId)
      return []
    default:
      return []
  }
}

/** @returns false when it was gone already */
function leaves(platform: Platform, channel: ChannelId): boolean {
  platform.bridge?.delete(channel)
  platform.music.delete(channel)
  return platform.channels.delete(channel)
}

/** The answer, one to another question, or none. */
function lookedUp({ serial, number }: Extract<Effect, { do: 'look-up' }>, dice: Dice): CallEvent[] {
  const roll = dice()
  if (roll < 0.1) return []
  const progress = { number, state: 'SIGNED', registeredAt: 1, dueAt: null } as const
  const answers: InquiryAnswer[] = [{ result: 'FOUND', progress }, { result: 'NOT_FOUND' }, { result: 'LOCKED' }]
  const answer = answers[Math.floor(dice() * 3)] ?? { result: 'LOCKED' }
  return [{ type: 'looked-up', serial: roll < 0.2 ? serial - 1 : serial, answer }]
}

/** Keys of a caller who mostly types what is asked for. */
function typed({ inquiry, playback }: Extract<Stage, { phase: 'inquiring' }>, dice: Dice): CallEvent[] {
  const roll = dice()
  if (roll < 0.25 && playback) return [{ type: 'playback-finished', playback }]
  const keys = roll < 0.5 ? anyKey(dice) : inquiry.step === 'number' ? '20261124000123' : '123456'
  return [...keys].map((digit) => ({ type: 'digit', digit }))
}

/** Keys of a caller who wants to be called back, and now and then hears the end of what is said. */
function keyed({ step, playback }: Extract<Stage, { phase: 'arranging' }>, dice: Dice): CallEvent[] {
  if (dice() < 0.25 && playback) return [{ type: 'playback-finished', playback }]
  const keys = dice() < 0.3 ? anyKey(dice) : step === 'number' ? '03552123456#' : '1'
  return [...keys].map((digit) => ({ type: 'digit', digit }))
}

/** The message goes on, or ends by itself or because it cannot be kept. */
function spoken({ playback }: Extract<Stage, { phase: 'messaging' }>, platform: Platform, dice: Dice): CallEvent[] {
  if (playback) return [{ type: 'playback-finished', playback }]
  const { recording } = platform
  if (recording === null || dice() < 0.3) return []
  platform.recording = null
  return [{ type: 'recording-ended', recording: recording as RecordingName, isKept: dice() < 0.8 }]
}

function anyKey(dice: Dice): string {
  return '0123456789*#'.charAt(Math.floor(dice() * 12))
}

function somethingHappens(world: World, platform: Platform, dice: Dice): CallEvent[] {
  const { call } = world
  const roll = dice()
  const offer = anOffer(String(1 + Math.floor(dice() * 5)))
  if (roll < 0.08 && leaves(platform, call.channel)) {
    // With its channel a message ends, without a word or with one.
    if (call.stage.phase !== 'messaging') return [{ type: 'caller-gone', cause: 16 }]
    const { recording } = platform
    platform.recording = null
    const ended = { type: 'recording-ended', recording: recording as RecordingName, isKept: true } as const
    return [{ type: 'caller-gone', cause: 16 }, ...(recording !== null && dice() < 0.5 ? [ended] : [])]
  }
  if (roll < 0.14) {
    const leg = [...platform.channels].find((channel) => channel !== call.channel)
    if (leg && leaves(platform, leg)) return [{ type: 'leg-gone', leg, cause: dice() < 0.5 ? 16 : 44 }]
  }
  if (roll < 0.3) return [{ type: 'digit', digit: dice() < 0.3 ? '3' : anyKey(dice) }]
  if (roll < 0.6 && call.stage.phase === 'inquiring') return typed(call.stage, dice)
  if (roll < 0.6 && call.stage.phase === 'arranging') return keyed(call.stage, dice)
  if (roll < 0.5 && call.stage.phase === 'surveying' && call.stage.playback && dice() < 0.4)
    return [{ type: 'playback-finished', playback: call.stage.playback }]
  if (roll < 0.6 && call.stage.phase === 'messaging') return spoken(call.stage, platform, dice)
  if (roll < 0.36 && call.stage.phase === 'waiting') return [{ type: 'unserved', playback: null }]
  if (roll < 0.42 && call.stage.phase === 'greeting')
    return [{ type: 'playback-finished', playback: call.stage.playback }]
  if (roll < 0.56 && platform.isWaiting) {
    platform.isWaiting = false
    platform.reserved.add(offer.id)
    return [{ type: 'offered', offer }]
  }
  if (roll < 0.64 && call.stage.phase === 'offering') return [{ type: 'pop-shown', offerId: agentOf(call).id }]
  if (roll < 0.74) {
    const leg = [...platform.channels].find((channel) => channel !== call.channel)
    if (leg) platform.up.add(leg)
    if (leg) return [{ type: 'leg-up', leg }]
  }
  if (roll < 0.78) return [{ type: 'command', command: dice() < 0.5 ? 'hold' : 'resume', agentId: offer.agentId }]
  if (roll < 0.8) return [{ type: 'command', command: 'hangup', agentId: offer.agentId }]
  if (roll < 0.84) return [{ type: 'rejoin', agentId: offer.agentId, endpoint: 'b-new' }]
  // A controller that comes back has nothing under way.
  if (roll < 0.88 && platform.todo.length === 0) {
    return [
      {
        type: 'adopted',
        found: {
          isCallerAlive: platform.channels.has(call.channel),
          legs: [...platform.channels]
            .filter((id) => id !== call.channel)
            .map((id) => ({ id, isUp: dice() < 0.5, isDown: dice() < 0.1 })),
          bridged: platform.bridge && [...platform.bridge],
          consulting: null,
          isConsultRecorded: false,
          isRecording: platform.recording !== null,
        },
      },
    ]
  }
  const due = (Object.entries(call.timers) as [keyof Call['timers'], number][]).sort((a, b) => a[1] - b[1])[0]
  return due ? [{ type: 'timer', timer: due[0] }] : []
}

/** Takes the events in, and does what was asked for until one request is late: it is done after whatever comes next. */
function settle(world: World, platform: Platform, events: CallEvent[], dice: Dice, late: Dice = punctual): void {
  const inbox = [...events]
  let steps = 0
  for (;;) {
    for (let event = inbox.shift(); event; event = inbox.shift()) {
      const before = world.call
      world.on(event, late() < 0.1 ? 5_000 : 1)
      staysInLine(before, event, world)
      isRatedAtMostOnce(before, event, world)
      reached.add(stepOf(world.call.stage))
      expect(world.call.version).toBeGreaterThanOrEqual(before.version)
      if (before.stage.phase === 'ended') expect(world.call.stage).toEqual(before.stage)
      if (isWorthKeeping(before, world.call)) platform.kept = JSON.stringify(world.call)
      oneIsAnswerable(world.call)
      platform.todo.push(...world.effects)
    }
    const effect = late() < 0.3 ? undefined : platform.todo.shift()
    if (!effect) return
    inbox.push(...carryOut(world, platform, effect, dice))
    steps += 1
    if (steps > 500) throw new Error('the call does not come to rest')
  }
}

const punctual: Dice = () => 1

/** Once a call, only by a key of the scale, and never without one. */
function isRatedAtMostOnce(before: Call, event: CallEvent, { call }: World): void {
  const [was, is] = [before.survey, call.survey]
  if (was?.result === 'RATED') expect(is).toEqual(was)
  if (is?.result === 'RATED' && was?.result !== 'RATED') {
    expect(event.type === 'digit' && Number(event.digit)).toBe(is.level)
    expect(before.stage).toMatchObject({ phase: 'surveying', step: 'question' })
  }
  if (is?.result !== 'RATED') expect(is?.level ?? null).toBeNull()
}

/** Every stage that any run of these tests came to. */
const reached = new Set<string>()
const agentOf = (call: Call) => {
  const agent = answerableOf(call)
  if (!agent) throw new Error(`no agent while ${call.stage.phase}`)
  return agent.agent
}
const stepOf = (stage: Stage): string => ('step' in stage ? `${stage.phase} ${stage.step}` : stage.phase)

/** Who waits is taken out of the line by nothing but an agent, a key of their own, or the end of the call. */
function staysInLine(before: Call, event: CallEvent, { call, effects }: World): void {
  if (before.stage.phase !== 'waiting') return
  const leaves = new Set<Stage['phase']>(['offering', 'ending', 'ended'])
  const isLeft = call.stage.phase !== 'waiting' && !leaves.has(call.stage.phase)
  if (isLeft) expect(event.type).toBe('digit')
  if (call.stage.phase === 'waiting' && event.type !== 'digit') {
    expect(effects.map((effect) => effect.do)).not.toContain('leave-queue')
  }
  if (event.type === 'offered') expect(call.stage.phase).toBe('offering')
}

/** Nobody else is, however often the call was offered, and nobody at all before and after. */
function oneIsAnswerable({ stage, parties }: Call): void {
  const isTaken = stage.phase === 'offering' || stage.phase === 'talking'
  expect(parties.filter(({ role }) => role === 'AGENT')).toHaveLength(isTaken ? 1 : 0)
}

/** In a talk the caller hears somebody or music, and never both: once all that was asked for is done. */
function callerHears({ call }: World, platform: Platform): void {
  if (call.stage.phase !== 'talking' || platform.todo.length > 0) return
  if (call.timers.join !== undefined || !platform.channels.has(call.channel)) return
  const { bridge } = platform
  const hearsAgent = bridge?.has(call.channel) === true && bridge.size > 1
  expect(hearsAgent).not.toBe(platform.music.has(call.channel))
  if (isCallerOnHold(call)) expect(hearsAgent).toBe(false)
}

/** The controller dies with all that it had not done yet; the next one knows what was kept, and what Asterisk says. */
function kill(world: World, platform: Platform): CallEvent[] {
  platform.todo = []
  world.call = storedCall(JSON.parse(platform.kept))
  const legs = legsOf(world.call)
  for (const channel of platform.channels) {
    if (channel !== world.call.channel && !legs.includes(channel)) leaves(platform, channel)
  }
  const isRecording = platform.recording !== null && platform.recording === world.call.owned.recording
  const living = legs
    .filter((id) => platform.channels.has(id))
    .map((id) => ({ id, isUp: platform.up.has(id), isDown: false }))
  const isCallerAlive = platform.channels.has(world.call.channel)
  const bridged = platform.bridge && [...platform.bridge]
  const found = { isCallerAlive, legs: living, bridged, consulting: null, isRecording, isConsultRecorded: false }
  return [{ type: 'adopted', found }]
}

/** Every few seconds floor and calls are compared: an agent whose late acceptance nobody wanted any more is free again. */
function compare({ call }: World, platform: Platform): void {
  const talksTo = call.stage.phase === 'talking' ? agentOf(call).agentId : null
  for (const agent of platform.talking) if (agent !== talksTo) platform.talking.delete(agent)
}

/** The caller hangs up, then every alarm that is due rings, and all that was late is done. */
function finish(world: World, platform: Platform, dice: Dice): void {
  settle(world, platform, [], dice)
  if (leaves(platform, world.call.channel)) settle(world, platform, [{ type: 'caller-gone', cause: 16 }], dice)
  for (let round = 0; round < 20 && world.call.stage.phase !== 'ended'; round += 1) {
    const timers = Object.keys(world.call.timers) as (keyof Call['timers'])[]
    const timer = timers[0]
    if (!timer) break
    settle(world, platform, [{ type: 'timer', timer }], dice)
  }
  compare(world, platform)
}

describe('any order of events', () => {
  it('ends with one outcome, no alarm set and nothing owned', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, length) => {
        const dice = random(seed)
        const world = aCall({ ...(seed % 2 === 0 ? {} : withheld), ...(seed % 3 === 0 ? { surveyRules } : {}) })
        const platform = aPlatform(world)
        settle(world, platform, [], dice, dice)
        for (let i = 0; i < length; i += 1) {
          settle(world, platform, somethingHappens(world, platform, dice), dice, dice)
        }
        finish(world, platform, () => 1)
        expect(world.call.stage.phase).toBe('ended')
        expect(world.call.timers).toEqual({})
        expect(world.call.owned).toEqual({ caller: false, legs: [], bridge: null, recording: null })
        expect(world.call.segments.filter((segment) => segment.endedAt === null)).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  it('with a platform that obeys leaves no channel, no bridge, no recording, no reserved agent', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, length) => {
        const luck = random(seed)
        // Requests succeed; what happens is as wild as before.
        const obey: Dice = () => 1
        const world = aCall({ ...(seed % 2 === 0 ? {} : withheld), ...(seed % 3 === 0 ? { surveyRules } : {}) })
        const platform = aPlatform(world)
        settle(world, platform, [], obey, luck)
        for (let i = 0; i < length; i += 1) {
          settle(world, platform, somethingHappens(world, platform, luck), obey, luck)
          callerHears(world, platform)
        }
        finish(world, platform, obey)
        expect(world.call.stage.phase).toBe('ended')
        expect([...platform.channels]).toEqual([])
        expect(platform.bridge).toBeNull()
        expect(platform.recording).toBeNull()
        expect([...platform.reserved]).toEqual([])
        expect([...platform.talking]).toEqual([])
        expect(platform.isWaiting).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  it('and a controller that is killed at any instant leaves nobody in silence and no channel behind', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, length) => {
        const luck = random(seed)
        const obey: Dice = () => 1
        const world = aCall({ ...(seed % 2 === 0 ? {} : withheld), ...(seed % 3 === 0 ? { surveyRules } : {}) })
        const platform = aPlatform(world)
        for (let i = 0; i < length; i += 1) {
          const isKilled = luck() < 0.15
          settle(
            world,
            platform,
            isKilled ? kill(world, platform) : somethingHappens(world, platform, luck),
            obey,
            luck,
          )
          callerHears(world, platform)
        }
        settle(world, platform, kill(world, platform), obey)
        callerHears(world, platform)
        finish(world, platform, obey)
        expect(world.call.stage.phase).toBe('ended')
        // With its last channel a bridge's recording ends.
        expect([...platform.channels]).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  // Last: all orders of events above count, the rare ones too.
  it('comes through every step of every phase', () => {
    const steps = [
      'messaging prompt',
      'messaging recording',
      'messaging thanks',
      'arranging number',
      'arranging confirm',
      'surveying question',
      'surveying thanks',
    ]
    expect([...reached]).toEqual(
      expect.arrayContaining([...steps, 'arranging done', 'greeting', 'inquiring', 'talking']),
    )
  })
})
