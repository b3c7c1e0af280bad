import { z } from 'zod'
import type { Bus } from '../../bus.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { ticketNumber } from '../api.ts'
import { type FoundTicket, findTicket } from '../lists/reads.ts'
import { claiming, claimList } from './api.ts'
import { claimTicket, listClaims, releaseClaim } from './store.ts'

const byNumber = z.object({ number: ticketNumber })

/** 认领: a dispatcher takes a ticket, so that two do not work on one. It bars nobody: others see it, and may take it over. */
export function routeClaims(
  web: Web,
  parts: { db: Db; bus: Pick<Bus, 'publish'>; guard: Guard; now(): Instant },
): void {
  const { db, bus, guard, now } = parts
  const access = openTicketAccess(parts)
  const onRequest = guard.needs('dispatch')
  const tags = ['tickets']

  const announce = ({ number, version, state }: FoundTicket['ticket']) =>
    bus.publish('ticket.changed', { number, version, state, kind: 'claim', units: [], at: now() })

  web.get(
    '/api/claims',
    {
      onRequest,
      schema: {
        operationId: 'listClaims',
        tags,
        summary: 'who works on which ticket at the moment',
        response: { 200: claimList },
      },
    },
    async () => ({ claims: await listClaims(db, now()) }),
  )

  web.post(
    '/api/tickets/:number/claim',
    {
      onRequest,
      schema: {
        operationId: 'claimTicket',
        tags,
        summary: 'take a ticket for a quarter of an hour, so that others see that you work on it',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'ticket.claimed'],
        params: byNumber,
        body: claiming,
        response: { 200: claimList },
      },
    },
    async (request) => {
      const { ticket } = await access.require(request, await findTicket(db, request.params.number))
      const userId = access.personOf(request).id
      const { takeOver } = request.body
      const held = await claimTicket(db, { ticketId: ticket.id, userId, takeOver }, now())
      if (held.userId !== userId) {
        throw new Refusal('ticket.claimed', { detail: `${held.name}正在处理该工单，请另选，或“接手”。` })
      }
      announce(ticket)
      return { claims: await listClaims(db, now()) }
    },
  )

  web.delete(
    '/api/tickets/:number/claim',
    {
      onRequest,
      schema: {
        operationId: 'releaseClaim',
        tags,
        summary: 'give up a ticket that you took',
        refusals: ['ticket.not-found', 'ticket.not-yours'],
        params: byNumber,
        response: { 200: claimList },
      },
    },
    async (request) => {
      const { ticket } = await access.require(request, await findTicket(db, request.params.number))
      if (await releaseClaim(db, ticket.id, access.personOf(request).id)) announce(ticket)
      return { claims: await listClaims(db, now()) }
    },
  )
}
