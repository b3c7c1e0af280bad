import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bridgeOf, type Call, type CallEvent, callActions, type Effect } from '../../../../src/calls/machine/call.ts'
import { companyOf, legsOf, soundOf } from '../../../../src/calls/machine/mix.ts'
import {
  answerableOf,
  consultedOf,
  hasCaller,
  type PartyTarget,
  partyModes,
  pendingOf,
} from '../../../../src/calls/machine/party.ts'
import { storedCall } from '../../../../src/calls/machine/stored.ts'
import type { AgentId, BridgeId, ChannelId, OfferId, RecordingName, SkillId } from '../../../../src/platform/types.ts'
import { type Dice, random } from '../dice.ts'
import { aCall, anOffer, type World } from '../world.ts'

/**
 * A talk to which agents ask others, in any order of wishes, hang-ups, refusals, late requests and deaths of the
 * controller. Asterisk and the floor are played by a model that keeps who is where.
 */
interface Platform {
  /** Whether each has answered. */
  channels: Map<ChannelId, boolean>
  bridges: Map<BridgeId, Set<ChannelId>>
  music: Set<ChannelId>
  muted: Set<ChannelId>
  recordings: Map<RecordingName, BridgeId>
  /** Agents who have a part in the call, as the floor has it. */
  floor: Map<AgentId, string>
  reservedFor: Map<AgentId, string>
  isWaiting: boolean
  todo: Effect[]
  kept: Call
  /** Whether somebody can be had. */
  luck: Dice
}

const obey: Dice = () => 1

function aPlatform({ call }: World, luck: Dice): Platform {
  const agent = answerableOf(call)
  if (!agent || call.owned.recording === null) throw new Error('no talk')
  const bridge = bridgeOf(call.id)
  const here = [call.channel, agent.channel]
  return {
    channels: new Map(here.map((channel) => [channel, true])),
    bridges: new Map([[bridge, new Set(here)]]),
    music: new Set(),
    muted: new Set(),
    recordings: new Map([[call.owned.recording, bridge]]),
    floor: new Map([[agent.agent.agentId, 'AGENT']]),
    reservedFor: new Map(),
    isWaiting: false,
    todo: [],
    kept: call,
    luck,
  }
}

/** With the last one a bridge's recording ends. */
function emptied(platform: Platform): CallEvent[] {
  return [...platform.recordings].flatMap(([recording, bridge]): CallEvent[] => {
    if ((platform.bridges.get(bridge)?.size ?? 0) > 0) return []
    platform.recordings.delete(recording)
    return [{ type: 'recording-ended', recording, isKept: true }]
  })
}

function outOfBridges(platform: Platform, channel: ChannelId): void {
  for (const members of platform.bridges.values()) members.delete(channel)
}

/** @returns false when it was gone already */
function leaves(platform: Platform, channel: ChannelId): boolean {
  outOfBridges(platform, channel)
  platform.music.delete(channel)
  platform.muted.delete(channel)
  return platform.channels.delete(channel)
}

function gone({ call }: World, channel: ChannelId, cause: number): CallEvent {
  return channel === call.channel ? { type: 'caller-gone', cause } : { type: 'leg-gone', leg: channel, cause }
}

function put(platform: Platform, effect: Effect, bridge: BridgeId, channels: ChannelId[]): CallEvent[] {
  const members = platform.bridges.get(bridge)
  if (!members || !channels.every((channel) => platform.channels.has(channel))) {
    return [{ type: 'failed', effect, why: 'gone' }]
  }
  for (const channel of channels) {
    outOfBridges(platform, channel)
    members.add(channel)
  }
  return emptied(platform)
}

