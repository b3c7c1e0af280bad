import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Readings } from '../audit/readings.ts'
import type { NumbersAsked } from '../citizens/numbers-asked.ts'
import { requireNumber } from '../lines/required.ts'
import { openLineIds } from '../lines/store.ts'
import { addressOf } from '../lines/written.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import { callId } from '../platform/text/codes.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { openTicketAccess } from './access.ts'
import {
  acted,
  callerTickets,
  created,
  duplicates,
  duplicatesAsked,
  idempotencyHeaders,
  type NewTicketInput,
  newTicket,
  returnedTickets,
  reveal,
  revealedCaller,
  ticketCounts,
  ticketDetail,
  ticketList,
  ticketNumber,
  ticketQuery,
  ticketStanding,
} from './api.ts'
import { eventOf, ticketAction } from './life/ticket.ts'
import { isCallerHidden, isOfHotline, mayReveal } from './life/view.ts'
import { lineAsked } from './lists/asked.ts'
import { findDuplicates } from './lists/duplicates.ts'
import { findTicket, listTickets, readDetail, ticketsOfCaller } from './lists/reads.ts'
import { BadCursor } from './lists/walk.ts'
import { countTickets, returnedBy } from './lists/worklist.ts'
import { type OwnCalls, ownCallRefusals } from './records/own-calls.ts'
import { type Outcome, storeRefusals } from './records/refusal.ts'
import type { NewTicket } from './records/rows.ts'
import type { TicketWriter } from './records/writer.ts'

export interface TicketRouteParts {
  db: Db
  guard: Guard
  numbersAsked: NumbersAsked
  ownCalls: OwnCalls
  readings: Readings
  writer: TicketWriter
  areaCode: string
  now(): Instant
}

const byNumber = z.object({ number: ticketNumber })
const byCall = z.object({ callId })
/** 5,000 characters of four bytes and the escapes of JSON: more than the 64 kB that other requests may have. */
const bodyLimit = 128 * 1024

