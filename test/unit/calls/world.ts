import { advance, enter } from '../../../src/calls/machine/advance.ts'
import type { Call, CallEvent, Effect, Entry } from '../../../src/calls/machine/call.ts'
import { type AgentOffer, answerableOf } from '../../../src/calls/machine/party.ts'
import type { AgentId, CallId, ChannelId, OfferId, PromptId, SkillId } from '../../../src/platform/types.ts'
import type { Timings } from '../../../src/site/site.ts'

/** Small builders of calls for tests: `aCall().waiting()`. */

export const timings: Timings = {
  ringMs: 20_000,
  popMs: 400,
  wrapUpMs: 60_000,
  wrapUpCapMs: 300_000,
  wrapUpTypingMs: 20_000,
  announceEveryMs: 30_000,
  keyGraceMs: 4_000,
  wayOutAfterMs: 60_000,
  gaveUpAfterMs: 5_000,
  requestMs: 3_000,
  reachMs: 25_000,
}

export const entry: Entry = {
  id: '01JD0000000000000000000000' as CallId,
  node: 'node-1',
  channel: '1732363200.1' as ChannelId,
  arrivedAt: 1_000_000,
  caller: { number: '+8613903551234', raw: '13903551234', name: null },
  dialled: '12345',
  diverted: null,
  line: {
    number: '12345',
    name: '政务服务热线',
    isOld: false,
    source: 'DIALLED',
    confidence: 'CERTAIN',
    unknownDiversion: null,
  },
  greeting: 'greeting-12345' as PromptId,
  menu: { '2': { do: 'queue', skill: 'enterprise' as SkillId }, '3': { do: 'inquire' }, '9': { do: 'replay' } },
  skill: 'general' as SkillId,
  priority: 5,
  lastAgent: null,
  areaCode: '0355',
}

export function anOffer(number = '1001'): AgentOffer {
  return {
    id: `01JD00000000000000000OF${number.padStart(3, '0')}` as OfferId,
    agentId: number as AgentId,
    agentNumber: number,
    endpoint: `b-${number}`,
  }
}

export class World {
  call: Call
  now: number
  /** Effects of the last step. */
  effects: Effect[]

  constructor(start: Partial<Entry> = {}) {
    this.now = start.arrivedAt ?? entry.arrivedAt
    const step = enter({ ...entry, ...start }, this.now)
    this.call = step.call
    this.effects = step.effects
  }

  on(event: CallEvent, afterMs = 10): this {
    this.now += afterMs
    const step = advance(this.call, event, this.now, timings)
    this.call = step.call
    this.effects = step.effects
    return this
  }

  done(): Effect['do'][] {
    return this.effects.map((effect) => effect.do)
  }

  waiting(): this {
    if (this.call.stage.phase !== 'greeting') throw new Error('not greeting')
    return this.on({ type: 'playback-finished', playback: this.call.stage.playback })
  }

  offered(offer = anOffer()): this {
    return this.waiting().on({ type: 'offered', offer })
  }

  ringing(offer = anOffer()): this {
    return this.offered(offer).on({ type: 'pop-shown', offerId: offer.id })
  }

  leg(): ChannelId {
    const leg = answerableOf(this.call)?.channel
    if (!leg) throw new Error(`no leg while ${this.call.stage.phase}`)
    return leg
  }

  talking(offer = anOffer()): this {
    this.ringing(offer).on({ type: 'leg-up', leg: this.leg() })
    return this.on({ type: 'offer-accepted', offerId: offer.id })
  }
}

export function aCall(start: Partial<Entry> = {}): World {
  return new World(start)
}
