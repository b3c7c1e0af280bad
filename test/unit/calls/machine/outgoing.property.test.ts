import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance } from '../../../../src/calls/machine/advance.ts'
import { bridgeOf, type Call, type CallEvent, type Effect } from '../../../../src/calls/machine/call.ts'
import { isWorthKeeping } from '../../../../src/calls/machine/keeping.ts'
import { legsOf } from '../../../../src/calls/machine/mix.ts'
import { citizenLegOf, place } from '../../../../src/calls/machine/outgoing/placing.ts'
import { answerableOf } from '../../../../src/calls/machine/party.ts'
import { storedCall } from '../../../../src/calls/machine/stored.ts'
import type { AgentId, ChannelId, OfferId, RecordingName } from '../../../../src/platform/types.ts'
import { type Dice, random } from '../dice.ts'
import { anOffer, entry, timings } from '../world.ts'

/** An outgoing call in any order of answers, refusals, hang-ups, failed requests and deaths of the controller. */
interface Model {
  call: Call
  kept: Call
  todo: Effect[]
  /** Whether each has answered. */
  channels: Map<ChannelId, boolean>
  /** Channels that were dialled, ever: nobody is called twice. */
  dialled: ChannelId[]
  bridge: Set<ChannelId> | null
  recordings: Set<RecordingName>
  /** The agent's state on the floor. */
  floor: 'free' | 'in call'
  isWaiting: boolean
  now: number
}

const { id } = entry
const citizen = citizenLegOf(id)
const agentLeg = `${id}.leg1` as ChannelId

function begin(): Model {
  const { id: _, ...agent } = anOffer('1001')
  const outgoing = {
    ...{ by: '1001' as AgentId, endpoint: '13903551234@trunk-carrier', ringMs: 45_000, isHidden: false },
    ...{ about: { kind: 'callback' as const, id: '1' }, ties: [] },
  }
  const { call, effects } = place({ ...entry, channel: citizen, outgoing }, agent, entry.arrivedAt, timings)
  return {
    ...{ call, kept: call, todo: effects, channels: new Map(), dialled: [], bridge: null },
    ...{ recordings: new Set<RecordingName>(), floor: 'free', isWaiting: false, now: entry.arrivedAt },
  }
}

function take(model: Model, event: CallEvent): void {
  model.now += 10
  const { call, effects } = advance(model.call, event, model.now, timings)
  if (call !== model.call && isWorthKeeping(model.call, call)) model.kept = call
  model.call = call
  model.todo.push(...effects)
}

function leaves(model: Model, channel: ChannelId, cause: number): CallEvent[] {
  if (!model.channels.delete(channel)) return []
  model.bridge?.delete(channel)
  return [{ type: 'leg-gone', leg: channel, cause }]
}

function carryOut(model: Model, effect: Effect, luck: Dice): CallEvent[] {
  if (effect.do !== 'ignore' && luck() < 0.05) return [{ type: 'failed', effect, why: 'timeout' }]
  switch (effect.do) {
    case 'reserve-agent':
      if (luck() < 0.1) return [{ type: 'party-refused', party: effect.party }]
      model.floor = 'in call'
      return [{ type: 'party-reserved', offer: { ...anOffer('1001'), id: effect.party as OfferId } }]
    case 'release-agent':
    case 'finish-agent':
      model.floor = 'free'
      return []
    case 'enqueue':
      model.isWaiting = true
      return []
    case 'leave-queue':
      model.isWaiting = false
      return []
    case 'dial':
      if (luck() < 0.1) return [{ type: 'failed', effect, why: 'refused' }]
      model.dialled.push(effect.party.channel)
      model.channels.set(effect.party.channel, false)
      if (model.bridge === null) return [{ type: 'failed', effect, why: 'gone' }]
      model.bridge.add(effect.party.channel)
      return [{ type: 'leg-dialled', leg: effect.party.channel }]
    case 'create-bridge':
      model.bridge ??= new Set()
      return []
    case 'destroy-bridge':
      if (effect.bridge === bridgeOf(id)) model.bridge = null
      return []
    case 'join':
      for (const channel of effect.channels) if (model.channels.has(channel)) model.bridge?.add(channel)
      return []
    case 'leave-bridge':
      model.bridge?.delete(effect.channel)
      return []
    case 'record':
      model.recordings.add(effect.recording)
      return []
    case 'stop-recording':
      return model.recordings.delete(effect.recording)
        ? [{ type: 'recording-ended', recording: effect.recording, isKept: true }]
        : [{ type: 'failed', effect, why: 'gone' }]
    case 'hangup':
      return model.channels.has(effect.channel)
        ? leaves(model, effect.channel, 16)
        : [{ type: 'failed', effect, why: 'gone' }]
    default:
      return []
  }
}

function settle(model: Model, events: CallEvent[], luck: Dice): void {
  const inbox = [...events]
  for (let round = 0; round < 200; round += 1) {
    const event = inbox.shift()
    if (event) {
      take(model, event)
      continue
    }
    const effect = model.todo.shift()
    if (!effect) return
    inbox.push(...carryOut(model, effect, luck))
  }
}

function happening(model: Model, luck: Dice): CallEvent[] {
  const roll = luck()
  const channel = luck() < 0.5 ? agentLeg : citizen
  const cause = [1, 16, 17, 19, 21, 34, 44][Math.floor(luck() * 7)] ?? 16
  if (roll < 0.5 && model.channels.get(channel) === false) {
    model.channels.set(channel, true)
    return [{ type: 'leg-up', leg: channel }]
  }
  if (roll < 0.6) return [{ type: 'leg-ringing', leg: channel }]
  if (roll < 0.7) return leaves(model, channel, cause)
  if (roll < 0.76) return [{ type: 'command', command: 'hangup', agentId: '1001' as AgentId }]
  if (roll < 0.82) {
    const timer = Object.keys(model.call.timers)[0] as keyof Call['timers'] | undefined
    return timer ? [{ type: 'timer', timer }] : []
  }
  return []
}

