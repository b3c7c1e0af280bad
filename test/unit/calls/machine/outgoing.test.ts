import { describe, expect, it } from 'vitest'
import { advance } from '../../../../src/calls/machine/advance.ts'
import type { CallEvent, Effect } from '../../../../src/calls/machine/call.ts'
import type { Outgoing } from '../../../../src/calls/machine/outgoing/outgoing.ts'
import { citizenLegOf, place } from '../../../../src/calls/machine/outgoing/placing.ts'
import { refusalFor } from '../../../../src/calls/machine/permits.ts'
import { viewOf } from '../../../../src/calls/machine/view.ts'
import type { AgentId, ChannelId, OfferId } from '../../../../src/platform/types.ts'
import { anOffer, entry, timings } from '../world.ts'

const outgoing: Outgoing = {
  by: '1001' as AgentId,
  endpoint: '13903551234@trunk-carrier',
  ringMs: 45_000,
  isHidden: false,
  about: { kind: 'ticket', id: 'CZ202611230000010' },
  ties: [],
}
const { id } = entry
const [agentLeg, citizenLeg] = [`${id}.leg1` as ChannelId, citizenLegOf(id)]
const me = '1001' as AgentId

function placed(more: Partial<Outgoing> = {}) {
  const { id: _, ...agent } = anOffer('1001')
  const about = { ...outgoing, ...more }
  const first = place({ ...entry, channel: citizenLeg, outgoing: about }, agent, 1_000_000, timings)
  let { call, effects } = first
  let now = 1_000_000
  const run = {
    get call() {
      return call
    },
    get effects(): Effect[] {
      return effects
    },
    on(event: CallEvent, afterMs = 10) {
      now += afterMs
      ;({ call, effects } = advance(call, event, now, timings))
      return run
    },
    reserved: () => run.on({ type: 'party-reserved', offer: { ...anOffer('1001'), id: id as string as OfferId } }),
    there: () => run.reserved().on({ type: 'leg-up', leg: agentLeg }),
    talking: () => run.there().on({ type: 'leg-up', leg: citizenLeg }),
    done: () => effects.map((effect) => effect.do),
  }
  return run
}

const gone = (leg: ChannelId, cause: number): CallEvent => ({ type: 'leg-gone', leg, cause })
const nothing = { legs: [], bridged: [], consulting: null, isRecording: false, isConsultRecorded: false }

