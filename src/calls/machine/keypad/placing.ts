import type { Instant } from '../../../platform/types.ts'
import { bridgeOf, type Call, type Entry, type Step } from '../call.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import { aCaller, type Party } from '../party.ts'
import { withSegment } from '../phases/parts.ts'
import { nothingPressed } from './keypad.ts'

/** The machine calls a citizen: dialled by Asterisk, alone in a bridge, which they leave when they answer. */
export function placeByMachine(entry: Entry & { outgoing: Outgoing }, now: Instant): Step {
  const { id, outgoing } = entry
  const bridge = bridgeOf(id)
  const citizen: Party = { ...aCaller(entry.channel, entry.caller.number), step: 'RINGING', room: 'TALK' }
  const call: Call = {
    ...entry,
    version: 1,
    serial: 2,
    keys: '',
    pickedUpAt: null,
    queuedAt: null,
    offeredAt: null,
    answeredAt: null,
    endedAt: null,
    agent: null,
    hangupCause: null,
    stage: { phase: 'asking', step: 'ringing', playback: null, tries: 0 },
    parties: [citizen],
    keypad: nothingPressed,
    timers: { reach: now + outgoing.ringMs },
    owned: { caller: true, legs: [], bridge, recording: null },
    segments: [],
  }
  return {
    call: withSegment(call, { kind: 'CALLING' }, now),
    effects: [
      { do: 'create-bridge', bridge },
      { do: 'dial', party: citizen, bridge },
    ],
  }
}
