import type { Readings } from '../../audit/readings.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { ticketList } from '../api.ts'
import type { Timing } from '../clocks/deadlines.ts'
import { asksQuery } from './api.ts'
import { listAsks } from './reads.ts'

/** What waits for a dispatcher's decision: returns, extensions, suspensions, promises, final answers, terminations. */
export function routeAsks(
  web: Web,
  parts: { db: Db; guard: Guard; readings: Readings; timing(): Promise<Timing>; now(): Instant },
): void {
  const { db, guard, readings, timing, now } = parts
  const { personOf } = openTicketAccess(parts)

  web.get(
    '/api/requests',
    {
      onRequest: guard.needs('dispatch'),
      schema: {
        operationId: 'listRequests',
        tags: ['tickets'],
        summary: 'requests of units that wait for a decision, by its deadline, with what happens without one',
        refusals: ['list.bad-cursor', 'reading.too-many'],
        querystring: asksQuery,
        response: { 200: ticketList },
      },
    },
    async (request) => {
      const page = await listAsks(db, personOf(request), request.query, await timing(), now())
      await readings.noteList(request, 'tickets.requests-listed', page.tickets.length)
      return page
    },
  )
}
