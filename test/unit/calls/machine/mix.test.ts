import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bridgeOf, type Call, type Effect } from '../../../../src/calls/machine/call.ts'
import { type KnownSound, mend, mixOf, type Sound, soundOf } from '../../../../src/calls/machine/mix.ts'
import { aCaller, anAgent, type Party } from '../../../../src/calls/machine/party.ts'
import type { BridgeId, ChannelId, RecordingName } from '../../../../src/platform/types.ts'
import { aCall, anOffer, entry } from '../world.ts'

const channels = ['c', 'a', 'p', 's'] as ChannelId[]
const bridges = [bridgeOf(entry.id), bridgeOf(entry.id, 'CONSULT')]
const recordings = ['one', 'two'] as RecordingName[]

/** Each channel is in one bridge or in none, and hears music or not. */
const aSound = fc
  .record({
    isMade: fc.tuple(fc.boolean(), fc.boolean()),
    places: fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
    music: fc.subarray(channels),
    muted: fc.subarray(channels),
    recording: fc.option(fc.constantFrom(...recordings)),
  })
  .map(({ isMade, places, music, muted, recording }): Sound => {
    const mixes = bridges.flatMap((bridge, index) =>
      isMade[index] ? [{ bridge, channels: channels.filter((_, at) => places[at] === index) }] : [],
    )
    const recorded = mixes.length > 0 && recording !== null
    return { mixes, music, muted, recordings: recorded ? [{ bridge: bridges[0] as BridgeId, recording }] : [] }
  })

/** What Asterisk makes of the effects. @throws when one asks for what is not there */
function carriedOut(known: Sound, effects: Effect[]): Sound {
  const made = new Map(known.mixes.map(({ bridge, channels: members }) => [bridge, new Set(members)]))
  const music = new Set(known.music)
  const muted = new Set(known.muted)
  const recordings = [...known.recordings]
  const membersOf = (bridge: BridgeId) => {
    const members = made.get(bridge)
    if (!members) throw new Error(`no bridge ${bridge}`)
    return members
  }
  for (const effect of effects) {
    if (effect.do === 'create-bridge') made.set(effect.bridge, new Set())
    else if (effect.do === 'destroy-bridge') made.delete(effect.bridge)
    else if (effect.do === 'leave-bridge') membersOf(effect.bridge).delete(effect.channel)
    else if (effect.do === 'start-music') music.add(effect.channel)
    else if (effect.do === 'stop-music') music.delete(effect.channel)
    else if (effect.do === 'mute') muted.add(effect.channel)
    else if (effect.do === 'unmute') muted.delete(effect.channel)
    else if (effect.do === 'record') recordings.push({ bridge: effect.bridge, recording: effect.recording })
    else if (effect.do === 'join') {
      for (const channel of effect.channels) for (const members of made.values()) members.delete(channel)
      for (const channel of effect.channels) membersOf(effect.bridge).add(channel)
    } else throw new Error(`mend asks for ${effect.do}`)
  }
  const mixes = [...made].map(([bridge, members]) => ({ bridge, channels: [...members] }))
  return { mixes, music: [...music], muted: [...muted], recordings }
}

const sorted = ({ mixes, music, muted }: Sound) => ({
  mixes: mixes
    .map((mix) => ({ ...mix, channels: mix.channels.toSorted() }))
    .toSorted((a, b) => (a.bridge < b.bridge ? -1 : 1)),
  music: music.toSorted(),
  muted: muted.toSorted(),
})

