import type { Call } from '../calls/machine/call.ts'
import type { Party } from '../calls/machine/party.ts'
import { type ContextBody, sentAt, summaryIn, type Typed, type Unsigned } from '../exchange/packet.ts'
import type { Instant } from '../platform/types.ts'
import { type EmergencyNumber, emergencyServices } from '../tickets/life/emergency.ts'

/** What 110, 119, 120 and 122 are told of a caller, as docs/exchange/README.md has it. Pure. */

/** What is known of the call without a database. */
export interface EmergencyFacts {
  id: string
  callId: string
  service: string
  caller: { number: string | null; name: string | null; isWithheld: boolean }
  line: { number: string; name: string }
  agentNumber: string | null
  arrivedAt: Instant
  /** Number that the caller keyed in. */
  callBackTo: string | null
}

/** @returns null for a party who is no emergency service */
export function factsOf(party: Party, call: Call): EmergencyFacts | null {
  const to = party.asked?.to
  if (to?.kind !== 'outside' || !to.isEmergency) return null
  const { number, name, isWithheld = false } = call.caller
  const agent = call.parties.find(({ agent: one }) => one?.agentId === party.asked?.by)?.agent
  return {
    ...{ id: party.id, callId: call.id, service: to.number, caller: { number, name, isWithheld } },
    line: { number: call.line.number, name: call.line.name },
    agentNumber: agent?.agentNumber ?? call.agent?.number ?? null,
    ...{ arrivedAt: call.arrivedAt, callBackTo: call.callBackTo ?? null },
  }
}

export const nothingTyped: Typed = { ticket: null, summary: '', place: null, phone: null, isCallerHidden: false }

/**
 * A caller in danger has to be found: number and name are told though they are withheld or hidden, and `is_withheld` asks
 * the service to keep them so. Source: 个人信息保护法, article 13, (4): emergencies.
 */
function contextOf(facts: EmergencyFacts, typed: Typed, region: string): ContextBody {
  const { caller, line } = facts
  return {
    call_id: facts.callId,
    caller: { number: caller.number, name: caller.name, is_withheld: caller.isWithheld || typed.isCallerHidden },
    line,
    summary: summaryIn(typed),
    is_draft: typed.ticket === null,
    place: typed.place,
    emergency: facts.service in emergencyServices ? (facts.service as EmergencyNumber) : null,
    agent: facts.agentNumber,
    // The emergency is theirs by law; what the citizen asked of the hotline stays here.
    owner_token: { holder: region, epoch: 1, offer: null },
    since: sentAt(facts.arrivedAt),
    callback: typed.phone ?? facts.callBackTo ?? caller.number,
  }
}

/** Alone, so that it waits for no other message: its `seq` is 1. Its id is the party's, so that it is sent once. */
export function packetOf(facts: EmergencyFacts, typed: Typed, region: string, now: Instant): Unsigned {
  return {
    ...{ msg_id: facts.id, type: 'CALL_CONTEXT', ver: 1, from: region, to: region, ticket_ref: typed.ticket },
    ...{ seq: 1, sent_at: sentAt(now), body: contextOf(facts, typed, region) },
  }
}
