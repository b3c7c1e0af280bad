import { z } from 'zod'
import type { Readings } from '../../audit/readings.ts'
import type { Bus } from '../../bus.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { ticketList, ticketNumber } from '../api.ts'
import { findTicket } from '../lists/reads.ts'
import { untoldQuery } from './api.ts'
import { listUntold, markToldByPhone } from './untold.ts'

const one = z.object({ number: ticketNumber, seq: z.coerce.number().int().min(1).max(999_999_999) })

/** 待告知: whom a person has to tell what was decided, and that they did. */
export function routeTellings(
  web: Web,
  parts: { db: Db; bus: Pick<Bus, 'publish'>; guard: Guard; readings: Readings; now(): Instant },
): void {
  const { db, bus, guard, readings, now } = parts
  const access = openTicketAccess(parts)
  const onRequest = guard.needs('dispatch')
  const tags = ['tickets']

  web.get(
    '/api/tellings',
    {
      onRequest,
      schema: {
        operationId: 'listUntold',
        tags,
        summary: 'tickets whose citizen a person has to tell something, who has waited longest first',
        refusals: ['list.bad-cursor', 'reading.too-many'],
        querystring: untoldQuery,
        response: { 200: ticketList },
      },
    },
    async (request) => {
      const page = await listUntold(db, access.personOf(request), request.query, now())
      await readings.noteList(request, 'tickets.untold-listed', page.tickets.length)
      return page
    },
  )

  web.post(
    '/api/tickets/:number/tellings/:seq/told',
    {
      onRequest,
      schema: {
        operationId: 'tellByPhone',
        tags,
        summary: 'the citizen was told by telephone; who and when is kept, and audited',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'ticket.already-told'],
        params: one,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { seq } = request.params
      const { ticket } = await access.require(request, await findTicket(db, request.params.number))
      const { name } = guard.sessionOf(request).person
      await db.transaction(async (tx) => {
        if (!(await markToldByPhone(tx, { ticketId: ticket.id, seq, name }, now()))) {
          throw new Refusal('ticket.already-told')
        }
        await guard.audit(tx, request, { action: 'ticket.told', subject: ticket.number, details: { seq } })
      })
      const { number, version, state } = ticket
      bus.publish('ticket.changed', { number, version, state, kind: 'claim', units: [], at: now() })
      return reply.code(204).send(null)
    },
  )
}
