import { z } from 'zod'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { ticketNumber } from '../api.ts'
import { findTicket } from '../lists/reads.ts'
import { complaints } from './api.ts'
import { isSecondDue, timesSaid } from './complaints.ts'
import { complaintsOf } from './store.ts'

/** What the same caller said of the same matter before, for those who decide who answers it. */
export function routeRounds(web: Web, parts: { db: Db; guard: Guard }): void {
  const { db, guard } = parts
  const access = openTicketAccess(parts)

  web.get(
    '/api/tickets/:number/complaints',
    {
      onRequest: guard.needs('dispatch'),
      schema: {
        operationId: 'listComplaintsOfMatter',
        tags: ['tickets'],
        summary: 'tickets of the same caller about the same matter within 90 days; none where the caller is hidden',
        refusals: ['ticket.not-found', 'ticket.not-yours'],
        params: z.object({ number: ticketNumber }),
        response: { 200: complaints },
      },
    },
    async (request) => {
      const { ticket } = await access.require(request, await findTicket(db, request.params.number))
      const found = await complaintsOf(db, ticket)
      return {
        times: timesSaid(found),
        isSecondDue: isSecondDue(found),
        tickets: found.map(({ number, title, registeredAt, round, state }) => ({
          ...{ number, title, registeredAt, round, state },
        })),
      }
    },
  )
}