describe('a call that an agent places', () => {
  it('reserves the agent, rings their phone, then the citizen, and talks once both are there', () => {
    const run = placed()
    expect(run.done()).toEqual(['reserve-agent'])
    expect(run.reserved().done()).toEqual(['create-bridge', 'dial'])
    run.on({ type: 'leg-up', leg: agentLeg })
    expect(run.effects).toMatchObject([{ do: 'dial', party: { role: 'CALLER', channel: citizenLeg } }])
    expect(run.call.timers.reach).toBe(1_000_020 + 45_000)
    run.on({ type: 'leg-ringing', leg: citizenLeg })
    run.on({ type: 'leg-ringing', leg: citizenLeg })
    run.on({ type: 'leg-up', leg: citizenLeg })
    expect(run.done()).toEqual(['record', 'announce-outgoing'])
    expect(run.call.stage.phase).toBe('talking')
    expect(run.call.segments.map(({ kind, result }) => [kind, result])).toEqual([
      ['CALLING', 'RUNG'],
      ['RINGING', 'ANSWERED'],
      ['TALKING', null],
    ])
  })

  it.each([
    [17, 'OUT_BUSY', 'CALLER'],
    [21, 'OUT_DECLINED', 'CALLER'],
    [19, 'OUT_NO_ANSWER', 'SYSTEM'],
    [1, 'OUT_NO_NUMBER', 'SYSTEM'],
    [34, 'OUT_UNREACHABLE', 'SYSTEM'],
    [38, 'OUT_UNREACHABLE', 'SYSTEM'],
  ])('ends by cause %i as %s', (cause, outcome, endedBy) => {
    const run = placed().there().on(gone(citizenLeg, cause))
    expect(run.call.stage).toMatchObject({ phase: 'ending', outcome, endedBy })
    expect(run.done()).toContain('finish-agent')
    run.on(gone(agentLeg, 16))
    expect(run.call.stage.phase).toBe('ended')
    expect(run.effects).toEqual([{ do: 'destroy-bridge', bridge: `${id}.bridge` }])
  })

  it('gives up after 45 s without an answer', () => {
    const run = placed().there().on({ type: 'timer', timer: 'reach' }, 45_000)
    expect(run.call.stage).toMatchObject({ outcome: 'OUT_NO_ANSWER' })
    expect(run.done().filter((done) => done === 'hangup')).toHaveLength(2)
  })

  it('is cancelled by the agent, at the desk or by the phone', () => {
    for (const event of [{ type: 'command', command: 'hangup', agentId: me } as const, gone(agentLeg, 16)]) {
      expect(placed().there().on(event).call.stage).toMatchObject({ outcome: 'OUT_CANCELLED', endedBy: 'AGENT' })
    }
    const { call } = placed().there()
    expect(refusalFor(call, { type: 'command', command: 'hangup', agentId: me })).toBeNull()
    expect(refusalFor(call, { type: 'command', command: 'hold', agentId: me })).toBe('call.not-talking')
  })

  it('is not placed when the agent is busy or their phone does not answer: the citizen never hears of it', () => {
    const refused = placed().on({ type: 'party-refused', party: id })
    expect(refused.call.stage).toMatchObject({ phase: 'ended', outcome: 'OUT_NOT_PLACED' })
    const silent = placed().reserved().on(gone(agentLeg, 19))
    expect(silent.call.stage).toMatchObject({ outcome: 'OUT_NOT_PLACED' })
    expect(silent.done()).toContain('release-agent')
  })

  it('lets the agent’s own phone ring as long as the site says', () => {
    const { id: _, ...agent } = anOffer('1001')
    const { call } = place({ ...entry, channel: citizenLeg, outgoing }, agent, 1_000_000, { reachMs: 12_000 })
    expect(call.timers.reach).toBe(1_012_000)
    const offer = { ...anOffer('1001'), id: id as string as OfferId }
    const site = { ...timings, reachMs: 12_000 }
    expect(advance(call, { type: 'party-reserved', offer }, 1_001_000, site).call.timers.reach).toBe(1_013_000)
  })

  it('goes on with the next controller: rung, answered, or gone in between', () => {
    const ringing = placed().there()
    const legs = [{ id: agentLeg, isUp: true, isDown: false }]
    const bridged = [agentLeg, citizenLeg]
    const on = { ...nothing, bridged, legs, isCallerAlive: true }
    expect(ringing.on({ type: 'adopted', found: on }).effects).toEqual([])
    const answered = placed()
      .there()
      .on({ type: 'adopted', found: { ...on, isCallerUp: true } })
    expect(answered.call.stage.phase).toBe('talking')
    expect(answered.done()).toEqual(['record'])
    const lost = placed()
      .there()
      .on({ type: 'adopted', found: { ...on, isCallerAlive: false } })
    expect(lost.call.stage).toMatchObject({ outcome: 'OUT_UNREACHABLE' })
    const undialled = placed()
      .there()
      .on({ type: 'adopted', found: { ...on, isCallerDown: true } })
    expect(undialled.call.stage).toMatchObject({ outcome: 'OUT_UNREACHABLE' })
    const left = placed()
      .there()
      .on({ type: 'adopted', found: { ...on, legs: [] } })
    expect(left.call.stage).toMatchObject({ outcome: 'OUT_CANCELLED' })
  })

  describe('whose page is reloaded while the citizen’s phone rings', () => {
    const newLeg = `${id}.leg3` as ChannelId
    const reloaded = () => placed().there().on({ type: 'rejoin', agentId: me, endpoint: 'b-new' })

    it('rings on, and the new phone takes the place of the old one', () => {
      const run = reloaded()
      expect(run.effects).toEqual([{ do: 'originate', leg: newLeg, endpoint: 'b-new' }])
      expect(run.on(gone(agentLeg, 44)).call.stage.phase).toBe('dialling')
      run.on({ type: 'leg-up', leg: newLeg })
      expect(run.effects).toEqual([{ do: 'join', bridge: `${id}.bridge`, channels: [newLeg] }])
      expect(run.on({ type: 'leg-up', leg: citizenLeg }).call.stage.phase).toBe('talking')
      expect(run.call.parties).toMatchObject([{ channel: citizenLeg }, { channel: newLeg, next: null }])
    })

    it('hangs up the old phone when that is still there', () => {
      const run = reloaded().on({ type: 'leg-up', leg: newLeg })
      expect(run.effects).toContainEqual({ do: 'hangup', channel: agentLeg, cause: 'normal' })
      expect(run.on(gone(agentLeg, 16)).call.stage.phase).toBe('dialling')
    })

    it('talks with a citizen who answers before the page is back', () => {
      const run = reloaded().on(gone(agentLeg, 44)).on({ type: 'leg-up', leg: citizenLeg })
      expect(run.call).toMatchObject({ stage: { phase: 'talking' }, timers: { rejoin: expect.any(Number) } })
      run.on({ type: 'leg-up', leg: newLeg })
      expect(run.effects).toContainEqual({ do: 'join', bridge: `${id}.bridge`, channels: [newLeg] })
    })

    it('is cancelled when neither phone is there any more', () => {
      const silent = reloaded().on(gone(agentLeg, 44)).on({ type: 'timer', timer: 'rejoin' })
      expect(silent.call.stage).toMatchObject({ outcome: 'OUT_CANCELLED' })
      expect(reloaded().on({ type: 'timer', timer: 'rejoin' }).call.stage.phase).toBe('dialling')
      expect(reloaded().on(gone(newLeg, 21)).call.parties).toMatchObject([{}, { channel: agentLeg, next: null }])
    })

    it('goes on with the next controller, whichever phone is there', () => {
      const on = { ...nothing, isCallerAlive: true, bridged: [citizenLeg] }
      const up = reloaded().on({ type: 'adopted', found: { ...on, legs: [{ id: newLeg, isUp: true, isDown: false }] } })
      expect(up.effects).toEqual([{ do: 'join', bridge: `${id}.bridge`, channels: [newLeg] }])
      const rung = { ...on, legs: [{ id: newLeg, isUp: false, isDown: false }] }
      expect(reloaded().on({ type: 'adopted', found: rung }).call.stage.phase).toBe('dialling')
      expect(reloaded().on({ type: 'adopted', found: on }).call.stage).toMatchObject({ outcome: 'OUT_CANCELLED' })
    })
  })

  it('leaves no citizen alone who answered while agent and controller were gone', () => {
    const found = { ...nothing, isCallerAlive: true, isCallerUp: true, bridged: [citizenLeg] }
    const run = placed().there().on({ type: 'adopted', found })
    expect(run.call.stage).toMatchObject({ phase: 'waiting' })
    expect(run.effects).toContainEqual(expect.objectContaining({ do: 'play', prompts: ['agent-lost'] }))
  })

  it('tells an agent nothing about a citizen whom they may not know', () => {
    const view = viewOf(placed({ isHidden: true }).talking().call, '长治')
    expect(view.isCallerHidden).toBe(true)
    expect(JSON.stringify(view)).not.toContain('1234"')
    expect(viewOf(placed().talking().call, '长治').caller.number).toBe('139****1234')
  })
})
