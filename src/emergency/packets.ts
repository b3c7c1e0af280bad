import { setTimeout as sleep } from 'node:timers/promises'
import { audit } from '../audit/store.ts'
import type { Call } from '../calls/machine/call.ts'
import type { Party } from '../calls/machine/party.ts'
import { userToUser } from '../exchange/headers.ts'
import { postMessage } from '../exchange/outgoing.ts'
import {
  type Message,
  type NoReply,
  pauseBefore,
  type RefusedPacket,
  type Reply,
  type Typed,
} from '../exchange/packet.ts'
import { signed } from '../exchange/sign.ts'
import { announceRefused } from '../exchange/store.ts'
import { readTyped } from '../exchange/typed.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { CallId, Instant } from '../platform/types.ts'
import type { Settings } from '../settings.ts'
import type { Site } from '../site/site.ts'
import { handoversOf, type PacketState } from './handover.ts'
import { type EmergencyFacts, factsOf, nothingTyped, packetOf } from './packet.ts'
import { type DuePacket, keepFirstTry, keepTry, packetsDue } from './store.ts'

/** Tells 110, 119, 120 and 122 who calls, from where and why, while their phone already rings. */
export interface EmergencyPackets {
  /**
   * The phone rings at once: neither database nor network is waited for. Never throws.
   * @returns headers of its INVITE, by which the service finds the packet; null for a party who is no emergency service
   */
  push(party: Party, call: Call): Record<string, string> | null
  /** Sends again what was not taken; for a process that does it every second. */
  look(): Promise<void>
}

interface Sent {
  message: Message
  reply: Reply | NoReply
}

export interface EmergencyPacketParts {
  db: Db
  settings: Pick<Settings, 'emergencyUrl' | 'emergencySecret'>
  site: Pick<Site, 'regionCode'>
  now(): Instant
  log: Log
}

/** A database that does not answer delays what it knows, not what the call itself says. */
const typedMs = 500
/** Later the call has told them everything. */
const givenUpAfterMs = 15 * 60_000
const packetsAtOnce = 20
/** The same message with other content: they have the first one. */
const codeOfKnown = 303

/** @returns null where no interface is named: the services are called without a packet */
export function openEmergencyPackets(parts: EmergencyPacketParts): EmergencyPackets | null {
  const { db, settings, now, log } = parts
  const { emergencyUrl, emergencySecret: secret } = settings
  if (emergencyUrl === null || secret === '') return null
  const region = parts.site.regionCode

  async function send(facts: EmergencyFacts, typed: Typed): Promise<Sent> {
    const message = signed(secret, packetOf(facts, typed, region, now()))
    const url = emergencyUrl?.replaceAll('{service}', facts.service) ?? ''
    return { message, reply: await postMessage(message, { url, secret, log }) }
  }

  async function first(facts: EmergencyFacts, party: Party, call: Call): Promise<void> {
    const { message, reply } = await send(facts, await typedInTime(db, facts.callId as CallId))
    const state = stateOf(reply)
    if (state !== 'ACKED') log.warn({ callId: call.id, service: facts.service, reply }, 'emergency packet not taken')
    const handover = handoversOf(call).find(({ id }) => id === party.id)
    if (handover) await keepFirstTry(db, handover, call.id, fateOf(state, message, reply, 1, now()))
    if (handover) await tell(handover, whyRefused(reply))
    await audit(db, {
      ...{ at: now(), actorId: Number(party.asked?.by ?? 0), actor: facts.agentNumber ?? '', action: 'emergency.told' },
      ...{ subject: call.id, details: { service: facts.service, state } },
    })
  }

  async function again({ handover, facts }: DuePacket): Promise<void> {
    const tries = handover.packetTries + 1
    if (now() - handover.askedAt > givenUpAfterMs) {
      const fate = fateOf(
        'WAITING',
        handover.packet,
        handover.packetTrouble ?? 'NO_ANSWER',
        handover.packetTries,
        now(),
      )
      await keepTry(db, handover.id, { ...fate, packetState: 'GIVEN_UP', nextAt: null })
      await tell(handover, 'NOT_SENT')
      return
    }
    const typed = await typedInTime(db, handover.callId)
    const { message, reply } = await send(facts, typed)
    await keepTry(db, handover.id, fateOf(stateOf(reply), message, reply, tries, now()))
    await tell(handover, whyRefused(reply))
  }

  /** At once, while the call may still last: who can mend it, and who can tell the service by telephone. */
  async function tell(
    { id, service, name }: { id: string; service: string; name: string },
    why: RefusedPacket['why'] | null,
  ): Promise<void> {
    if (why === null) return
    const packet = { key: id, to: `${service}${name}`, why, setting: 'EMERGENCY_SECRET' }
    await announceRefused(db, packet, now())
  }

  return {
    push(party, call) {
      const facts = factsOf(party, call)
      if (!facts) return null
      first(facts, party, call).catch((error: unknown) =>
        log.warn({ err: error, callId: call.id }, 'emergency packet not sent or not written: sent again'),
      )
      return { 'PJSIP_HEADER(add,User-to-User)': userToUser(facts.id) }
    },
    async look() {
      await Promise.all((await packetsDue(db, now(), packetsAtOnce)).map(again))
    },
  }
}

function stateOf(reply: Reply | NoReply): PacketState {
  if (typeof reply === 'string') return 'WAITING'
  if (reply.reply === 'ACK' || reply.code === codeOfKnown) return 'ACKED'
  return reply.reply === 'NACK' && (reply.code ?? 500) < 500 ? 'NACKED' : 'WAITING'
}

function whyRefused(reply: Reply | NoReply): RefusedPacket['why'] | null {
  if (reply === 'NOT_OURS') return 'SECRET'
  return stateOf(reply) === 'NACKED' ? 'REFUSED' : null
}

function fateOf(packetState: PacketState, packet: Message | null, reply: Reply | NoReply, tries: number, now: Instant) {
  const [trouble, answer] = typeof reply === 'string' ? [reply, null] : [null, reply]
  const nextAt = packetState === 'WAITING' ? now + pauseBefore(tries) : null
  return {
    ...{ packetState, packet, reply: answer, packetTrouble: trouble, packetTries: tries, packetAt: now, nextAt },
  }
}

async function typedInTime(db: Db, callId: CallId): Promise<Typed> {
  const limit = new AbortController()
  const late = sleep(typedMs, nothingTyped, { signal: limit.signal }).catch(() => nothingTyped)
  try {
    return await Promise.race([readTyped(db, callId).catch(() => nothingTyped), late])
  } finally {
    limit.abort()
  }
}
