import { setTimeout as sleep } from 'node:timers/promises'
import type { Citizens } from '../bench/sip/citizen.ts'
import type { Media, MediaLeg } from '../bench/sip/media.ts'
import { isTone, tonePacket, tones } from '../bench/sound.ts'
import { isConsulted, type Sharing } from './sharing.ts'

/** One call as its citizen saw it; instants by `performance.now()`. */
export interface CallSeen {
  caller: string
  invitedAt: number
  answeredAt: number | null
  /** The first packet in which the agent is heard. */
  joinedAt: number | null
  /** When the citizen wanted to hang up, or was hung up on. */
  endedAt: number | null
  /** Longest time without the agent's voice after the announcement of the agent's number. */
  gapMs: number
  failure: 'not answered' | 'no agent' | 'hung up' | 'fell silent' | null
}

export interface Line {
  citizens: Citizens
  media: Media
  sharing: Sharing
}

/** The announcement of the agent's number plays over the agent's voice. */
const announcementMs = 5_000
/** The dialplan's own queue comes after an apology; a caller who waited through an outage has patience. */
const agentLimitMs = 45_000
/** After a longer silence the agent's side counts as lost. */
const silenceMs = 5_000
const lookEveryMs = 100

let serial = 0

/** Calls, waits for an agent, talks until `until` resolves, hangs up. Never throws: failures are in the result. */
export async function callOnce(line: Line, until: () => Promise<unknown>): Promise<CallSeen> {
  serial += 1
  const seen: CallSeen = {
    caller: `139${String(serial).padStart(8, '0')}`,
    invitedAt: performance.now(),
    answeredAt: null,
    joinedAt: null,
    endedAt: null,
    gapMs: 0,
    failure: null,
  }
  // Music while the agent consults: its gaps are not the agent's.
  const isPatient = line.sharing.isOn && isConsulted(seen.caller)
  const dialogue = await line.citizens.call({ to: '12345', from: seen.caller }).catch(() => null)
  if (!dialogue) return { ...seen, failure: 'not answered', endedAt: performance.now() }
  seen.answeredAt = dialogue.answeredAt
  let heardAt = performance.now()
  const leg: MediaLeg = line.media.leg(dialogue.audioPort, (payload, at) => {
    if (!isTone(payload, tones.agent)) return
    seen.joinedAt ??= at
    if (!isPatient && at - seen.joinedAt > announcementMs) seen.gapMs = Math.max(seen.gapMs, at - heardAt)
    heardAt = at
  })
  leg.speak(tonePacket(tones.citizen))
  let isHungUp = false
  void dialogue.ended.then(() => {
    isHungUp = true
  })

  async function wait(isOver: () => boolean): Promise<void> {
    while (!isOver() && !isHungUp) {
      const lookedAt = performance.now()
      await sleep(lookEveryMs)
      // What this process did not hear while it was stalled itself may have been said.
      heardAt += Math.max(0, performance.now() - lookedAt - 2 * lookEveryMs)
    }
  }
  await wait(() => seen.joinedAt !== null || performance.now() - dialogue.answeredAt > agentLimitMs)
  if (isHungUp) seen.failure = 'hung up'
  else if (seen.joinedAt === null) seen.failure = 'no agent'
  else {
    let isEnough = false
    void until().then(() => {
      isEnough = true
    })
    const isSilent = () =>
      !isPatient &&
      performance.now() - heardAt > silenceMs &&
      performance.now() - (seen.joinedAt ?? 0) > 2 * announcementMs
    await wait(() => isEnough || isSilent())
    if (isHungUp) seen.failure = 'hung up'
    else if (isSilent()) seen.failure = 'fell silent'
  }
  seen.endedAt = performance.now()
  leg.close()
  if (!isHungUp) await dialogue.hangUp().catch(() => undefined)
  return seen
}

/** Citizens call at a fixed rate, regardless of earlier calls. */
export function openTraffic(line: Line, ask: { perSecond: number; talkMs: number }) {
  const going: Promise<CallSeen>[] = []
  let isOpen = true
  const begunAt = performance.now()
  const running = (async () => {
    for (let index = 0; isOpen; index += 1) {
      await sleep(Math.max(0, begunAt + (index * 1_000) / ask.perSecond - performance.now()))
      if (isOpen) going.push(callOnce(line, () => sleep(ask.talkMs)))
    }
  })()
  return {
    /** Starts no further calls; resolves when all have ended. */
    async close(): Promise<CallSeen[]> {
      isOpen = false
      await running
      return Promise.all(going)
    },
  }
}
