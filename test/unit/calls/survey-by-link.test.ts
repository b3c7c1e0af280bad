import { describe, expect, it } from 'vitest'
import type { Call, CallEvent } from '../../../src/calls/machine/call.ts'
import type { PartyTarget } from '../../../src/calls/machine/party.ts'
import { surveyByLink } from '../../../src/calls/survey/owed.ts'
import type { ChannelId } from '../../../src/platform/types.ts'
import { aCall, anOffer, type World } from './world.ts'

const a = anOffer().agentId
const surveyRules = { scale: 3, minTalkMs: 10_000 } as const
const left: CallEvent = { type: 'caller-gone', cause: 16 }

const talk = (change: Partial<Call> = {}): World => aCall({ surveyRules, ...change }).talking()
/** The caller hangs up after 12 s, and all is cleared away. */
function ended(world: World, afterMs = 12_000): Call {
  return world.on(left, afterMs).on({ type: 'timer', timer: 'teardown' }).call
}

describe('a caller who hangs up first', () => {
  it('is asked by a link, about the agent who had the call', () => {
    const call = ended(talk())
    expect(surveyByLink(call)).toMatchObject({ scale: 3, agentId: a, level: null, result: 'LINK_DUE' })
    expect(surveyByLink(call)?.askedAt).toBe(call.endedAt)
  })

  it('is not asked after a short talk, without a mobile phone, where nobody is asked, and when they were asked by keys', () => {
    expect(surveyByLink(ended(talk(), 5_000))).toBeNull()
    const landline = { number: '+863552000001', raw: '03552000001', name: null }
    expect(surveyByLink(ended(talk({ caller: landline })))).toBeNull()
    const withheld = { number: '+8613903551234', raw: '13903551234', name: null, isWithheld: true }
    expect(surveyByLink(ended(talk({ caller: withheld })))).toBeNull()
    expect(surveyByLink(ended(aCall().talking()))).toBeNull()
    const byKeys = talk().on({ type: 'command', command: 'hangup', agentId: a }, 12_000)
    expect(surveyByLink(ended(byKeys, 1_000))).toBeNull()
  })

  it('is not asked where the agent hung up, nor in the line', () => {
    const short = aCall({ surveyRules: { ...surveyRules, minTalkMs: 20_000 } }).talking()
    short.on({ type: 'command', command: 'hangup', agentId: a }, 12_000)
    expect(surveyByLink(short.on(left).on({ type: 'timer', timer: 'teardown' }).call)).toBeNull()
    expect(surveyByLink(ended(aCall({ surveyRules }).waiting()))).toBeNull()
  })

  it('is not asked when the agent had handed them on to somebody outside, nor after an emergency', () => {
    const outside: PartyTarget = { kind: 'outside', number: '0355-1', name: '市公安局', endpoint: '1@trunk-carrier' }
    const third = (to: PartyTarget): World => {
      const world = talk().on({ type: 'add-party', party: 'third', to, mode: 'three-way', agentId: a }, 12_000)
      const leg = world.call.parties.find(({ id }) => id === 'third')?.channel as ChannelId
      return world.on({ type: 'leg-up', leg })
    }
    expect(surveyByLink(ended(third(outside).on({ type: 'command', command: 'leave', agentId: a })))).toBeNull()
    const ambulance = { ...outside, number: '120', isEmergency: true }
    const dropped: CallEvent = { type: 'drop-party', party: 'third', agentId: a }
    expect(surveyByLink(ended(third(ambulance).on(dropped)))).toBeNull()
    expect(surveyByLink(ended(third(outside).on(dropped)))).not.toBeNull()
  })
})
