import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { openController } from '../../../../src/calls/control/controller.ts'
import { openEntrances } from '../../../../src/calls/control/entrances.ts'
import type { Call, Effect } from '../../../../src/calls/machine/call.ts'
import type { AgentId, CallId, ChannelId } from '../../../../src/platform/types.ts'
import type { AriInventory, LiveChannel } from '../../../../src/telephony/ari/ari.ts'
import { aCall, entry, timings } from '../world.ts'

/**
 * What a controller makes of callers who were with the dialplan's fallback: stores and Asterisk are lists here. The
 * whole way with a real Asterisk: test/calls/crash.test.ts.
 */

const caller: LiveChannel = {
  id: entry.channel,
  state: 'Up',
  createdAt: entry.arrivedAt,
  endpoint: 'trunk-local',
  callerNumber: '13903551234',
  callerName: '',
  stasisArgs: ['12345'],
  isInApp: true,
  variables: {},
}
const withFallback: LiveChannel = { ...caller, isInApp: false, stasisArgs: [] }

function hotline(start: { living?: Call[]; aside?: Call[]; channels?: LiveChannel[] }) {
  const living = new Map((start.living ?? []).map((call) => [call.id, call]))
  const aside = new Map((start.aside ?? []).map((call) => [call.id, call]))
  const world = { channels: start.channels ?? [], wasClosed: false as boolean | null }
  const hungUp: ChannelId[] = []
  const told: CallId[] = []
  const effects: Effect['do'][] = []
  const inventory = (): AriInventory => ({
    ...{
      asteriskStartedAt: 0,
      builtAt: null,
      version: '22',
      bridges: [],
      recordings: [],
      endpoints: [],
      reachable: [],
    },
    channels: world.channels,
  })
  const controller = openController({
    ari: {
      async hangup(channel) {
        hungUp.push(channel)
        return { ok: true, value: undefined }
      },
      destroyBridge: async () => ({ ok: true, value: undefined }),
      channels: async () => ({ ok: true, value: world.channels }),
      inventory: async () => ({ ok: true, value: inventory() }),
    },
    ledger: {
      keep: async (call) => void living.set(call.id, call),
      setAside(id) {
        const call = living.get(id)
        if (call) aside.set(id, call)
        living.delete(id)
      },
      endAside: (id) => void aside.delete(id),
      retell: async () => {},
      aside: async () => new Map(aside),
      settled: async () => {},
      load: async () => ({ calls: [...living.values()], isWhole: true }),
      stop: async () => {},
    },
    node: entry.node,
    entrances: openEntrances(),
    timings,
    now: () => entry.arrivedAt + 60_000,
    read: () => entry,
    news: () => ({ channel: '', text: '' }),
    async perform(effect) {
      effects.push(effect.do)
      return null
    },
    onKept: () => {},
    onRecordingEnded: () => {},
    wasClosed: async () => world.wasClosed,
    onCameBack: () => {},
    tellAside: (call) => void told.push(call.id),
    mayAct: async () => true,
    log: pino({ level: 'silent' }),
  })
  return { controller, living, aside, world, hungUp, told, effects, connect: () => controller.onConnected(inventory()) }
}

const waiting = () => aCall().waiting().call
const talking = () => aCall().talking()