function carryOut(world: World, platform: Platform, effect: Effect, dice: Dice): CallEvent[] {
  if (effect.do !== 'ignore' && dice() < 0.06)
    return [{ type: 'failed', effect, why: dice() < 0.5 ? 'timeout' : 'failed' }]
  switch (effect.do) {
    case 'dial':
      if (platform.luck() < 0.1) return [{ type: 'failed', effect, why: 'refused' }]
      platform.channels.set(effect.party.channel, false)
      return [
        ...put(platform, effect, effect.bridge, [effect.party.channel]),
        { type: 'leg-dialled', leg: effect.party.channel },
      ]
    case 'originate':
      platform.channels.set(effect.leg, false)
      return []
    case 'reserve-agent': {
      // One whose end was lost with a controller is had again: the floor knows them in this call.
      const isKnown = platform.floor.has(effect.number as AgentId)
      if (platform.luck() < 0.2 && !isKnown) return [{ type: 'party-refused', party: effect.party }]
      platform.floor.set(effect.number as AgentId, 'RINGING')
      platform.reservedFor.set(effect.number as AgentId, effect.party)
      return [{ type: 'party-reserved', offer: { ...anOffer(effect.number), id: effect.party as OfferId } }]
    }
    case 'release-agent':
      if (platform.reservedFor.get(effect.offer.agentId) === effect.offer.id)
        platform.floor.delete(effect.offer.agentId)
      return []
    case 'finish-agent':
      platform.floor.delete(effect.agentId)
      return []
    case 'take-part':
      platform.floor.set(effect.agent.agentId, effect.role)
      return []
    case 'reject-offer':
    case 'withdraw-offer':
      platform.floor.delete(effect.offer.agentId)
      return []
    case 'accept-offer':
      if (!platform.floor.has(effect.offer.agentId)) return [{ type: 'offer-lost', offerId: effect.offer.id }]
      platform.floor.set(effect.offer.agentId, 'AGENT')
      return [{ type: 'offer-accepted', offerId: effect.offer.id }]
    case 'enqueue':
      platform.isWaiting = true
      return []
    case 'leave-queue':
      platform.isWaiting = false
      platform.floor.clear()
      return []
    case 'hangup':
      if (!leaves(platform, effect.channel)) return [{ type: 'failed', effect, why: 'gone' }]
      return [...emptied(platform), gone(world, effect.channel, 16)]
    case 'create-bridge':
      if (!platform.bridges.has(effect.bridge)) platform.bridges.set(effect.bridge, new Set())
      return []
    case 'destroy-bridge':
      platform.bridges.delete(effect.bridge)
      return emptied(platform)
    case 'join':
      return put(platform, effect, effect.bridge, effect.channels)
    case 'leave-bridge':
      platform.bridges.get(effect.bridge)?.delete(effect.channel)
      return emptied(platform)
    case 'start-music':
    case 'play':
      if (!platform.channels.has(effect.channel)) return [{ type: 'failed', effect, why: 'gone' }]
      platform.music.add(effect.channel)
      return []
    case 'stop-music':
      platform.music.delete(effect.channel)
      return []
    case 'mute':
      if (!platform.channels.has(effect.channel)) return [{ type: 'failed', effect, why: 'gone' }]
      platform.muted.add(effect.channel)
      return []
    case 'unmute':
      platform.muted.delete(effect.channel)
      return []
    case 'record':
      if (!platform.bridges.has(effect.bridge)) return [{ type: 'failed', effect, why: 'gone' }]
      platform.recordings.set(effect.recording, effect.bridge)
      return []
    case 'stop-recording':
      if (!platform.recordings.delete(effect.recording)) return [{ type: 'failed', effect, why: 'gone' }]
      return [{ type: 'recording-ended', recording: effect.recording, isKept: true }]
    default:
      return []
  }
}

const agents = ['1001', '1002', '1003', '1004']
const oneOf = <T>(list: readonly T[], dice: Dice): T => list[Math.floor(dice() * list.length)] as T

function aTarget(dice: Dice): PartyTarget {
  const roll = dice()
  if (roll < 0.08) return { kind: 'skill', skill: 'enterprise' as SkillId }
  if (roll < 0.5) return { kind: 'agent', number: oneOf(agents, dice) }
  return { kind: 'outside', number: '110', name: '公安', endpoint: '110@province', isEmergency: roll < 0.7 }
}

let asked = 0

