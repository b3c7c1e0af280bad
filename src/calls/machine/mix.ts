import type { BridgeId, ChannelId, RecordingName } from '../../platform/types.ts'
import { bridgeOf, type Call, type Effect, type Found } from './call.ts'
import type { Room } from './party.ts'

/** Who hears whom: what a call wants, and what has to be done for it. Pure. */

export interface Mix {
  bridge: BridgeId
  /** Who hear each other. */
  channels: ChannelId[]
}

export interface Sound {
  mixes: Mix[]
  /** Who hear music. */
  music: ChannelId[]
  recording: { bridge: BridgeId; recording: RecordingName } | null
}

/** What is so at Asterisk. It does not say who hears music: `music` is null after a controller's death. */
export type KnownSound = Omit<Sound, 'music'> & { music: ChannelId[] | null }

/** Who should hear whom, by bridge. The bridge of the talk stays until the call has ended, also with nobody in it. */
export function mixOf(call: Pick<Call, 'id' | 'owned' | 'parties'>): Mix[] {
  const rooms = new Map<Room, ChannelId[]>(call.owned.bridge === null ? [] : [['TALK', []]])
  for (const { role, step, channel, room, isOnHold } of call.parties) {
    const isThere = role === 'CALLER' ? call.owned.caller : call.owned.legs.includes(channel)
    if (step !== 'UP' || room === null || isOnHold || !isThere) continue
    rooms.set(room, [...(rooms.get(room) ?? []), channel])
  }
  return [...rooms].map(([room, channels]) => ({ bridge: bridgeOf(call.id, room), channels }))
}

/** All that should be heard of a call, apart from what is spoken to the caller. */
export function soundOf(call: Call): Sound {
  const { stage, owned } = call
  const waits = stage.phase === 'offering' || (stage.phase === 'waiting' && stage.announcement === null)
  const isTalk = stage.phase === 'talking' && owned.recording !== null
  return {
    mixes: mixOf(call),
    music: waits ? [call.channel] : call.parties.filter((party) => party.isOnHold).map((party) => party.channel),
    recording: isTalk && owned.recording ? { bridge: bridgeOf(call.id), recording: owned.recording } : null,
  }
}

/** What a controller that takes a call over has found of it. */
export function foundSound(call: Call, found: Found): KnownSound {
  const { recording } = call.owned
  const bridge = bridgeOf(call.id)
  return {
    mixes: found.bridged === null ? [] : [{ bridge, channels: found.bridged }],
    music: null,
    recording: found.isRecording && recording !== null ? { bridge, recording } : null,
  }
}

/**
 * What turns the known sound into the wanted one; nothing where both are alike, so that a bridge that mixes is not
 * touched. Somebody who moves from one bridge to another is added to the new one, which loses no sound. New people come
 * in before others go out, and nobody says a word before the recording runs.
 */
export function mend(wanted: Sound, known: KnownSound): Effect[] {
  const bridgesOnlyIn = (some: Mix[], others: Mix[]) =>
    some.map((mix) => mix.bridge).filter((bridge) => others.every((other) => other.bridge !== bridge))
  const wantedPlaces = placesIn(wanted.mixes)
  const knownPlaces = placesIn(known.mixes)
  const isNew = (channel: ChannelId) => wantedPlaces.get(channel) !== knownPlaces.get(channel)
  const newcomers = wanted.mixes
    .map(({ bridge, channels }) => ({ bridge, channels: channels.filter(isNew) }))
    .filter(({ channels }) => channels.length > 0)
  const quiet = known.music ?? newcomers.flatMap(({ channels }) => channels)
  const leavers = [...knownPlaces].filter(([channel]) => !wantedPlaces.has(channel))
  const isRecorded = wanted.recording === null || wanted.recording.recording === known.recording?.recording
  return [
    ...bridgesOnlyIn(wanted.mixes, known.mixes).map((bridge): Effect => ({ do: 'create-bridge', bridge })),
    ...quiet
      .filter((channel) => !wanted.music.includes(channel))
      .map((channel): Effect => ({ do: 'stop-music', channel })),
    ...(isRecorded || wanted.recording === null ? [] : [{ do: 'record' as const, ...wanted.recording }]),
    ...newcomers.map((mix): Effect => ({ do: 'join', ...mix })),
    ...leavers.map(([channel, bridge]): Effect => ({ do: 'leave-bridge', bridge, channel })),
    ...wanted.music
      .filter((channel) => !known.music?.includes(channel))
      .map((channel): Effect => ({ do: 'start-music', channel })),
    ...bridgesOnlyIn(known.mixes, wanted.mixes).map((bridge): Effect => ({ do: 'destroy-bridge', bridge })),
  ]
}

function placesIn(mixes: Mix[]): Map<ChannelId, BridgeId> {
  return new Map(mixes.flatMap(({ bridge, channels }) => channels.map((channel) => [channel, bridge] as const)))
}

/** Every leg that a call has at Asterisk or is about to have: one that rings already may be newer than what was kept. */
export function legsOf({ owned, parties }: Pick<Call, 'owned' | 'parties'>): ChannelId[] {
  const legs = parties.flatMap(({ role, channel }) => (role === 'CALLER' ? [] : [channel]))
  return [...new Set([...owned.legs, ...legs])]
}