describe('a caller who is with the fallback', () => {
  it('is left there: he stands neither in the line nor among the living calls', async () => {
    const one = hotline({ living: [waiting()], channels: [withFallback] })
    await one.connect()
    expect(one.controller.calls()).toEqual([])
    expect([...one.living.keys(), ...one.aside.keys()]).toEqual([entry.id])
    expect([one.told, one.effects, one.hungUp]).toEqual([[entry.id], ['leave-queue'], []])
    expect(one.controller.aside(entry.channel)).toMatchObject({ id: entry.id })
  })

  it('goes on where he was when he comes back', async () => {
    const one = hotline({ aside: [waiting()], channels: [withFallback] })
    await one.connect()
    one.controller.onEvent({ type: 'channel-entered', channel: caller, args: ['12345'], at: entry.arrivedAt })
    await vi.waitFor(() => expect(one.effects).toContain('enqueue'))
    expect(one.controller.calls()).toMatchObject([{ id: entry.id, stage: { phase: 'waiting' } }])
    expect(one.controller.calls()[0]?.version).toBeGreaterThan(waiting().version)
    expect(one.aside.size).toBe(0)
  })

  it('and came back while no controller was there goes on as well', async () => {
    const one = hotline({ aside: [waiting()], channels: [caller] })
    await one.connect()
    expect(one.controller.calls()).toMatchObject([{ id: entry.id, stage: { phase: 'waiting' } }])
    expect([one.aside.size, one.hungUp]).toEqual([0, []])
  })

  it('and has hung up leaves a closed record, though the dialplan had written nothing of him yet', async () => {
    const one = hotline({ aside: [waiting()] })
    await one.connect()
    await one.controller.closeAside()
    expect(one.living.size).toBe(0)
    await one.controller.closeAside()
    await vi.waitFor(() => expect(one.living.get(entry.id)).toMatchObject({ stage: { outcome: 'LEFT_QUEUE' } }))
    expect(one.aside.size).toBe(0)
  })

  it('and has hung up is only forgotten when the import has closed his record, and not before that is known', async () => {
    const one = hotline({ aside: [waiting()] })
    await one.connect()
    one.world.wasClosed = null
    for (let looks = 0; looks < 3; looks += 1) await one.controller.closeAside()
    expect(one.aside.size).toBe(1)
    one.world.wasClosed = true
    await one.controller.closeAside()
    expect([one.aside.size, one.living.size]).toEqual([0, 0])
  })
})

it('a talk goes on, though the stores still say that its caller is with the fallback', async () => {
  const later = talking()
  const leg: LiveChannel = { ...caller, id: later.leg(), stasisArgs: [] }
  const one = hotline({ living: [later.call], aside: [waiting()], channels: [caller, leg] })
  await one.connect()
  expect(one.controller.calls()).toMatchObject([{ id: entry.id, stage: { phase: 'talking' } }])
  expect([one.aside.size, one.hungUp]).toEqual([0, []])
})

describe('an agent who was reserved when the controller died', () => {
  const offered = aCall({ arrivedAt: entry.arrivedAt + 55_000 }).offered()
  const phone = (state: LiveChannel['state']): LiveChannel => ({ ...caller, id: offered.leg(), state, stasisArgs: [] })

  it.each([
    ['rings on', 'Ringing', ['create-bridge', 'mark-ringing']],
    ['has the call that they answered meanwhile', 'Up', ['create-bridge', 'accept-offer']],
  ] as const)('%s: how far the phone came, Asterisk says', async (_, state, asked) => {
    const one = hotline({ living: [offered.call], channels: [caller, phone(state)] })
    await one.connect()
    await vi.waitFor(() => expect(one.effects).toEqual(asked))
    expect(one.hungUp).toEqual([])
  })

  it('is shown the caller once more when no phone rings', async () => {
    const one = hotline({ living: [offered.call], channels: [caller] })
    await one.connect()
    await vi.waitFor(() => expect(one.effects).toEqual(['pop']))
  })
})

it('a phone that rang in the application before the controller came is there once it is answered', async () => {
  const later = talking()
  const agentId = later.call.agent?.id as AgentId
  const to = { kind: 'outside', number: '110', name: '公安报警', endpoint: '110@trunk-carrier' } as const
  later.on({ type: 'add-party', agentId, party: 'third', to, mode: 'three-way' })
  const third = later.call.parties[2]?.channel as ChannelId
  const own = [later.leg(), third].map((id) => ({ ...caller, id, stasisArgs: ['leg'] }))
  const channels = [caller, ...own.map((leg) => (leg.id === third ? { ...leg, state: 'Ringing' } : leg))]
  const one = hotline({ living: [later.call], channels })
  await one.connect()
  one.controller.onEvent({ type: 'channel-up', channelId: third, at: entry.arrivedAt })
  await vi.waitFor(() => expect(one.controller.calls()[0]?.parties[2]).toMatchObject({ step: 'UP' }))
})