function wish({ call }: World, dice: Dice): CallEvent {
  const agentId =
    dice() < 0.8 ? (answerableOf(call)?.agent.agentId ?? ('1001' as AgentId)) : (oneOf(agents, dice) as AgentId)
  const party = oneOf(call.parties, dice)?.id ?? 'nobody'
  const roll = dice()
  if (roll < 0.4) {
    asked += 1
    return { type: 'add-party', agentId, party: `party${asked}`, to: aTarget(dice), mode: oneOf(partyModes, dice) }
  }
  if (roll < 0.8) {
    // Else most talks end at once.
    const command = oneOf(callActions, dice)
    return { type: 'command', command: command === 'hangup' && dice() < 0.8 ? 'swap' : command, agentId }
  }
  if (roll < 0.86) return { type: 'drop-party', agentId, party }
  if (roll < 0.88) return { type: 'send-digits', agentId, party, digits: '12#' }
  return {
    type: 'change-party',
    agentId,
    party,
    ...(dice() < 0.5 ? { isOnHold: dice() < 0.5 } : { isMuted: dice() < 0.5 }),
  }
}

function happening(world: World, platform: Platform, dice: Dice): CallEvent[] {
  const { call } = world
  const { phase } = call.stage
  const roll = dice()
  const legs = [...platform.channels.keys()].filter((channel) => channel !== call.channel)
  if (platform.isWaiting && phase === 'waiting' && roll < 0.5) {
    platform.isWaiting = false
    const offer = anOffer(oneOf(agents, dice))
    platform.floor.set(offer.agentId, 'RESERVED')
    return [{ type: 'offered', offer }]
  }
  if (phase === 'offering' && roll < 0.3)
    return [{ type: 'pop-shown', offerId: answerableOf(call)?.agent.id as OfferId }]
  const ringing = legs.find((leg) => platform.channels.get(leg) === false)
  if (ringing && roll < 0.4) {
    if (dice() < 0.35 && leaves(platform, ringing))
      return [...emptied(platform), gone(world, ringing, oneOf([17, 19, 21, 1], dice))]
    platform.channels.set(ringing, true)
    return [{ type: 'leg-up', leg: ringing }]
  }
  if (roll < 0.72) return [wish(world, dice)]
  if (roll < 0.75 && leaves(platform, call.channel)) return [...emptied(platform), gone(world, call.channel, 16)]
  if (roll < 0.86 && legs.length > 0) {
    const leg = oneOf(legs, dice)
    leaves(platform, leg)
    return [...emptied(platform), gone(world, leg, dice() < 0.5 ? 16 : 44)]
  }
  if (roll < 0.9) return [{ type: 'rejoin', agentId: oneOf(agents, dice) as AgentId, endpoint: 'b-new' }]
  const due = (Object.entries(call.timers) as [keyof Call['timers'], number][]).sort((a, b) => a[1] - b[1])[0]
  return due ? [{ type: 'timer', timer: due[0] }] : []
}

/** Three from outside are there already. */
function crowd(world: World, platform: Platform): void {
  for (const name of ['x', 'y', 'z']) {
    const to = { kind: 'outside', number: '110', name, endpoint: '110@province' } as const
    const agentId = answerableOf(world.call)?.agent.agentId as AgentId
    settle(world, platform, [{ type: 'add-party', agentId, party: name, to, mode: 'three-way' }], obey, obey)
    const leg = pendingOf(world.call)?.channel
    if (!leg) continue
    platform.channels.set(leg, true)
    settle(world, platform, [{ type: 'leg-up', leg }], obey, obey)
  }
}

function settle(world: World, platform: Platform, events: CallEvent[], dice: Dice, late: Dice): void {
  const inbox = [...events]
  for (let steps = 0; steps < 500; steps += 1) {
    for (let event = inbox.shift(); event; event = inbox.shift()) {
      world.on(event, 1)
      platform.kept = world.call
      oneAnswers(world.call)
      platform.todo.push(...world.effects)
    }
    const effect = late() < 0.25 ? undefined : platform.todo.shift()
    if (!effect) return
    inbox.push(...carryOut(world, platform, effect, dice))
  }
  throw new Error('the call does not come to rest')
}

