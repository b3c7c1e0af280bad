import type { BridgeId, ChannelId, Instant, PlaybackId, RecordingName } from '../../platform/types.ts'

/**
 * The one typed edge to Asterisk's REST interface. Behind it: ari-client, its reconnects and its oddities.
 * A request resolves to an answer, it never throws: a channel that is gone is a normal thing in telephony.
 */

export type AriAnswer<T = void> =
  | { ok: true; value: T }
  | {
      ok: false
      /**
       * `gone`: 404, the object no longer exists. `refused`: 4xx. `failed`: 5xx or no connection. `timeout`: no answer.
       */
      why: 'gone' | 'refused' | 'failed' | 'timeout'
      detail: string
    }

export interface LiveChannel {
  id: ChannelId
  state: string
  createdAt: Instant
  /** SIP endpoint of the phone or trunk; null for any other channel. */
  endpoint: string | null
  callerNumber: string
  callerName: string
  /** Arguments of the `Stasis()` that the channel entered with; empty when it is not in our application. */
  stasisArgs: string[]
  isInApp: boolean
  /** Those that `ari.conf` has told with each channel. */
  variables: Record<string, string>
}

export interface LiveBridge {
  id: BridgeId
  name: string
  channels: ChannelId[]
}

/** What happens at Asterisk, already typed, in the order in which Asterisk said it. */
export type AriEvent =
  | { type: 'channel-entered'; channel: LiveChannel; args: string[]; at: Instant }
  /** The far end hung up; what was playing to it is reported as finished only after this. */
  | { type: 'channel-leaving'; channelId: ChannelId; cause: number | null; at: Instant }
  | { type: 'channel-left'; channelId: ChannelId; at: Instant }
  | { type: 'channel-up'; channelId: ChannelId; at: Instant }
  /** The far end said that its phone rings (180). */
  | { type: 'channel-ringing'; channelId: ChannelId; at: Instant }
  | { type: 'channel-destroyed'; channelId: ChannelId; cause: number; causeText: string; at: Instant }
  | { type: 'digit'; channelId: ChannelId; digit: string; at: Instant }
  /** The far end begins to speak, or has been silent for a while; `ms`: how long it spoke. Only where it was asked for. */
  | { type: 'voice'; channelId: ChannelId; isOn: boolean; ms: number; at: Instant }
  | { type: 'playback-finished'; playbackId: PlaybackId; isFailed: boolean; at: Instant }
  | { type: 'recording-finished'; name: RecordingName; durationMs: number; at: Instant }
  | { type: 'recording-failed'; name: RecordingName; cause: string; at: Instant }
  | { type: 'bridge-destroyed'; bridgeId: BridgeId; at: Instant }
  /** Of a phone, also without a change: with each channel of it. */
  | { type: 'contact-changed'; endpoint: string; isReachable: boolean; at: Instant }

/** What lives at Asterisk at the moment of (re)connecting. Taken before the first event is handed on. */
export interface AriInventory extends EndpointList {
  /** Changes when Asterisk was restarted. */
  asteriskStartedAt: Instant
  version: string
  /** Null where it does not say. */
  builtAt: Instant | null
  channels: LiveChannel[]
  bridges: LiveBridge[]
  /** Names of recordings that are being written. */
  recordings: RecordingName[]
}

/** Every SIP endpoint, trunks too. */
export interface EndpointList {
  endpoints: string[]
  /** Those with a registered contact. */
  reachable: string[]
}

export interface OriginateAsk {
  channelId: ChannelId
  endpoint: string
  callerNumber: string
  callerName: string
  ringSeconds: number
  appArgs: string[]
  variables: Record<string, string>
}

/** A leg that does not ring before `dialLeg`. */
export interface LegAsk {
  channelId: ChannelId
  /** What PJSIP dials: a phone's name, or `number@trunk`. */
  endpoint: string
  appArgs: string[]
  /** Functions too, e.g. `CONNECTEDLINE(all)`: what the other end is shown. */
  variables: Record<string, string>
}

/** A SIP endpoint that lives in Asterisk's memory and is pushed again after its restart. */
export interface DynamicEndpoint {
  id: string
  /** MD5 of `id:asterisk:password`. */
  digest: string
  kind: 'BROWSER' | 'DESK' | 'GUEST'
  callerNumber: string | null
}