/** What is not carried out yet is lost; Asterisk goes on meanwhile, and nobody tells the next one. */
function kill(model: Model, luck: Dice): CallEvent[] {
  model.todo = []
  for (const channel of [agentLeg, citizen]) {
    if (luck() < 0.2 && model.channels.has(channel)) model.channels.set(channel, true)
    if (luck() < 0.1) leaves(model, channel, 16)
  }
  model.call = storedCall(JSON.parse(JSON.stringify(model.kept)))
  const { call } = model
  // Strangers are cleared away.
  if (call.stage.phase === 'ended') for (const channel of [agentLeg, citizen]) leaves(model, channel, 16)
  const legs = legsOf(call).filter((leg) => model.channels.has(leg))
  const { recording } = call.owned
  const found = {
    isCallerAlive: model.channels.has(citizen),
    isCallerUp: model.channels.get(citizen) === true,
    legs: legs.map((leg) => ({ id: leg, isUp: model.channels.get(leg) === true, isDown: false })),
    bridged: model.bridge === null ? null : [...model.bridge],
    consulting: null,
    isRecording: recording !== null && model.recordings.has(recording),
    isConsultRecorded: false,
  }
  return [{ type: 'adopted', found }]
}

const reached = new Set<string>()

function check(model: Model): void {
  const { call, channels, bridge } = model
  const { stage } = call
  reached.add('outcome' in stage ? stage.outcome : stage.phase)
  // Nobody is called twice, and no citizen before the agent is there.
  expect(new Set(model.dialled).size).toBe(model.dialled.length)
  if (stage.phase === 'talking') {
    expect(channels.get(citizen)).toBe(true)
    expect(answerableOf(call)).not.toBeNull()
    expect([...(bridge ?? [])].sort()).toEqual([agentLeg, citizen])
    expect(model.recordings.size).toBeGreaterThan(0)
  }
  // A citizen who is on the line is with an agent, waits for one, or is being hung up.
  if (channels.get(citizen) === true) expect(['talking', 'waiting']).toContain(stage.phase)
}

function finish(model: Model): void {
  const obey: Dice = () => 1
  settle(model, [], obey)
  settle(model, leaves(model, citizen, 16), obey)
  settle(model, leaves(model, agentLeg, 16), obey)
  for (let round = 0; round < 10 && model.call.stage.phase !== 'ended'; round += 1) {
    const timer = Object.keys(model.call.timers)[0] as keyof Call['timers'] | undefined
    if (timer) settle(model, [{ type: 'timer', timer }], obey)
    else settle(model, [{ type: 'caller-gone', cause: 16 }], obey)
  }
  const { call } = model
  expect(call.stage.phase).toBe('ended')
  expect(call.owned).toEqual({ caller: false, legs: [], bridge: null, recording: null })
  expect(call.segments.filter(({ endedAt }) => endedAt === null)).toEqual([])
  expect([...model.channels.keys()]).toEqual([])
}

describe('an outgoing call in any order of events', () => {
  const plan = [fc.integer(), fc.integer({ min: 1, max: 14 })] as const
  const obey: Dice = () => 1

  it('calls nobody twice, leaves nobody alone, and at the end nothing', () => {
    fc.assert(
      fc.property(...plan, (seed, length) => {
        const luck = random(seed)
        const model = begin()
        settle(model, [], seed % 3 === 0 ? luck : obey)
        for (let i = 0; i < length && model.call.stage.phase !== 'ended'; i += 1) {
          settle(model, happening(model, luck), obey)
          check(model)
        }
        finish(model)
        // What failed here is cleared away by the comparisons with floor and Asterisk.
        if (seed % 3 === 0) return
        expect(model.floor).toBe('free')
        expect(model.bridge).toBeNull()
        expect(model.recordings.size).toBe(0)
      }),
      { numRuns: 10_000 },
    )
  })

  it('goes on with the next controller, wherever the last one was killed', () => {
    fc.assert(
      fc.property(...plan, (seed, length) => {
        const luck = random(seed)
        const model = begin()
        for (let i = 0; i < length && model.call.stage.phase !== 'ended'; i += 1) {
          // Killed with some requests still to be made.
          const events = luck() < 0.25 ? kill(model, luck) : happening(model, luck)
          for (const event of events) take(model, event)
          const toDo = Math.floor(luck() * 4)
          for (let n = 0; n < toDo; n += 1) {
            const effect = model.todo.shift()
            if (effect) for (const event of carryOut(model, effect, obey)) take(model, event)
          }
          expect(new Set(model.dialled).size).toBe(model.dialled.length)
        }
        settle(model, kill(model, obey), obey)
        check(model)
        finish(model)
      }),
      { numRuns: 10_000 },
    )
  })

  it('has come to every end', () => {
    for (const state of ['dialling', 'talking', 'waiting', 'ANSWERED', 'OUT_BUSY', 'OUT_DECLINED', 'OUT_NO_ANSWER']) {
      expect(reached).toContain(state)
    }
    for (const state of ['OUT_NO_NUMBER', 'OUT_UNREACHABLE', 'OUT_CANCELLED', 'OUT_NOT_PLACED'])
      expect(reached).toContain(state)
  })
})
