import { z } from 'zod'
import type { BridgeId, ChannelId, Instant, PlaybackId, RecordingName } from '../../platform/types.ts'
import type { AriEvent, LiveBridge, LiveChannel } from './ari.ts'

/** Reads Asterisk's messages into our own types. Pure; unknown ones are null, never an error. */

const text = z.string().catch('')
/** `2026-11-23T20:37:00.123+0000`. An unreadable clock would only spoil figures. */
const instant = z.string().transform((value, context) => {
  const at = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  if (Number.isNaN(at)) context.addIssue(`not a time: ${value}`)
  return at
})

const rawChannel = z.object({
  id: z.string(),
  name: text,
  state: text,
  creationtime: instant.catch(0),
  caller: z.object({ number: text, name: text }).catch({ number: '', name: '' }),
  dialplan: z.object({ app_name: text, app_data: text }).catch({ app_name: '', app_data: '' }),
  channelvars: z.record(z.string(), text).catch({}),
})

const rawBridge = z.object({ id: z.string(), name: text, channels: z.array(z.string()).catch([]) })

/** `2026-07-20 21:35:32 UTC`; a build that hides it gives an unreadable text. */
const buildDate = z.string().transform((text) => {
  const at = Date.parse(text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/, '$1T$2Z'))
  return Number.isNaN(at) ? null : at
})

export const rawEndpoint = z.object({ technology: text, resource: z.string(), state: text })

export const rawInfo = z.object({
  build: z.object({ date: buildDate }).catch({ date: null }),
  system: z.object({ version: text }).catch({ version: '' }),
  status: z.object({ startup_time: instant }),
})

const about = { timestamp: instant }
const rawEvent = z.discriminatedUnion('type', [
  z.object({ ...about, type: z.literal('StasisStart'), channel: rawChannel, args: z.array(z.string()).catch([]) }),
  z.object({ ...about, type: z.literal('StasisEnd'), channel: rawChannel }),
  z.object({
    ...about,
    type: z.literal('ChannelHangupRequest'),
    channel: rawChannel,
    cause: z.number().nullable().catch(null),
    soft: z.boolean().catch(false),
  }),
  z.object({ ...about, type: z.literal('ChannelStateChange'), channel: rawChannel }),
  z.object({
    ...about,
    type: z.literal('ChannelDestroyed'),
    channel: rawChannel,
    cause: z.number().catch(0),
    cause_txt: text,
  }),
  z.object({ ...about, type: z.literal('ChannelDtmfReceived'), channel: rawChannel, digit: z.string() }),
  z.object({ ...about, type: z.literal('ChannelTalkingStarted'), channel: rawChannel }),
  z.object({ ...about, type: z.literal('ChannelTalkingFinished'), channel: rawChannel, duration: z.number().catch(0) }),
  z.object({ ...about, type: z.literal('PlaybackFinished'), playback: z.object({ id: z.string(), state: text }) }),
  z.object({
    ...about,
    type: z.literal('RecordingFinished'),
    recording: z.object({ name: z.string(), duration: z.number().catch(0) }),
  }),
  z.object({
    ...about,
    type: z.literal('RecordingFailed'),
    recording: z.object({ name: z.string(), cause: text }),
  }),
  z.object({ ...about, type: z.literal('BridgeDestroyed'), bridge: rawBridge }),
  z.object({ ...about, type: z.literal('EndpointStateChange'), endpoint: rawEndpoint }),
])

/** All event types that are read: Asterisk is asked to send nothing else. */
export const callEventTypes: readonly string[] = rawEvent.options
  .map((option) => option.shape.type.value)
  .filter((type) => type !== 'EndpointStateChange')

/** @param app name of the application that owns calls; an event without it comes from elsewhere */
export function readChannel(raw: unknown, app: string): LiveChannel | null {
  const parsed = rawChannel.safeParse(raw)
  return parsed.success ? channelOf(parsed.data, app) : null
}