export function routeTickets(web: Web, parts: TicketRouteParts): void {
  const { db, guard, numbersAsked, ownCalls, readings, writer, areaCode, now } = parts
  const access = openTicketAccess(parts)
  const { personOf, write } = access
  const lineIdOf = openLineIds(db)
  const tags = ['tickets']
  const mayRead = { onRequest: guard.needs('tickets.read') }
  const mayWrite = { onRequest: guard.needs('tickets.write') }

  const requireTicket = async (request: FastifyRequest, number: string) =>
    access.require(request, await findTicket(db, number))

  web.post(
    '/api/tickets',
    {
      ...mayWrite,
      bodyLimit,
      schema: {
        operationId: 'createTicket',
        tags,
        summary: 'hand a ticket in: for dispatch, or answered on the spot',
        refusals: [...storeRefusals, ...ownCallRefusals],
        headers: idempotencyHeaders,
        body: newTicket,
        response: { 200: created, 201: created },
      },
    },
    async (request, reply) => {
      const input = await inputOf(request)
      const { answer } = request.body
      const outcome = await writer.create(input, answer ? { kind: 'answer', ...answer } : { kind: 'register' }, {
        by: personOf(request),
        now: now(),
        key: request.headers['idempotency-key'],
      })
      const { number, queryCode, state, version, isRepeat } = orRefuse(outcome)
      return reply.code(isRepeat ? 200 : 201).send({ number, queryCode, state, version })
    },
  )

  web.get(
    '/api/tickets',
    {
      ...mayRead,
      schema: {
        operationId: 'listTickets',
        tags,
        summary: 'tickets, newest or most urgent first; a unit sees its own',
        refusals: ['ticket.bad-cursor', 'citizen.too-many-numbers', 'reading.too-many'],
        querystring: ticketQuery,
        response: { 200: ticketList },
      },
    },
    async (request) => {
      const { cursor, limit, caller, line: lineNumber, ...filter } = request.query
      const phone = caller === undefined ? undefined : requireNumber(caller, areaCode, 'querystring.caller').e164
      if (phone !== undefined) await numbersAsked.countSearched(request, phone)
      await numbersAsked.countSearchedIn(request, filter.search)
      const line = lineNumber === undefined ? undefined : await lineAsked(lineIdOf, lineNumber)
      if (line === null) return { tickets: [], next: null }
      const page = await listTickets(
        db,
        personOf(request),
        { ...filter, caller: phone, line },
        { cursor, limit },
        now(),
      ).catch((error: unknown) => {
        throw error instanceof BadCursor ? new Refusal('ticket.bad-cursor') : error
      })
      await readings.noteList(request, 'tickets.listed', page.tickets.length)
      return page
    },
  )

  web.get(
    '/api/tickets/counts',
    {
      ...mayRead,
      schema: {
        operationId: 'countTickets',
        tags,
        summary: 'how many tickets wait for what',
        refusals: ['ticket.no-unit'],
        response: { 200: ticketCounts },
      },
    },
    async (request) => {
      const person = personOf(request)
      return countTickets(db, isOfHotline(person) ? null : requireUnit(person), now())
    },
  )

  web.get(
    '/api/tickets/returned',
    {
      onRequest: guard.needs('unit'),
      schema: {
        operationId: 'listReturnedTickets',
        tags,
        summary: 'what your unit gave back, and what became of it',
        refusals: ['ticket.no-unit', 'reading.too-many'],
        response: { 200: returnedTickets },
      },
    },
    async (request) => {
      const person = personOf(request)
      const returned = await returnedBy(db, { ...person, unitCode: requireUnit(person) })
      await readings.noteList(request, 'tickets.returned-listed', returned.length)
      return { tickets: returned }
    },
  )

  web.get(
    '/api/tickets/:number',
    {
      ...mayRead,
      schema: {
        operationId: 'readTicket',
        tags,
        summary: 'one ticket with its history and what you may do; audited',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'reading.too-many'],
        params: byNumber,
        response: { 200: ticketDetail },
      },
    },
    async (request) => {
      const found = await requireTicket(request, request.params.number)
      const { number, version } = found.ticket
      const action = isCallerHidden(found.ticket) ? 'ticket.confidential-read' : 'ticket.read'
      const [detail] = await Promise.all([
        readDetail(db, found, personOf(request), now()),
        readings.note(request, { action, subject: number, records: 1, of: version }),
      ])
      return detail
    },
  )

  web.get(
    '/api/tickets/:number/state',
    {
      ...mayRead,
      schema: {
        operationId: 'readTicketState',
        tags,
        summary: 'where one ticket stands: its state, and whose it is',
        refusals: ['ticket.not-found', 'ticket.not-yours'],
        params: byNumber,
        response: { 200: ticketStanding },
      },
    },
    async (request) => {
      const { ticket, leadUnit } = await requireTicket(request, request.params.number)
      const { number, version, state } = ticket
      return { number, version, state, leadUnit }
    },
  )

  web.post(
    '/api/tickets/:number/actions',
    {
      onRequest: guard.needs('tickets.act'),
      bodyLimit,
      schema: {
        operationId: 'actOnTicket',
        tags,
        summary: 'the next step of a ticket',
        refusals: [...storeRefusals, 'ticket.not-yours', ...ownCallRefusals],
        params: byNumber,
        headers: idempotencyHeaders,
        body: ticketAction,
        response: { 200: acted },
      },
    },
    async (request) => {
      const { number } = request.params
      // Before anything is said of its state.
      await requireTicket(request, number)
      const { body } = request
      const seen = 'version' in body ? body.version : null
      const { callId, draftId } = 'version' in body ? {} : body
      if (callId !== undefined) await ownCalls(request, [callId])
      const key = request.headers['idempotency-key']
      const asked = { by: personOf(request), now: now(), key, callId, draftId }
      const outcome = await writer.act(number, eventOf(body), seen, asked)
      const { state, version } = orRefuse(outcome)
      return { number, state, version }
    },
  )

  web.post(
    '/api/tickets/:number/reveal',
    {
      ...mayRead,
      schema: {
        operationId: 'revealCaller',
        tags,
        summary: 'who the caller is, with a reason; audited',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'ticket.caller-hidden', 'citizen.too-many-numbers'],
        params: byNumber,
        body: reveal,
        response: { 200: revealedCaller },
      },
    },
    async (request) => {
      const { ticket } = await requireTicket(request, request.params.number)
      const details = { reason: request.body.reason }
      if (!mayReveal(personOf(request), ticket)) {
        await write(request, 'ticket.caller-revealed', ticket.number, { isAllowed: false, details })
        throw new Refusal(isCallerHidden(ticket) ? 'ticket.caller-hidden' : 'access.denied')
      }
      await numbersAsked.countShown(request)
      await write(request, 'ticket.caller-revealed', ticket.number, { details })
      const { callerName, callerPhone, callerExtension, callerOtherPhone } = ticket
      return { name: callerName, phone: callerPhone, extension: callerExtension, otherPhone: callerOtherPhone }
    },
  )

  web.get(
    '/api/callers/:callId/tickets',
    {
      ...mayWrite,
      schema: {
        operationId: 'listTicketsOfCaller',
        tags,
        summary: "the caller's tickets, to the agent of the call",
        refusals: [...ownCallRefusals, 'reading.too-many'],
        params: byCall,
        response: { 200: callerTickets },
      },
    },
    async (request) => {
      const { callId } = request.params
      const [arrival] = await ownCalls(request, [callId])
      const phone = arrival?.callerNumber ?? null
      if (phone === null) return { open: [], closed: [], name: null }
      const found = await ticketsOfCaller(db, { phone, callId }, personOf(request), now())
      const all = [...found.open, ...found.closed]
      await readings.note(request, {
        ...{ action: 'caller.tickets-listed', subject: callId, records: all.length },
        details: { tickets: all.map(({ number }) => number) },
        of: all.map(({ number }) => number).join(),
      })
      return found
    },
  )

  web.post(
    '/api/ticket-duplicates',
    {
      ...mayWrite,
      schema: {
        operationId: 'findDuplicates',
        tags,
        summary: 'tickets of the last 30 days that the one that is typed may be once more',
        refusals: [...ownCallRefusals, 'citizen.too-many-numbers'],
        body: duplicatesAsked,
        response: { 200: duplicates },
      },
    },
    async (request) => {
      const { phone: typed, callId, ...matter } = request.body
      const [arrival] = callId === null ? [] : await ownCalls(request, [callId])
      const read = typed === null ? null : requireNumber(typed, areaCode, 'body.phone')
      if (read !== null) await numbersAsked.countSearched(request, read.e164)
      const asked = {
        ...matter,
        callId,
        phone: read?.e164 ?? arrival?.callerNumber ?? null,
      }
      return findDuplicates(db, asked, personOf(request), now())
    },
  )

  async function inputOf(request: FastifyRequest & { body: NewTicketInput }): Promise<NewTicket> {
    const { body } = request
    const { answer: _answer, caller, callIds, ...rest } = body
    // The desk shows a masked number: who does not type another one means the number of the call.
    const arrivals = await ownCalls(request, callIds)
    const [arrival = null] = arrivals
    const typed = caller.phone === null ? null : requireNumber(caller.phone, areaCode, 'body.caller.phone')
    const phone = typed?.e164 ?? arrival?.callerNumber ?? null
    return {
      ...rest,
      lineId: arrival?.lineNumber == null ? null : await lineIdOf(arrival.lineNumber),
      caller: {
        ...caller,
        phone,
        extension: typed?.extension ?? null,
        otherPhone: typed?.other ? addressOf(typed.other) : null,
      },
      callIds,
      callNumbers: arrivals.flatMap((one) => one?.callerNumber ?? []),
    }
  }
}

function requireUnit({ unitCode }: { unitCode: UnitCode | null }): UnitCode {
  if (unitCode === null) throw new Refusal('ticket.no-unit')
  return unitCode
}

function orRefuse<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome
  const { code, detail } = outcome.refusal
  throw new Refusal(code, { detail })
}
