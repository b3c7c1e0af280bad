import { readEntry } from '../../../calls/control/entry.ts'
import { advance, enter } from '../../../calls/machine/advance.ts'
import type { Call, CallEvent } from '../../../calls/machine/call.ts'
import { type AgentOffer, answerableOf } from '../../../calls/machine/party.ts'
import type { ChannelId, Instant, PlaybackId } from '../../../platform/types.ts'
import type { Site } from '../../../site/site.ts'
import type { LiveChannel } from '../../../telephony/ari/ari.ts'

/** One call of the sample from its INVITE to its end, through the machine of real calls. It has no sound. */

export type Ending =
  | { how: 'answered'; waitS: number; talkS: number; hangsUp: 'citizen' | 'agent' }
  /** In the queue, or before it while the greeting plays. */
  | { how: 'gave-up'; waitS: number }
  | { how: 'left-greeting' }
  /** Told how, after a long wait; the message's file is for the caller of this function to make. */
  | { how: 'left-message'; waitS: number; speaksS: number }
  /** Our fault: the platform was down. */
  | { how: 'lost'; waitS: number }

export interface SampleCall {
  site: Site
  node: string
  /** Of its channel. */
  id: string
  /** Of the caller. */
  number: string
  line: string
  at: Instant
  ending: Ending
  /** To whom it is offered, if it is. */
  offer: AgentOffer
}

export const greetingS = 6
const pickUpS = 3
/** From the words of how to leave a message to the beep. */
const promptS = 5

export function sampleCall(from: SampleCall): Call {
  const { site, at, ending, offer } = from
  const channel: LiveChannel = {
    ...{ id: from.id as ChannelId, state: 'Up', createdAt: at, endpoint: null, isInApp: true, variables: {} },
    ...{ callerNumber: from.number, callerName: '', stasisArgs: [] },
  }
  const entry = readEntry(site, from.node, channel, [from.line, '', '', '', String(at)], at)
  if (!entry) throw new Error(`sample call ${from.id} does not enter`)
  let now = at
  let call = enter(entry, now).call
  const on = (afterS: number, event: CallEvent): void => {
    now += afterS * 1_000
    call = advance(call, event, now, site.timings).call
  }
  const citizenGoes = (afterS: number) => on(afterS, { type: 'caller-gone', cause: 16 })
  if (ending.how === 'left-greeting') citizenGoes(greetingS / 2)
  else {
    if (call.stage.phase === 'greeting') played(greetingS, call.stage.playback)
    if (ending.how === 'gave-up') citizenGoes(ending.waitS)
    if (ending.how === 'lost') on(ending.waitS, { type: 'platform-lost' })
    if (ending.how === 'answered') talk(ending)
    if (ending.how === 'left-message') speak(ending)
  }
  return clearedAway()

  function played(afterS: number, playback: PlaybackId | null): void {
    if (playback !== null) on(afterS, { type: 'playback-finished', playback })
  }

  function talk({ waitS, talkS, hangsUp }: Ending & { how: 'answered' }): void {
    on(Math.max(0, waitS - pickUpS), { type: 'offered', offer })
    on(0, { type: 'pop-shown', offerId: offer.id })
    const leg = answerableOf(call)?.channel
    if (leg === undefined) throw new Error(`sample call ${from.id} does not ring`)
    on(pickUpS, { type: 'leg-up', leg })
    on(0, { type: 'offer-accepted', offerId: offer.id })
    if (hangsUp === 'citizen') citizenGoes(talkS)
    else on(talkS, { type: 'command', command: 'hangup', agentId: offer.agentId })
  }

  function speak({ waitS, speaksS }: Ending & { how: 'left-message' }): void {
    on(waitS, { type: 'timer', timer: 'way-out' })
    on(promptS, { type: 'digit', digit: '2' })
    if (call.stage.phase === 'messaging') played(promptS, call.stage.playback)
    if (call.message === undefined) throw new Error(`sample call ${from.id} does not come to its message`)
    on(speaksS, { type: 'recording-ended', recording: call.message, isKept: true })
    if (call.stage.phase === 'messaging') played(2, call.stage.playback)
  }

  /** What Asterisk tells when all that the call had there is gone. */
  function clearedAway(): Call {
    for (const leg of call.owned.legs) on(0, { type: 'leg-gone', leg, cause: 16 })
    if (call.owned.caller) citizenGoes(0)
    if (call.owned.recording) on(0, { type: 'recording-ended', recording: call.owned.recording, isKept: true })
    if (call.stage.phase !== 'ended') on(0, { type: 'timer', timer: 'teardown' })
    if (call.stage.phase !== 'ended') throw new Error(`sample call ${from.id} does not end: ${call.stage.phase}`)
    return call
  }
}