export interface Ari {
  /** Media URIs are played one after another under one playback id, e.g. `sound:zh/greeting`. */
  play(
    target: { channel: ChannelId } | { bridge: BridgeId },
    playbackId: PlaybackId,
    media: string[],
  ): Promise<AriAnswer>
  stopPlayback(playbackId: PlaybackId): Promise<AriAnswer>
  startMusic(channelId: ChannelId): Promise<AriAnswer>
  stopMusic(channelId: ChannelId): Promise<AriAnswer>
  originate(ask: OriginateAsk): Promise<AriAnswer>
  /** It may be put into a bridge and dialled once its `channel-entered` has come. */
  createLeg(ask: LegAsk): Promise<AriAnswer>
  /** Asterisk gives up by itself after this. An answer arrives as `channel-up`, a failure as `channel-destroyed`. */
  dialLeg(channelId: ChannelId, limitSeconds: number): Promise<AriAnswer>
  /** The others do not hear this channel; muted twice, one `unmute` is enough. */
  mute(channelId: ChannelId): Promise<AriAnswer>
  unmute(channelId: ChannelId): Promise<AriAnswer>
  /** Ends the ring-back tone that a phone in the same bridge has left. */
  stopRinging(channelId: ChannelId): Promise<AriAnswer>
  /** Keys as RFC 4733, to this channel alone. */
  sendDigits(channelId: ChannelId, digits: string): Promise<AriAnswer>
  hangup(channelId: ChannelId, cause: 'normal' | 'busy' | 'congestion' | 'no_answer'): Promise<AriAnswer>
  /** Mixing bridge with DTMF events. */
  createBridge(bridgeId: BridgeId, name: string): Promise<AriAnswer>
  destroyBridge(bridgeId: BridgeId): Promise<AriAnswer>
  addToBridge(bridgeId: BridgeId, channels: ChannelId[]): Promise<AriAnswer>
  /** Neither the channel nor those in the bridge are shown whom they are connected with: they see what was set before. */
  addUnseen(bridgeId: BridgeId, channelId: ChannelId): Promise<AriAnswer>
  removeFromBridge(bridgeId: BridgeId, channelId: ChannelId): Promise<AriAnswer>
  /** WAV, kept under the spool's `recording/` folder; name may hold slashes. */
  recordBridge(bridgeId: BridgeId, name: RecordingName): Promise<AriAnswer>
  /** What a caller says after a beep: ends with `#`, 5 s of silence or after 120 s, as in the dialplan's fallback. */
  recordMessage(channelId: ChannelId, name: RecordingName): Promise<AriAnswer>
  stopRecording(name: RecordingName): Promise<AriAnswer>
  hasSound(name: string): Promise<AriAnswer<boolean>>
  /** Creates or changes the endpoint, its auth and its aor. */
  pushEndpoint(endpoint: DynamicEndpoint): Promise<AriAnswer>
  /** Removes them, and the registration with them; a call in progress goes on. */
  dropEndpoint(id: string): Promise<AriAnswer>
  /** Every SIP request from this address is answered 403, until Asterisk is restarted or it is unblocked. */
  blockAddress(address: string): Promise<AriAnswer>
  unblockAddress(address: string): Promise<AriAnswer>
  /** '' for one that is not set. */
  variable(channelId: ChannelId, name: string): Promise<AriAnswer<string>>
  /** RTP packets that have come from this channel's phone. */
  packetsHeard(channelId: ChannelId): Promise<AriAnswer<number>>
  /**
   * Asks the phone by an UPDATE within the call whether it is there. One that gives no answer at all for 32 s is hung up
   * (RFC 3261 12.2.1.2); any answer will do, a refusal too.
   */
  checkSession(channelId: ChannelId): Promise<AriAnswer>
  channels(): Promise<AriAnswer<LiveChannel[]>>
  endpoints(): Promise<AriAnswer<EndpointList>>
  inventory(): Promise<AriAnswer<AriInventory>>
}

/** One connection that reconnects without end. */
export interface AriLink {
  readonly ari: Ari
  /** Socket open and the last pong fresh. */
  isConnected(): boolean
  /**
   * Starts connecting. On every (re)connect `onConnected` is awaited with the inventory; events that arrive in the
   * meantime are buffered and passed on after it, in order.
   */
  start(listener: {
    onConnected(inventory: AriInventory): Promise<void>
    onEvent(event: AriEvent): void
    onLost(why: string): void
  }): Promise<void>
  stop(): Promise<void>
}
