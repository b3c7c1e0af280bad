import type { BridgeId, ChannelId, RecordingName } from '../../platform/types.ts'
import { bridgeOf, type Call, type Effect, type Found } from './call.ts'
import type { Party, Room } from './party.ts'

/** Who hears whom: what a call wants, and what has to be done for it. Pure. */

export interface Mix {
  bridge: BridgeId
  /** Who hear each other. */
  channels: ChannelId[]
}

export interface Recorded {
  bridge: BridgeId
  recording: RecordingName
}

export interface Sound {
  mixes: Mix[]
  /** Who hear music. */
  music: ChannelId[]
  /** Who are not heard. */
  muted: ChannelId[]
  recordings: Recorded[]
}

/**
 * The known state at Asterisk. Asterisk does not report who hears music or is muted: both are null after a controller's
 * death, and `inDoubt` are parties who may still hear music or be muted although that is no longer wanted.
 */
export type KnownSound = Omit<Sound, 'music' | 'muted'> & {
  music: ChannelId[] | null
  muted: ChannelId[] | null
  inDoubt?: ChannelId[]
}

type Mixed = Pick<Call, 'id' | 'owned' | 'parties' | 'outgoing'>

/** Their channel lives, and they are in a room. */
function isThere({ owned }: Mixed, { role, channel, room }: Party): boolean {
  return room !== null && (role === 'CALLER' ? owned.caller : owned.legs.includes(channel))
}

/** Whether the others in their room hear them, unless they are muted. */
function isPresent(call: Mixed, party: Party): boolean {
  return party.step === 'UP' && !party.isOnHold && isThere(call, party)
}

/** @returns who talk with this party in its room */
export function companyOf(call: Mixed, { id, room }: Party): Party[] {
  return call.parties.filter((other) => other.id !== id && other.room === room && isPresent(call, other))
}

/**
 * Who should hear whom, by bridge. The bridge of the talk stays until the call has ended, even when it is empty. A
 * caller who waits alone stays in it, too: its recording would end with the last participant.
 */
export function mixOf(call: Mixed): Mix[] {
  const rooms = new Map<Room, ChannelId[]>(call.owned.bridge === null ? [] : [['TALK', []]])
  for (const party of call.parties) {
    const { role, step, channel, room, isOnHold, asked } = party
    // Of an outgoing call both are dialled in the bridge.
    const rings = step === 'RINGING' && (asked !== undefined || call.outgoing !== undefined)
    const keepsRecording = role === 'CALLER' && companyOf(call, party).length === 0
    if (room === null || !(step === 'UP' || rings) || !isThere(call, party)) continue
    if (isOnHold && !keepsRecording) continue
    rooms.set(room, [...(rooms.get(room) ?? []), channel])
  }
  return [...rooms].map(([room, channels]) => ({ bridge: bridgeOf(call.id, room), channels }))
}

/** No party except an agent is left alone in silence: a party on hold, or alone in its room, hears music. */
function waitsIn(call: Mixed, party: Party): boolean {
  if (party.role === 'AGENT' || party.step !== 'UP' || !isThere(call, party)) return false
  return party.isOnHold || companyOf(call, party).length === 0
}

/** @returns whether the caller hears music in a talk: on hold, or because all others are elsewhere */
export function isCallerWaiting(call: Mixed): boolean {
  return call.parties.some((party) => party.role === 'CALLER' && waitsIn(call, party))
}

/** All that should be heard of a call, apart from what is spoken to the caller. */
export function soundOf(call: Call): Sound {
  const { stage } = call
  const waits = stage.phase === 'offering' || (stage.phase === 'waiting' && stage.announcement === null)
  const channelsOf = (isMeant: (party: Party) => boolean) => call.parties.filter(isMeant).map(({ channel }) => channel)
  return {
    mixes: mixOf(call),
    music: waits ? [call.channel] : channelsOf((party) => waitsIn(call, party)),
    muted: channelsOf((party) => party.isMuted === true && isThere(call, party)),
    recordings: recordingsOf(call),
  }
}

