import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Readings } from '../audit/readings.ts'
import type { NumbersAsked } from '../citizens/numbers-asked.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { openTicketAccess } from './access.ts'
import { reveal, revealedCaller, ticketDetail, ticketNumber, ticketStanding } from './api.ts'
import type { Timing } from './clocks/deadlines.ts'
import { isCallerHidden, mayReveal } from './life/view.ts'
import { findTicket, machineIn, readDetail } from './lists/reads.ts'

export interface TicketReadingParts {
  db: Db
  guard: Guard
  numbersAsked: NumbersAsked
  readings: Readings
  timing(): Promise<Timing>
  now(): Instant
}

const byNumber = z.object({ number: ticketNumber })

/** One ticket: all of it, where it stands, who its caller is. */
export function routeTicketReading(web: Web, parts: TicketReadingParts): void {
  const { db, guard, numbersAsked, readings, timing, now } = parts
  const access = openTicketAccess(parts)
  const { personOf, write } = access
  const tags = ['tickets']
  const mayRead = { onRequest: guard.needs('tickets.read') }

  const requireTicket = async (request: FastifyRequest, number: string) =>
    access.require(request, await findTicket(db, number))

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
        timing().then((known) => readDetail(db, found, personOf(request), now(), known)),
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
      const found = await requireTicket(request, request.params.number)
      const { ticket } = found
      const details = { reason: request.body.reason }
      if (!mayReveal(personOf(request), machineIn(found))) {
        await write(request, 'ticket.caller-revealed', ticket.number, { isAllowed: false, details })
        throw new Refusal(isCallerHidden(ticket) ? 'ticket.caller-hidden' : 'access.denied')
      }
      await numbersAsked.countShown(request)
      await write(request, 'ticket.caller-revealed', ticket.number, { details })
      const { callerName, callerPhone, callerExtension, callerOtherPhone } = ticket
      return { name: callerName, phone: callerPhone, extension: callerExtension, otherPhone: callerOtherPhone }
    },
  )
}
