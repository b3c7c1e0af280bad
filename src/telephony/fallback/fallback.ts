import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { textOf } from '../../platform/text/encoded-text.ts'
import type { ChannelId, Instant, RecordingName } from '../../platform/types.ts'
import type { Ami, AmiPacket } from '../ami/ami.ts'

/**
 * The dialplan's fallback as seen from a controller: the members of its queue beforehand, and the calls that it took
 * afterwards. Each call is collected exactly once: read, store, then forget.
 */

export interface FallbackMember {
  /** SIP endpoint of an agent who is ready. */
  endpoint: string
  name: string
}

export interface FallbackCall {
  /** Asterisk's id of the caller's channel; with the node's name it identifies the call permanently. */
  channel: ChannelId
  caller: { number: string; name: string }
  /** What a controller would have received from `Stasis()`, still encoded: see `readEntry`. */
  entry: string[]
  arrivedAt: Instant | null
  pickedUpAt: Instant | null
  /** When the fallback took the call; null when the caller hung up at once. */
  takenAt: Instant | null
  /** The talk was recorded from this moment on, under this name. */
  answered: { at: Instant; endpoint: string; recording: RecordingName } | null
  /** File below the recording folder; null without a message. */
  message: { file: string; durationMs: number } | null
  /** Hung up before any controller or the fallback took the call. */
  isLeftAtOnce: boolean
  /** A controller was back in time and has a record of this call. */
  isHandedOver: boolean
  /** Null when Asterisk died with the call. */
  endedAt: Instant | null
  cause: number | null
}

export interface Fallback {
  /** Sets the queue's members to exactly these. @returns false when that failed */
  keepMembers(members: FallbackMember[]): Promise<boolean>
  /**
   * Calls that are over.
   * @param readLive channels that Asterisk has; asked only after the calls were read, so that a caller who arrives in
   *   the meantime does not count as gone; null when it is unknown
   */
  collect(readLive: () => Promise<ReadonlySet<ChannelId> | null>): Promise<FallbackCall[] | null>
  /** Call it after the call was stored. */
  forget(channel: ChannelId): Promise<boolean>
}

const queue = 'fallback'
const family = 'hotline-fallback'

export function openFallback(ami: Ami, parts: { spoolDir: string; log: Logger }): Fallback {
  const { spoolDir, log } = parts

  async function ask(action: string, fields: Record<string, string>): Promise<boolean> {
    const answer = await ami.ask(action, fields)
    if (!answer.ok)
      log.warn({ action, why: answer.why, detail: answer.detail }, 'fallback queue not updated: trying again')
    return answer.ok
  }

  async function readCalls(): Promise<Map<ChannelId, Facts> | null> {
    const tree = await ami.list('DBGetTree', { Family: family })
    if (tree.ok) return readTree(tree.value)
    // Asterisk answers an empty tree with an error.
    return tree.why === 'refused' ? new Map() : null
  }

  return {
    async keepMembers(members) {
      const status = await ami.list('QueueStatus', { Queue: queue })
      if (!status.ok) {
        log.warn({ why: status.why, detail: status.detail }, 'fallback queue not read: trying again')
        return false
      }
      const { add, remove, wake } = difference(members, status.value)
      const done = await Promise.all([
        ...remove.map((Interface) => ask('QueueRemove', { Queue: queue, Interface })),
        ...add.map((member) =>
          ask('QueueAdd', {
            Queue: queue,
            Interface: `PJSIP/${member.endpoint}`,
            StateInterface: `PJSIP/${member.endpoint}`,
            MemberName: member.name.replace(/[\r\n,]/g, ' '),
          }),
        ),
        ...wake.map((Interface) => ask('QueuePause', { Queue: queue, Interface, Paused: 'false' })),
      ])
      return done.every(Boolean)
    },

    async collect(readLive) {
      const before = await readCalls()
      const live = before && (await readLive())
      if (!before || !live) return null
      const lost = [...before].filter(([channel, facts]) => facts.ended === undefined && !live.has(channel))
      // They may have ended between the two looks; their last trace is written before the channel goes.
      const after = lost.length === 0 ? before : await readCalls()
      if (!after) return null
      const over = [...before].filter(([channel, facts]) => facts.ended !== undefined || !live.has(channel))
      return Promise.all(over.map(([channel, facts]) => readCall(channel, after.get(channel) ?? facts, spoolDir)))
    },

    async forget(channel) {
      const answer = await ami.ask('DBDelTree', { Family: family, Key: channel })
      return answer.ok
    },
  }
}