/** Not `expect`: it is asked some ten million times. */
function must(isTrue: boolean, what: string, ...about: unknown[]): void {
  if (!isTrue) throw new Error(`${what}: ${JSON.stringify(about)}`)
}

function mustBe(found: unknown[], wanted: unknown[], what: string): void {
  const text = (list: unknown[]) =>
    list
      .map((one) => JSON.stringify(one))
      .toSorted()
      .join()
  must(text(found) === text(wanted), what, found, wanted)
}

/** One agent answers for a talk, or it was handed on to people outside and one of them is there. */
function oneAnswers({ stage: { phase }, parties }: Call): void {
  const answering = parties.filter(({ role }) => role === 'AGENT').length
  if (phase === 'talking' && !parties.some(({ role }) => role === 'CALLER')) {
    must(answering === 1 && parties.length > 1, 'who goes on without the caller', parties)
  } else if (phase === 'talking' && answering === 0) {
    must(
      parties.some(({ role, step }) => role === 'PARTNER' && step === 'UP'),
      'nobody is with the caller',
      parties,
    )
    const ours = parties.find(
      ({ agent, room, isOnHold, step }) => agent && step === 'UP' && room === 'TALK' && !isOnHold,
    )
    must(ours === undefined, 'an agent talks and does not answer for the call', ours)
  } else must(answering === (phase === 'offering' || phase === 'talking' ? 1 : 0), `${answering} answer for it`, phase)
  must(parties.length <= 10 && new Set(parties.map(({ id }) => id)).size === parties.length, 'parties', parties)
}

const isTalk = ({ stage }: Call): boolean => stage.phase === 'talking' || stage.phase === 'transferring'

/** Once all that was asked for is done. */
function everybodyIsWhereTheyBelong(world: World, platform: Platform): void {
  const { call } = world
  if (platform.todo.length > 0 || !isTalk(call) || call.timers.join !== undefined) return
  if (hasCaller(call) && !platform.channels.has(call.channel)) return
  const wanted = soundOf(call)
  const isRejoining = call.parties.some(({ next, channel }) => next !== null && !platform.channels.has(channel))
  const mixes = wanted.mixes.map(({ bridge, channels }) => [bridge, channels.toSorted()])
  mustBe(
    [...platform.bridges].map(([bridge, members]) => [bridge, [...members].toSorted()]),
    mixes,
    'who hears whom',
  )
  mustBe([...platform.music], wanted.music, 'music')
  mustBe([...platform.muted], wanted.muted, 'muted')
  if (hasCaller(call)) callerIsNotAlone(call, platform)
  const used = call.parties.flatMap(({ channel, next }) => (next ? [channel, next.leg] : [channel]))
  mustBe(
    [...platform.channels.keys()].filter((channel) => !used.includes(channel)),
    [],
    'channels left',
  )
  mustBe(
    call.owned.legs.filter((leg) => !used.includes(leg)),
    [],
    'legs owned and forgotten',
  )
  if (isRejoining) return
  const parts = call.parties.flatMap(({ agent, role, step }) =>
    agent ? [[agent.agentId, step === 'UP' ? role : 'RINGING']] : [],
  )
  const reserving = call.parties.flatMap(({ step, asked }) =>
    step === 'RESERVED' && asked?.to.kind === 'agent' ? [asked.to.number] : [],
  )
  mustBe(
    [...platform.floor].filter(([id]) => !reserving.includes(id)),
    parts,
    'the floor',
  )
}

/** Music, or somebody in the same bridge: one of the two, and never both. */
function callerIsNotAlone(call: Call, platform: Platform): void {
  const members = [...platform.bridges.values()].find((one) => one.has(call.channel)) ?? new Set<ChannelId>()
  const others = [...members].filter((channel) => channel !== call.channel && platform.channels.get(channel) === true)
  must(others.length > 0 !== platform.music.has(call.channel), 'what the caller hears', others)
}