function recordingsOf({ id, stage, owned, parties }: Call): Recorded[] {
  if (stage.phase !== 'talking' && stage.phase !== 'transferring') return []
  const isConsulted = parties.some(({ role, step }) => role === 'CONSULTED' && step === 'UP')
  const consult = isConsulted ? (owned.consultRecording ?? null) : null
  return [
    ...(owned.recording === null ? [] : [{ bridge: bridgeOf(id), recording: owned.recording }]),
    ...(consult === null ? [] : [{ bridge: bridgeOf(id, 'CONSULT'), recording: consult }]),
  ]
}

/**
 * In a first talk of two, on the phones that it began with, who is in the bridge hears no music: hold takes the caller
 * out of it.
 */
function wasRegrouped({ parties, segments }: Call): boolean {
  const talks = segments.filter(({ kind, result }) => kind === 'OFFER' && result === 'ANSWERED')
  const isNewPhone = ({ role, channel }: Party) =>
    role === 'AGENT' && segments.every((segment) => segment.channel !== channel)
  return talks.length > 1 || segments.some(({ party }) => party !== undefined) || parties.some(isNewPhone)
}

/** What a controller that takes a call over has found of it. */
export function foundSound(call: Call, found: Found): KnownSound {
  const { recording, consultRecording } = call.owned
  const [talk, consult] = [bridgeOf(call.id), bridgeOf(call.id, 'CONSULT')]
  return {
    mixes: [
      ...(found.bridged === null ? [] : [{ bridge: talk, channels: found.bridged }]),
      ...(found.consulting === null ? [] : [{ bridge: consult, channels: found.consulting }]),
    ],
    music: null,
    muted: null,
    inDoubt: call.parties
      .filter(({ step, isMuted }) => step === 'UP' && (wasRegrouped(call) || isMuted !== undefined))
      .map(({ channel }) => channel),
    recordings: [
      ...(found.isRecording && recording !== null ? [{ bridge: talk, recording }] : []),
      ...(found.isConsultRecorded && consultRecording ? [{ bridge: consult, recording: consultRecording }] : []),
    ],
  }
}

/**
 * The requests that turn the known sound into the wanted one; none where both are equal, so that a mixing bridge is not
 * touched. A party that moves from one bridge to another is added to the new one, which loses no sound. New parties
 * enter before others leave, and no one is heard before the recording runs.
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
  const inDoubt = known.inDoubt ?? []
  const quiet = known.music ?? [...new Set([...newcomers.flatMap(({ channels }) => channels), ...inDoubt])]
  const leavers = [...knownPlaces].filter(([channel]) => !wantedPlaces.has(channel))
  const isRecorded = ({ recording }: Recorded) => known.recordings.some((other) => other.recording === recording)
  return [
    ...bridgesOnlyIn(wanted.mixes, known.mixes).map((bridge): Effect => ({ do: 'create-bridge', bridge })),
    ...only(quiet, wanted.music, 'stop-music'),
    ...wanted.recordings.filter((one) => !isRecorded(one)).map((one): Effect => ({ do: 'record', ...one })),
    ...only(wanted.muted, known.muted ?? [], 'mute'),
    ...newcomers.map((mix): Effect => ({ do: 'join', ...mix })),
    ...only(known.muted ?? inDoubt, wanted.muted, 'unmute'),
    ...leavers.map(([channel, bridge]): Effect => ({ do: 'leave-bridge', bridge, channel })),
    ...only(wanted.music, known.music ?? [], 'start-music'),
    ...bridgesOnlyIn(known.mixes, wanted.mixes).map((bridge): Effect => ({ do: 'destroy-bridge', bridge })),
  ]
}

type ByChannel = 'stop-music' | 'start-music' | 'mute' | 'unmute'

function only(some: ChannelId[], others: ChannelId[], verb: ByChannel): Effect[] {
  return some.filter((channel) => !others.includes(channel)).map((channel): Effect => ({ do: verb, channel }))
}

function placesIn(mixes: Mix[]): Map<ChannelId, BridgeId> {
  return new Map(mixes.flatMap(({ bridge, channels }) => channels.map((channel) => [channel, bridge] as const)))
}

/** Every leg that a call has at Asterisk or is about to have: one that rings already may be newer than what was kept. */
export function legsOf({ owned, parties }: Pick<Call, 'owned' | 'parties'>): ChannelId[] {
  const legs = parties.flatMap(({ role, channel }) => (role === 'CALLER' ? [] : [channel]))
  return [...new Set([...owned.legs, ...legs])]
}
