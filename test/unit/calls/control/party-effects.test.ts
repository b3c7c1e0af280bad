import { describe, expect, it } from 'vitest'
import { openEntrances } from '../../../../src/calls/control/entrances.ts'
import { dial, type PartyEffectParts } from '../../../../src/calls/control/party-effects.ts'
import type { Effect } from '../../../../src/calls/machine/call.ts'
import type { PartyTarget } from '../../../../src/calls/machine/party.ts'
import { viewOf } from '../../../../src/calls/machine/view.ts'
import { aCall, anOffer, timings } from '../world.ts'

const agentId = anOffer().agentId
const province: PartyTarget = {
  kind: 'outside',
  number: '035112345',
  name: '省平台',
  endpoint: '035112345@trunk-province',
}

/** A talk whose agent consults the province, and an Asterisk that writes down what it is asked. */
function consulting(announce: PartyEffectParts['announce']) {
  const world = aCall().talking().on({ type: 'add-party', agentId, party: 'p', to: province, mode: 'consult' })
  const effect = world.effects.find((one): one is Extract<Effect, { do: 'dial' }> => one.do === 'dial')
  if (!effect) throw new Error('nobody is rung')
  const asked: string[] = []
  const entrances = openEntrances()
  const done = { ok: true, value: undefined } as const
  const parts: PartyEffectParts = {
    ownNumber: '12345',
    ari: {
      async createLeg({ channelId }) {
        asked.push('create')
        entrances.entered(channelId as never)
        return done
      },
      async addUnseen() {
        asked.push('add')
        return done
      },
      async dialLeg() {
        asked.push('dial')
        return done
      },
    },
    queue: { agents: async () => [], takePart: async () => null, releasePart: async () => {} } as never,
    bus: { publish: () => {} },
    ...{ entrances, announce, epoch: 1, timings },
    view: (call) => viewOf(call, null),
    onQueueMoved: () => {},
    now: () => world.now,
  }
  return { world, asked, ring: () => dial(parts, effect, world.call, () => world.call) }
}

describe('a phone of the province', () => {
  it('is rung after the packet', async () => {
    const { asked, ring } = consulting(async () => ({}))
    expect(await ring()).toMatchObject({ ok: true })
    expect(asked).toEqual(['create', 'add', 'dial'])
  })

  it('is not rung any more when the agent cancels while the packet is on its way', async () => {
    const one = consulting(async () => {
      one.world.on({ type: 'command', command: 'cancel', agentId })
      return {}
    })
    expect(await one.ring()).toMatchObject({ ok: true })
    expect(one.asked).toEqual([])
  })

  it('holds up no emergency: its packet is waited for no longer', async () => {
    const { world, asked, ring } = consulting(() => new Promise(() => {}))
    const rung = ring()
    const fire: PartyTarget = { ...province, number: '119', endpoint: '119@trunk-carrier', isEmergency: true }
    world.on({ type: 'add-party', agentId, party: 'fire', to: fire, mode: 'three-way' })
    const first = await Promise.race([rung, new Promise((resolve) => setTimeout(() => resolve('waits'), 500))])
    expect(first).toMatchObject({ ok: true })
    expect(asked).toEqual([])
  })
})