/** As it is done every few seconds. */
function compareFloor(call: Call, platform: Platform): void {
  const isHere = (id: AgentId) =>
    call.parties.some(({ agent, asked, step }) => {
      const isReserving = step === 'RESERVED' && asked?.to.kind === 'agent' && asked.to.number === id
      return agent?.agentId === id || isReserving
    })
  for (const id of platform.floor.keys()) if (!isHere(id)) platform.floor.delete(id)
  for (const { agent, role, step } of call.parties)
    if (agent && step === 'UP' && isTalk(call)) platform.floor.set(agent.agentId, role)
}

function kill(world: World, platform: Platform): CallEvent[] {
  platform.todo = []
  world.call = storedCall(JSON.parse(JSON.stringify(platform.kept)))
  const { call } = world
  const legs = legsOf(call)
  // Strangers are cleared away.
  for (const channel of [...platform.channels.keys()]) {
    if (channel !== call.channel && !legs.includes(channel)) leaves(platform, channel)
  }
  const bridgedIn = (bridge: BridgeId) =>
    platform.bridges.has(bridge) ? [...(platform.bridges.get(bridge) ?? [])] : null
  compareFloor(call, platform)
  const { recording, consultRecording } = call.owned
  // Killed between the leg and its dialling: no one rings it.
  const undialled = call.parties.find(({ step, dialledAt }) => step === 'RINGING' && dialledAt === undefined)?.channel
  const isUndialled = (id: ChannelId) =>
    id === undialled && platform.channels.get(id) === false && platform.luck() < 0.5
  const found = {
    isCallerAlive: platform.channels.has(call.channel),
    legs: legs
      .filter((id) => platform.channels.has(id))
      .map((id) => ({ id, isUp: platform.channels.get(id) === true, isDown: isUndialled(id) })),
    bridged: bridgedIn(bridgeOf(call.id)),
    consulting: bridgedIn(bridgeOf(call.id, 'CONSULT')),
    isRecording: recording !== null && platform.recordings.has(recording),
    isConsultRecorded: !!consultRecording && platform.recordings.has(consultRecording),
  }
  return [{ type: 'adopted', found }]
}

function finish(world: World, platform: Platform, dice: Dice): void {
  settle(world, platform, [], dice, obey)
  if (leaves(platform, world.call.channel))
    settle(world, platform, [...emptied(platform), gone(world, world.call.channel, 16)], dice, obey)
  // Those who go on without the caller.
  for (const leg of world.call.stage.phase === 'talking' ? legsOf(world.call) : []) {
    if (leaves(platform, leg)) settle(world, platform, [...emptied(platform), gone(world, leg, 16)], dice, obey)
  }
  for (let round = 0; round < 20 && world.call.stage.phase !== 'ended'; round += 1) {
    const timer = Object.keys(world.call.timers)[0] as keyof Call['timers'] | undefined
    if (!timer) break
    settle(world, platform, [{ type: 'timer', timer }], dice, obey)
  }
}

function nothingIsLeft({ call }: World, platform: Platform): void {
  expect(call.stage.phase).toBe('ended')
  expect(call.owned).toEqual({ caller: false, legs: [], bridge: null, recording: null })
  expect(call.timers).toEqual({})
  expect(call.segments.filter(({ endedAt }) => endedAt === null)).toEqual([])
  expect([...platform.channels.keys()]).toEqual([])
  expect([...platform.bridges.keys()]).toEqual([])
  expect([...platform.recordings.keys()]).toEqual([])
}

const reached = new Set<string>()

/** What a run came through, so that a test that meets nothing fails. */
function note({ call }: World): void {
  const { phase } = call.stage
  const consulted = consultedOf(call)
  const agent = answerableOf(call)
  reached.add(phase)
  if (consulted && agent) reached.add(`${consulted.step} consult, agent in ${agent.room}`)
  if (phase === 'talking' && !agent) reached.add('handed on')
  if (phase === 'talking' && agent?.asked) reached.add('handed on to an agent')
  if (phase === 'talking' && call.parties.length >= 6) reached.add('six')
  if (phase === 'talking' && agent && companyOf(call, agent).length > 1) reached.add('three-way')
  if (phase === 'talking' && !hasCaller(call)) reached.add(consulted ? 'without the caller' : 'all without the caller')
  if (call.lastResult) reached.add(call.lastResult.result)
}

