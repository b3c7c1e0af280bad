import { and, eq, isNull } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { type Diallable, mayDial, trunkFor } from '../../directory/may-dial.ts'
import { directoryEntries } from '../../directory/schema.ts'
import { readDirectory } from '../../directory/store.ts'
import { normaliseNumber } from '../../lines/number.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { CallId, TicketId } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Site } from '../../site/site.ts'
import { trunkPrefix } from '../../telephony/ari/endpoint.ts'
import { openTicketAccess } from '../../tickets/access.ts'
import { isCallerHidden, mayKnowHidden } from '../../tickets/life/view.ts'
import { findTicket } from '../../tickets/lists/reads.ts'
import { isHiddenTicket } from '../../tickets/records/hidden.ts'
import { ticketCalls, tickets } from '../../tickets/records/schema.ts'
import type { Outgoing } from '../machine/outgoing/outgoing.ts'
import { type CallAccessParts, callAccess, requireCall } from '../records/access.ts'
import { findCallback } from '../records/callbacks.ts'
import type { OutgoingTarget } from './api.ts'

/** Who is meant by what an agent chose: the number is found here and leaves the server only towards the network. */

export const targetRefusals = [
  'ticket.not-found',
  'ticket.not-yours',
  'callback.not-found',
  'callback.already-handled',
  'call.not-found',
  'call.caller-hidden',
  'directory.not-found',
  'outgoing.no-number',
] as const

/** What is needed to know whether and how a number is dialled. */
export interface DialParts {
  db: Db
  site: Pick<Site, 'areaCode' | 'directory' | 'lines' | 'trunks'>
  isSamplePlayed: boolean
}

export interface TargetParts extends CallAccessParts, DialParts {
  db: Db
  guard: Guard
}

export interface Person {
  /** E.164; a short code as it is dialled. */
  number: string
  /** Of a body in the directory. */
  name: string | null
  /** The agent may not know who it is. */
  isHidden: boolean
  about: Outgoing['about']
  ties: TicketId[]
}

/** @throws Refusal when the agent may not read it, or it has no number that can be called */
export async function personOf(parts: TargetParts, request: FastifyRequest, to: OutgoingTarget): Promise<Person> {
  if ('ticket' in to) return ofTicket(parts, request, to.ticket, to.person)
  if ('callback' in to) return ofCallback(parts, request, to.callback)
  if ('call' in to) return ofCall(parts, request, to.call)
  return ofDirectory(parts, to.directory)
}

/** @returns what Asterisk dials @throws Refusal for a number that is not dialled, or that no trunk reaches */
export async function endpointOf(
  parts: DialParts,
  { number, about }: Pick<Person, 'number' | 'about'>,
): Promise<string> {
  const { db, site, isSamplePlayed } = parts
  const emergencies = site.directory.filter(({ kind }) => kind === 'EMERGENCY')
  const own = site.lines.flatMap((line) => [line.number, ...line.landingDids])
  // A number of a ticket that is an entry of the directory as well is dialled as that entry.
  const directory = await readDirectory(db)
  const people = about.kind === 'directory' ? [] : [number]
  const found: Diallable | null = mayDial(number, { emergencies, directory, people, own }, site.areaCode)
  if (!found) throw new Refusal('call.number-not-allowed')
  const trunk = trunkFor(found, site.trunks, isSamplePlayed)
  if (!trunk) throw new Refusal('call.no-trunk')
  return `${found.number}@${trunkPrefix}${trunk.name}`
}

/** Extensions are keyed in by the agent once somebody answers. */
const withoutExtension = (number: string | null) => number?.split(';ext=')[0] || null

async function ofTicket(
  parts: TargetParts,
  request: FastifyRequest,
  number: string,
  person: 'caller' | 'other',
): Promise<Person> {
  const access = openTicketAccess(parts)
  const { ticket } = await access.require(request, await findTicket(parts.db, number))
  const phone = withoutExtension(person === 'caller' ? ticket.callerPhone : ticket.callerOtherPhone)
  // An anonymous caller gave no number to be called at.
  if (phone === null || ticket.isAnonymous) throw new Refusal('outgoing.no-number')
  const isHidden = isCallerHidden(ticket) && !mayKnowHidden(access.personOf(request))
  return { number: phone, name: null, isHidden, about: { kind: 'ticket', id: ticket.number }, ties: [ticket.id] }
}

async function ofCallback(parts: TargetParts, request: FastifyRequest, id: string): Promise<Person> {
  const callback = await findCallback(parts.db, id)
  if (!callback) throw new Refusal('callback.not-found')
  if (callback.status !== 'TO_CALL_BACK') throw new Refusal('callback.already-handled')
  const number = withoutExtension(callback.callerNumber)
  if (number === null) throw new Refusal('outgoing.no-number')
  const { isHidden } = await callAccess(parts, parts.guard.sessionOf(request), callback.callId)
  return {
    ...{ number, name: null, isHidden, about: { kind: 'callback', id: callback.id } },
    ties: await hiddenTicketsOf(parts.db, callback.callId),
  }
}

async function ofCall(parts: TargetParts, request: FastifyRequest, id: string): Promise<Person> {
  const { call } = await requireCall(parts.db, id)
  const { isHidden } = await callAccess(parts, parts.guard.sessionOf(request), call.id)
  if (isHidden) throw new Refusal('call.caller-hidden')
  if (call.callerNumber === null || call.isCallerWithheld) throw new Refusal('outgoing.no-number')
  return {
    ...{ number: call.callerNumber, name: null, isHidden: false, about: { kind: 'call', id: call.id } },
    ties: await hiddenTicketsOf(parts.db, call.id),
  }
}

async function ofDirectory({ db, site }: TargetParts, id: number): Promise<Person> {
  const [entry] = await db
    .select({ number: directoryEntries.number, name: directoryEntries.name })
    .from(directoryEntries)
    .where(and(eq(directoryEntries.id, id), isNull(directoryEntries.withdrawnAt)))
  if (!entry) throw new Refusal('directory.not-found')
  const number = normaliseNumber(entry.number, site.areaCode).e164 ?? entry.number
  return { number, name: entry.name, isHidden: false, about: { kind: 'directory', id: String(id) }, ties: [] }
}

/** By these the new call hides its citizen as well, also where the agent who places it may know them: others may not. */
async function hiddenTicketsOf(db: Db, callId: CallId | null): Promise<TicketId[]> {
  if (callId === null) return []
  const rows = await db
    .select({ id: tickets.id })
    .from(ticketCalls)
    .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
    .where(and(eq(ticketCalls.callId, callId), isHiddenTicket()))
  return rows.map(({ id }) => id)
}