function channelOf(channel: z.output<typeof rawChannel>, app: string): LiveChannel {
  const { id, name, state, creationtime, caller, dialplan, channelvars } = channel
  const [inApp, ...stasisArgs] = dialplan.app_name === 'Stasis' ? dialplan.app_data.split(',') : []
  const isInApp = inApp === app
  return {
    id: id as ChannelId,
    state,
    createdAt: creationtime,
    // `PJSIP/<endpoint>-<eight hexadecimal digits>`.
    endpoint: /^PJSIP\/(.+)-[0-9a-f]{8}$/.exec(name)?.[1] ?? null,
    callerNumber: caller.number,
    callerName: caller.name,
    stasisArgs: isInApp ? stasisArgs : [],
    isInApp,
    variables: channelvars,
  }
}

export function readBridge(raw: unknown): LiveBridge | null {
  const parsed = rawBridge.safeParse(raw)
  if (!parsed.success) return null
  const { id, name, channels } = parsed.data
  return { id: id as BridgeId, name, channels: channels as ChannelId[] }
}

/** @returns null for events without meaning for us */
export function readEvent(raw: unknown, app: string): AriEvent | null {
  const parsed = rawEvent.safeParse(raw)
  if (!parsed.success) return null
  const event = parsed.data
  const at = event.timestamp
  switch (event.type) {
    case 'StasisStart':
      // The event's own arguments are more reliable: an originated channel has no `Stasis()` in its dialplan.
      return {
        type: 'channel-entered',
        channel: { ...channelOf(event.channel, app), stasisArgs: event.args, isInApp: true },
        args: event.args,
        at,
      }
    case 'ChannelHangupRequest':
      return { type: 'channel-leaving', channelId: event.channel.id as ChannelId, cause: causeOf(event), at }
    case 'StasisEnd':
      return { type: 'channel-left', channelId: event.channel.id as ChannelId, at }
    case 'ChannelStateChange':
      return stateChange(event.channel, at)
    case 'ChannelDestroyed':
      return {
        type: 'channel-destroyed',
        channelId: event.channel.id as ChannelId,
        cause: event.cause,
        causeText: event.cause_txt,
        at,
      }
    case 'ChannelDtmfReceived':
      return { type: 'digit', channelId: event.channel.id as ChannelId, digit: event.digit, at }
    case 'ChannelTalkingStarted':
      return { type: 'voice', channelId: event.channel.id as ChannelId, isOn: true, ms: 0, at }
    case 'ChannelTalkingFinished':
      return { type: 'voice', channelId: event.channel.id as ChannelId, isOn: false, ms: event.duration, at }
    case 'PlaybackFinished':
      return {
        type: 'playback-finished',
        playbackId: event.playback.id as PlaybackId,
        isFailed: event.playback.state === 'failed',
        at,
      }
    case 'RecordingFinished':
      return {
        type: 'recording-finished',
        name: event.recording.name as RecordingName,
        durationMs: event.recording.duration * 1_000,
        at,
      }
    case 'RecordingFailed':
      return {
        type: 'recording-failed',
        name: event.recording.name as RecordingName,
        cause: event.recording.cause,
        at,
      }
    case 'BridgeDestroyed':
      return { type: 'bridge-destroyed', bridgeId: event.bridge.id as BridgeId, at }
    case 'EndpointStateChange':
      return {
        type: 'contact-changed',
        endpoint: event.endpoint.resource,
        isReachable: isReachable(event.endpoint),
        at,
      }
  }
}

/** Other states say nothing of what people hear. */
function stateChange({ id, state }: z.output<typeof rawChannel>, at: Instant): AriEvent | null {
  const channelId = id as ChannelId
  if (state === 'Up') return { type: 'channel-up', channelId, at }
  return state === 'Ringing' ? { type: 'channel-ringing', channelId, at } : null
}

/** For a hang-up that we requested, Asterisk reports an inner flag of its own (32) in place of the Q.850 cause. */
function causeOf(request: { cause: number | null; soft: boolean }): number | null {
  return request.soft ? null : request.cause
}

/** An endpoint with a registered contact that has not stopped answering. */
export function isReachable(endpoint: { state: string }): boolean {
  return endpoint.state === 'online'
}
