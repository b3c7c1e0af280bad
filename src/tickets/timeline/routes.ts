import { z } from 'zod'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { ticketNumber } from '../api.ts'
import type { Timing } from '../clocks/deadlines.ts'
import { findTicket } from '../lists/reads.ts'
import { ticketTimeline } from './api.ts'
import { readTimeline } from './reads.ts'

/** Read with the ticket, whose own reading is audited; in here is nothing of whom it is from or about. */
export function routeTimeline(
  web: Web,
  parts: { db: Db; guard: Guard; timing(): Promise<Timing>; now(): Instant },
): void {
  const { db, guard, timing, now } = parts
  const access = openTicketAccess(parts)

  web.get(
    '/api/tickets/:number/timeline',
    {
      onRequest: guard.needs('tickets.read'),
      schema: {
        operationId: 'readTicketTimeline',
        tags: ['tickets'],
        summary: 'clocks with their pauses, calls, and why a step is barred',
        refusals: ['ticket.not-found', 'ticket.not-yours'],
        params: z.object({ number: ticketNumber }),
        response: { 200: ticketTimeline },
      },
    },
    async (request) => {
      const found = await access.require(request, await findTicket(db, request.params.number))
      return readTimeline(db, found, access.personOf(request), { now: now(), timing: await timing() })
    },
  )
}
