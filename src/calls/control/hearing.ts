import type { CallId, ChannelId, RecordingName } from '../../platform/types.ts'
import type { Ari, AriEvent, LiveChannel } from '../../telephony/ari/ari.ts'
import { callOf } from '../machine/call.ts'
import type { Boxes } from './boxes.ts'
import type { Entrances } from './entrances.ts'

export interface HearingParts {
  ari: Pick<Ari, 'hangup'>
  boxes: Boxes
  entrances: Entrances
  /** A channel entered that is no leg of ours. */
  begin(channel: LiveChannel, args: string[]): void
  onRecordingEnded(callId: CallId, recording: RecordingName, isKept: boolean): void
}

export interface Hearing {
  /** Takes an event of Asterisk to the call that it is for, in the words of that call. */
  hear(event: AriEvent): void
  /** A connection has opened: a leg that rings in the application already will cause no further entry event. */
  resume(channels: readonly LiveChannel[]): void
}

export function openHearing(parts: HearingParts): Hearing {
  const { ari, boxes } = parts
  /** Legs of ours that have entered but are not up yet, or the other way round. */
  const halfUp = new Map<ChannelId, 'entered' | 'up'>()

  /** A leg may be joined once it has both answered and entered the application, in either order. */
  function legStep(leg: ChannelId, step: 'entered' | 'up', callId: CallId): void {
    const other = halfUp.get(leg)
    if (!other || other === step) {
      halfUp.set(leg, step)
      return
    }
    halfUp.delete(leg)
    if (!boxes.post(callId, { type: 'leg-up', leg })) void ari.hangup(leg, 'normal')
  }

  function entered(channel: LiveChannel, args: string[]): void {
    const callId = callOf(channel.id)
    if (!callId) {
      parts.begin(channel, args)
      return
    }
    parts.entrances.entered(channel.id)
    if (channel.state === 'Up') legStep(channel.id, 'up', callId)
    legStep(channel.id, 'entered', callId)
  }

  function legUp(channel: ChannelId): void {
    const callId = callOf(channel)
    if (callId) legStep(channel, 'up', callId)
  }

  function recorded(name: RecordingName, isKept: boolean): void {
    const callId = callOf(name)
    if (!callId) return
    parts.onRecordingEnded(callId, name, isKept)
    boxes.post(callId, { type: 'recording-ended', recording: name, isKept })
  }

  /**
   * While we lead a citizen's channel leaves only by hanging up; the end of a leg counts when its cause is known.
   * A citizen who was called is on a leg.
   */
  function callerGone(channel: ChannelId, cause: number | null): void {
    if (callOf(channel) !== null) return
    boxes.post(boxes.ofCaller(channel), { type: 'caller-gone', cause })
  }

  function gone(channel: ChannelId, cause: number): void {
    halfUp.delete(channel)
    if (boxes.ofCaller(channel) && callOf(channel) === null) callerGone(channel, cause)
    else boxes.post(boxes.ownerOf(channel), { type: 'leg-gone', leg: channel, cause })
  }

  function hear(event: AriEvent): void {
    switch (event.type) {
      case 'channel-entered':
        entered(event.channel, event.args)
        break
      case 'channel-up':
        legUp(event.channelId)
        break
      case 'channel-ringing':
        boxes.post(callOf(event.channelId), { type: 'leg-ringing', leg: event.channelId })
        break
      case 'channel-leaving':
        callerGone(event.channelId, event.cause)
        break
      case 'channel-left':
        callerGone(event.channelId, null)
        break
      case 'channel-destroyed':
        gone(event.channelId, event.cause)
        break
      case 'digit':
        boxes.post(boxes.ofCaller(event.channelId), { type: 'digit', digit: event.digit })
        break
      case 'voice':
        boxes.post(boxes.ofCaller(event.channelId), { type: 'voice', isOn: event.isOn, ms: event.ms })
        break
      case 'playback-finished':
        boxes.post(callOf(event.playbackId), { type: 'playback-finished', playback: event.playbackId })
        break
      case 'recording-finished':
        recorded(event.name, true)
        break
      case 'recording-failed':
        recorded(event.name, false)
        break
      default:
    }
  }

  return {
    hear,
    resume(channels) {
      for (const { id, isInApp, state } of channels) {
        if (isInApp && state !== 'Up' && callOf(id) !== null) halfUp.set(id, 'entered')
      }
    },
  }
}
