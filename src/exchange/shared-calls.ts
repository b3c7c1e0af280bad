import { audit } from '../audit/store.ts'
import type { Call } from '../calls/machine/call.ts'
import { answerableOf, type Party } from '../calls/machine/party.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { CallId, Instant } from '../platform/types.ts'
import type { Site } from '../site/site.ts'
import { trunkPrefix } from '../telephony/ari/endpoint.ts'
import type { Exchange } from './exchange.ts'
import type { Sharing } from './ownership.ts'
import { openMatters, tieCall } from './store.ts'

/**
 * Ties the calls of a controller to the exchange: the packet goes ahead of the province's phone, and the account of each
 * shared call follows the states that are kept of it.
 */
export interface SharedCalls {
  /** Before a party's phone rings. @returns headers of its INVITE; none for anybody but the province. Never throws */
  announce(party: Party, call: Call): Promise<Record<string, string>>
  /** A call has come in with the id of a packet, which may come a little later than its call. Never throws */
  cameIn(packetId: string, callId: CallId): Promise<void>
  /** A state of a call was kept. */
  onKept(call: Call): void
  /**
   * Tells again what could not be written. At first, and every minute, finds shared calls that are not followed: those
   * of an earlier controller, or of a node that is gone.
   */
  look(calls: () => readonly Call[]): Promise<void>
}

export interface SharedCallsParts {
  db: Db
  exchange: Exchange
  site: Pick<Site, 'trunks'>
  now(): Instant
  log: Log
}

const searchEveryMs = 60_000

export function openSharedCalls({ db, exchange, site, now, log }: SharedCallsParts): SharedCalls {
  const trunks = site.trunks.filter(({ kind }) => kind === 'province').map(({ name }) => `@${trunkPrefix}${name}`)
  const isTheirs = ({ asked }: Party): boolean => {
    const to = asked?.to
    return to?.kind === 'outside' && trunks.some((trunk) => to.endpoint.endsWith(trunk))
  }
  /** How they stood last, where that is known. */
  const shared = new Map<CallId, Sharing | null>()
  let searchedAt = Number.NEGATIVE_INFINITY
  /** How calls stand of which that is not written yet: the newest state only. */
  const unwritten = new Map<CallId, Sharing>()
  /** Calls in which their phone was gone at some time that is not written yet: the newest state need not show it. */
  const gone = new Set<CallId>()
  const writing = new Set<CallId>()
  const ties = openTies({ db, now, log })

  async function write(callId: CallId): Promise<void> {
    if (writing.has(callId)) return
    writing.add(callId)
    try {
      for (let sharing = unwritten.get(callId); sharing; sharing = unwritten.get(callId)) {
        await writeGone(callId)
        if (sharing.isTheirPhoneUp || sharing.isOver) await exchange.reflect(callId, sharing)
        if (unwritten.get(callId) === sharing) unwritten.delete(callId)
        if (sharing.isOver) shared.delete(callId)
      }
    } catch (error) {
      log.warn({ err: error, callId }, 'state of a shared call not written, retrying')
    } finally {
      writing.delete(callId)
    }
  }

  /** First: it is what brings the matter back to us. */
  async function writeGone(callId: CallId): Promise<void> {
    if (!gone.delete(callId)) return
    try {
      await exchange.reflect(callId, { isTheirPhoneUp: false, isOver: false })
    } catch (error) {
      gone.add(callId)
      throw error
    }
  }

  function reflect(call: Call): void {
    const isOver = call.stage.phase === 'ending' || call.stage.phase === 'ended'
    const isTheirPhoneUp = call.parties.some((party) => isTheirs(party) && party.step === 'UP')
    note(call.id, { isTheirPhoneUp, isOver })
  }

  function note(callId: CallId, sharing: Sharing): void {
    shared.set(callId, sharing)
    unwritten.set(callId, sharing)
    if (!sharing.isTheirPhoneUp && !sharing.isOver) gone.add(callId)
    void write(callId)
  }

  async function announced(party: Party, call: Call): Promise<Record<string, string>> {
    const agent = answerableOf(call)?.agent ?? call.agent
    const { number, name, isWithheld = false } = call.caller
    const agentNumber = agent === null ? null : 'agentNumber' in agent ? agent.agentNumber : agent.number
    // Before: a slow database holds up neither the call nor what is to be told of it.
    if (!shared.has(call.id)) shared.set(call.id, null)
    const { headers, isAcknowledged } = await exchange.announce({
      callId: call.id,
      caller: { number, name, isWithheld },
      line: { number: call.line.number, name: call.line.name },
      agentNumber,
    })
    const newest = shared.get(call.id)
    if (newest) note(call.id, newest)
    await audit(db, {
      ...{
        at: now(),
        actorId: party.asked ? Number(party.asked.by) : null,
        actor: agentNumber ?? '',
        action: 'exchange.told',
      },
      ...{ subject: call.id, details: { isAcknowledged } },
    })
    return {
      'PJSIP_HEADER(add,User-to-User)': headers.userToUser,
      'PJSIP_HEADER(add,X-Hotline-Ticket)': headers.ticket,
    }
  }

  return {
    async announce(party, call) {
      if (!isTheirs(party)) return {}
      try {
        return await announced(party, call)
      } catch (error) {
        // The caller waits: they talk all the same, and the matter stays with us.
        log.warn({ err: error, callId: call.id }, 'province not told of a call: it is placed without the packet')
        return {}
      }
    },
    cameIn: ties.cameIn,
    onKept(call) {
      if (shared.has(call.id)) reflect(call)
    },
    async look(calls) {
      if (now() - searchedAt >= searchEveryMs) {
        const open = await openMatters(db)
        const living = new Map(calls().map((call) => [call.id, call]))
        for (const { callId, isOver } of open) {
          const call = living.get(callId)
          // Another node's call lives there, and is told of there.
          if (shared.has(callId) || (!call && !isOver)) continue
          if (call) reflect(call)
          else note(callId, { isTheirPhoneUp: false, isOver })
        }
        searchedAt = now()
      }
      await Promise.all([...[...unwritten.keys()].map(write), ties.look()])
    },
  }
}

/** Ties calls of theirs to their packets, which may come a little later: it is written, and found when they come. */
function openTies({ db, now, log }: Pick<SharedCallsParts, 'db' | 'now' | 'log'>) {
  /** Calls of theirs by packets, as long as the database does not answer. */
  const unwritten = new Map<string, CallId>()

  async function write(packet: string): Promise<void> {
    const callId = unwritten.get(packet)
    if (callId === undefined) return
    try {
      const isKnown = (await tieCall(db, packet, callId, now())) !== null
      unwritten.delete(packet)
      log.info({ callId, packet, isKnown }, 'call of the province')
    } catch (error) {
      log.warn({ err: error, callId, packet }, 'call not tied to the packet of the province, retrying')
    }
  }

  return {
    cameIn(packetId: string, callId: CallId): Promise<void> {
      unwritten.set(packetId, callId)
      return write(packetId)
    },
    look: () => Promise.all([...unwritten.keys()].map(write)),
  }
}
