import type { CallId, Instant } from '../platform/types.ts'
import type { EmergencyNumber } from '../tickets/life/emergency.ts'
import type { Holder, Token } from './ownership.ts'

/** Messages of the exchange as docs/exchange/message.schema.json has them. Pure. */

/** Regions by GB/T 2260, as messages name the two sides. */
export interface Regions {
  own: string
  province: string
}

export interface RegionToken {
  holder: string
  epoch: number
  offer: number | null
}

export interface ContextBody {
  call_id: string
  caller: { number: string | null; name: string | null; is_withheld: boolean }
  line: { number: string; name: string }
  summary: string
  is_draft: boolean
  place: string | null
  emergency: EmergencyNumber | null
  agent: string | null
  owner_token: RegionToken
  /** To an emergency service only: when the caller called us, and where to call them. */
  since?: string
  callback?: string | null
}

export type EventName = 'joined' | 'left' | 'ended' | 'offered' | 'moved' | 'kept' | 'returned'

export interface EventBody {
  call_id: string
  event: EventName
  role: 'CALLER' | 'AGENT' | 'CONSULTED' | 'PARTNER' | null
  why: string | null
  owner_token: RegionToken
}

export type Unsigned = {
  msg_id: string
  ver: 1
  from: string
  to: string
  ticket_ref: string | null
  seq: number
  sent_at: string
} & ({ type: 'CALL_CONTEXT'; body: ContextBody } | { type: 'CALL_EVENT'; body: EventBody })
export type Message = Unsigned & { sign: string }

export interface Reply {
  msg_id: string
  reply: 'ACK' | 'NACK' | 'DEFER'
  code: number | null
  text: string
  until: string | null
  sign: string
}

/**
 * Why a try brought no answer of theirs. `NOT_OURS`: there was one, and its signature is not by our secret. Anybody may
 * send such a one, so it settles nothing; most likely the secrets of the two sides differ.
 */
export const noReplies = ['NO_ANSWER', 'NOT_OURS'] as const
export type NoReply = (typeof noReplies)[number]

export const refusals = ['SECRET', 'REFUSED', 'NOT_SENT'] as const

/** What another side did not take of us, for those who can mend it. */
export interface RefusedPacket {
  /** Told once. */
  key: string
  /** Whom, in words, e.g. `119消防救援`. */
  to: string
  /** The secrets differ; they said no; nobody answered until it was too late. */
  why: (typeof refusals)[number]
  /** Of the secret, as the administrator knows it. */
  setting: string
}

/** The facts of a call for its messages. */
export interface CallFacts {
  callId: CallId
  caller: { number: string | null; name: string | null; isWithheld: boolean }
  line: { number: string; name: string }
  /** Number of the agent who is answerable. */
  agentNumber: string | null
}

/** What was typed of it until now. */
export interface Typed {
  ticket: string | null
  summary: string
  place: string | null
  /** As the agent typed it. */
  phone: string | null
  /** A confidential or anonymous matter, or a report: no names are sent. */
  isCallerHidden: boolean
}

const longestSummary = 4_000
export const summaryIn = ({ summary }: Typed): string => [...summary].slice(0, longestSummary).join('')

/** Personal data only as far as the other side needs it: neither number nor name of a hidden caller, or of a withheld number. */
export function contextOf(facts: CallFacts, typed: Typed, token: RegionToken): ContextBody {
  const { number, name, isWithheld } = facts.caller
  // The network gives us a withheld number, so that callers in danger can be found; it goes no further.
  const nobody = { number: null, name: null, is_withheld: true }
  return {
    call_id: facts.callId,
    caller: typed.isCallerHidden || isWithheld ? nobody : { number, name, is_withheld: false },
    line: { number: facts.line.number, name: facts.line.name },
    summary: summaryIn(typed),
    is_draft: typed.ticket === null,
    place: typed.place,
    emergency: null,
    agent: facts.agentNumber,
    owner_token: token,
  }
}

/** @param keeper region of the side that keeps the account */
export function regionToken({ holder, epoch, offer }: Token, keeper: string, other: string): RegionToken {
  return { holder: holder === 'US' ? keeper : other, epoch, offer }
}

export function tokenIn({ holder, epoch, offer }: RegionToken, keeper: string): Token {
  const side: Holder = holder === keeper ? 'US' : 'THEM'
  return { holder: side, epoch, offer }
}

/** RFC 8785, for the contents of messages: objects with sorted keys, no blanks. */
export function canonicalOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalOf).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  // By UTF-16 code units, as `<` compares.
  entries.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalOf(inner)}`).join(',')}}`
}

export const sentAt = (at: Instant): string => new Date(at).toISOString()

/** When a message is tried again that had no answer: after 1, 2, 4 … 60 s. */
export function pauseBefore(attempts: number): number {
  return Math.min(60_000, 1_000 * 2 ** Math.min(attempts, 10))
}

/** A message without an acknowledgement for this long is given up. */
export const givenUpAfterMs = 24 * 3_600_000
