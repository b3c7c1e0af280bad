import { z } from 'zod'
import type { Readings } from '../../audit/readings.ts'
import type { NumbersAsked } from '../../citizens/numbers-asked.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import { callId } from '../../platform/text/codes.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import {
  callerTickets,
  duplicates,
  duplicatesAsked,
  returnedTickets,
  ticketCounts,
  ticketList,
  ticketQuery,
} from '../api.ts'
import { isOfHotline } from '../life/view.ts'
import { type OwnCalls, ownCallRefusals } from '../own-calls.ts'
import { openTicketFilter } from './asked.ts'
import { findDuplicates } from './duplicates.ts'
import { listTickets, ticketsOfCaller } from './reads.ts'
import { countTickets, returnedBy } from './worklist.ts'

export interface TicketListParts {
  db: Db
  guard: Guard
  numbersAsked: NumbersAsked
  ownCalls: OwnCalls
  readings: Readings
  now(): Instant
}

const byCall = z.object({ callId })

/** Lists of tickets: all that a person may see, those of a caller, returned ones, similar ones. */
export function routeTicketLists(web: Web, parts: TicketListParts): void {
  const { db, guard, numbersAsked, ownCalls, readings, now } = parts
  const { personOf } = openTicketAccess(parts)
  const filterOf = openTicketFilter(parts)
  const tags = ['tickets']
  const mayRead = { onRequest: guard.needs('tickets.read') }
  const mayWrite = { onRequest: guard.needs('tickets.write') }

  web.get(
    '/api/tickets',
    {
      ...mayRead,
      schema: {
        operationId: 'listTickets',
        tags,
        summary: 'tickets, newest or most urgent first; a unit sees its own',
        refusals: ['list.bad-cursor', 'citizen.too-many-numbers', 'reading.too-many'],
        querystring: ticketQuery,
        response: { 200: ticketList },
      },
    },
    async (request) => {
      const { cursor, limit, ...asked } = request.query
      const filter = await filterOf(request, asked)
      if (filter === null) return { tickets: [], next: null }
      const page = await listTickets(db, personOf(request), filter, { cursor, limit }, now())
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
        summary: 'what your unit gave back or wants to give back, and what became of it',
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
      const phone = await numbersAsked.searched(request, typed ?? undefined, 'body.phone')
      const asked = { ...matter, callId, phone: phone ?? arrival?.callerNumber ?? null }
      return findDuplicates(db, asked, personOf(request), now())
    },
  )
}

function requireUnit({ unitCode }: { unitCode: UnitCode | null }): UnitCode {
  if (unitCode === null) throw new Refusal('ticket.no-unit')
  return unitCode
}