/** Who joins, who leaves, who was paused after a missed ring and is ready again. Pure. */
export function difference(
  wanted: FallbackMember[],
  packets: AmiPacket[],
): { add: FallbackMember[]; remove: string[]; wake: string[] } {
  const present = packets.filter((packet) => packet.event === 'QueueMember')
  const there = new Set(present.map((packet) => packet.location ?? ''))
  const wantedInterfaces = new Set(wanted.map((member) => `PJSIP/${member.endpoint}`))
  return {
    add: wanted.filter((member) => !there.has(`PJSIP/${member.endpoint}`)),
    remove: [...there].filter((one) => !wantedInterfaces.has(one)),
    wake: present
      .filter((packet) => packet.paused === '1' && wantedInterfaces.has(packet.location ?? ''))
      .map((packet) => packet.location ?? ''),
  }
}

type Facts = Record<string, string | undefined>

/** Keys are `/hotline-fallback/<channel>/<fact>`. Pure. */
export function readTree(packets: AmiPacket[]): Map<ChannelId, Facts> {
  const calls = new Map<ChannelId, Facts>()
  for (const packet of packets) {
    const [, root, channel, fact] = (packet.key ?? '').split('/')
    if (root !== family || !channel || !fact) continue
    const facts = calls.get(channel as ChannelId) ?? {}
    facts[fact] = packet.val ?? ''
    calls.set(channel as ChannelId, facts)
  }
  return calls
}

async function readCall(channel: ChannelId, facts: Facts, spoolDir: string): Promise<FallbackCall> {
  const entry = (facts.entry ?? '').split(',')
  const [number = '', name = ''] = (facts.caller ?? '').split(',').map(textOf)
  const [answeredAt, endpoint] = (facts.answered ?? '').split(',')
  const [endedAt, cause] = (facts.ended ?? '').split(',')
  const answered = instantOf(answeredAt)
  return {
    channel,
    caller: { number, name },
    entry,
    arrivedAt: instantOf(entry[4]),
    pickedUpAt: instantOf(facts['picked-up']),
    takenAt: instantOf(facts.taken),
    answered:
      answered === null
        ? null
        : { at: answered, endpoint: endpoint ?? '', recording: `fallback/${channel}` as RecordingName },
    message: facts.message ? await readMessage(facts.message, spoolDir) : null,
    isLeftAtOnce: facts['left-at-once'] !== undefined,
    isHandedOver: instantOf(facts['handed-over']) !== null,
    endedAt: instantOf(endedAt),
    cause: Number(cause) || null,
  }
}

const headerBytes = 44
const bytesPerMs = 16

/** 8 kHz, 16 bit, mono. Without a file, or without sound, there is no message. */
async function readMessage(file: string, spoolDir: string): Promise<FallbackCall['message']> {
  if (file.includes('../..')) return null
  const size = await stat(join(spoolDir, 'recording', file)).then(
    (found) => found.size,
    () => 0,
  )
  return size <= headerBytes ? null : { file, durationMs: Math.round((size - headerBytes) / bytesPerMs) }
}

function instantOf(text: string | undefined): Instant | null {
  const value = Number(text)
  return Number.isInteger(value) && value > 1e12 && value < 1e13 ? value : null
}