describe('mend', () => {
  it('turns whatever is known into what is wanted, and asks for nothing where both are alike', () => {
    fc.assert(
      fc.property(aSound, aSound, (wanted, known) => {
        const mended = carriedOut(known, mend(wanted, known))
        expect(sorted(mended)).toEqual(sorted(wanted))
        expect(mended.recordings).toEqual(expect.arrayContaining(wanted.recordings))
        expect(mend(wanted, wanted)).toEqual([])
      }),
    )
  })

  it('does so after a controller’s death too, when nobody says who hears music', () => {
    fc.assert(
      fc.property(aSound, aSound, (wanted, found) => {
        // Who is in a bridge hears none: hold and resume see to that.
        const inBridges = new Set(found.mixes.flatMap((mix) => mix.channels))
        const real = { ...found, music: found.music.filter((channel) => !inBridges.has(channel)) }
        const known: KnownSound = { ...real, music: null, muted: null }
        const mended = carriedOut(real, mend(wanted, known))
        expect(sorted(mended).mixes).toEqual(sorted(wanted).mixes)
        expect(mended.music).toEqual(expect.arrayContaining(wanted.music))
        const joined = wanted.mixes.flatMap((mix) => mix.channels).filter((channel) => !wanted.music.includes(channel))
        expect(joined.filter((channel) => mended.music.includes(channel))).toEqual([])
      }),
    )
  })
})

/** A talk to which others have come. */
function withOthers(...others: Party[]): Call {
  const { call } = aCall().talking()
  const legs = [...call.owned.legs, ...others.map((party) => party.channel)]
  return { ...call, parties: [...call.parties, ...others], owned: { ...call.owned, legs } }
}

const partner = (room: Party['room']): Party => ({
  ...anAgent(anOffer('1002'), 'partner' as ChannelId),
  ...{ role: 'CONSULTED', step: 'UP', room },
})

describe('who hears whom', () => {
  it('is caller and agent in a talk', () => {
    const world = aCall().talking()
    expect(mixOf(world.call)).toEqual([{ bridge: bridges[0], channels: [entry.channel, world.leg()] }])
  })

  it('is nobody but the agent while the caller is on hold and hears music', () => {
    const world = aCall().talking()
    world.on({ type: 'command', command: 'hold', agentId: anOffer().agentId })
    expect(soundOf(world.call)).toMatchObject({
      mixes: [{ bridge: bridges[0], channels: [world.leg()] }],
      music: [entry.channel],
    })
  })

  it('is nobody at all while a phone rings', () => {
    const { call } = aCall().ringing()
    expect(soundOf(call)).toEqual({
      mixes: [{ bridge: bridges[0], channels: [] }],
      music: [entry.channel],
      muted: [],
      recordings: [],
    })
  })

  it('leaves out a leg that is gone, while its page comes back', () => {
    const world = aCall().talking()
    const old = world.leg()
    world.on({ type: 'rejoin', agentId: anOffer().agentId, endpoint: 'b-new' })
    world.on({ type: 'leg-gone', leg: old, cause: 16 })
    expect(mixOf(world.call)).toEqual([{ bridge: bridges[0], channels: [entry.channel] }])
  })

  it('is agent and consulted apart, then all three, each by one addition and no silence between', () => {
    const three = withOthers(partner('TALK'))
    const agent = three.parties[1]?.channel as ChannelId
    const change = (party: Party): Party =>
      party.role === 'CALLER' ? { ...party, isOnHold: true } : { ...party, room: 'CONSULT' }
    const asking = { ...three, parties: three.parties.map(change) }
    expect(mend(soundOf(asking), soundOf(three))).toEqual([
      { do: 'create-bridge', bridge: bridges[1] },
      { do: 'join', bridge: bridges[1], channels: [agent, 'partner'] },
      { do: 'start-music', channel: entry.channel },
    ])
    expect(mend(soundOf(three), soundOf(asking))).toEqual([
      { do: 'stop-music', channel: entry.channel },
      { do: 'join', bridge: bridges[0], channels: [agent, 'partner'] },
      { do: 'destroy-bridge', bridge: bridges[1] },
    ])
  })

  it('has no place for somebody whose phone only rings', () => {
    const call = withOthers({ ...partner('TALK'), step: 'RINGING' })
    expect(mixOf(call)).toEqual(mixOf(aCall().talking().call))
  })

  it('begins with a caller who is in no conversation', () => {
    expect(aCall().call.parties).toEqual([aCaller(entry.channel, entry.caller.number)])
  })
})