const runs = { numRuns: 34_000 }
const plan = [fc.integer(), fc.integer({ min: 1, max: 16 })] as const

describe('any order of what agents and the people they asked in do', () => {
  it('leaves everybody where they belong and nobody in silence, and at the end nothing', () => {
    fc.assert(
      fc.property(...plan, (seed, length) => {
        const luck = random(seed)
        const world = aCall(seed % 2 === 0 ? {} : { surveyRules: { scale: 3, minTalkMs: 0 } }).talking()
        const platform = aPlatform(world, luck)
        if (seed % 4 === 1) crowd(world, platform)
        for (let i = 0; i < length && world.call.stage.phase !== 'ended'; i += 1) {
          settle(world, platform, happening(world, platform, luck), obey, seed % 3 === 0 ? luck : obey)
          note(world)
          everybodyIsWhereTheyBelong(world, platform)
        }
        settle(world, platform, [], obey, obey)
        everybodyIsWhereTheyBelong(world, platform)
        finish(world, platform, obey)
        nothingIsLeft(world, platform)
        expect([...platform.floor.keys()]).toEqual([])
      }),
      {
        ...runs,
        examples: [
          // The agent left before they were joined with the caller, whom they had just handed on.
          [-436860684, 15],
          // The caller hung up while the agent's page came back, and who was with them heard nothing.
          [-1122215011, 10],
        ],
      },
    )
  })

  it('ends with nothing owned when requests fail as well', () => {
    fc.assert(
      fc.property(...plan, (seed, length) => {
        const luck = random(seed)
        const world = aCall(seed % 2 === 0 ? {} : { surveyRules: { scale: 3, minTalkMs: 0 } }).talking()
        const platform = aPlatform(world, luck)
        if (seed % 4 === 1) crowd(world, platform)
        for (let i = 0; i < length && world.call.stage.phase !== 'ended'; i += 1) {
          settle(world, platform, happening(world, platform, luck), luck, luck)
        }
        finish(world, platform, obey)
        expect(world.call.stage.phase).toBe('ended')
        expect(world.call.owned).toEqual({ caller: false, legs: [], bridge: null, recording: null })
        expect(world.call.segments.filter(({ endedAt }) => endedAt === null)).toEqual([])
      }),
      runs,
    )
  })

  it('goes on with the next controller, wherever the last one was killed', () => {
    fc.assert(
      fc.property(...plan, (seed, length) => {
        const luck = random(seed)
        const world = aCall(seed % 2 === 0 ? {} : { surveyRules: { scale: 3, minTalkMs: 0 } }).talking()
        const platform = aPlatform(world, luck)
        if (seed % 4 === 1) crowd(world, platform)
        for (let i = 0; i < length && world.call.stage.phase !== 'ended'; i += 1) {
          const isKilled = luck() < 0.2
          settle(world, platform, isKilled ? kill(world, platform) : happening(world, platform, luck), obey, luck)
        }
        settle(world, platform, kill(world, platform), obey, obey)
        compareFloor(world.call, platform)
        everybodyIsWhereTheyBelong(world, platform)
        finish(world, platform, obey)
        expect(world.call.stage.phase).toBe('ended')
        expect([...platform.channels.keys()]).toEqual([])
      }),
      // The bridge of a consult was about to go at two deaths in a row.
      { ...runs, examples: [[1845380771, 16]] },
    )
  })

  it('has come to every state and every result', () => {
    for (const state of [
      'talking',
      'transferring',
      'waiting',
      'RESERVED consult, agent in CONSULT',
      'RINGING consult, agent in CONSULT',
      'UP consult, agent in CONSULT',
      'UP consult, agent in TALK',
      'three-way',
      'six',
      'handed on',
      'handed on to an agent',
      'without the caller',
      'all without the caller',
      'BUSY',
      'NO_ANSWER',
      'NOT_READY',
      'HUNG_UP',
      'LOST',
    ]) {
      expect(reached).toContain(state)
    }
  })
})
