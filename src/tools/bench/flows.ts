import { setTimeout as sleep } from 'node:timers/promises'
import { type Arm, type Flow, keyOf, numberOf } from './arms.ts'
import type { Citizens, Dialogue } from './sip/citizen.ts'
import type { Media, MediaLeg } from './sip/media.ts'
import { lastFour } from './sip/phones.ts'
import { isTone, tonePacket, tones } from './sound.ts'

/** Instants of one call, all on one clock; null for events that did not happen. */
export interface Trace {
  caller: string
  invitedAt: number
  answeredAt: number | null
  /** End of the digit sent. */
  pressedAt: number | null
  /** Flow A: first packet of the repeated greeting. */
  promptAt: number | null
  poppedAt: number | null
  agentInvitedAt: number | null
  agentAnsweredAt: number | null
  /** Flow B: first packet in which each party hears the other. */
  citizenHearsAt: number | null
  agentHearsAt: number | null
  failure: string | null
}

export interface Round {
  traces: Trace[]
  /** Messages that were sent or received twice. */
  resent: number
}

/** When the citizen presses the key, after the answer: the greeting is still playing. */
const keyAfterMs = 500
/** Flow A: how long the citizen listens to the second greeting. */
const listenMs = 300
const promptLimitMs = 3_000
const agentLimitMs = 5_000

let serial = 0

/**
 * Calls arrive at a fixed rate regardless of earlier ones (open loop).
 * @param talkMs flow B: from hearing each other to the citizen's BYE
 */
export async function playRound(
  parts: { citizens: Citizens; media: Media; calls: Map<string, Trace>; signal: AbortSignal },
  ask: { arm: Arm; flow: Flow; perSecond: number; seconds: number; talkMs: number },
): Promise<Round> {
  const { citizens, calls } = parts
  const before = citizens.peer.resent
  const begunAt = performance.now()
  const going: Promise<Trace>[] = []
  for (let index = 0; index < ask.perSecond * ask.seconds && !parts.signal.aborted; index += 1) {
    const dueAt = begunAt + (index * 1_000) / ask.perSecond
    await sleep(Math.max(0, dueAt - performance.now()))
    const trace = newTrace()
    calls.set(lastFour(trace.caller), trace)
    going.push(call(parts, ask, trace))
  }
  const traces = await Promise.all(going)
  for (const trace of traces) calls.delete(lastFour(trace.caller))
  return { traces, resent: citizens.peer.resent - before }
}

function newTrace(): Trace {
  serial += 1
  return {
    caller: `139${String(serial).padStart(8, '0')}`,
    invitedAt: performance.now(),
    answeredAt: null,
    pressedAt: null,
    promptAt: null,
    poppedAt: null,
    agentInvitedAt: null,
    agentAnsweredAt: null,
    citizenHearsAt: null,
    agentHearsAt: null,
    failure: null,
  }
}

async function call(
  { citizens, media }: { citizens: Citizens; media: Media },
  { arm, flow, talkMs }: { arm: Arm; flow: Flow; talkMs: number },
  trace: Trace,
): Promise<Trace> {
  let dialogue: Dialogue | null = null
  let leg: MediaLeg | null = null
  const happened = Promise.withResolvers<void>()
  try {
    dialogue = await citizens.call({ to: numberOf[arm][flow], from: trace.caller })
    trace.invitedAt = dialogue.invitedAt
    trace.answeredAt = dialogue.answeredAt
    leg = media.leg(dialogue.audioPort, (payload, at) => {
      if (trace.pressedAt === null) return
      if (flow === 'A' && trace.promptAt === null && isTone(payload, tones.promptStart)) {
        trace.promptAt = at
        happened.resolve()
      } else if (flow === 'B' && trace.citizenHearsAt === null && isTone(payload, tones.agent)) {
        trace.citizenHearsAt = at
        happened.resolve()
      }
    })
    leg.speak(tonePacket(tones.citizen))
    await sleep(keyAfterMs)
    trace.pressedAt = await leg.press(keyOf[flow])
    const limitMs = flow === 'A' ? promptLimitMs : agentLimitMs
    await Promise.race([happened.promise, sleep(limitMs)])
    await sleep(flow === 'A' ? listenMs : talkMs)
    trace.failure = failureOf(trace, flow)
  } catch (error) {
    trace.failure = error instanceof Error ? error.message : String(error)
  }
  leg?.close()
  await dialogue?.hangUp().catch((error: Error) => {
    trace.failure ??= error.message
  })
  return trace
}

function failureOf(trace: Trace, flow: Flow): string | null {
  if (flow === 'A') return trace.promptAt === null ? 'the second greeting was not heard' : null
  if (trace.agentInvitedAt === null) return 'no phone rang'
  if (trace.citizenHearsAt === null || trace.agentHearsAt === null) return 'they did not hear each other'
  return null
}

/** Why a round may not be claimed: a failed call, or half a second of a SIP retransmission. */
export function voidsOf({ traces, resent }: Round): string[] {
  const failures = traces.flatMap(({ failure }) => failure ?? [])
  const voids: string[] = []
  if (failures.length > 0) voids.push(`${failures.length} of ${traces.length} calls failed (${failures[0]})`)
  if (resent > 0) voids.push(`${resent} messages sent twice`)
  return voids
}
