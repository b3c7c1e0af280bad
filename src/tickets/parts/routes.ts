import type { Readings } from '../../audit/readings.ts'
import type { Guard } from '../../people/guard.ts'
import { may } from '../../people/person.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { ticketList } from '../api.ts'
import { isOfHotline } from '../life/view.ts'
import { partCounts, partQuery } from './api.ts'
import { countParts, listParts } from './reads.ts'

/** Lists of parts of tickets: each unit its own; the dispatchers what co-units declined. */
export function routeParts(web: Web, parts: { db: Db; guard: Guard; readings: Readings; now(): Instant }): void {
  const { db, guard, readings, now } = parts
  const { personOf } = openTicketAccess(parts)
  const tags = ['tickets']

  web.get(
    '/api/parts',
    {
      onRequest: guard.needs('tickets.act'),
      schema: {
        operationId: 'listParts',
        tags,
        summary: 'parts of tickets: of your unit to do, to review, sent; for dispatchers those that co-units declined',
        refusals: ['list.bad-cursor', 'reading.too-many', 'ticket.no-unit'],
        querystring: partQuery,
        response: { 200: ticketList },
      },
    },
    async (request) => {
      const { box, cursor, limit } = request.query
      const person = personOf(request)
      const unit = box === 'declined' ? null : requireUnit(person)
      if (box === 'declined' && !may(person, 'dispatch')) throw new Refusal('access.denied')
      const page = await listParts(db, person, { unit, box }, { cursor, limit }, now())
      await readings.noteList(request, 'tickets.parts-listed', page.tickets.length)
      return page
    },
  )

  web.get(
    '/api/parts/counts',
    {
      onRequest: guard.needs('tickets.act'),
      schema: {
        operationId: 'countParts',
        tags,
        summary: 'how many parts of tickets wait for your unit',
        refusals: ['ticket.no-unit'],
        response: { 200: partCounts },
      },
    },
    async (request) => {
      const person = personOf(request)
      return countParts(db, isOfHotline(person) ? null : requireUnit(person), now())
    },
  )
}

function requireUnit({ unitCode }: { unitCode: UnitCode | null }): UnitCode {
  if (unitCode === null) throw new Refusal('ticket.no-unit')
  return unitCode
}
